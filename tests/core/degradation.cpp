#include "core/degradation.h"

#include <ATen/Parallel.h>
#include <ATen/ops/full.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <QtTest>

#include "core/error.h"
#include "tests/core/degradation_reference.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr Sampling kSamplings[] = {Sampling::kNearestExact, Sampling::kBilinear, Sampling::kBicubic,
                                   Sampling::kArea};
constexpr const char* kSamplingNames[] = {"nearest", "bilinear", "bicubic", "area"};

Degradation withoutNoise() {
  Degradation how;
  how.drawSigmas = false;
  how.sigmaRelative = how.sigmaAdditive = 0;
  return how;
}

/// Where a degraded map departs from the reference; empty where it does not.
QString departure(const DepthMap& truth, const Degradation& how, const std::string& id) {
  const Degraded got = degrade(truth, how, id);
  const auto wanted = referenceDegrade(truth, how, id, got.sigmas);
  if (got.low.levels.numel() != std::int64_t(wanted.size())) return "wrong number of cells";
  const float* levels = got.low.levels.const_data_ptr<float>();
  const float* noiseless = got.noiseless.const_data_ptr<float>();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double d = wanted[i].noiseless, z = wanted[i].received;
    if (std::abs(noiseless[i] - d) > 1e-6 * std::max(1.0, std::abs(d)) ||
        std::abs(levels[i] - z) > 1e-6 * std::max(1.0, std::abs(z))) {
      return QString("cell %1: %2 and %3 instead of %4 and %5")
          .arg(i)
          .arg(double(noiseless[i]))
          .arg(double(levels[i]))
          .arg(d)
          .arg(z);
    }
  }
  return {};
}

struct Moments {
  double mean = 0, deviation = 0, kurtosis = 0, largest = 0;
};

Moments momentsOf(const std::vector<double>& values) {
  Moments m;
  for (const double v : values) m.mean += v / double(values.size());
  double fourth = 0, square = 0;
  for (const double v : values) {
    square += (v - m.mean) * (v - m.mean) / double(values.size());
    fourth += std::pow(v - m.mean, 4) / double(values.size());
    m.largest = std::max(m.largest, std::abs(v));
  }
  m.deviation = std::sqrt(square);
  m.kurtosis = fourth / (square * square);
  return m;
}

/// (LR − d) / sqrt(σa² + (d·σr)²) of every cell of one image.
std::vector<double> standardised(const Degraded& degraded) {
  std::vector<double> z;
  const float* levels = degraded.low.levels.const_data_ptr<float>();
  const float* noiseless = degraded.noiseless.const_data_ptr<float>();
  for (std::int64_t i = 0; i < degraded.noiseless.numel(); ++i) {
    const double d = noiseless[i];
    z.push_back((levels[i] - d) /
                std::hypot(degraded.sigmas.additive, d * degraded.sigmas.relative));
  }
  return z;
}

}  // namespace

class DegradationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void presetIsTheMeasuredFormula() {
    const DepthMap truth = someTruth("preset", {480, 640}, 60000, 0);
    const Degraded got = degrade(truth, degradationPreset("challenge-measured"), "train-0000");
    QCOMPARE(got.low.size(), (Size{60, 80}));
    QCOMPARE(got.low.metresPerLevel, 65535.0 / 4095.0);
    QCOMPARE(got.low.factorX, 8.0);
    QCOMPARE(got.low.phaseX, 4.0);
    const auto metres = truth.metres.accessor<float, 2>();
    const auto noiseless = got.noiseless.accessor<float, 2>();
    for (int i = 0; i < 60; ++i) {
      for (int k = 0; k < 80; ++k) {
        const double z = metres[8 * i + 4][8 * k + 4];
        QCOMPARE(double(noiseless[i][k]), std::min(4095.0, std::floor(z * 4095 / 65535)));
      }
    }
    QCOMPARE(departure(truth, Degradation{}, "train-0000"), QString());
  }

  void everySamplingFactorAndSize_data() {
    QTest::addColumn<int>("sampling");
    for (int i = 0; i < 4; ++i) QTest::newRow(kSamplingNames[i]) << i;
  }
  void everySamplingFactorAndSize() {
    QFETCH(int, sampling);
    for (int factor = 1; factor <= 16; ++factor) {
      for (const Size size : {Size{48, 64}, Size{16, 16}, Size{53, 37}, Size{17, 31}}) {
        Degradation how;
        how.factor = factor;
        how.sampling = kSamplings[sampling];
        how.seed = 0x1234567890ull + std::uint64_t(factor);
        const DepthMap truth = someTruth("sizes", size, 5000, 0.2);
        QCOMPARE(departure(truth, how, "a"), QString());
        QCOMPARE(degrade(truth, how, "a").low.size(),
                 (Size{size.height / factor, size.width / factor}));
        how.phase = (factor - 1) / 3;
        how.rounding = Rounding::kRound;
        how.clipBelowZero = false;
        QCOMPARE(departure(truth, how, "b"), QString());
      }
    }
  }

  void means_data() {
    QTest::addColumn<int>("factor");
    for (const int factor : {1, 2, 3, 4, 8, 16}) QTest::addRow("factor %d", factor) << factor;
  }
  // What LibTorch's own resizing makes of the quantised map.
  void means() {
    QFETCH(int, factor);
    const DepthMap truth = someTruth("torch", {96, 144}, 60000, 0);
    Degradation how = withoutNoise();
    how.factor = 1;
    const at::Tensor q = degrade(truth, how, "q").low.levels.unsqueeze(0).unsqueeze(0);
    how.factor = factor;
    const std::int64_t rows = 96 / factor, columns = 144 / factor;
    how.sampling = Sampling::kBilinear;
    QVERIFY(worstDifference(degrade(truth, how, "q").noiseless,
                            at::upsample_bilinear2d(q, {rows, columns}, false)[0][0]) < 1e-6);
    how.sampling = Sampling::kBicubic;
    QVERIFY(worstDifference(degrade(truth, how, "q").noiseless,
                            at::upsample_bicubic2d(q, {rows, columns}, false)[0][0]) < 1e-6);
    how.sampling = Sampling::kArea;
    const at::Tensor blocks = q.reshape({rows, factor, columns, factor});
    QVERIFY(worstDifference(degrade(truth, how, "q").noiseless, blocks.mean({1, 3})) < 1e-6);
  }

  void sameBytesOnAnyNumberOfThreads() {
    for (const Sampling sampling : kSamplings) {
      Degradation how;
      how.factor = 1;  // enough cells for several threads
      how.sampling = sampling;
      const DepthMap truth = someTruth("threads", {480, 640});
      const auto with = [&](int threads) {
        const Threads scope(threads);
        return degrade(truth, how, "t");
      };
      const Degraded one = with(1), two = with(2), five = with(5);
      QVERIFY(sameBytes(one.low.levels, two.low.levels) && sameBytes(one.noiseless, two.noiseless));
      QVERIFY(sameBytes(one.low.levels, five.low.levels));
    }
  }

  void windowsAreCutsOfTheWhole() {
    const DepthMap truth = someTruth("windows", {131, 203});
    for (const Sampling sampling : kSamplings) {
      Degradation how;
      how.factor = 4;
      how.sampling = sampling;
      const at::Tensor whole = degrade(truth, how, "w").low.levels;
      const std::int64_t rows = whole.size(0), columns = whole.size(1);
      for (const CellWindow& cut :
           {CellWindow{0, 0, rows, columns}, CellWindow{0, 0, 1, 1}, CellWindow{5, 7, 11, 13},
            CellWindow{rows - 1, columns - 1, 1, 1}, CellWindow{3, 0, 1, columns},
            CellWindow{0, 9, rows, 1}, CellWindow{rows - 7, columns - 5, 7, 5}}) {
        const at::Tensor part = degrade(truth, how, "w", {}, cut).low.levels;
        QVERIFY(sameBytes(
            part,
            whole.narrow(0, cut.row, cut.rows).narrow(1, cut.column, cut.columns).contiguous()));
      }
    }
  }

  void windowsOutsideAreRefused() {
    const DepthMap truth = flatMap({32, 32}, 100);
    for (const CellWindow& bad : {CellWindow{-1, 0, 1, 1}, CellWindow{0, 0, 5, 1},
                                  CellWindow{0, 4, 1, 1}, CellWindow{0, 0, 0, 1}}) {
      QVERIFY(has(messageOf<BadInput>([&] { degrade(truth, {}, "w", {}, bad); }), "window"));
    }
  }

  void stridedInputIsReadRight() {
    const DepthMap truth = someTruth("strides", {64, 48});
    const DepthMap turned{truth.metres.t().contiguous().t(), truth.reason.t().contiguous().t()};
    QVERIFY(sameBytes(degrade(truth, {}, "s").low.levels, degrade(turned, {}, "s").low.levels));
  }

  void sampleAndSeedChooseTheNoise() {
    const DepthMap truth = flatMap({64, 64}, 5000);
    Degradation other;
    other.seed = 2;
    Degradation high;
    high.seed = 1 + (std::uint64_t{1} << 32);
    const at::Tensor first = degrade(truth, {}, "train-0000").low.levels;
    QVERIFY(sameBytes(first, degrade(truth, {}, "train-0000").low.levels));
    QVERIFY(!sameBytes(first, degrade(truth, {}, "train-0001").low.levels));
    QVERIFY(!sameBytes(first, degrade(truth, other, "train-0000").low.levels));
    QVERIFY(!sameBytes(first, degrade(truth, high, "train-0000").low.levels));
  }

  void sigmasAreDrawnUniformly() {
    const Degradation how;
    constexpr int kImages = 2000;
    int relative[10] = {}, additive[10] = {};
    double product = 0;
    for (int i = 0; i < kImages; ++i) {
      const NoiseSigmas drawn = drawSigmas(how, "train-" + std::to_string(i));
      const double r = drawn.relative / 0.02, a = drawn.additive / 0.05;
      QVERIFY(r > 0 && r < 1 && a > 0 && a < 1);
      ++relative[int(r * 10)];
      ++additive[int(a * 10)];
      product += 12 * (r - 0.5) * (a - 0.5) / kImages;
    }
    for (int tenth = 0; tenth < 10; ++tenth) {  // 200 expected, four standard deviations are 54
      QVERIFY(std::abs(relative[tenth] - 200) < 54 && std::abs(additive[tenth] - 200) < 54);
    }
    QVERIFY2(std::abs(product) < 0.09, "σr and σa of one image are correlated");
  }

  void fixedSigmasAreTakenAsTheyAre() {
    const Degradation how = degradationPreset("paper-literal");
    const NoiseSigmas sigmas = drawSigmas(how, "any");
    QVERIFY(std::abs(sigmas.relative * sigmas.relative - 0.02) < 1e-15);
    QVERIFY(std::abs(sigmas.additive * sigmas.additive - 0.05) < 1e-15);
    QCOMPARE(departure(someTruth("paper", {64, 64}), how, "any"), QString());
    QVERIFY(degrade(flatMap({64, 64}, 1), how, "any").low.levels.lt(0).any().item<bool>());
  }

  void noiseIsNormalAndWhite() {
    std::vector<double> pooled;
    double right = 0, below = 0, neighbours = 0;
    for (int image = 0; image < 40; ++image) {
      // At least level 1 everywhere, so that no cell is clipped.
      const DepthMap truth = flatMap({480, 640}, 17 * std::pow(1.2, image));
      const auto z = standardised(degrade(truth, {}, "image-" + std::to_string(image)));
      for (std::size_t row = 0; row + 1 < 60; ++row) {
        for (std::size_t column = 0; column + 1 < 80; ++column) {
          const std::size_t cell = row * 80 + column;
          right += z[cell] * z[cell + 1];
          below += z[cell] * z[cell + 80];
          ++neighbours;
        }
      }
      pooled.insert(pooled.end(), z.begin(), z.end());
    }
    const Moments m = momentsOf(pooled);
    QVERIFY2(m.deviation > 0.97 && m.deviation < 1.03, qPrintable(QString::number(m.deviation)));
    QVERIFY2(m.largest < 5, qPrintable(QString::number(m.largest)));
    QVERIFY(std::abs(m.mean) < 0.01 && std::abs(m.kurtosis - 3) < 0.1);
    QVERIFY(std::abs(right / neighbours) < 0.012 && std::abs(below / neighbours) < 0.012);
  }

  void relativeAndAdditiveNoiseAreIndependent() {
    Degradation how = withoutNoise();
    const DepthMap truth = flatMap({480, 640}, 30000);
    how.factor = 2;
    how.sigmaRelative = 0.01;
    const Degraded relative = degrade(truth, how, "i");
    how.sigmaRelative = 0;
    how.sigmaAdditive = 0.05;
    const Degraded additive = degrade(truth, how, "i");
    const auto a = standardised(relative), b = standardised(additive);
    double product = 0;
    for (std::size_t i = 0; i < a.size(); ++i) product += a[i] * b[i] / double(a.size());
    QVERIFY2(std::abs(product) < 0.015, qPrintable(QString::number(product)));
    QVERIFY(std::abs(momentsOf(a).deviation - 1) < 0.01 &&
            std::abs(momentsOf(b).deviation - 1) < 0.02);
  }

  void nearCellsAreHalfClippedNoise() {
    const at::Tensor levels = degrade(flatMap({480, 640}, 10), {}, "near").low.levels;
    const double zeros = levels.eq(0).sum().item<double>() / 4800;
    QVERIFY2(std::abs(zeros - 0.5) < 0.03, qPrintable(QString::number(zeros)));
    QVERIFY(levels.ge(0).all().item<bool>());
  }

  void unusualValues() {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const Degradation how = withoutNoise();
    const auto level = [&](float metres, Reason reason) {
      const DepthMap truth{at::full({8, 8}, metres, at::kFloat),
                           at::full({8, 8}, int(reason), at::kByte)};
      const Degraded made = degrade(truth, how, "u");
      // Clipping at 0 would hide a level that is not one.
      const auto noiseless = made.noiseless.item<float>();
      return made.low.levels.item<float>() == noiseless ? noiseless : NAN;
    };
    QCOMPARE(level(NAN, Reason::kMissing), 0.0f);
    QCOMPARE(level(5000, Reason::kMissing), 0.0f);
    QCOMPARE(level(5000, Reason::kOutside), 0.0f);
    QCOMPARE(level(infinity, Reason::kSky), 4095.0f);
    QCOMPARE(level(65535, Reason::kValid), 4095.0f);
    QCOMPARE(level(65504, Reason::kSky), 4093.0f);  // truncated: 4093.06
    QCOMPARE(level(1e30f, Reason::kClipped), 4095.0f);
    // Reasons that contradict the value must not end in an undefined conversion.
    QCOMPARE(level(-1e30f, Reason::kValid), 0.0f);
    QCOMPARE(level(-infinity, Reason::kValid), 0.0f);
    QCOMPARE(level(NAN, Reason::kValid), 0.0f);
    QCOMPARE(level(1e-30f, Reason::kValid), 0.0f);
  }

  void missingPixelsDropOutOfMeans() {
    for (const Sampling sampling : {Sampling::kBilinear, Sampling::kBicubic, Sampling::kArea}) {
      Degradation how = withoutNoise();
      how.sampling = sampling;
      DepthMap truth = flatMap({64, 64}, 1600.5);
      truth.reason.copy_(someTruth("holes", {64, 64}, 10, 0.5).reason);
      const at::Tensor levels = degrade(truth, how, "m").noiseless;
      // Every cell is either 100 (whatever is left of a flat map is flat) or nothing.
      QVERIFY(levels.sub(100).abs().lt(1e-4).logical_or(levels.eq(0)).all().item<bool>());
      QVERIFY(levels.gt(0).sum().item<int>() > 50);
    }
  }

  void cubicBesideAHoleStaysInRange() {
    Degradation how = withoutNoise();
    how.sampling = Sampling::kBicubic;
    const DepthMap truth = someTruth("hostile", {512, 512}, 60000, 0.9);
    const at::Tensor levels = degrade(truth, how, "c").noiseless;
    QVERIFY(levels.ge(0).all().item<bool>() && levels.le(4095).all().item<bool>());
  }

  void allMissingTransmitsNothing() {
    const DepthMap truth = makeDepthMap(at::full({16, 24}, NAN, at::kFloat));
    for (const Sampling sampling : kSamplings) {
      Degradation how = withoutNoise();
      how.sampling = sampling;
      QVERIFY(degrade(truth, how, "n").low.levels.eq(0).all().item<bool>());
    }
  }

  void onePixel() {
    Degradation how;
    how.factor = 1;
    for (const Sampling sampling : kSamplings) {
      how.sampling = sampling;
      const DepthMap truth = flatMap({1, 1}, 3200.5);
      QCOMPARE(departure(truth, how, "1"), QString());
      QCOMPARE(degrade(truth, how, "1").noiseless.item<float>(), 199.0f);
    }
  }

  void everyNumberOfBits() {
    const DepthMap truth = someTruth("bits", {32, 32}, 60000, 0.1);
    for (int target = 1; target <= 24; ++target) {
      for (const int source : {1, 8, 16, 32}) {
        Degradation how = withoutNoise();
        how.factor = 2;
        how.sourceBits = source;
        how.targetBits = target;
        QCOMPARE(departure(truth, how, "b"), QString());
        const double top = std::ldexp(1.0, target) - 1;
        QVERIFY(degrade(truth, how, "b").noiseless.le(top).all().item<bool>());
        QCOMPARE(how.metresPerLevel(), (std::ldexp(1.0, source) - 1) / top);
      }
    }
  }

  void topCodeSaturatesBeforeTheNoise() {
    const Degraded got = degrade(flatMap({480, 640}, 1e6), {}, "sky");
    QVERIFY(got.noiseless.eq(4095).all().item<bool>());
    QVERIFY(got.low.levels.gt(4095).any().item<bool>());  // not clipped above
  }

  void badParametersAreNamed_data() {
    QTest::addColumn<QString>("field");
    for (const char* field : {"source_bits", "target_bits", "metres_per_code", "factor", "phase",
                              "sigma_r", "sigma_a"}) {
      QTest::newRow(field) << QString(field);
    }
  }
  void badParametersAreNamed() {
    QFETCH(QString, field);
    for (const double bad : {-2.0, 1e9, double(NAN)}) {
      Degradation how;
      const int whole = std::isnan(bad) ? 99 : int(bad);
      if (field == "source_bits") how.sourceBits = whole;
      if (field == "target_bits") how.targetBits = whole;
      if (field == "metres_per_code") how.metresPerCode = bad;
      if (field == "factor") how.factor = whole;
      if (field == "phase") how.phase = whole;
      if (field == "sigma_r") how.sigmaRelative = bad;
      if (field == "sigma_a") how.sigmaAdditive = bad;
      try {
        degrade(flatMap({64, 64}, 100), how, "bad");
        QFAIL("accepted");
      } catch (const BadInput& error) {
        QCOMPARE(QString::fromStdString(error.subject()), field);
        QVERIFY(has(error.remedy(), "from") && has(error.remedy(), "to"));
      }
    }
  }

  void tooSmallOrTornMapsAreRefused() {
    QVERIFY(has(messageOf<BadInput>([] { degrade(flatMap({7, 640}, 1), {}, "s"); }), "factor"));
    DepthMap torn = flatMap({64, 64}, 1);
    torn.reason = torn.reason.narrow(0, 0, 8);
    QVERIFY(has(messageOf<BadInput>([&] { degrade(torn, {}, "t"); }), "reasons"));
    QVERIFY_EXCEPTION_THROWN(degrade({}, {}, "e"), BadInput);
  }

  void cancelled() {
    std::stop_source source;
    source.request_stop();
    QVERIFY_EXCEPTION_THROWN(degrade(flatMap({64, 64}, 1), {}, "c", {source.get_token(), {}}),
                             Cancelled);
  }
};

QTEST_GUILESS_MAIN(DegradationTest)
#include "degradation.moc"
