// The interval method as a whole: any size, factor and device, the same bytes on any number of
// threads, no input that it chokes on, and better than the interpolations on the embedded scenes.
#include <ATen/ops/abs.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros.h>

#include <QtTest>
#include <limits>

#include "core/degradation.h"
#include "core/error.h"
#include "core/metrics.h"
#include "datasets/scenes/scene_source.h"
#include "models/interval/interval.h"
#include "models/registry.h"
#include "tests/models/interval_maps.h"
#include "tests/support/standin_gpu.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

const UpsamplerRegistry& methods() {
  static const UpsamplerRegistry registry = [] {
    UpsamplerRegistry made;
    registerModels(made);
    return made;
  }();
  return registry;
}

Prediction run(const UpsamplerInput& input, const Values& values = {},
               const Progress& progress = {}) {
  return (*methods().create("interval", values))(input, progress);
}

bool sameResults(const Prediction& a, const Prediction& b) {
  bool same =
      sameBytes(a.depth.metres, b.depth.metres) && sameBytes(*a.uncertainty, *b.uncertainty) &&
      sameBytes(a.interval->lower, b.interval->lower) &&
      sameBytes(a.interval->upper, b.interval->upper) && a.innerMaps.size() == b.innerMaps.size();
  for (std::size_t i = 0; same && i < a.innerMaps.size(); ++i) {
    same = sameBytes(a.innerMaps[i].values, b.innerMaps[i].values);
  }
  return same;
}

bool allFinite(const at::Tensor& map) {
  return at::isfinite(map).all().item<bool>();
}

double meanApart(const at::Tensor& depth, const at::Tensor& truth, double clip = 20) {
  return at::abs(depth.clamp_max(clip).sub(truth.clamp_max(clip))).mean().item<double>();
}

/// The whole result makes sense: depths inside their intervals, nothing negative or not finite.
void verifySound(const Prediction& prediction, Size size) {
  QVERIFY(prediction.depth.size() == size);
  QVERIFY(allFinite(prediction.depth.metres));
  QVERIFY(prediction.depth.metres.gt(0).all().item<bool>());
  QVERIFY(allFinite(*prediction.uncertainty));
  QVERIFY(prediction.uncertainty->ge(0).all().item<bool>());
  const auto& [lower, upper] = *prediction.interval;
  QVERIFY(allFinite(lower) && allFinite(upper));
  QVERIFY(lower.ge(0).all().item<bool>() && lower.le(upper).all().item<bool>());
  QCOMPARE(prediction.innerMaps.size(), std::size_t(9));
  for (const InnerMap& map : prediction.innerMaps) {
    QVERIFY2(allFinite(map.values), map.id.c_str());
    QVERIFY(!map.title.empty());
  }
}

}  // namespace

class IntervalTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void itIsTheDefault() {
    QCOMPARE(methods().info("default").id, std::string("interval"));
    const UpsamplerInfo& info = methods().info("interval");
    QVERIFY(info.followsSliders && info.refines && info.weights.empty());
    QVERIFY(info.settings.size() <= 14);
    for (const Setting& setting : info.settings) QVERIFY(!setting.help.empty());
  }

  void aStreetIsRestored() {
    const Size size{240, 320};
    const UpsamplerInput input = street(size);
    const Prediction prediction = run(input);
    verifySound(prediction, size);
    const at::Tensor truth = streetTruth(size);
    const at::Tensor bicubic = (*methods().create("bicubic", {}))(input, {}).depth.metres;
    const double ours = meanApart(prediction.depth.metres, truth),
                 theirs = meanApart(bicubic, truth);
    QVERIFY2(ours < 0.4 * theirs, qPrintable(QString("%1 of %2").arg(ours).arg(theirs)));
    const auto& [lower, upper] = *prediction.interval;
    const double inside =
        truth.ge(lower).logical_and(truth.le(upper)).to(at::kFloat).mean().item<double>();
    QVERIFY2(inside > 0.95, qPrintable(QString::number(inside)));
  }

  void embeddedScenes_data() {
    QTest::addColumn<QString>("scene");
    QTest::addColumn<double>("ratio");
    for (const char* scene : {"0", "1", "2", "3", "4", "5"}) QTest::newRow(scene) << scene << 0.75;
  }
  void embeddedScenes() {
    QFETCH(QString, scene);
    QFETCH(double, ratio);
    const Sample sample = openScenes("scenes:" + scene.toStdString())->load(0, {});
    const Degraded low = degrade(*sample.truth, Degradation{}, sample.id);
    const UpsamplerInput input = inputOf(sample, low.low);
    const Prediction prediction = run(input);
    verifySound(prediction, sample.size());
    const Prediction bicubic = (*methods().create("bicubic", {}))(input, {});
    const double ours = meanApart(prediction.depth.metres, sample.truth->metres);
    const double theirs = meanApart(bicubic.depth.metres, sample.truth->metres);
    QVERIFY2(ours < ratio * theirs, qPrintable(QString("%1 of %2").arg(ours).arg(theirs)));
    // Informative cells: the truth's level lies between the bounds.
    const IntervalAnalysis found = analyse(input, {}, {});
    const auto* truth = low.noiseless.const_data_ptr<float>();
    int inside = 0, informative = 0;
    for (std::size_t i = 0; i < found.cells.count(); ++i) {
      if (found.cells.state[i] != CellState::kInformative) continue;
      informative += 1;
      inside += truth[i] >= found.cells.least[i] && truth[i] <= found.cells.greatest[i] ? 1 : 0;
    }
    QVERIFY(informative < 30 || inside >= 0.97 * informative);
  }

  void strongNoiseIsBorne_data() {
    QTest::addColumn<QString>("scene");
    for (const char* scene : {"0", "1", "2", "3"}) QTest::newRow(scene) << scene;
  }
  void strongNoiseIsBorne() {
    // As the report's text has it, taken literally: σa 0.22, σr 0.14, not clipped below 0.
    QFETCH(QString, scene);
    const Sample sample = openScenes("scenes:" + scene.toStdString())->load(0, {});
    const Degraded low = degrade(*sample.truth, degradationPreset("paper-literal"), sample.id);
    const UpsamplerInput input = inputOf(sample, low.low);
    const Prediction prediction = run(input);
    verifySound(prediction, sample.size());
    const Prediction bicubic = (*methods().create("bicubic", {}))(input, {});
    const double ours = meanApart(prediction.depth.metres, sample.truth->metres);
    const double theirs = meanApart(bicubic.depth.metres, sample.truth->metres);
    QVERIFY2(ours < 0.7 * theirs, qPrintable(QString("%1 of %2").arg(ours).arg(theirs)));
  }

  void theSameBytesOnAnyNumberOfThreads() {
    UpsamplerInput input = street({203, 331});
    input.initial = streetTruth({203, 331}).mul(1.3);
    const Prediction one = [&] {
      const Threads threads(1);
      return run(input);
    }();
    for (const int count : {2, 3, 8}) {
      const Threads threads(count);
      QVERIFY(sameResults(run(input), one));
    }
  }

  void theResultIsWhereItsInputIs() {
    const at::Device device = standinGpu();
    UpsamplerInput input = street({96, 128});
    input.relative = streetTruth({96, 128}).reciprocal();
    const Prediction here = run(input);
    input.rgb = input.rgb.to(device);
    input.low.levels = input.low.levels.to(device);
    input.relative = input.relative->to(device);
    const Prediction there = run(input);
    QCOMPARE(there.depth.metres.device(), device);
    QCOMPARE(there.uncertainty->device(), device);
    QCOMPARE(there.interval->upper.device(), device);
    QCOMPARE(there.innerMaps[0].values.device(), device);
    QVERIFY(sameBytes(there.depth.metres.cpu(), here.depth.metres));
  }

  void anySizeFactorAndPhase_data() {
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<double>("factor");
    QTest::addColumn<double>("phase");
    QTest::newRow("odd") << 67 << 93 << 8.0 << 4.0;
    QTest::newRow("7.5") << 240 << 320 << 7.5 << 3.75;
    QTest::newRow("3") << 61 << 47 << 3.0 << 1.0;
    QTest::newRow("16") << 240 << 320 << 16.0 << 8.0;
    QTest::newRow("1") << 24 << 40 << 1.0 << 0.0;
    QTest::newRow("first pixel") << 96 << 128 << 8.0 << 0.0;
    QTest::newRow("last pixel") << 96 << 128 << 8.0 << 7.0;
    QTest::newRow("between pixels") << 96 << 128 << 8.0 << 3.5;
    QTest::newRow("tall") << 640 << 32 << 8.0 << 4.0;
    QTest::newRow("one cell") << 8 << 8 << 8.0 << 4.0;
    QTest::newRow("one pixel") << 1 << 1 << 1.0 << 0.0;
  }
  void anySizeFactorAndPhase() {
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(double, factor);
    QFETCH(double, phase);
    const Size size{height, width};
    UpsamplerInput input = street(size, factor);
    input.low.phaseX = input.low.phaseY = phase;
    verifySound(run(input), size);
    UpsamplerInput wide = input;  // another factor across
    wide.rgb = input.rgb.repeat({1, 1, 2});
    wide.low.factorX *= 2;
    verifySound(run(wide), {height, 2 * width});
  }

  void theInitialSettingsAreTheConstants() {
    const UpsamplerInput input = street({96, 128});
    QVERIFY(sameResults(run(input), intervalUpsample(input, {}, {})));
  }

  void theCameraAndTheLevelCount() {
    const Size size{240, 320};
    UpsamplerInput input = street(size);
    const Prediction unknown = run(input);
    input.intrinsics = Intrinsics{160, 160, 160, 120};
    QVERIFY(sameResults(run(input), unknown));  // 90 degrees are assumed
    input.intrinsics = Intrinsics{320, 320, 160, 120};
    // With the picture seen through a longer lens the same cells span less ground.
    const double mean = unknown.depth.metres.clamp_max(16).mean().item<double>();
    QVERIFY(run(input).depth.metres.clamp_max(16).mean().item<double>() > mean * 1.05);
    input.intrinsics = Intrinsics{0, -1, 160, 120};
    QVERIFY(sameResults(run(input), unknown));
    input.low.metresPerLevel = 1;
    verifySound(run(input), size);
    QVERIFY(run(input).innerMaps[1].values.ge(0).all().item<bool>());
  }

  void everyKnobTurnsSomething() {
    const UpsamplerInput built = street({240, 320});
    UpsamplerInput leaves = built;
    leaves.rgb = paintedPicture({240, 320}, [](int, std::int64_t y, std::int64_t x) {
      return int(255 * unit("leaves", std::uint64_t(y * 320 + x)));
    });
    UpsamplerInput room = built;
    room.low.levels = built.low.levels.clamp_max(0.1);
    UpsamplerInput corridor = room;
    corridor.low.levels = room.low.levels.clone();
    corridor.low.levels.slice(0, 12, 15).slice(1, 18, 22).fill_(1);
    const Prediction before[] = {run(built), run(leaves), run(room), run(corridor)};
    for (const Setting& setting : methods().info("interval").settings) {
      if (!std::holds_alternative<Real>(setting.kind)) continue;  // frames: in interval_frames
      const Real& kind = std::get<Real>(setting.kind);
      QVERIFY(kind.initial > kind.least && kind.initial * 1.5 < kind.greatest);
      const Values values{{setting.name, kind.initial * 1.5}};
      const bool changed = !sameResults(run(built, values), before[0]) ||
                           !sameResults(run(leaves, values), before[1]) ||
                           !sameResults(run(room, values), before[2]) ||
                           !sameResults(run(corridor, values), before[3]);
      QVERIFY2(changed, setting.name.c_str());
      for (const double end : {kind.least, kind.greatest}) {
        verifySound(run(built, {{setting.name, end}}), {240, 320});
        verifySound(run(room, {{setting.name, end}}), {240, 320});
      }
    }
  }

  void oddLevelsGiveAResult_data() {
    QTest::addColumn<float>("value");
    QTest::addColumn<bool>("everywhere");
    const float inf = std::numeric_limits<float>::infinity();
    for (const bool all : {false, true}) {
      const QByteArray where = all ? " everywhere" : " in places";
      QTest::newRow("NaN" + where) << kNaN << all;
      QTest::newRow("infinite" + where) << inf << all;
      QTest::newRow("-infinite" + where) << -inf << all;
      QTest::newRow("negative" + where) << -5.0F << all;
      QTest::newRow("zero" + where) << 0.0F << all;
      QTest::newRow("one" + where) << 1.0F << all;
      QTest::newRow("sky" + where) << 4095.0F << all;
      QTest::newRow("huge" + where) << std::numeric_limits<float>::max() << all;
      QTest::newRow("tiny" + where) << std::numeric_limits<float>::denorm_min() << all;
    }
  }
  void oddLevelsGiveAResult() {
    QFETCH(float, value);
    QFETCH(bool, everywhere);
    UpsamplerInput input = street({96, 128});
    auto* levels = input.low.levels.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < input.low.levels.numel(); ++i) {
      if (everywhere || i % 7 == 3) levels[i] = value;
    }
    verifySound(run(input), {96, 128});
    input.rgb.zero_();
    verifySound(run(input), {96, 128});
  }

  void wrongInputsAreNamed() {
    const UpsamplerInput good = street({96, 128});
    const auto problem = [&](auto&& change) {
      UpsamplerInput input = good;
      change(input);
      return messageOf<BadInput>([&] { run(input); });
    };
    QVERIFY(has(problem([](auto& i) { i.rgb = i.rgb.to(at::kFloat); }), "picture"));
    QVERIFY(has(problem([](auto& i) { i.rgb = i.rgb[0]; }), "3×H×W"));
    QVERIFY(has(problem([](auto& i) { i.rgb = i.rgb.slice(2, 0, 64); }), "width"));
    QVERIFY(has(problem([](auto& i) { i.rgb = i.rgb.slice(1, 0, 0); }), "picture"));
    QVERIFY(has(problem([](auto& i) { i.low.levels = i.low.levels.to(at::kDouble); }), "float32"));
    QVERIFY(has(problem([](auto& i) { i.low.levels = at::Tensor(); }), "transmitted map"));
    QVERIFY(has(problem([](auto& i) { i.low.factorX = 0; }), "above 0"));
    QVERIFY(has(problem([](auto& i) { i.low.metresPerLevel = kNaN; }), "above 0"));
    QVERIFY(has(problem([](auto& i) { i.low.phaseY = kNaN; }), "phase"));
    QVERIFY(has(problem([](auto& i) { i.relative = at::zeros({4, 4}); }), "picture's size"));
    QVERIFY(has(problem([](auto& i) { i.initial = at::Tensor(); }), "initial depth"));
  }

  void aPictureThatIsAPartOfAnother() {
    // Strides other than a fresh tensor's.
    const UpsamplerInput input = street({96, 128});
    UpsamplerInput part = input;
    part.rgb = input.rgb.permute({1, 2, 0}).contiguous().permute({2, 0, 1});
    part.low.levels = input.low.levels.t().contiguous().t();
    QVERIFY(sameResults(run(part), run(input)));
  }

  void aRelativeMapGivesItsShape_data() {
    QTest::addColumn<bool>("relative");
    QTest::newRow("relative") << true;
    QTest::newRow("initial") << false;
  }
  void aRelativeMapGivesItsShape() {
    QFETCH(bool, relative);
    const Size size{240, 320};
    UpsamplerInput input = street(size);
    const at::Tensor truth = streetTruth(size);
    const double without = meanApart(run(input).depth.metres, truth);
    if (relative) {
      input.relative = truth.reciprocal().mul(7).add(-2);  // any line
    } else {
      input.initial = truth.mul(1.2);
      input.initial->slice(0, 100, 140).fill_(kNaN);
    }
    const Prediction prediction = run(input);
    verifySound(prediction, size);
    const double with = meanApart(prediction.depth.metres, truth);
    QVERIFY2(with < 0.8 * without, qPrintable(QString("%1 of %2").arg(with).arg(without)));
  }

  void uselessMapsChangeNothing() {
    const Size size{240, 320};
    UpsamplerInput input = street(size);
    const Prediction plain = run(input);
    const at::Tensor truth = streetTruth(size), noise = filled("noise", {240, 320}, 0.1, 1);
    for (const at::Tensor& map :
         {truth.mul(-1), noise, at::zeros({240, 320}), at::zeros({240, 320}).fill_(kNaN)}) {
      input.relative = map;
      QVERIFY(sameResults(run(input), plain));
      input.relative.reset();
      input.initial = map;
      QVERIFY(sameResults(run(input), plain));
      input.initial.reset();
    }
  }

  void cancelling_data() {
    QTest::addColumn<double>("at");
    for (const double at : {0.0, 0.1, 0.3, 0.4})
      QTest::newRow(qPrintable(QString::number(at))) << at;
  }
  void cancelling() {
    QFETCH(double, at);
    std::stop_source stop;
    Progress progress;
    progress.stop = stop.get_token();
    progress.report = [&](double part, std::string_view) {
      if (part >= at) stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(run(street({96, 128}), {}, progress), Cancelled);
  }

  void innerMapsAreNamed() {
    const Prediction prediction = run(street({96, 128}));
    QStringList ids;
    for (const InnerMap& map : prediction.innerMaps) ids += QString::fromStdString(map.id);
    QCOMPARE(ids, (QStringList{"levels", "field", "inverse_depth", "cell_lower", "cell_upper",
                               "naturalness", "room", "free_path", "detail"}));
    QVERIFY((prediction.innerMaps[0].values.sizes() == std::vector<std::int64_t>{12, 16}));
  }
};

QTEST_GUILESS_MAIN(IntervalTest)
#include "interval.moc"
