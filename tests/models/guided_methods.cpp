// The guided methods as users meet them: what stays, where edges lie, other results to start from,
// sizes and factors, bad input, cancelling, threads.
#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros.h>

#include <QtTest>
#include <limits>

#include "core/error.h"
#include "models/interpolation/interpolation.h"
#include "tests/models/guided_scene.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

at::Tensor run(const std::string& id, const UpsamplerInput& input, const Values& values = {},
               const Progress& progress = {}) {
  return (*guidedMethods().create(id, values))(input, progress).depth.metres;
}

double worst(const at::Tensor& metres, double wanted) {
  return (metres - wanted).abs().max().item<double>();
}

at::Tensor colours(Size size) {
  return filled("rgb", {3, size.height, size.width}, 0, 255).to(at::kByte);
}

UpsamplerInput flatInput(Size size, double factor, float level) {
  UpsamplerInput input;
  input.rgb = colours(size);
  const std::int64_t rows = std::int64_t(double(size.height) / factor),
                     columns = std::int64_t(double(size.width) / factor);
  input.low = lowOf(at::full({rows, columns}, level, at::kFloat), factor);
  return input;
}

UpsamplerInput someInput(Size size, double factor) {
  UpsamplerInput input = flatInput(size, factor, 0);
  input.low.levels = filled("levels", input.low.levels.sizes().vec(), 0, 30);
  return input;
}

const char* const kSpaces[] = {"inverse", "log", "metres"};

}  // namespace

class GuidedMethodsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theyDescribeThemselves() {
    const auto list = guidedMethods().list();
    QCOMPARE(list.size(), std::size_t(6));
    for (const UpsamplerInfo& info : list) {
      QVERIFY2(!info.paper.empty() && !info.summary.empty(), info.id.c_str());
      QCOMPARE(info.group, std::string("Guided, no weights"));
      QVERIFY(info.refines);
      QVERIFY(info.weights.empty());
      for (const Setting& setting : info.settings) {
        QVERIFY2(!setting.help.empty(), (info.id + "." + setting.name).c_str());
      }
    }
  }

  void constantsStay_data() { methods(); }
  void constantsStay() {
    QFETCH(QString, id);
    for (const char* space : kSpaces) {
      const at::Tensor metres =
          run(id.toStdString(), flatInput({40, 56}, 8, 3), {{"space", std::string(space)}});
      QVERIFY2(worst(metres, 56) < 0.01, qPrintable(QString("%1 m off").arg(worst(metres, 56))));
    }
  }

  void levelZeroIsWhatOneSays_data() { methods(); }
  void levelZeroIsWhatOneSays() {
    QFETCH(QString, id);
    const auto with = [&](const char* what, const char* space) {
      return run(id.toStdString(), flatInput({32, 32}, 8, 0.2F),
                 {{"level_zero", std::string(what)}, {"space", std::string(space)}});
    };
    QVERIFY(worst(with("half", "inverse"), 8) < 0.01);
    QVERIFY(worst(with("excluded", "inverse"), 8) < 0.01);
    QVERIFY(worst(with("zero", "metres"), 0) < 0.01);
    QVERIFY(worst(with("zero", "log"), 0.1) < 0.01);  // the nearest that has a logarithm
  }

  void excludedCellsTakeWhatTheirNeighboursSay() {
    UpsamplerInput input = flatInput({64, 64}, 8, 2);
    input.rgb.fill_(90);
    input.low.levels[4][4] = 0;
    for (const std::string& id : guidedIds()) {
      if (id == "guided_diffusion") continue;  // sets each cell's mean right, if only a little
      const double half = run(id, input)[36][36].item<double>();
      const double excluded =
          run(id, input, {{"level_zero", std::string("excluded")}})[36][36].item<double>();
      QVERIFY2(excluded > half + 0.5 && excluded < 41,
               qPrintable(QString("%1: %2 against %3").arg(id.c_str()).arg(excluded).arg(half)));
    }
  }

  void edgesLieWhereThePictureHasThem_data() { methods(); }
  void edgesLieWhereThePictureHasThem() {
    QFETCH(QString, id);
    for (const double factor : {4.0, 8.0}) {
      const StepScene scene = stepScene({64, 96}, factor);
      Interpolation bicubic{.kernel = Kernel::kCubicTorch, .halfStep = true};
      const auto within = std::int64_t(factor);
      const at::Tensor plain = interpolate(scene.input.low, {64, 96}, bicubic);
      const double before = errorBesideEdge(scene, plain, within);
      const double after = errorBesideEdge(
          scene, run(id.toStdString(), scene.input, {{"space", std::string("metres")}}), within);
      QVERIFY2(after < 0.6 * before,
               qPrintable(QString("%1 m, bicubic %2 m").arg(after).arg(before)));
    }
  }

  // In metres, a wall beside the sky drowns in it; what the default space gives does not.
  void theSkyDoesNotSmearOverNearThings_data() { methods(); }
  void theSkyDoesNotSmearOverNearThings() {
    QFETCH(QString, id);
    const StepScene scene = stepScene({64, 96}, 8, 1, 4000);
    const at::Tensor metres = run(id.toStdString(), scene.input);
    const at::Tensor beside = metres.slice(1, scene.edge - 12, scene.edge - 4);
    QVERIFY2(beside.max().item<double>() < 2 * scene.nearMetres,
             qPrintable(QString("%1 m").arg(beside.max().item<double>())));
  }

  void oddSizesAndFactors_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<double>("factor");
    for (const std::string& id : guidedIds()) {
      const QString name = QString::fromStdString(id);
      QTest::addRow("%s 2", id.c_str()) << name << 33 << 21 << 2.0;
      QTest::addRow("%s 4", id.c_str()) << name << 18 << 47 << 4.0;
      QTest::addRow("%s 7", id.c_str()) << name << 50 << 29 << 7.0;
      QTest::addRow("%s 7.5", id.c_str()) << name << 60 << 45 << 7.5;
      QTest::addRow("%s one cell", id.c_str()) << name << 8 << 9 << 8.0;
      QTest::addRow("%s one row", id.c_str()) << name << 1 << 12 << 1.0;
      QTest::addRow("%s one pixel", id.c_str()) << name << 1 << 1 << 1.0;
    }
  }
  void oddSizesAndFactors() {
    QFETCH(QString, id);
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(double, factor);
    const UpsamplerInput input = someInput({height, width}, factor);
    const at::Tensor metres = run(id.toStdString(), input);
    QCOMPARE(metres.size(0), height);
    QCOMPARE(metres.size(1), width);
    QVERIFY(metres.isfinite().all().item<bool>());
    QVERIFY(metres.min().item<double>() > 0);
  }

  void cellsWithoutValueAreFilledIn_data() { methods(); }
  void cellsWithoutValueAreFilledIn() {
    QFETCH(QString, id);
    UpsamplerInput input = flatInput({48, 64}, 8, 5);
    input.low.levels[0][0] = kNaN;
    input.low.levels[3].fill_(std::numeric_limits<float>::infinity());
    QVERIFY(worst(run(id.toStdString(), input), 88) < 0.05);
  }

  void theyRefineAnotherResult_data() { methods(); }
  void theyRefineAnotherResult() {
    QFETCH(QString, id);
    // Nothing of the transmitted map may come in: it says 200 m, the result before says 12 and 30.
    StepScene scene = stepScene({48, 64}, 8);
    scene.input.low.levels.fill_(12);
    at::Tensor initial = at::full({48, 64}, 12.0, at::kFloat);
    initial.slice(1, scene.edge) = 30;
    scene.input.initial = initial;
    const at::Tensor metres = run(id.toStdString(), scene.input);
    QVERIFY2(worst(metres.slice(1, 0, 8), 12) < 1, qPrintable(text(metres)));
    QVERIFY2(worst(metres.slice(1, 56), 30) < 3, qPrintable(text(metres)));
  }

  void holesOfAnotherResultAreFilledIn_data() { methods(); }
  void holesOfAnotherResultAreFilledIn() {
    QFETCH(QString, id);
    UpsamplerInput input = flatInput({40, 40}, 8, 9);
    input.initial = at::full({40, 40}, 7.0, at::kFloat);
    input.initial->slice(0, 10, 30).slice(1, 5, 25) = kNaN;
    const Prediction prediction = (*guidedMethods().create(id.toStdString(), {}))(input, {});
    QVERIFY(worst(prediction.depth.metres, 7) < 0.01);
    QCOMPARE(prediction.innerMaps.size(), std::size_t(2));
    QCOMPARE(prediction.innerMaps[1].values.sum().item<double>(), 40 * 40 - 20 * 20.0);
  }

  void badInputIsRefused() {
    UpsamplerInput input = flatInput({40, 40}, 8, 9);
    for (const std::string& id : guidedIds()) {
      UpsamplerInput bad = input;
      bad.low.levels = at::full({5, 5}, kNaN, at::kFloat);
      QVERIFY(has(messageOf<BadInput>([&] { run(id, bad); }), "no finite cell"));
      bad = input;
      bad.rgb = at::zeros({40, 40}, at::kByte);
      QVERIFY(has(messageOf<BadInput>([&] { run(id, bad); }), "3×H×W uint8"));
      bad = input;
      bad.initial = at::zeros({40, 39}, at::kFloat);
      QVERIFY(has(messageOf<BadInput>([&] { run(id, bad); }), "is not 40×40 float32"));
      bad.initial = at::full({40, 40}, kNaN, at::kFloat);
      QVERIFY(has(messageOf<BadInput>([&] { run(id, bad); }), "no finite pixel"));
      QVERIFY_EXCEPTION_THROWN(run(id, input, {{"space", std::string("feet")}}), BadInput);
    }
  }

  void theyStopWhenToldTo_data() { methods(); }
  void theyStopWhenToldTo() {
    QFETCH(QString, id);
    std::stop_source before;
    before.request_stop();
    Progress progress{before.get_token(), {}};
    QVERIFY_EXCEPTION_THROWN(run(id.toStdString(), someInput({64, 64}, 8), {}, progress),
                             Cancelled);
  }

  // The iterating ones report, and so can be told to stop on the way.
  void iterationsStopOnTheWay() {
    for (const char* id : {"anisotropic_tgv", "guided_diffusion"}) {
      std::stop_source source;
      int reports = 0;
      Progress progress{source.get_token(), [&](double, std::string_view) {
                          if (++reports == 3) source.request_stop();
                        }};
      QVERIFY_EXCEPTION_THROWN(run(id, someInput({64, 64}, 8), {}, progress), Cancelled);
      QCOMPARE(reports, 3);
    }
  }

  void bytesDoNotDependOnThreads_data() { methods(); }
  void bytesDoNotDependOnThreads() {
    QFETCH(QString, id);
    UpsamplerInput input = someInput({203, 331}, 8);
    for (const bool refining : {false, true}) {
      if (refining) input.initial = filled("initial", {203, 331}, 2, 60);
      at::Tensor results[2];
      for (const int threads : {1, 2}) {
        const Threads use(threads);
        results[threads - 1] = run(id.toStdString(), input, {});
      }
      QVERIFY(sameBytes(results[0], results[1]));
    }
  }

 private:
  static void methods() {
    QTest::addColumn<QString>("id");
    for (const std::string& id : guidedIds()) {
      QTest::newRow(id.c_str()) << QString::fromStdString(id);
    }
  }

  static QString text(const at::Tensor& metres) {
    return QString("%1 to %2 m").arg(metres.min().item<double>()).arg(metres.max().item<double>());
  }
};

QTEST_GUILESS_MAIN(GuidedMethodsTest)
#include "guided_methods.moc"
