// The estimators on lists of numbers: exact where they must be, robust where they say so.
#include "models/alignment/estimators.h"

#include <QtTest>
#include <algorithm>
#include <functional>
#include <set>

#include "core/error.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr double kScale = 0.37, kShift = -1.25;

/// On a line but for noise of ±`noise`, and a share of far too large y at large x, which pull both
/// scale and shift.
Points someLine(std::size_t count, double noise, double outliers, double shift = kShift) {
  Points points;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = 1 + 9 * unit("x", i);
    double y = kScale * x + shift + noise * (2 * unit("noise", i) - 1);
    if (unit("outlier", i) < outliers) y += 3 + 2 * x * unit("size", i);
    points.add(x, y);
  }
  return points;
}

double apart(const std::optional<Line>& line, double shift = kShift) {
  if (!line) return INFINITY;
  return std::max(std::abs(line->scale - kScale), std::abs(line->shift - shift));
}

using Estimator = std::function<std::optional<Line>(const Points&, Shift)>;
const std::vector<std::pair<const char*, Estimator>>& estimators() {
  static const std::vector<std::pair<const char*, Estimator>> all{
      {"least squares", [](const Points& p, Shift s) { return leastSquares(p, s); }},
      {"trimmed", [](const Points& p, Shift s) { return trimmedLeastSquares(p, s, 0.4); }},
      {"huber", [](const Points& p, Shift s) { return huber(p, s); }},
      {"theil-sen", [](const Points& p, Shift s) { return theilSen(p, s); }},
      {"median ratio", [](const Points& p, Shift s) { return medianRatio(p, s); }},
      {"ransac", [](const Points& p, Shift s) { return ransac(p, s, {}); }},
      {"ransac, tolerance",
       [](const Points& p, Shift s) {
         return ransac(p, s, {500, 0.2, 3});
       }},
  };
  return all;
}

void everyEstimator() {
  QTest::addColumn<int>("index");
  for (std::size_t i = 0; i < estimators().size(); ++i) {
    QTest::newRow(estimators()[i].first) << int(i);
  }
}

/// By keeping and sorting everything.
Line sortedTheilSen(const Points& points) {
  std::vector<double> slopes, shifts;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (points.x[i] == points.x[k]) continue;
      slopes.push_back((points.y[k] - points.y[i]) / (points.x[k] - points.x[i]));
    }
  }
  const auto middle = [](std::vector<double>& all) {
    std::ranges::sort(all);
    return (all[(all.size() - 1) / 2] + all[all.size() / 2]) / 2;
  };
  const double scale = middle(slopes);
  for (std::size_t i = 0; i < points.size(); ++i)
    shifts.push_back(points.y[i] - scale * points.x[i]);
  return {scale, middle(shifts)};
}

}  // namespace

class AlignmentEstimatorsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void medians() {
    QCOMPARE(median({3, 1, 2}), 2.0);
    QCOMPARE(median({4, 1, 3, 2}), 2.5);
    QCOMPARE(median({7}), 7.0);
    QVERIFY(std::isnan(median({})));
  }

  void everyEstimatorFindsALine_data() { everyEstimator(); }
  void everyEstimatorFindsALine() {
    QFETCH(int, index);
    const Estimator& fit = estimators()[std::size_t(index)].second;
    QVERIFY(apart(fit(someLine(200, 0, 0), Shift::kFree)) < 1e-12);
    QVERIFY(apart(fit(someLine(200, 0, 0, 0), Shift::kNone), 0) < 1e-12);
    // Few, and just enough.
    QVERIFY(apart(fit(someLine(2, 0, 0), Shift::kFree)) < 1e-12);
    QVERIFY(apart(fit(someLine(1, 0, 0, 0), Shift::kNone), 0) < 1e-12);
  }

  void outliersMoveOnlyLeastSquares_data() {
    QTest::addColumn<int>("index");
    QTest::addColumn<double>("share");
    QTest::addColumn<double>("bound");
    QTest::newRow("trimmed") << 1 << 0.25 << 0.02;
    QTest::newRow("huber") << 2 << 0.1 << 0.05;
    QTest::newRow("theil-sen") << 3 << 0.1 << 0.05;
    QTest::newRow("ransac") << 5 << 0.35 << 0.02;
    QTest::newRow("ransac, tolerance") << 6 << 0.45 << 0.05;
  }
  void outliersMoveOnlyLeastSquares() {
    QFETCH(int, index);
    QFETCH(double, share);
    QFETCH(double, bound);
    const Points points = someLine(600, 0.05, share);
    const double robust = apart(estimators()[std::size_t(index)].second(points, Shift::kFree));
    const double plain = apart(leastSquares(points, Shift::kFree));
    qInfo("robust %.4f, least squares %.4f", robust, plain);
    QVERIFY(robust < bound);
    QVERIFY(plain > 3 * bound);
  }

  void undeterminedGivesNothing_data() { everyEstimator(); }
  void undeterminedGivesNothing() {
    QFETCH(int, index);
    const Estimator& fit = estimators()[std::size_t(index)].second;
    QVERIFY(!fit({}, Shift::kFree));
    QVERIFY(!fit({}, Shift::kNone));
    Points constant, zero;
    for (int i = 0; i < 30; ++i) {
      constant.add(3, i);
      zero.add(0, 1 + i);
    }
    QVERIFY(!fit(constant, Shift::kFree));
    QVERIFY(!fit(zero, Shift::kNone));
  }

  void weights() {
    const Points points = someLine(50, 0.3, 0);
    Points repeated;
    std::vector<double> weights;
    for (std::size_t i = 0; i < points.size(); ++i) {
      weights.push_back(double(i % 3));
      for (std::size_t k = 0; k < i % 3; ++k) repeated.add(points.x[i], points.y[i]);
    }
    for (const Shift shift : {Shift::kNone, Shift::kFree}) {
      const Line a = leastSquares(points, shift, weights).value();
      const Line b = leastSquares(repeated, shift).value();
      QVERIFY(std::abs(a.scale - b.scale) < 1e-12 && std::abs(a.shift - b.shift) < 1e-12);
    }
    const std::vector<double> none(points.size(), 0);
    QVERIFY(!leastSquares(points, Shift::kFree, none));
    QVERIFY(!leastSquares(points, Shift::kNone, none));
  }

  // x that differ in the last digits only: plain normal equations lose the slope.
  void leastSquaresAboutTheMeans() {
    Points points;
    for (int i = 0; i < 100; ++i) points.add(1e6 + i * 1e-3, 2 * (i * 1e-3) + 5);
    const Line line = leastSquares(points, Shift::kFree).value();
    QVERIFY(std::abs(line.scale - 2) < 1e-6);
    QVERIFY(std::abs(line.at(1e6) - 5) < 1e-6);
  }

  void theilSenIsExact_data() {
    QTest::addColumn<int>("count");
    for (const int count : {2, 3, 4, 5, 12, 37, 301}) QTest::addRow("%d", count) << count;
  }
  void theilSenIsExact() {
    QFETCH(int, count);
    // Slopes of both signs, a few orders of magnitude, and pairs with the same x.
    for (const double noise : {0.0, 0.5, 50.0}) {
      Points points = someLine(std::size_t(count), noise, 0.2);
      if (count > 5) {
        for (std::size_t i = 0; i + 1 < points.size(); i += 4) points.x[i] = points.x[i + 1];
      }
      const Line wanted = sortedTheilSen(points), got = theilSen(points, Shift::kFree).value();
      QCOMPARE(got.scale, wanted.scale);
      QCOMPARE(got.shift, wanted.shift);
    }
  }

  void manyPointsAreThinned() {
    const Points many = someLine(kMostPaired * 20, 0.1, 0.1);
    QVERIFY(apart(theilSen(many, Shift::kFree)) < 0.05);
    QVERIFY(apart(ransac(many, Shift::kFree, {})) < 0.01);
    const auto a = theilSen(many, Shift::kFree, 5), b = theilSen(many, Shift::kFree, 5);
    const auto c = theilSen(many, Shift::kFree, 6);
    QVERIFY(a->scale == b->scale && a->shift == b->shift);
    QVERIFY(a->scale != c->scale);
  }

  void ransacFollowsItsSeed() {
    const Points points = someLine(400, 0.3, 0.4);
    const auto fit = [&](std::uint64_t seed, int draws) {
      return ransac(points, Shift::kFree, {draws, 0.3, seed});
    };
    QVERIFY(fit(1, 50)->scale == fit(1, 50)->scale);
    std::set<double> found;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      if (const auto line = fit(seed, 1)) found.insert(line->scale);
    }
    QVERIFY(found.size() > 1);
  }

  void ransacRefusesFallingLines() {
    Points points;
    for (int i = 0; i < 40; ++i) points.add(i, 100 - 2 * i);
    QVERIFY(!ransac(points, Shift::kFree, {}));
    QVERIFY(leastSquares(points, Shift::kFree)->scale < 0);
  }

  void cancellation() {
    std::stop_source stop;
    stop.request_stop();
    const Progress progress{stop.get_token(), {}};
    const Points points = someLine(600, 0.1, 0);
    QVERIFY_EXCEPTION_THROWN(theilSen(points, Shift::kFree, 1, progress), Cancelled);
    QVERIFY_EXCEPTION_THROWN(ransac(points, Shift::kFree, {}, progress), Cancelled);
  }

  void boundsPullOnlyWhereTheyAreMissed() {
    const Points points = someLine(30, 0, 0);
    const std::vector<double> met{20, 30, 40};  // the line is above 1 there
    const Line free = boundedLeastSquares(points, met, 1, true, Shift::kFree).value();
    QVERIFY(apart(free) < 1e-12);
    // At x = 0 the line is at −1.25 and is to reach 1: pulled up there, yet not beyond.
    const std::vector<double> missed(1000, 0.0);
    const Line pulled = boundedLeastSquares(points, missed, 1, true, Shift::kFree).value();
    QVERIFY(pulled.shift > 0.8 && pulled.shift < 1);
    const Line below = boundedLeastSquares(points, missed, -2, false, Shift::kFree).value();
    QVERIFY(below.shift < -1.9 && below.shift > -2);
    // One point and a bound make a line.
    Points one;
    one.add(2, 1);
    const std::vector<double> near{4, 4};
    const Line both = boundedLeastSquares(one, near, 5, true, Shift::kFree).value();
    QVERIFY(std::abs(both.at(2) - 1) < 1e-9 && std::abs(both.at(4) - 5) < 1e-9);
    QVERIFY(!boundedLeastSquares({}, near, 5, true, Shift::kFree));
  }

  void agreementIsRobust() {
    Points points = someLine(1001, 0.1, 0);
    const double clean = agreement(points, {kScale, kShift});
    QVERIFY(clean > 0.15 && clean < 0.22);  // the median of uniform ±0.1 is 0.05
    const double dirty = agreement(someLine(1001, 0.1, 0.2), {kScale, kShift});
    QVERIFY(dirty < 1.4 * clean);
    QVERIFY(agreement(someLine(10, 0, 0), {kScale, kShift}) > 0);
  }
};

QTEST_GUILESS_MAIN(AlignmentEstimatorsTest)
#include "alignment_estimators.moc"
