// Ensembles and chains.
#include <ATen/ops/allclose.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/tensor.h>

#include <QtTest>
#include <cmath>
#include <limits>

#include "app/methods/combined.h"
#include "app/methods/own_methods.h"
#include "core/error.h"
#include "made_up_methods.h"
#include "made_up_source.h"
#include "models/registry.h"

using namespace fathom;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Four values in a row, with σ where given.
class Four : public Upsampler {
 public:
  Four(std::array<float, 4> metres, std::vector<float> sigma = {}, std::string stamp = {})
      : metres_(metres), sigma_(std::move(sigma)), stamp_(std::move(stamp)) {}
  Prediction operator()(const UpsamplerInput&, const Progress& progress) const override {
    progress.at(0.5, "half");
    Prediction made;
    made.depth = makePrediction(at::tensor(at::ArrayRef<float>(metres_)).view({1, 4}));
    if (!sigma_.empty()) made.uncertainty = at::tensor(at::ArrayRef<float>(sigma_)).view({1, 4});
    made.stamp = stamp_;
    made.milliseconds = 2;
    return made;
  }

 private:
  std::array<float, 4> metres_;
  std::vector<float> sigma_;
  std::string stamp_;
};

/// Adds one to what it starts from; says what it was given.
class AddsOne : public Upsampler {
 public:
  Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
    Prediction made;
    const at::Tensor start =
        input.initial ? *input.initial
                      : at::full({input.rgb.size(1), input.rgb.size(2)}, 100.0, at::kFloat);
    made.depth = makePrediction(start.add(input.relative ? 1000 : 1));
    made.stamp = "refined";
    return made;
  }
};

/// Keeps what it was given.
class Keeps : public Upsampler {
 public:
  Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
    given = input;
    Prediction made;
    made.depth = makePrediction(*input.initial);
    return made;
  }
  mutable UpsamplerInput given;
};

/// Metres, with a relative map beside them.
class Guide : public Upsampler {
 public:
  Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
    Prediction made;
    made.depth = makePrediction(at::full({input.rgb.size(1), input.rgb.size(2)}, 5.0, at::kFloat));
    made.innerMaps.push_back(relativeMap(made.depth.metres));
    return made;
  }
};

void add(UpsamplerRegistry& registry, const std::string& id, UpsamplerPtr method, bool refines) {
  UpsamplerInfo info;
  info.id = info.title = id;
  info.refines = refines;
  info.parameters = 10;
  info.costs = [](Size, const Values&, const Progress&) { return Costs{10, 100}; };
  registry.add(info, [method](const Values&) { return method; });
}

UpsamplerRegistry someMethods() {
  UpsamplerRegistry registry;
  addMethod(registry, "one", true, 1);
  addMethod(registry, "three", true, 3);
  addMethod(registry, "eight", false, 8);
  addMethod(registry, "broken", false, 0,
            [](const Progress&) { throw BadInput("no luck", "made-0"); });
  add(registry, "adds", std::make_shared<AddsOne>(), true);
  add(registry, "guide", std::make_shared<Guide>(), false);
  return registry;
}

MethodDefinition combined(MethodKind kind, const std::string& id,
                          const std::vector<std::string>& members) {
  MethodDefinition definition = newDefinition(kind, id);
  for (const std::string& member : members) definition.members.push_back({member, {}});
  return definition;
}

Prediction run(const Upsampler& method, const Progress& progress = {}) {
  const Sample sample = MadeUpSource(1).load(0, {});
  return method(inputOf(sample, *sample.low), progress);
}

Prediction runOf(const std::vector<MethodDefinition>& definitions, const std::string& id,
                 const Progress& progress = {}) {
  UpsamplerRegistry registry = someMethods();
  addOwnMethods(registry, definitions, nullptr);
  return run(*registry.create(id, {}), progress);
}

std::vector<float> values(const at::Tensor& map) {
  const at::Tensor flat = map.flatten().contiguous();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

bool near(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i]) || std::abs(a[i] - b[i]) > 1e-4F * std::abs(b[i]))
      return false;
  }
  return true;
}

std::string refusal(const std::vector<MethodDefinition>& definitions) {
  UpsamplerRegistry registry = someMethods();
  const std::size_t before = registry.list().size();
  try {
    addOwnMethods(registry, definitions, nullptr);
  } catch (const BadInput& error) {
    return registry.list().size() == before ? error.what() : "something was added";
  }
  return {};
}

const std::array<float, 4> kA{1, 2, kNan, kNan}, kB{3, kNan, 6, kNan}, kC{8, 4, 10, kNan};

}  // namespace

class OwnCombinedTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void meanAndMedianPixelByPixel() {
    const std::vector<Member> three{{"a", "A", std::make_shared<Four>(kA)},
                                    {"b", "B", std::make_shared<Four>(kB)},
                                    {"c", "C", std::make_shared<Four>(kC)}};
    const Prediction mean = run(Ensemble(three, Combination::kMean));
    QVERIFY(near(values(mean.depth.metres), {4, 3, 8, kNan}));
    QCOMPARE(mean.depth.reason.view({-1})[3].item<int>(), int(Reason::kMissing));
    // The members' spread.
    QVERIFY(near(values(*mean.uncertainty), {std::sqrt(26.0F / 3), 1, 2, kNan}));
    QCOMPARE(mean.milliseconds, 6.0);
    const Prediction median = run(Ensemble(three, Combination::kMedian));
    QVERIFY(near(values(median.depth.metres), {3, 3, 8, kNan}));
    QCOMPARE(median.innerMaps.size(), std::size_t{3});
    QCOMPARE(median.innerMaps[1].id, std::string("member_b"));
  }

  void weightsAreOneOverVariance() {
    const Ensemble both({{"a", "A",
                          std::make_shared<Four>(std::array<float, 4>{1, 1, 1, kNan},
                                                 std::vector<float>{1, 2, kNan, 1})},
                         {"b", "B",
                          std::make_shared<Four>(std::array<float, 4>{4, 4, 4, 4},
                                                 std::vector<float>{2, 2, 3, 5})}},
                        Combination::kWeighted);
    const Prediction made = run(both);
    // 1/1 and 1/4; alike; a's σ unknown there, so b's; b alone.
    QVERIFY(near(values(made.depth.metres), {1.6F, 2.5F, 2.5F, 4}));
    // Within and between: 0.8·(1 + 0.36) + 0.2·(4 + 5.76), …
    QVERIFY(near(values(*made.uncertainty),
                 {std::sqrt(3.04F), std::sqrt(6.25F), std::sqrt(11.25F), 5}));
    QVERIFY(made.stamp.empty());
  }

  void membersWithoutUncertaintyAreSaid() {
    const auto plain = std::make_shared<Four>(std::array<float, 4>{1, 1, 1, 1});
    const auto sure = std::make_shared<Four>(std::array<float, 4>{3, 3, 3, 3},
                                             std::vector<float>{1, 2, 3, 4}, "tiled 512");
    const Prediction some =
        run(Ensemble({{"p", "P", plain}, {"s", "S", sure}}, Combination::kWeighted));
    QVERIFY(near(values(some.depth.metres), {2, 2, 2, 2}));
    QVERIFY(some.stamp.find("s: tiled 512") != std::string::npos);
    QVERIFY(some.stamp.find("unknown") != std::string::npos);
    const Prediction none =
        run(Ensemble({{"p", "P", plain}, {"q", "Q", plain}}, Combination::kWeighted));
    QVERIFY(none.stamp.find("plain mean") != std::string::npos);
    QVERIFY(near(values(none.depth.metres), {1, 1, 1, 1}));
  }

  void anEnsembleOfOneIsThatOne() {
    const Prediction one =
        run(Ensemble({{"a", "A", std::make_shared<Four>(kA)}}, Combination::kMedian));
    QVERIFY(near(values(one.depth.metres), {1, 2, kNan, kNan}));
    QVERIFY(!one.uncertainty);
  }

  void ensemblesOfSizesThatDiffer() {
    const UpsamplerRegistry registry = someMethods();
    const Ensemble odd(
        {{"a", "A", std::make_shared<Four>(kA)}, {"one", "One", registry.create("one", {})}},
        Combination::kMean);
    QVERIFY_EXCEPTION_THROWN(run(odd), BadInput);
  }

  void aChainHandsOn() {
    const auto chain = combined(MethodKind::kChain, "chain", {"one", "adds", "adds"});
    const Prediction made = runOf({chain}, "chain");
    QCOMPARE(made.depth.metres[3][3].item<float>(), 3.0F);
    QCOMPARE(made.stamp, std::string("adds: refined; adds: refined"));
    QCOMPARE(made.innerMaps[0].id, std::string("step_1_one"));
    QCOMPARE(made.innerMaps[1].id, std::string("step_2_adds"));
    const auto guided = combined(MethodKind::kChain, "guided", {"guide", "adds"});
    QCOMPARE(runOf({guided}, "guided").depth.metres[0][0].item<float>(), 1005.0F);
  }

  void aChainOfAChainKnowsTheRelativeMap() {
    // The inner chain ends with a method that makes none.
    const std::vector<MethodDefinition> all{
        combined(MethodKind::kChain, "inner", {"guide", "adds"}),
        combined(MethodKind::kChain, "outer", {"inner", "adds"})};
    const Prediction made = runOf(all, "outer");
    QCOMPARE(made.depth.metres[0][0].item<float>(), 2005.0F);
    QCOMPARE(std::ranges::count(made.innerMaps, kRelativeMap, &InnerMap::id), 1);
  }

  void aNetworkBeforeARefiner() {
    UpsamplerRegistry registry = someMethods();
    registerModels(registry);
    MethodDefinition chain = combined(MethodKind::kChain, "x", {"aligned_depth_anything", "keeps"});
    chain.members[0].values = {{"random_weights", true}, {"input_size", std::int64_t(98)}};
    const auto keeps = std::make_shared<Keeps>();
    add(registry, "keeps", keeps, true);
    addOwnMethods(registry, {chain}, nullptr);
    const Prediction alone =
        run(*registry.create("aligned_depth_anything", chain.members[0].values));
    run(*registry.create("x", {}));
    QVERIFY(keeps->given.relative && keeps->given.initial);
    QVERIFY(at::allclose(*keeps->given.relative, alone.innerMaps.at(0).values));
    QVERIFY(at::allclose(*keeps->given.initial, alone.depth.metres));
    QVERIFY(!at::allclose(*keeps->given.initial, *keeps->given.relative));
  }

  void nestedInAnyOrder() {
    // Members before what they are made of, to be sorted out.
    const std::vector<MethodDefinition> all{
        combined(MethodKind::kEnsemble, "outer", {"inner", "eight"}),
        combined(MethodKind::kChain, "inner", {"mean", "adds"}),
        combined(MethodKind::kEnsemble, "mean", {"one", "three"})};
    QCOMPARE(runOf(all, "outer").depth.metres[0][0].item<float>(), 5.5F);
    UpsamplerRegistry registry = someMethods();
    addOwnMethods(registry, all, nullptr);
    const auto list = registry.list();
    QCOMPARE(list[list.size() - 3].id, std::string("outer"));  // in the order of the file
    QCOMPARE(registry.info("outer").group, std::string("Combined"));
    QVERIFY(!registry.info("outer").followsSliders && registry.info("mean").followsSliders);
    QCOMPARE(registry.info("inner").parameters, std::int64_t{10});
    QCOMPARE(registry.info("outer").costs({8, 8}, {}, {}).macs, 100.0);
    QVERIFY(registry.info("inner").refines == false);
  }

  void framesOfMembersAreAskedFor() {
    UpsamplerRegistry registry = someMethods();
    registerModels(registry);
    MethodDefinition x = combined(MethodKind::kEnsemble, "x", {"one", "interval"});
    x.members[1].values = {{"frames", std::int64_t{2}}, {"frame_stride", std::int64_t{7}}};
    const MethodDefinition outer = combined(MethodKind::kEnsemble, "outer", {"three", "x"});
    const MethodDefinition plain = combined(MethodKind::kEnsemble, "plain", {"one", "interval"});
    addOwnMethods(registry, {x, outer, plain}, nullptr);
    QVERIFY((framesWanted(registry.info("x"), {}) == FramesWanted{2, 7}));
    QVERIFY((framesWanted(registry.info("outer"), {}) == FramesWanted{2, 7}));
    QVERIFY(framesWanted(registry.info("plain"), {}).eachSide == 0);
  }

  void anEnsembleOfRefinersRefines() {
    UpsamplerRegistry registry = someMethods();
    addOwnMethods(registry,
                  {combined(MethodKind::kEnsemble, "both", {"adds", "adds"}),
                   combined(MethodKind::kChain, "chain", {"one", "both"})},
                  nullptr);
    QVERIFY(registry.info("both").refines);
    QCOMPARE(run(*registry.create("chain", {})).depth.metres[0][0].item<float>(), 2.0F);
  }

  void whatIsRefused_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QStringList>("members");
    QTest::addColumn<QString>("says");
    QTest::newRow("cannot refine")
        << "chain" << QStringList{"one", "three"} << "three cannot start from the result of one";
    QTest::newRow("unknown") << "ensemble" << QStringList{"one", "thre"} << "thre";
    QTest::newRow("itself") << "ensemble" << QStringList{"one", "x"} << "x → x";
    QTest::newRow("taken id") << "taken" << QStringList{"eight", "three"} << "registered already";
  }
  void whatIsRefused() {
    QFETCH(QString, kind);
    QFETCH(QStringList, members);
    QFETCH(QString, says);
    std::vector<std::string> ids;
    for (const QString& id : members) ids.push_back(id.toStdString());
    const auto definition = combined(kind == "chain" ? MethodKind::kChain : MethodKind::kEnsemble,
                                     kind == "taken" ? "one" : "x", ids);
    const std::string message = refusal({definition});
    QVERIFY2(QString::fromStdString(message).contains(says), message.c_str());
  }

  void circlesAreNamed() {
    const std::string message = refusal({combined(MethodKind::kEnsemble, "a", {"b"}),
                                         combined(MethodKind::kEnsemble, "b", {"one", "c"}),
                                         combined(MethodKind::kEnsemble, "c", {"a"})});
    QVERIFY2(message.find("a → b → c → a") != std::string::npos, message.c_str());
    QVERIFY(!refusal({combined(MethodKind::kEnsemble, "a", {"one"}),
                      combined(MethodKind::kEnsemble, "a", {"one"})})
                 .empty());
  }

  void aFailingMemberIsNamed() {
    try {
      runOf({combined(MethodKind::kEnsemble, "x", {"one", "broken"})}, "x");
      QFAIL("it passed");
    } catch (const BadInput& error) {
      QCOMPARE(error.problem(), std::string("broken: no luck"));
      QCOMPARE(error.subject(), std::string("made-0"));
    }
  }

  void progressGrowsAndCancels() {
    std::vector<double> parts;
    std::stop_source stop;
    const auto x = combined(MethodKind::kEnsemble, "x", {"one", "three", "eight"});
    runOf({x}, "x", {{}, [&](double part, std::string_view) { parts.push_back(part); }});
    QVERIFY(parts.size() >= 3 && std::ranges::is_sorted(parts));
    QVERIFY(parts.front() >= 0 && parts.back() <= 1 && parts.back() > 0.6);
    const Progress stopping{stop.get_token(), [&](double, std::string_view doing) {
                              if (doing == "three") stop.request_stop();
                            }};
    QVERIFY_EXCEPTION_THROWN(runOf({x}, "x", stopping), Cancelled);
  }

  void membersKeepTheirSettings() {
    UpsamplerRegistry registry;
    registerModels(registry);
    MethodDefinition x = combined(MethodKind::kEnsemble, "x", {"bicubic"});
    x.members[0].values["kernel"] = std::string("pillow");
    addOwnMethods(registry, {x}, nullptr);
    const auto plain = run(*registry.create("bicubic", {{"kernel", std::string("pillow")}}));
    QVERIFY(at::allclose(run(*registry.create("x", {})).depth.metres, plain.depth.metres));
    x.members[0].values["kernl"] = std::string("pillow");
    UpsamplerRegistry other;
    registerModels(other);
    QVERIFY_EXCEPTION_THROWN(addOwnMethods(other, {x}, nullptr), BadInput);
  }

  void weightsOfMembersAreWanted() {
    UpsamplerRegistry registry = someMethods();
    addNetwork(registry, "net", "made_up");
    addOwnMethods(registry, {combined(MethodKind::kEnsemble, "x", {"one", "net"})}, nullptr);
    QCOMPARE(registry.info("x").weights.at(0).name, std::string("made_up"));
  }
};

QTEST_GUILESS_MAIN(OwnCombinedTest)
#include "own_combined.moc"
