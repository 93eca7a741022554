#include "widgets/colour/distribution.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace fathom;

class DistributionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fewValuesAreKeptAll() {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    const std::vector<float> values = {3, nan, 1, inf, 2, -inf};
    const Distribution distribution = distributionOf(values);
    QCOMPARE(distribution.quantiles, (std::vector<float>{1, 2, 3}));
    QCOMPARE(*distribution.extent(), (Limits{1, 3}));
  }

  void manyValuesAreThinnedByRank() {
    std::vector<float> values(10001);
    std::iota(values.begin(), values.end(), 0.0F);
    std::ranges::reverse(values);
    const Distribution distribution = distributionOf(values, 101);
    QCOMPARE(distribution.quantiles.size(), std::size_t{101});
    for (std::size_t i = 0; i <= 100; ++i) {
      QCOMPARE(distribution.quantiles[i], static_cast<float>(i * 100));
    }
  }

  void nothingHasNoExtent() {
    QVERIFY(!distributionOf({}).extent());
    QVERIFY(!Distribution{}.extent());
  }

  void paddingStopsAtTheData() {
    const Scale linear{ScaleKind::kLinear, 10, 20};
    QCOMPARE(padded(linear, 0.1, {0, 100}), (Limits{9, 21}));
    QCOMPARE(padded(linear, 0.1, {9.5, 20.2}), (Limits{9.5, 20.2}));
    QCOMPARE(padded(linear, 0.1, {12, 18}), (Limits{10, 20}));
    const Limits log = padded({ScaleKind::kLog, 1, 100}, 0.5, {0.01, 5000});
    QVERIFY(std::abs(log.low - 0.1) < 1e-9);
    QVERIFY(std::abs(log.high - 1000) < 1e-6);
  }

  void paddingOfDisparityMayPassInfinity() {
    const Limits limits = padded({ScaleKind::kInverse, 1, 100}, 0.1, {0.5, 65504});
    QCOMPARE(limits.high, 65504.0);
    QVERIFY(std::abs(1 / limits.low - (1 + 0.1 * 0.99)) < 1e-9);
  }
};

QTEST_GUILESS_MAIN(DistributionTest)
#include "distribution.moc"
