#include "app/evaluation/evaluation.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isnan.h>

#include <QtTest>
#include <semaphore>

#include "app/evaluation/prefetch.h"
#include "core/error.h"
#include "made_up_source.h"
#include "models/registry.h"

using namespace fathom;

namespace {

/// Calls back, then gives metres that are constant but for the first pixel, which has no value.
class Scripted : public Upsampler {
 public:
  explicit Scripted(std::function<void(const UpsamplerInput&, const Progress&)> script)
      : script_(std::move(script)) {}
  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override {
    script_(input, progress);
    at::Tensor metres = at::full({input.rgb.size(1), input.rgb.size(2)}, 30.0, at::kFloat);
    DepthMap depth = makePrediction(metres);
    depth.reason[0][0] = static_cast<std::int64_t>(Reason::kOutside);
    return {depth, {}, 1.5};
  }

 private:
  std::function<void(const UpsamplerInput&, const Progress&)> script_;
};

using Script = std::function<void(const UpsamplerInput&, const Progress&)>;

UpsamplerRegistry registryWith(const Script& script) {
  UpsamplerRegistry registry;
  registerModels(registry);
  UpsamplerInfo info;
  info.id = "scripted";
  info.settings = {{"frames", "Frames", "", "on each side", Integer{0, 8, 0}}};
  info.frames = [](const Values& values) {
    return FramesWanted{static_cast<int>(integer(values, "frames")), 1};
  };
  registry.add(info, [script](const Values&) { return std::make_shared<Scripted>(script); });
  return registry;
}

Evaluation evaluationOf(const std::shared_ptr<MadeUpSource>& source,
                        std::vector<std::string> methods) {
  Evaluation evaluation;
  evaluation.source = source;
  for (std::string& id : methods) evaluation.methods.push_back({std::move(id), {}});
  evaluation.protocols = {protocolFromText("plain"), protocolFromText("clip-20")};
  return evaluation;
}

struct Collected {
  std::vector<SampleResult> results;
  EvaluationReport report;
  std::vector<std::string> ids() const {
    std::vector<std::string> all;
    for (const SampleResult& result : results) all.push_back(result.id);
    return all;
  }
};

Collected collect(
    const Evaluation& evaluation, const Script& script = [](auto&, auto&) {},
    const Progress& progress = {}) {
  Collected collected;
  collected.report = evaluate(
      evaluation, registryWith(script),
      [&](const SampleResult& result) { collected.results.push_back(result); }, progress);
  return collected;
}

using Ids = std::vector<std::string>;

}  // namespace

class EvaluationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void rowsAreInTheOrderOfSamplesMethodsProtocols() {
    const auto run =
        collect(evaluationOf(std::make_shared<MadeUpSource>(3), {"nearest", "scripted"}));
    QCOMPARE(run.ids(), (Ids{"made-0", "made-1", "made-2"}));
    QVERIFY(run.report.complete());
    QCOMPARE(run.report.finished.size(), std::size_t{3});
    for (const SampleResult& result : run.results) {
      QCOMPARE(result.rows.size(), std::size_t{4});
      for (std::size_t i = 0; i < 4; ++i) {
        QCOMPARE(result.rows[i].sample, result.id);
        QCOMPARE(result.rows[i].method, std::string(i < 2 ? "nearest" : "scripted"));
        QCOMPARE(result.rows[i].protocol, std::string(i % 2 ? "clip-20" : "plain"));
      }
    }
  }

  void predictionsHoldNanWhereThereIsNoValue() {
    const auto run = collect(evaluationOf(std::make_shared<MadeUpSource>(1), {"scripted"}));
    const at::Tensor& metres = run.results.at(0).methods.at(0).metres;
    QVERIFY(metres[0][0].isnan().item<bool>());
    QCOMPARE(at::isnan(metres).sum().item<std::int64_t>(), std::int64_t{1});
    QCOMPARE(metres[3][3].item<float>(), 30.0f);
    QCOMPARE(run.results[0].methods[0].milliseconds, 1.5);
    QCOMPARE(run.results[0].rows[0].scores.pixels, std::int64_t{16 * 24 - 1});
    QCOMPARE(run.results[0].rows[0].scores.withoutValue, std::int64_t{1});
  }

  void predictionsAreLeftOutWhereNobodyWantsThem() {
    Evaluation evaluation = evaluationOf(std::make_shared<MadeUpSource>(1), {"scripted"});
    evaluation.keepPredictions = false;
    const auto run = collect(evaluation);
    QVERIFY(!run.results.at(0).methods.at(0).metres.defined());
    QCOMPARE(run.results[0].rows.size(), std::size_t{2});
  }

  void simulatedMapsAreThoseOfTheDegradation() {
    const auto source = std::make_shared<MadeUpSource>(2);
    Evaluation evaluation = evaluationOf(source, {});
    evaluation.degradation.factor = 4;
    evaluation.degradation.seed = 5;
    const auto run = collect(evaluation);
    QCOMPARE(run.results.size(), std::size_t{2});
    const Sample sample = source->load(1, {});
    const Degraded expected = degrade(*sample.truth, evaluation.degradation, "made-1");
    const LowRecord& low = run.results[1].low;
    QVERIFY(at::equal(low.low.levels, expected.low.levels));
    QCOMPARE(low.sigmas->relative, expected.sigmas.relative);
    QCOMPARE(low.sigmas->additive, expected.sigmas.additive);
    QCOMPARE(*low.seed, std::uint64_t{5});
    QVERIFY(run.results[1].rows.empty());
  }

  void realMapsAreTheSamplesOwn() {
    Evaluation evaluation = evaluationOf(std::make_shared<MadeUpSource>(1), {"nearest"});
    evaluation.low = LowChoice::kReal;
    const LowRecord low = collect(evaluation).results.at(0).low;
    QCOMPARE(low.preset, std::string("real"));
    QVERIFY(!low.sigmas && !low.seed);
    QCOMPARE(low.low.levels[1][2].item<float>(), 2.0f);
  }

  void lowJsonHasExactlyTheKeys() {
    const LowDepth whole{at::full({2, 3}, 2.0, at::kFloat), 16.0, 8, 8, 4, 4};
    QCOMPARE(lowJson({whole, "real", {}, {}}),
             std::string("{\n  \"preset\": \"real\",\n  \"sigma_r\": null,\n  \"sigma_a\": null,\n"
                         "  \"seed\": null,\n  \"metres_per_level\": 16.0,\n  \"factor\": 8,\n"
                         "  \"phase\": 4\n}\n"));
    const LowDepth uneven{at::full({2, 3}, 2.0, at::kFloat), 16.5, 8, 7.5, 4, 3.75};
    const std::string text = lowJson({uneven, "custom", NoiseSigmas{0.25, 0.5}, 7});
    QVERIFY(text.find("\"sigma_r\": 0.25,\n  \"sigma_a\": 0.5,\n  \"seed\": 7") !=
            std::string::npos);
    QVERIFY(text.find("\"factor\": [\n    8,\n    7.5\n  ]") != std::string::npos);
  }

  void neighboursComeWithTheirOwnMaps() {
    const auto source = std::make_shared<MadeUpSource>(4);
    source->trajectory = true;
    source->has[3].hasTruth = false;  // as a neighbour it is left out
    Evaluation evaluation = evaluationOf(source, {"scripted"});
    std::vector<UpsamplerInput> given;
    const Script script = [&](const UpsamplerInput& input, const Progress&) {
      given.push_back(input);
    };
    const auto alone = collect(evaluation, script);
    QVERIFY(given.at(1).neighbours.empty());
    given.clear();
    evaluation.methods[0].values["frames"] = std::int64_t{1};
    const auto run = collect(evaluation, script);
    QVERIFY(run.report.complete());
    QCOMPARE(given.size(), std::size_t{3});
    QCOMPARE(given[0].neighbours.size(), std::size_t{1});
    QCOMPARE(given[1].neighbours.size(), std::size_t{2});
    QCOMPARE(given[2].neighbours.size(), std::size_t{1});
    QCOMPARE(given[1].neighbours[1].pose.translation[0], 2.0);
    QVERIFY(at::equal(given[1].neighbours[0].low.levels, alone.results[0].low.low.levels));
  }

  void unusableSamplesAreSkippedNotFailed() {
    const auto source = std::make_shared<MadeUpSource>(4);
    source->has[1].hasTruth = false;
    source->has[2].hasLow = false;
    source->has[3].hasTruth = false;
    source->claims[3] = {true, true};  // a source that learns of it only when loading
    Evaluation evaluation = evaluationOf(source, {"nearest"});
    const auto simulated = collect(evaluation);
    QCOMPARE(simulated.ids(), (Ids{"made-0", "made-2"}));
    QCOMPARE(simulated.report.skipped.size(), std::size_t{2});
    QVERIFY(simulated.report.complete());

    evaluation.low = LowChoice::kReal;
    const auto real = collect(evaluation);
    QCOMPARE(real.ids(), (Ids{"made-0", "made-1", "made-3"}));
    QCOMPARE(real.report.skipped.at(0).sample, std::string("made-2"));
    QCOMPARE(real.report.withoutTruth, (Ids{"made-1", "made-3"}));
    QVERIFY(real.results[1].rows.empty());
    QCOMPARE(real.results[1].methods.size(), std::size_t{1});
  }

  void oneDamagedSampleLeavesTheOthersAlone() {
    const auto source = std::make_shared<MadeUpSource>(4);
    source->before[0] = [](auto&) { throw FileError("ends early", "a.npy", "Fetch it again"); };
    source->before[2] = [](auto&) { throw std::runtime_error("something foreign"); };
    const auto run = collect(evaluationOf(source, {"nearest"}));
    QCOMPARE(run.ids(), (Ids{"made-1", "made-3"}));
    QCOMPARE(run.report.failed.size(), std::size_t{2});
    QCOMPARE(run.report.unreadable, std::size_t{2});
    QCOMPARE(run.report.failed[0].sample, std::string("made-0"));
    QCOMPARE(run.report.failed[0].reason, std::string("a.npy: ends early. Fetch it again"));
    QVERIFY(run.report.failed[1].reason.find("something foreign") != std::string::npos);
    QVERIFY(!run.report.complete());
  }

  void oneFailingMethodLeavesTheOthersAlone() {
    int calls = 0;
    const auto run =
        collect(evaluationOf(std::make_shared<MadeUpSource>(2), {"scripted", "nearest"}),
                [&](auto&, auto&) {
                  if (calls++ == 0) throw std::bad_alloc();
                });
    QCOMPARE(run.ids(), (Ids{"made-0", "made-1"}));
    QCOMPARE(run.results[0].rows.size(), std::size_t{2});
    QCOMPARE(run.results[0].rows[0].method, std::string("nearest"));
    QCOMPARE(run.results[1].rows.size(), std::size_t{4});
    QCOMPARE(run.report.failed.size(), std::size_t{1});
    QCOMPARE(run.report.failed[0].method, std::string("scripted"));
    QVERIFY(run.report.failed[0].reason.find("memory") != std::string::npos);
    QCOMPARE(run.report.unreadable, std::size_t{0});
  }

  void aSampleOfWhichNothingCameIsNoResult() {
    const auto run = collect(evaluationOf(std::make_shared<MadeUpSource>(1), {"scripted"}),
                             [](auto&, auto&) { throw BadInput("will not do"); });
    QVERIFY(run.results.empty());
    QVERIFY(run.report.finished.empty());
  }

  void cancellingKeepsWhatIsFinished() {
    std::stop_source stop;
    int calls = 0;
    const auto run = collect(evaluationOf(std::make_shared<MadeUpSource>(5), {"scripted"}),
                             [&](const UpsamplerInput&, const Progress& progress) {
                               if (++calls == 3) stop.request_stop();
                               progress.checkpoint();
                             },
                             {stop.get_token(), {}});
    QVERIFY(run.report.cancelled);
    QCOMPARE(run.report.finished, (Ids{"made-0", "made-1"}));
    QCOMPARE(run.results.size(), std::size_t{2});
    QVERIFY(run.report.failed.empty());
  }

  void cancellingReachesALoadingSample() {
    std::stop_source stop;
    const auto source = std::make_shared<MadeUpSource>(3);
    source->before[1] = [&](const Progress& progress) {
      stop.request_stop();
      progress.checkpoint();
      throw std::runtime_error("the loading went on");
    };
    const auto run =
        collect(evaluationOf(source, {"nearest"}), [](auto&, auto&) {}, {stop.get_token(), {}});
    QVERIFY(run.report.cancelled);
    QVERIFY(run.report.failed.empty());
  }

  void cancelledBeforeItBegan() {
    std::stop_source stop;
    stop.request_stop();
    const auto run = collect(evaluationOf(std::make_shared<MadeUpSource>(2), {"nearest"}),
                             [](auto&, auto&) {}, {stop.get_token(), {}});
    QVERIFY(run.report.cancelled && run.results.empty());
  }

  void aFullDiskEndsTheRun() {
    int written = 0;
    const EvaluationReport report =
        evaluate(evaluationOf(std::make_shared<MadeUpSource>(4), {"nearest"}), registryWith({}),
                 [&](const SampleResult&) {
                   if (++written == 2) throw FileError("cannot write: no space left", "x.npy");
                 },
                 {});
    QCOMPARE(report.finished, Ids{"made-0"});
    QVERIFY(report.outputProblem.find("no space left") != std::string::npos);
    QVERIFY(!report.complete());
    QCOMPARE(written, 2);
  }

  void unknownMethodIsRefusedBeforeAnySample() {
    const auto source = std::make_shared<MadeUpSource>(2);
    QVERIFY_EXCEPTION_THROWN(collect(evaluationOf(source, {"bycubic"})), BadInput);
    QCOMPARE(source->begun.load(), std::size_t{0});
  }

  void progressGrowsAndNamesTheSample() {
    std::vector<double> parts;
    std::vector<std::string> texts;
    collect(evaluationOf(std::make_shared<MadeUpSource>(3), {"nearest", "bicubic"}),
            [](auto&, auto&) {}, {{}, [&](double part, std::string_view doing) {
                                    parts.push_back(part);
                                    texts.emplace_back(doing);
                                  }});
    QVERIFY(std::ranges::is_sorted(parts));
    QCOMPARE(parts.front(), 0.0);
    QCOMPARE(parts.back(), 1.0);
    QVERIFY(std::ranges::find(texts, "2/3 made-1 bicubic") != texts.end());
  }

  void loadsExactlyOneAhead() {
    const auto source = std::make_shared<MadeUpSource>(5);
    std::binary_semaphore secondBegun{0};
    source->before[1] = [&](auto&) { secondBegun.release(); };
    Prefetch samples(source, {0, 1, 2, 3, 4}, {});
    QCOMPARE(samples.next().id, std::string("made-0"));
    secondBegun.acquire();  // beside whoever works on the first
    QVERIFY(source->begun <= 2);
    QCOMPARE(samples.next().id, std::string("made-1"));
    QCOMPARE(samples.next().id, std::string("made-2"));
    QVERIFY(source->begun <= 4);
  }

  void prefetchSurvivesAFailureAndBeingAbandoned() {
    const auto source = std::make_shared<MadeUpSource>(3);
    source->before[0] = [](auto&) { throw FileError("broken", "0"); };
    Prefetch samples(source, {0, 1, 2}, {});
    QVERIFY_EXCEPTION_THROWN(samples.next(), FileError);
    QCOMPARE(samples.next().id, std::string("made-1"));
  }
};

QTEST_GUILESS_MAIN(EvaluationTest)
#include "evaluation.moc"
