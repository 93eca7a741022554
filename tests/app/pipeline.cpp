#include "app/pipeline/pipeline.h"

#include <QtTest>

#include <ATen/ops/equal.h>

#include "core/error.h"
#include "models/registry.h"
#include "tests/app/made_up_source.h"

using namespace fathom;

namespace {

/// Gives the truth-like constant 7 m, counts its runs, and fails or stalls when told to.
class Constant : public Upsampler {
 public:
  static inline std::atomic<int> runs{0};
  explicit Constant(std::string failure) : failure_(std::move(failure)) {}
  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override {
    ++runs;
    progress.checkpoint();
    if (!failure_.empty()) throw BadInput(failure_);
    return {
        makePrediction(at::full({input.rgb.size(1), input.rgb.size(2)}, 7.0, at::kFloat)), {}, 1.5};
  }

 private:
  std::string failure_;
};

UpsamplerRegistry methods() {
  UpsamplerRegistry registry;
  registerModels(registry);
  UpsamplerInfo info;
  info.id = "constant";
  info.settings = {{"tint", "Tint", "", "changes nothing but the key", Real{0, 1, 0, false}}};
  registry.add(info, [](const Values&) { return std::make_shared<Constant>(""); });
  info.id = "broken";
  registry.add(info, [](const Values&) { return std::make_shared<Constant>("no such weights"); });
  return registry;
}

std::unique_ptr<Pipeline> makePipeline(std::size_t bytes = 64 << 20) {
  return std::make_unique<Pipeline>(
      methods(), [] { return at::Device(at::kCPU); }, bytes);
}

MethodChoice choice(const char* id) {
  return {id, initialValues(methods().info(id).settings)};
}

/// Tells which neighbours it was given by their places on the trajectory.
class Looking : public Upsampler {
 public:
  static inline std::vector<UpsamplerInput> given;
  Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
    given.push_back(input);
    return {
        makePrediction(at::full({input.rgb.size(1), input.rgb.size(2)}, 7.0, at::kFloat)), {}, 1.5};
  }
};

std::unique_ptr<Pipeline> lookingPipeline() {
  UpsamplerRegistry registry;
  UpsamplerInfo info;
  info.id = "looking";
  info.settings = {{"frames", "Frames", "", "on each side", Integer{0, 8, 0}}};
  info.frames = [](const Values& values) {
    return FramesWanted{static_cast<int>(integer(values, "frames")), 1};
  };
  registry.add(info, [](const Values&) { return std::make_shared<Looking>(); });
  Looking::given.clear();
  return std::make_unique<Pipeline>(
      std::move(registry), [] { return at::Device(at::kCPU); }, 64 << 20);
}

std::vector<double> places(const UpsamplerInput& input) {
  std::vector<double> found;
  for (const auto& each : input.neighbours) found.push_back(each.pose.translation[0]);
  return found;
}

}  // namespace

class PipelineTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { Constant::runs = 0; }

  void loadsOnceAndShares() {
    const auto source = std::make_shared<MadeUpSource>(3);
    const auto pipeline = makePipeline();
    const auto first = pipeline->load(source, 1, {});
    QCOMPARE(pipeline->load(source, 1, {}).get(), first.get());
    QCOMPARE(source->begun.load(), std::size_t{1});
    QVERIFY(pipeline->load(source, 2, {}) != first);
    QCOMPARE(first->sample.id, std::string("made-1"));
  }

  void neighboursAreLoadedForThoseWhoWantThem() {
    const auto source = std::make_shared<MadeUpSource>(5);
    source->trajectory = true;
    const auto pipeline = lookingPipeline();
    const auto sample = pipeline->load(source, 2, {});
    const auto low = pipeline->low(*sample, LowChoice::kSimulated, {}, {});
    pipeline->run(*sample, *low, {"looking", {}}, {});
    QVERIFY(Looking::given.back().neighbours.empty() && Looking::given.back().pose);
    QCOMPARE(source->begun.load(), std::size_t{1});
    const MethodChoice both{"looking", {{"frames", std::int64_t{2}}}};
    const auto made = pipeline->run(*sample, *low, both, {});
    QVERIFY((places(Looking::given.back()) == std::vector<double>{1, 3, 0, 4}));
    QCOMPARE(source->begun.load(), std::size_t{5});
    QCOMPARE(pipeline->run(*sample, *low, both, {}).get(), made.get());
    // A neighbour's map is the one it has when it is looked at itself.
    const auto other = pipeline->load(source, 1, {});
    QCOMPARE(source->begun.load(), std::size_t{5});
    const auto itsLow = pipeline->low(*other, LowChoice::kSimulated, {}, {});
    QVERIFY(at::equal(Looking::given.back().neighbours[0].low.levels, itsLow->low.levels));
    const auto real = pipeline->low(*sample, LowChoice::kReal, {}, {});
    pipeline->run(*sample, *real, both, {});
    QCOMPARE(Looking::given.back().neighbours[0].low.levels[0][0].item<float>(), 2.0f);
    const MethodChoice one{"looking", {{"frames", std::int64_t{1}}}};
    QCOMPARE(Looking::given.size(), std::size_t{3});
    pipeline->run(*sample, *low, one, {});
    QVERIFY((places(Looking::given.back()) == std::vector<double>{1, 3}));
  }

  void aNeighbourThatCannotBeLoadedIsLeftOut() {
    const auto source = std::make_shared<MadeUpSource>(3);
    source->trajectory = true;
    source->before[0] = [](auto&) { throw FileError("ends early", "a.npy"); };
    const auto pipeline = lookingPipeline();
    const auto sample = pipeline->load(source, 1, {});
    const auto low = pipeline->low(*sample, LowChoice::kSimulated, {}, {});
    const MethodChoice one{"looking", {{"frames", std::int64_t{1}}}};
    const auto without = pipeline->run(*sample, *low, one, {});
    QVERIFY(without->prediction);
    QVERIFY((places(Looking::given.back()) == std::vector<double>{2}));
    QCOMPARE(pipeline->run(*sample, *low, one, {}).get(), without.get());
    source->before.clear();  // another time it may be there
    pipeline->run(*sample, *low, one, {});
    QVERIFY((places(Looking::given.back()) == std::vector<double>{0, 2}));
    source->before[2] = [](auto&) { throw Cancelled(); };
    const auto fresh = lookingPipeline();
    const auto again = fresh->load(source, 1, {});
    const auto itsLow = fresh->low(*again, LowChoice::kSimulated, {}, {});
    QVERIFY_EXCEPTION_THROWN(fresh->run(*again, *itsLow, one, {}), Cancelled);
  }

  void twoSourcesDoNotMix() {
    const auto a = std::make_shared<MadeUpSource>(1), b = std::make_shared<MadeUpSource>(1);
    const auto pipeline = makePipeline();
    QVERIFY(pipeline->load(a, 0, {}) != pipeline->load(b, 0, {}));
    QCOMPARE(b->begun.load(), std::size_t{1});
  }

  void aSourceThatCameWhereAnotherWasIsLoadedAnew() {
    const auto pipeline = makePipeline();
    std::shared_ptr<const LoadedSample> old;
    { old = pipeline->load(std::make_shared<MadeUpSource>(1), 0, {}); }
    QVERIFY(pipeline->load(std::make_shared<MadeUpSource>(1), 0, {}) != old);
  }

  void truthRangeComesWithTheSample() {
    const auto loaded = makePipeline()->load(std::make_shared<MadeUpSource>(1), 0, {});
    QVERIFY(loaded->truthRange.has_value());
    QCOMPARE(loaded->truthRange->least, 20.0);
    QCOMPARE(loaded->truthRange->greatest, 20.0 + 16 * 24 - 1);
  }

  void realAndSimulatedMaps() {
    const auto pipeline = makePipeline();
    const auto sample = pipeline->load(std::make_shared<MadeUpSource>(1), 0, {});
    const auto real = pipeline->low(*sample, LowChoice::kReal, {}, {});
    QVERIFY(real && !real->simulated && !real->sigmas);
    QCOMPARE(real->low.metresPerLevel, 16.0);
    const auto made = pipeline->low(*sample, LowChoice::kSimulated, {}, {});
    QVERIFY(made && made->simulated && made->sigmas);
    QCOMPARE(made->low.size(), (Size{2, 3}));
    QCOMPARE(*made->truthBelowOneLevel, 0.0);
  }

  void aMapThatTheSampleCannotGiveIsNull() {
    auto source = std::make_shared<MadeUpSource>(2);
    source->has = {{false, true}, {true, false}};
    const auto pipeline = makePipeline();
    const auto noTruth = pipeline->load(source, 0, {}), noLow = pipeline->load(source, 1, {});
    QVERIFY(!pipeline->low(*noTruth, LowChoice::kSimulated, {}, {}));
    QVERIFY(pipeline->low(*noTruth, LowChoice::kReal, {}, {}));
    QVERIFY(!pipeline->low(*noLow, LowChoice::kReal, {}, {}));
  }

  void onlyWhatDependsOnAChangeRunsAgain() {
    const auto pipeline = makePipeline();
    const auto sample = pipeline->load(std::make_shared<MadeUpSource>(1), 0, {});
    Degradation degradation;
    const auto low = pipeline->low(*sample, LowChoice::kSimulated, degradation, {});
    pipeline->run(*sample, *low, choice("constant"), {});
    pipeline->run(*sample, *low, choice("constant"), {});
    QCOMPARE(Constant::runs.load(), 1);
    MethodChoice other = choice("constant");
    other.values["tint"] = 0.5;
    pipeline->run(*sample, *low, other, {});
    QCOMPARE(Constant::runs.load(), 2);
    degradation.sigmaAdditive = 0.01;
    const auto changed = pipeline->low(*sample, LowChoice::kSimulated, degradation, {});
    QVERIFY(changed != low);
    pipeline->run(*sample, *changed, choice("constant"), {});
    QCOMPARE(Constant::runs.load(), 3);
    QCOMPARE(pipeline->low(*sample, LowChoice::kSimulated, Degradation{}, {}).get(), low.get());
  }

  void everyFieldOfADegradationIsPartOfTheKey() {
    const auto pipeline = makePipeline();
    const auto sample = pipeline->load(std::make_shared<MadeUpSource>(1), 0, {});
    std::vector<Degradation> all(12);
    all[1].seed = 2;
    all[2].factor = 4;
    all[3].targetBits = 8;
    all[4].sourceBits = 12;
    all[5].rounding = Rounding::kRound;
    all[6].sampling = Sampling::kArea;
    all[7].phase = 1;
    all[8].drawSigmas = false;
    all[9].sigmaRelative = 0.01;
    all[10].clipBelowZero = false;
    all[11].metresPerCode = 0.5;
    std::set<std::string> keys;
    for (const Degradation& each : all) {
      keys.insert(pipeline->low(*sample, LowChoice::kSimulated, each, {})->key);
    }
    QCOMPARE(keys.size(), all.size());
  }

  void scoresFollowTheProtocol() {
    const auto pipeline = makePipeline();
    const auto sample = pipeline->load(std::make_shared<MadeUpSource>(1), 0, {});
    const auto low = pipeline->low(*sample, LowChoice::kReal, {}, {});
    const auto method = pipeline->run(*sample, *low, choice("constant"), {});
    const auto plain = pipeline->score(*sample, *method, protocolFromText("plain"), {});
    const auto clip = pipeline->score(*sample, *method, protocolFromText("clip-20"), {});
    QCOMPARE((*clip)[Metric::kMae], 13.0);  // truth is 20 m and more, the prediction 7 m
    QVERIFY((*plain)[Metric::kMae] > 13.0);
    QCOMPARE(pipeline->score(*sample, *method, protocolFromText("plain"), {}).get(), plain.get());
  }

  void aFailureIsAResultAndIsTriedAgain() {
    const auto pipeline = makePipeline();
    const auto sample = pipeline->load(std::make_shared<MadeUpSource>(1), 0, {});
    const auto low = pipeline->low(*sample, LowChoice::kReal, {}, {});
    const auto broken = pipeline->run(*sample, *low, choice("broken"), {});
    QVERIFY(!broken->prediction);
    QVERIFY(broken->failure.find("no such weights") != std::string::npos);
    QVERIFY(!pipeline->score(*sample, *broken, protocolFromText("plain"), {}));
    pipeline->run(*sample, *low, choice("broken"), {});
    QCOMPARE(Constant::runs.load(), 2);
  }

  void cancellingIsNotAFailure() {
    const auto pipeline = makePipeline();
    const auto sample = pipeline->load(std::make_shared<MadeUpSource>(1), 0, {});
    const auto low = pipeline->low(*sample, LowChoice::kReal, {}, {});
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(
        pipeline->run(*sample, *low, choice("constant"), {stop.get_token(), {}}), Cancelled);
    QVERIFY(pipeline->run(*sample, *low, choice("constant"), {})->prediction.has_value());
  }

  void deviceIsAskedForOnceAndOnlyWhenNeeded() {
    int asked = 0;
    Pipeline pipeline(
        methods(), [&] { return ++asked, at::Device(at::kCPU); }, 1 << 20);
    QCOMPARE(asked, 0);
    pipeline.load(std::make_shared<MadeUpSource>(1), 0, {});
    pipeline.device();
    QCOMPARE(asked, 1);
  }
};

class StageCacheTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void leastRecentlyUsedGoesFirst() {
    StageCache cache(30);
    for (const char* key : {"a", "b", "c"}) cache.put(key, std::make_shared<int>(1), 10);
    QVERIFY(cache.find<int>("a"));  // now "b" is the oldest
    cache.put("d", std::make_shared<int>(4), 10);
    QVERIFY(!cache.find<int>("b"));
    QVERIFY(cache.find<int>("a") && cache.find<int>("c") && cache.find<int>("d"));
    QCOMPARE(cache.bytes(), std::size_t{30});
  }

  void whatIsHeldOutlivesTheCache() {
    StageCache cache(10);
    cache.put("a", std::make_shared<int>(7), 10);
    const auto held = cache.find<int>("a");
    cache.put("b", std::make_shared<int>(8), 10);
    QVERIFY(!cache.find<int>("a"));
    QCOMPARE(*held, 7);
  }

  void replacesAndNeverExceedsTheBudget() {
    StageCache cache(100);
    cache.put("a", std::make_shared<int>(1), 60);
    cache.put("a", std::make_shared<int>(2), 40);
    QCOMPARE(cache.bytes(), std::size_t{40});
    QCOMPARE(*cache.find<int>("a"), 2);
    cache.put("huge", std::make_shared<int>(3), 101);
    QVERIFY(!cache.find<int>("huge"));
    QVERIFY(cache.find<int>("a"));
    for (int i = 0; i < 1000; ++i) {
      cache.put(std::to_string(i), std::make_shared<int>(i), static_cast<std::size_t>(i % 37));
      QVERIFY(cache.bytes() <= cache.budget());
    }
  }
};

int main(int argc, char** argv) {
  PipelineTest pipeline;
  StageCacheTest cache;
  return QTest::qExec(&pipeline, argc, argv) | QTest::qExec(&cache, argc, argv);
}
#include "pipeline.moc"
