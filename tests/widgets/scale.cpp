#include "widgets/colour/scale.h"

#include <ATen/ops/tensor.h>

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "core/error.h"
#include "widgets/colour/number_text.h"

using namespace fathom;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr float kNanf = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

/// Sorts everything: what the quick one must equal.
Limits bruteForce(std::vector<float> values, double low, double high) {
  std::erase_if(values, [](float value) { return !std::isfinite(value); });
  std::ranges::sort(values);
  const auto at = [&](double percent) {
    const double rank = percent / 100 * static_cast<double>(values.size() - 1);
    const auto lower = static_cast<std::size_t>(rank);
    const auto upper = std::min(lower + 1, values.size() - 1);
    const double from = values[lower], to = values[upper];
    return from + (to - from) * (rank - static_cast<double>(lower));
  };
  return {at(low), at(high)};
}

void addKinds() {
  QTest::addColumn<ScaleKind>("kind");
  QTest::newRow("linear") << ScaleKind::kLinear;
  QTest::newRow("inverse") << ScaleKind::kInverse;
  QTest::newRow("log") << ScaleKind::kLog;
}

}  // namespace

class ScaleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void roundTrips_data() { addKinds(); }
  void roundTrips() {
    QFETCH(ScaleKind, kind);
    const Scale scale{kind, 3.8, 100.6};
    for (double value = 3.8; value <= 100.6; value += 0.37) {
      const double back = scale.valueAt(scale.position(value));
      QVERIFY2(std::abs(back - value) < 1e-9 * value, qPrintable(QString::number(value)));
    }
    for (double position = 0; position <= 1; position += 0.01) {
      QVERIFY(std::abs(scale.position(scale.valueAt(position)) - position) < 1e-12);
    }
  }

  void endsAreExactAndClamped_data() { addKinds(); }
  void endsAreExactAndClamped() {
    QFETCH(ScaleKind, kind);
    const Scale scale{kind, 0.5, 65504};
    QCOMPARE(scale.position(0.5), 0.0);
    QCOMPARE(scale.position(65504), 1.0);
    QCOMPARE(scale.position(-7), 0.0);
    QCOMPARE(scale.position(0), 0.0);
    QCOMPARE(scale.position(1e30), 1.0);
    QCOMPARE(scale.position(std::numeric_limits<double>::infinity()), 1.0);
    QVERIFY(std::isnan(scale.position(kNan)));
    QCOMPARE(scale.valueAt(-1), 0.5);
    QCOMPARE(scale.valueAt(2), 65504.0);
  }

  void knownPositions() {
    QCOMPARE((Scale{ScaleKind::kLinear, 10, 20}.position(12.5)), 0.25);
    QCOMPARE((Scale{ScaleKind::kLinear, -4, 4}.position(0)), 0.5);
    QCOMPARE((Scale{ScaleKind::kLog, 1, 100}.position(10)), 0.5);
    QCOMPARE((Scale{ScaleKind::kInverse, 2, 4}.position(8.0 / 3)), 0.5);
  }

  void growsWithTheValue_data() { addKinds(); }
  void growsWithTheValue() {
    QFETCH(ScaleKind, kind);
    const ScaleMapper mapper({kind, 0.1, 80});
    double previous = -1;
    for (double value = 0.1; value < 80; value *= 1.01) {
      QVERIFY(mapper.position(value) > previous);
      previous = mapper.position(value);
    }
  }

  void lyingLimitsAreMended() {
    QCOMPARE(usable({5, 2}, ScaleKind::kLinear), (Limits{2, 5}));
    QCOMPARE(usable({-3, 7}, ScaleKind::kLog), (Limits{kLeastMetres, 7}));
    QCOMPARE(usable({-3, 7}, ScaleKind::kLinear), (Limits{-3, 7}));
    const Limits flat = usable({4, 4}, ScaleKind::kInverse);
    QVERIFY(flat.high > flat.low);
    const Limits lost = usable({kNan, kNan}, ScaleKind::kLinear);
    QVERIFY(std::isfinite(lost.low) && lost.high > lost.low);
    for (const auto kind : {ScaleKind::kLinear, ScaleKind::kInverse, ScaleKind::kLog}) {
      const double position = Scale{kind, 4, 4}.position(3);
      QVERIFY(position >= 0 && position <= 1);
    }
  }

  void ticksKeepTheirDistance_data() {
    QTest::addColumn<ScaleKind>("kind");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("challenge") << ScaleKind::kInverse << 3.8 << 100.0;
    QTest::newRow("sky") << ScaleKind::kInverse << 0.4 << 65504.0;
    QTest::newRow("log") << ScaleKind::kLog << 0.02 << 300.0;
    QTest::newRow("error") << ScaleKind::kLinear << 0.0 << 10.0;
    QTest::newRow("signed") << ScaleKind::kLinear << -2.5 << 2.5;
    QTest::newRow("small") << ScaleKind::kLinear << 0.0012 << 0.0019;
    QTest::newRow("narrow") << ScaleKind::kInverse << 10.0 << 10.5;
  }
  void ticksKeepTheirDistance() {
    QFETCH(ScaleKind, kind);
    QFETCH(double, low);
    QFETCH(double, high);
    const Scale scale{kind, low, high};
    double previous = 0;
    for (const double tick : niceTicks(scale, 0.08)) {
      QVERIFY(tick > low && tick < high);
      QVERIFY(scale.position(tick) - previous >= 0.08 * (1 - 1e-6));
      previous = scale.position(tick);
    }
    QVERIFY(1 - previous >= 0.08 * (1 - 1e-6));
  }

  void ticksAreRound() {
    QCOMPARE(niceTicks({ScaleKind::kLinear, 0, 10}, 0.1),
             (std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
    QCOMPARE(niceTicks({ScaleKind::kLinear, -2.5, 2.5}, 0.15), (std::vector<double>{-1, 0, 1}));
    const auto depth = niceTicks({ScaleKind::kInverse, 3.8, 100}, 0.08);
    for (const double expected : {5.0, 10.0, 20.0}) {
      QVERIFY(std::ranges::find(depth, expected) != depth.end());
    }
  }

  void percentilesEqualSorting_data() {
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("2-98") << 2.0 << 98.0;
    QTest::newRow("0-100") << 0.0 << 100.0;
    QTest::newRow("odd") << 0.13 << 66.6667;
  }
  void percentilesEqualSorting() {
    QFETCH(double, low);
    QFETCH(double, high);
    std::mt19937 random(7);
    std::lognormal_distribution<float> depth(2, 1);
    for (const int count : {1, 2, 3, 50, 4096, 30001}) {
      std::vector<float> values(static_cast<std::size_t>(count));
      std::ranges::generate(values, [&] { return depth(random); });
      for (std::size_t i = 1; i < values.size(); i += 7) values[i] = i % 2 ? kNanf : kInf;
      const auto quick = percentileRange(values, low, high);
      QVERIFY(quick.has_value());
      QCOMPARE(*quick, bruteForce(values, low, high));
    }
  }

  void nothingFiniteHasNoRange() {
    QVERIFY(!percentileRange(std::vector<float>{}, 2, 98));
    QVERIFY(!percentileRange(std::vector<float>{kNanf, kInf, -kInf}, 2, 98));
  }

  void percentilesOfTensors() {
    const at::Tensor values = at::tensor({4.0f, kNanf, 2.0f, 8.0f}).reshape({2, 2});
    QCOMPARE(*percentileRange(values, 0, 100), (Limits{2, 8}));
    QCOMPARE(*percentileRange(values.t(), 50, 50), (Limits{4, 4}));
    QVERIFY_EXCEPTION_THROWN(percentileRange(values.to(at::kDouble), 0, 100), BadInput);
    QVERIFY_EXCEPTION_THROWN(percentileRange(at::Tensor(), 0, 100), BadInput);
  }

  void skyAndMissingDoNotMakeTheRange() {
    const at::Tensor metres = at::tensor({1.0f, 2.0f, 3.0f, 4.0f, kNanf, 65504.0f}).reshape({2, 3});
    const auto is = [](Reason reason) { return static_cast<std::uint8_t>(reason); };
    const at::Tensor reason =
        at::tensor({is(Reason::kValid), is(Reason::kMissing), is(Reason::kClipped),
                    is(Reason::kOutside), is(Reason::kValid), is(Reason::kSky)},
                   at::kByte)
            .reshape({2, 3});
    QCOMPARE(rangedValues({metres, reason}), (std::vector<float>{1, 3}));
  }

  void histogramCountsWhatIsInside() {
    const std::vector<float> values = {0, 1, 1.5f, 2, 3.99f, 4, 4.01f, -1, kNanf, kInf};
    QCOMPARE(histogramOf(values, {ScaleKind::kLinear, 0, 4}, 4), (std::vector<int>{1, 2, 1, 2}));
    const auto inverse = histogramOf(values, {ScaleKind::kInverse, 1, 4}, 2);
    QCOMPARE(std::accumulate(inverse.begin(), inverse.end(), 0), 5);
  }

  void numbersAsText() {
    QCOMPARE(tickText(3.8), QStringLiteral("3.8"));
    QCOMPARE(tickText(100), QStringLiteral("100"));
    QCOMPARE(tickText(16.004), QStringLiteral("16"));
    QCOMPARE(tickText(0.0512), QStringLiteral("0.0512"));
    QCOMPARE(tickText(65504), QStringLiteral("65504"));
    QCOMPARE(tickText(0), QStringLiteral("0"));
    QCOMPARE(tickText(-2.5), QStringLiteral("\u22122.5"));
    QCOMPARE(metresText(11.82), QStringLiteral("11.82 m"));
    QCOMPARE(metresText(65504), QStringLiteral("65504 m"));
    QCOMPARE(metresText(-0.31), QStringLiteral("\u22120.31 m"));
    QCOMPARE(metresText(kNan), QStringLiteral("–"));
    QCOMPARE(signedText(-3.82), QStringLiteral("\u22123.82"));
    QCOMPARE(signedText(0.31), QStringLiteral("+0.31"));
    QCOMPARE(signedText(-0.001), QStringLiteral("0.00"));
    QCOMPARE(signedText(kNan), QStringLiteral("–"));
  }
};

QTEST_GUILESS_MAIN(ScaleTest)
#include "scale.moc"
