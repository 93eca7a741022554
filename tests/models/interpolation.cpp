#include "models/interpolation/interpolation.h"

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/_upsample_nearest_exact2d.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/zeros.h>

#include <QtTest>
#include <numbers>

#include "core/degradation.h"
#include "core/error.h"
#include "models/registry.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr Kernel kKernels[] = {Kernel::kNearest, Kernel::kLinear, Kernel::kCubicTorch,
                               Kernel::kCubicPillow, Kernel::kLanczos};

/// A transmitted map of one metre per level.
LowDepth lowOf(const at::Tensor& levels, double factorY, double factorX) {
  LowDepth low;
  low.levels = levels;
  low.metresPerLevel = 1;
  low.factorX = factorX;
  low.factorY = factorY;
  low.phaseX = std::floor(factorX / 2);
  low.phaseY = std::floor(factorY / 2);
  return low;
}

Size enlarged(const LowDepth& low) {
  return {std::int64_t(std::lround(double(low.levels.size(0)) * low.factorY)),
          std::int64_t(std::lround(double(low.levels.size(1)) * low.factorX))};
}

at::Tensor batched(const LowDepth& low) {
  return low.levels.unsqueeze(0).unsqueeze(0);
}

/// LibTorch's own, with its scales given so that sizes cannot change them.
at::Tensor reference(const LowDepth& low, Size size, Kernel kernel) {
  const at::Tensor x = batched(low);
  const std::vector<std::int64_t> out{size.height, size.width};
  const double y = low.factorY, f = low.factorX;
  if (kernel == Kernel::kNearest) return at::_upsample_nearest_exact2d(x, out, y, f)[0][0];
  if (kernel == Kernel::kLinear) return at::upsample_bilinear2d(x, out, false, y, f)[0][0];
  if (kernel == Kernel::kCubicTorch) return at::upsample_bicubic2d(x, out, false, y, f)[0][0];
  return at::_upsample_bicubic2d_aa(x, out, false, y, f)[0][0];
}

double kernelAt(Kernel kernel, double t) {
  t = std::abs(t);
  if (kernel == Kernel::kCubicPillow) {
    if (t < 1) return 1.5 * t * t * t - 2.5 * t * t + 1;
    return t < 2 ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2 : 0;
  }
  if (t < 1e-12) return 1;
  const double x = std::numbers::pi * t;
  return t < 3 ? 3 * std::sin(x) * std::sin(x / 3) / (x * x) : 0;
}

/// Pillow's rule, from its description: weights of all cells, those outside never existed, the
/// rest divided by their sum. Rows and columns at once, in double.
double pillowPixel(const LowDepth& low, Kernel kernel, std::int64_t row, std::int64_t column) {
  const double y = (double(row) + 0.5) / low.factorY - 0.5;
  const double x = (double(column) + 0.5) / low.factorX - 0.5;
  double sum = 0, weights = 0;
  for (std::int64_t i = 0; i < low.levels.size(0); ++i) {
    for (std::int64_t k = 0; k < low.levels.size(1); ++k) {
      const double weight = kernelAt(kernel, double(i) - y) * kernelAt(kernel, double(k) - x);
      sum += weight * low.levels.const_data_ptr<float>()[i * low.levels.size(1) + k];
      weights += weight;
    }
  }
  return sum / weights;
}

struct Vector {
  double mean, deviation, least, greatest;
  std::vector<std::pair<std::int64_t, double>> samples;
};

/// Largest deviation of what a published vector names, relative to its largest magnitude.
double deviationFrom(const Vector& vector, const at::Tensor& got) {
  const at::Tensor values = got.to(at::kDouble).flatten();
  const double scale = std::max(std::abs(vector.least), std::abs(vector.greatest));
  double worst = std::abs(values.mean().item<double>() - vector.mean);
  worst = std::max(worst, std::abs(values.std(false).item<double>() - vector.deviation));
  worst = std::max(worst, std::abs(values.min().item<double>() - vector.least));
  worst = std::max(worst, std::abs(values.max().item<double>() - vector.greatest));
  for (const auto& [index, value] : vector.samples) {
    worst = std::max(worst, std::abs(values[index].item<double>() - value));
  }
  return worst / scale;
}

UpsamplerRegistry allMethods() {
  UpsamplerRegistry registry;
  registerModels(registry);
  return registry;
}

at::Tensor upsample(const char* id, const Values& values, const LowDepth& low) {
  static const UpsamplerRegistry registry = allMethods();
  const Size size = enlarged(low);
  const UpsamplerInput input{at::zeros({3, size.height, size.width}, at::kByte), low, {}};
  return (*registry.create(id, values))(input, {}).depth.metres;
}

}  // namespace

class InterpolationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void publishedVectors() {
    const LowDepth low = lowOf(filled("depth", {4, 5}, 0, 10), 8, 8);
    const Vector bicubic{5.467505,
                         2.343382,
                         0.7480154,
                         10.72693,
                         {{0, 10.03833},
                          {182, 3.546615},
                          {426, 1.098164},
                          {640, 4.741792},
                          {853, 5.639161},
                          {1279, 1.857646}}};
    const Vector bilinear{5.486543,
                          1.864407,
                          1.313992,
                          9.568759,
                          {{0, 9.568759}, {182, 3.897272}, {640, 5.295068}, {1279, 2.908466}}};
    const auto run = [&](Kernel kernel) { return interpolate(low, {32, 40}, {kernel}); };
    QVERIFY(deviationFrom(bicubic, run(Kernel::kCubicTorch)) < 1e-5);
    QVERIFY(deviationFrom(bilinear, run(Kernel::kLinear)) < 1e-5);
    QVERIFY(deviationFrom(bicubic, upsample("bicubic", {}, low)) < 1e-5);
    QVERIFY(deviationFrom(bilinear, upsample("bilinear", {}, low)) < 1e-5);
  }

  void agreesWithLibTorch_data() {
    QTest::addColumn<double>("factorY");
    QTest::addColumn<double>("factorX");
    for (const auto& [y, x] : std::vector<std::pair<double, double>>{{1, 1},
                                                                     {2, 2},
                                                                     {3, 3},
                                                                     {4, 8},
                                                                     {7, 5},
                                                                     {8, 8},
                                                                     {16, 16},
                                                                     {7.5, 7.5},
                                                                     {8.0 / 3, 8.0 / 3}}) {
      QTest::addRow("%.3f by %.3f", y, x) << y << x;
    }
  }
  void agreesWithLibTorch() {
    QFETCH(double, factorY);
    QFETCH(double, factorX);
    for (const Size cells : {Size{12, 18}, Size{2, 6}, Size{1, 1}}) {
      const LowDepth low =
          lowOf(filled("random", {cells.height, cells.width}, 0, 4095), factorY, factorX);
      const Size size = enlarged(low);
      for (const Kernel kernel : {Kernel::kLinear, Kernel::kCubicTorch, Kernel::kCubicPillow}) {
        const double worst =
            worstDifference(interpolate(low, size, {kernel}), reference(low, size, kernel));
        QVERIFY2(worst < 4e-6, qPrintable(QString("kernel %1: %2").arg(int(kernel)).arg(worst)));
      }
      // Where a pixel lies exactly between two cells, rounding decides; whole factors have none.
      if (factorY != std::floor(factorY)) continue;
      QVERIFY(sameBytes(interpolate(low, size, {Kernel::kNearest}),
                        reference(low, size, Kernel::kNearest)));
    }
  }

  void sizesThatAreNoMultiple() {
    // 37×53 pixels at factor 8 were transmitted as 4×6 cells; what lies beyond the last whole cell
    // is extrapolated, so only the inside has a reference.
    for (const double factor : {8.0, 5.0, 7.5}) {
      const LowDepth low = lowOf(filled("odd", {4, 6}, 0, 100), factor, factor);
      const Size whole = enlarged(low);
      for (const Kernel kernel : kKernels) {
        const at::Tensor exact = interpolate(low, whole, {kernel});
        const at::Tensor larger = interpolate(low, {whole.height + 5, whole.width + 3}, {kernel});
        QVERIFY(sameBytes(larger.narrow(0, 0, whole.height).narrow(1, 0, whole.width).contiguous(),
                          exact));
        QVERIFY(larger.isfinite().all().item<bool>());
      }
      for (const Kernel kernel : {Kernel::kNearest, Kernel::kLinear}) {
        const at::Tensor larger = interpolate(low, {whole.height + 5, whole.width + 3}, {kernel});
        QVERIFY(larger.min().item<float>() >= low.levels.min().item<float>());
        QVERIFY(larger.max().item<float>() <= low.levels.max().item<float>());
      }
    }
  }

  void pillowDropsAndRenormalises() {
    for (const double factor : {8.0, 3.0, 7.5}) {
      const LowDepth low = lowOf(filled("pillow", {5, 7}, 0, 10), factor, factor);
      const Size size = enlarged(low);
      for (const Kernel kernel : {Kernel::kCubicPillow, Kernel::kLanczos}) {
        const at::Tensor got = interpolate(low, size, {kernel});
        const auto metres = got.accessor<float, 2>();
        for (std::int64_t row = 0; row < size.height; ++row) {
          for (std::int64_t column = 0; column < size.width; ++column) {
            const double wanted = pillowPixel(low, kernel, row, column);
            QVERIFY(std::abs(metres[row][column] - wanted) < 2e-5);
          }
        }
      }
    }
  }

  void weightsSumToOneAndStayInside() {
    for (const Kernel kernel : kKernels) {
      for (const double factor : {1.0, 2.0, 8.0 / 3, 7.5, 8.0, 16.0}) {
        for (const std::int64_t cells : {1, 2, 3, 50}) {
          for (const double phase : {0.0, (factor - 1) / 2, factor - 1, 4.0}) {
            const Taps taps =
                makeTaps(kernel, std::int64_t(double(cells) * factor) + 9, cells, factor, phase);
            const auto width = std::size_t(taps.width);
            QCOMPARE(taps.index.size(), taps.weight.size());
            for (std::size_t i = 0; i < taps.weight.size(); i += width) {
              double sum = 0;
              for (std::size_t k = i; k < i + width; ++k) {
                sum += taps.weight[k];
                QVERIFY(taps.index[k] >= 0 && taps.index[k] < cells);
                QVERIFY(std::abs(taps.weight[k]) < 3);
              }
              QVERIFY(std::abs(sum - 1) < 1e-6);
            }
          }
        }
      }
    }
  }

  void constantsArePreserved() {
    for (const Kernel kernel : kKernels) {
      const LowDepth low = lowOf(at::full({7, 9}, 123.5, at::kFloat), 8, 8);
      QVERIFY(worstDifference(interpolate(low, {56, 72}, {kernel}),
                              at::full({56, 72}, 123.5, at::kFloat)) < 1e-6);
    }
  }

  void factorOneIsTheIdentity() {
    const LowDepth low = lowOf(filled("one", {6, 7}, 0, 50), 1, 1);
    for (const Kernel kernel : kKernels) {
      QVERIFY(worstDifference(interpolate(low, {6, 7}, {kernel}), low.levels) < 1e-6);
    }
  }

  void oneCellFillsTheMap() {
    const LowDepth low = lowOf(at::full({1, 1}, 42.0, at::kFloat), 8, 8);
    for (const Kernel kernel : kKernels) {
      for (const Size size : {Size{8, 8}, Size{1, 1}, Size{11, 13}}) {
        QVERIFY(worstDifference(interpolate(low, size, {kernel}),
                                at::full({size.height, size.width}, 42.0, at::kFloat)) < 1e-6);
      }
    }
  }

  void overshootIsNotClamped() {
    LowDepth low = lowOf(at::zeros({1, 8}, at::kFloat), 8, 8);
    low.levels.narrow(1, 4, 4).fill_(100);
    const at::Tensor metres = interpolate(low, {8, 64}, {Kernel::kCubicTorch});
    QVERIFY(metres.min().item<float>() < -5 && metres.max().item<float>() > 105);
    // Negative values are values: a prediction keeps them.
    QVERIFY(makePrediction(metres).reason.eq(0).all().item<bool>());
  }

  void gainIsMetresPerLevelUnlessGiven() {
    LowDepth low = lowOf(filled("gain", {6, 8}, 0, 300), 8, 8);
    const at::Tensor raw = upsample("bicubic_raw", {}, low);
    low.metresPerLevel = 65535.0 / 4095;
    QVERIFY(sameBytes(upsample("bicubic_raw", {}, low), raw));
    QVERIFY(worstDifference(upsample("bicubic", {}, low), raw.mul(65535.0 / 4095)) < 1e-6);
    QVERIFY(worstDifference(upsample("bicubic", {{"gain", 2.0}}, low), raw.mul(2)) < 1e-6);
    QVERIFY(sameBytes(upsample("bicubic", {{"gain", 1.0}}, low), raw));
  }

  void halfStepAddsHalfALevel() {
    LowDepth low = lowOf(filled("half", {6, 8}, 0, 300), 8, 8);
    low.metresPerLevel = 16;
    for (const char* id : {"nearest", "bilinear", "bicubic", "lanczos"}) {
      const at::Tensor moved = upsample(id, {{"half_step", true}}, low).sub(upsample(id, {}, low));
      QVERIFY(worstDifference(moved, at::full_like(moved, 8.0)) < 1e-3);
    }
    const at::Tensor raw = upsample("bicubic_raw", {{"half_step", true}}, low);
    QVERIFY(worstDifference(raw.sub(upsample("bicubic_raw", {}, low)), at::full_like(raw, 0.5)) <
            1e-3);
  }

  void phaseAwareHitsTheSampledPixels() {
    // A plane sampled at 8i + 4: the phase-aware result passes through the samples, the half-pixel
    // grid lies half a pixel beside them.
    DepthMap truth = flatMap({64, 96}, 0);
    for (std::int64_t column = 0; column < 96; ++column)
      truth.metres.select(1, column).fill_(100 + column);
    Degradation how;
    how.drawSigmas = how.clipBelowZero = false;
    how.sigmaRelative = how.sigmaAdditive = 0;
    how.targetBits = 24;
    how.sourceBits = 8;
    const LowDepth low = degrade(truth, how, "plane").low;
    for (const char* id : {"nearest", "bilinear", "bicubic", "lanczos"}) {
      const at::Tensor aware = upsample(id, {{"phase_aware", true}}, low);
      const at::Tensor hit = aware.slice(0, 4, {}, 8).slice(1, 4, {}, 8);
      QVERIFY2(worstDifference(hit, low.levels.mul(low.metresPerLevel)) < 1e-5, id);
    }
    const auto bias = [&](bool aware) {
      const at::Tensor error =
          upsample("bilinear", {{"phase_aware", aware}}, low).sub(truth.metres);
      return error.narrow(1, 16, 64).mean().item<double>();
    };
    QVERIFY(std::abs(bias(true)) < 1e-3);
    QVERIFY(std::abs(bias(false) - 0.5) < 1e-3);
  }

  void phaseOfTheCentreChangesNothing() {
    LowDepth low = lowOf(filled("centre", {5, 5}, 0, 10), 3, 3);  // 3i + 1 is the half-pixel grid
    for (const Kernel kernel : kKernels) {
      QVERIFY(sameBytes(interpolate(low, {15, 15}, {kernel, 0, false, true}),
                        interpolate(low, {15, 15}, {kernel, 0, false, false})));
    }
  }

  void nanSpreadsOnlyOverItsKernel() {
    LowDepth low = lowOf(filled("nan", {9, 9}, 1, 10), 8, 8);
    low.levels[4][4] = NAN;
    for (const auto& [kernel, reach] :
         std::vector<std::pair<Kernel, double>>{{Kernel::kNearest, 0.5},
                                                {Kernel::kLinear, 1},
                                                {Kernel::kCubicTorch, 2},
                                                {Kernel::kLanczos, 3}}) {
      const DepthMap map = makePrediction(interpolate(low, {72, 72}, {kernel}));
      const auto reason = map.reason.accessor<std::uint8_t, 2>();
      for (int row = 0; row < 72; ++row) {
        for (int column = 0; column < 72; ++column) {
          const double away =
              std::max(std::abs((row + 0.5) / 8 - 4.5), std::abs((column + 0.5) / 8 - 4.5));
          QCOMPARE(reason[row][column] == 1, away < reach);
        }
      }
    }
  }

  void sameBytesOnAnyNumberOfThreads() {
    const LowDepth low = lowOf(filled("threads", {135, 240}, 0, 4095), 8, 8);
    const auto with = [&](int threads) {
      const Threads scope(threads);
      return interpolate(low, {1080, 1920}, {Kernel::kCubicTorch});
    };
    QVERIFY(sameBytes(with(1), with(2)) && sameBytes(with(1), with(7)));
  }

  void stridedLevelsAreReadRight() {
    LowDepth low = lowOf(filled("strided", {6, 8}, 0, 10), 4, 4);
    const at::Tensor wanted = interpolate(low, {24, 32}, {});
    low.levels = low.levels.t().contiguous().t();
    QVERIFY(sameBytes(interpolate(low, {24, 32}, {}), wanted));
  }

  void badInputIsRefused() {
    const LowDepth low = lowOf(at::zeros({2, 2}), 8, 8);
    QVERIFY_EXCEPTION_THROWN(interpolate(low, {0, 16}, {}), BadInput);
    QVERIFY_EXCEPTION_THROWN(interpolate({}, {16, 16}, {}), BadInput);
    QVERIFY(has(messageOf<BadInput>([&] { upsample("bicubic", {{"gain", -1.0}}, low); }), "gain"));
    QVERIFY_EXCEPTION_THROWN(upsample("nearest", {{"kernel", std::string("torch")}}, low),
                             BadInput);
  }

  void cancelled() {
    std::stop_source source;
    source.request_stop();
    const LowDepth low = lowOf(at::zeros({2, 2}), 8, 8);
    QVERIFY_EXCEPTION_THROWN(interpolate(low, {16, 16}, {}, {source.get_token(), {}}), Cancelled);
  }

  void registryListsTheInterpolators() {
    const UpsamplerRegistry registry = allMethods();
    QStringList ids;
    for (const UpsamplerInfo& info : registry.list()) {
      ids << QString::fromStdString(info.id);
      QVERIFY(!info.title.empty() && !info.summary.empty());
      QVERIFY(registry.create(info.id, initialValues(info.settings)) != nullptr);
    }
    for (const char* id : {"nearest", "bilinear", "bicubic", "bicubic_raw", "lanczos"}) {
      QVERIFY(ids.contains(id));
      QCOMPARE(registry.info(id).parameters, std::int64_t{0});
    }
    QVERIFY(!registry.info("default").id.empty());
  }

  void kernelSettingChoosesPillow() {
    const LowDepth low = lowOf(filled("choice", {5, 6}, 0, 10), 8, 8);
    QVERIFY(sameBytes(upsample("bicubic", {{"kernel", std::string("pillow")}}, low),
                      interpolate(low, {40, 48}, {Kernel::kCubicPillow})));
    QVERIFY(
        sameBytes(upsample("lanczos", {}, low), interpolate(low, {40, 48}, {Kernel::kLanczos})));
    QVERIFY(
        sameBytes(upsample("nearest", {}, low), interpolate(low, {40, 48}, {Kernel::kNearest})));
  }
};

QTEST_GUILESS_MAIN(InterpolationTest)
#include "interpolation.moc"
