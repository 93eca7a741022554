// What alignment does at its edges: settings, poor and broken input, odd factors, guesses.
#include "models/alignment/alignment.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include "core/error.h"
#include "models/alignment/interval_fit.h"
#include "tests/models/alignment_scene.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLevel = 65535.0 / 4095;

LowDepth lowOf(const at::Tensor& levels, double factor = 8) {
  LowDepth low;
  low.levels = levels;
  low.metresPerLevel = kLevel;
  low.factorX = low.factorY = factor;
  low.phaseX = low.phaseY = std::floor(factor / 2);
  return low;
}

/// Nothing but noise below one level.
LowDepth room(std::int64_t height, std::int64_t width) {
  return lowOf(filled("room", {height, width}, 0, 0.2));
}

/// Inverse depth that grows to the right, from `least` to `greatest`.
at::Tensor ramp(std::int64_t height, std::int64_t width, double least, double greatest) {
  at::Tensor result = at::empty({height, width}, at::kFloat);
  for (std::int64_t i = 0; i < result.numel(); ++i) {
    const double u = double(i % width) / double(width - 1);
    result.mutable_data_ptr<float>()[i] = float(least + (greatest - least) * u);
  }
  return result;
}

Aligned alignInverse(const at::Tensor& prediction, const LowDepth& low, const Alignment& how = {}) {
  return align(prediction, PredictionKind::kInverseDepth, low, how);
}

bool finiteWithin(const at::Tensor& metres, const Alignment& how = {}) {
  return metres.isfinite().all().item<bool>() &&
         metres.ge(how.minMetres * (1 - 1e-6)).all().item<bool>() &&
         metres.le(how.maxMetres * (1 + 1e-6)).all().item<bool>();
}

/// Every way of aligning.
std::vector<Alignment> allWays() {
  std::vector<Alignment> ways;
  for (int i = 0; i < 2 * 3 * 5 * 3 * 2; ++i) {
    Alignment how;
    how.space = AlignmentSpace(i % 2);
    how.model = AlignmentModel(i / 2 % 3);
    how.estimator = AlignmentEstimator(i / 6 % 5);
    how.grid = AlignmentGrid(i / 30 % 3);
    how.intervals = i / 90 == 1;
    how.draws = 50;
    ways.push_back(how);
  }
  return ways;
}

}  // namespace

class AlignmentTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void settingsThereAndBack() {
    for (const std::string prefix : {"", "align_"}) {
      QVERIFY(alignmentFromValues({}, prefix) == Alignment{});
      QVERIFY(alignmentFromValues(initialValues(alignmentSettings(prefix)), prefix) == Alignment{});
      for (Alignment how : allWays()) {
        how.trim = 0.25;
        how.tolerance = 3.5;
        how.minMetres = 0.5;
        how.maxMetres = 80;
        how.excludeFar = false;
        how.leastCells = 7;
        how.farEnd = 0.75;
        how.seed = 99;
        const Values values = toValues(how, prefix);
        QCOMPARE(values.size(), alignmentSettings(prefix).size());
        QVERIFY(alignmentFromValues(values, prefix) == how);
      }
    }
  }

  void settingsInsideOfAnothers() {
    Values values = toValues(Alignment{}, "align_");
    values["weights"] = std::string("a file");
    values["align_estimator"] = std::string("ransac");
    QVERIFY(alignmentFromValues(values, "align_").estimator == AlignmentEstimator::kRansac);
    values["align_estimatr"] = std::string("ransac");
    QVERIFY(
        has(messageOf<BadInput>([&] { alignmentFromValues(values, "align_"); }), "align_estimatr"));
  }

  void settingsOutOfRange() {
    const auto refused = [](auto change, const char* field) {
      Alignment how;
      change(how);
      try {
        how.check();
      } catch (const BadInput& error) {
        return error.subject() == field;
      }
      return false;
    };
    QVERIFY(refused([](Alignment& a) { a.trim = 0.95; }, "trim"));
    QVERIFY(refused([](Alignment& a) { a.trim = kNaN; }, "trim"));
    QVERIFY(refused([](Alignment& a) { a.tolerance = -1; }, "tolerance"));
    QVERIFY(refused([](Alignment& a) { a.draws = 0; }, "draws"));
    QVERIFY(refused([](Alignment& a) { a.minMetres = 0; }, "min_metres"));
    QVERIFY(refused([](Alignment& a) { a.maxMetres = INFINITY; }, "max_metres"));
    QVERIFY(refused([](Alignment& a) { a.leastCells = 0; }, "least_cells"));
    QVERIFY(refused([](Alignment& a) { a.farEnd = 0; }, "far_end"));
    QVERIFY(refused([](Alignment& a) { a.minMetres = 5, a.maxMetres = 4; }, "min_metres"));
    QVERIFY(!messageOf<BadInput>([] {
               alignInverse(ramp(8, 8, 1, 2), room(1, 1), {.trim = 2});
             }).empty());
  }

  void sameBytesOnAnyNumberOfThreads() {
    const DepthMap truth = street(6, 150);
    const LowDepth low = degrade(truth, {}, "threads").low;
    const at::Tensor prediction = predictionOf(truth, AlignmentSpace::kDisparity, {0.004, 0.002})
                                      .add(filled("noise", {240, 320}, -0.5, 0.5));
    for (int i = 0; i < 30; ++i) {
      Alignment how;
      how.space = AlignmentSpace(i % 2);
      how.estimator = AlignmentEstimator(i / 2 % 5);
      how.grid = AlignmentGrid(i / 10);
      const auto run = [&](int threads) {
        const Threads set(threads);
        return alignInverse(prediction, low, how);
      };
      const Aligned one = run(1), two = run(2);
      QVERIFY(sameBytes(one.metres, two.metres) && sameBytes(one.residuals, two.residuals));
      QVERIFY(one.scale == two.scale && one.shift == two.shift);
      QVERIFY(one.residualRms == two.residualRms && one.inlierShare == two.inlierShare);
    }
  }

  void residualsAreResultMinusCentre() {
    const DepthMap truth = street(6, 150);
    const LowDepth low = degrade(truth, {}, "residuals").low;
    const Aligned aligned =
        alignInverse(predictionOf(truth, AlignmentSpace::kDisparity, {0.004, 0.002}), low);
    double squares = 0;
    std::int64_t used = 0;
    for (std::int64_t i = 0; i < low.size().height; ++i) {
      for (std::int64_t k = 0; k < low.size().width; ++k) {
        const double level = std::round(low.levels[i][k].item<double>());
        const double residual = aligned.residuals[i][k].item<double>();
        QCOMPARE(std::isnan(residual), level < 1);
        if (level < 1) continue;
        const double result = aligned.metres[8 * i + 4][8 * k + 4].item<double>();
        QVERIFY(std::abs(result - (level + 0.5) * kLevel - residual) < 1e-3);
        squares += residual * residual;
        ++used;
      }
    }
    QCOMPARE(aligned.cellsUsed, used);
    QVERIFY(std::abs(aligned.residualRms - std::sqrt(squares / double(used))) < 1e-4);
    QVERIFY(aligned.residualMedian > 0 && aligned.residualMedian < 10);
    QVERIFY(aligned.residualRelative > 0 && aligned.residualRelative < 0.5);
  }

  void modelNoneLeavesThePredictionAsItIs() {
    const LowDepth low = lowOf(at::full({2, 2}, 1.2, at::kFloat));
    Alignment how;
    how.model = AlignmentModel::kNone;
    how.space = AlignmentSpace::kDepth;
    const at::Tensor metres = ramp(16, 16, 5, 40);
    const Aligned same = align(metres, PredictionKind::kDepth, low, how);
    QVERIFY(sameBytes(same.metres, metres) && same.cellsUsed == 4 && same.stamp.empty());
    how.space = AlignmentSpace::kDisparity;
    const Aligned inverted = alignInverse(metres.reciprocal(), low, how);
    QVERIFY(worstDifference(inverted.metres, metres) < 1e-6);
  }

  void roomsAreGuessedAndSaySo() {
    const at::Tensor prediction = ramp(80, 160, 2, 30);
    const LowDepth low = room(10, 20);
    for (const Alignment& how : allWays()) {
      if (how.model == AlignmentModel::kNone) continue;
      const Aligned aligned = alignInverse(prediction, low, how);
      QVERIFY(aligned.underdetermined());
      QVERIFY(has(aligned.stamp, "guessed") && has(aligned.stamp, "8 m"));
      QVERIFY(aligned.scale > 0 && aligned.cellsUsed == 0);
      QVERIFY(std::isnan(aligned.residualRms) && std::isnan(aligned.residualMedian));
      QVERIFY(aligned.residuals.isnan().all().item<bool>());
      QVERIFY(finiteWithin(aligned.metres));
      // The far end, at the left, is at about half a level and nothing is beyond one.
      const double far = aligned.metres[40][2].item<double>();
      QVERIFY(far > 6 && far < 10 && aligned.metres.lt(kLevel).all().item<bool>());
      QVERIFY(aligned.metres[40][150].item<double>() < far);
    }
    Alignment whole;
    whole.farEnd = 1;
    QVERIFY(has(alignInverse(prediction, low, whole).stamp, "16 m"));
    // Whatever line the prediction is given up to.
    const Aligned a = alignInverse(prediction, low),
                  b = alignInverse(prediction.mul(5).add(40), low);
    QVERIFY(worstDifference(a.metres, b.metres) < 1e-4);
  }

  void fewCellsTakeLevelZeroAlong() {
    const DepthMap truth = street(4, 60);
    const LowDepth low = degrade(truth, {}, "few").low;
    const at::Tensor prediction = predictionOf(truth, AlignmentSpace::kDisparity, {0.004, 0.002});
    Alignment how;
    how.leastCells = 2000;
    const Aligned helped = alignInverse(prediction, low, how);
    QVERIFY(helped.state == AlignmentState::kFewCells && !helped.underdetermined());
    QVERIFY(has(helped.stamp, "informative cells only"));
    how.intervals = false;
    const Aligned alone = alignInverse(prediction, low, how);
    const double with = absRel(helped.metres, truth.metres);
    const double without = absRel(alone.metres, truth.metres);
    qInfo("AbsRel %.3f, without level 0 %.3f, %d cells", with, without, int(helped.cellsUsed));
    QVERIFY(helped.cellsUsed > 0 && with < 0.1 && without > 2 * with);
  }

  void oneInformativeCell() {
    at::Tensor levels = room(10, 20).levels.clone();
    levels[5][0].fill_(1.1);
    for (const Alignment& how : allWays()) {
      const Aligned aligned = alignInverse(ramp(80, 160, 2, 30), lowOf(levels), how);
      QCOMPARE(aligned.cellsUsed, std::int64_t{1});
      QVERIFY(finiteWithin(aligned.metres) && aligned.scale > 0);
      if (how.model == AlignmentModel::kNone) continue;
      QVERIFY(aligned.state == AlignmentState::kFewCells && !aligned.stamp.empty());
      const double there = aligned.metres[44][4].item<double>();
      QVERIFY2(there > 12 && there < 40, qPrintable(QString::number(there)));
    }
  }

  void constantPredictionsBecomeConstantMaps() {
    for (const double value : {0.0, 3.0, -2.0}) {
      for (const bool empty : {false, true}) {
        const LowDepth low = empty ? room(6, 8) : lowOf(filled("levels", {6, 8}, 0.6, 3.4));
        for (const Alignment& how : allWays()) {
          if (how.model == AlignmentModel::kNone) continue;
          const at::Tensor prediction = at::full({48, 64}, value, at::kFloat);
          const bool inverted = how.space == AlignmentSpace::kDepth;
          if (inverted && value <= 0) {
            QVERIFY(has(messageOf<BadInput>([&] { alignInverse(prediction, low, how); }),
                        "nowhere above 0"));
            continue;
          }
          const Aligned aligned = alignInverse(prediction, low, how);
          QVERIFY(finiteWithin(aligned.metres) && aligned.scale > 0);
          QVERIFY(aligned.metres.eq(aligned.metres[0][0]).all().item<bool>());
          QVERIFY(!aligned.stamp.empty() || how.model == AlignmentModel::kScale);
          const double z = aligned.metres[0][0].item<double>();
          QVERIFY2(empty ? z > 5 && z < 12 : z > 10 && z < 80, qPrintable(QString::number(z)));
        }
      }
    }
  }

  void contradictionsAreNotFollowed() {
    // Larger where farther, although said to be inverse depth.
    const DepthMap truth = street(18, 150);
    const LowDepth low = degrade(truth, fine(), "upside down").low;
    for (Alignment how : allWays()) {
      if (how.space == AlignmentSpace::kDepth) continue;
      const Aligned aligned = alignInverse(truth.metres, low, how);
      QVERIFY(aligned.scale > 0 && finiteWithin(aligned.metres));
      const bool sloped = how.model == AlignmentModel::kScaleShift;
      // The medians' slope is above 0 by its making, RANSAC may find a rising pair.
      if (!sloped || how.estimator == AlignmentEstimator::kMedianRatio ||
          how.estimator == AlignmentEstimator::kRansac) {
        continue;
      }
      QVERIFY(aligned.state == AlignmentState::kScaleOnly && aligned.shift == 0);
      QVERIFY(has(aligned.stamp, "scale alone"));
    }
    // And nowhere above 0: not even a scale is left.
    const Aligned guess = alignInverse(truth.metres.neg().sub(1).reciprocal(), low);
    QVERIFY(guess.scale > 0);
  }

  void missingPixelsStayMissing() {
    const DepthMap truth = street(18, 150);
    const LowDepth low = degrade(truth, fine(), "holes").low;
    const at::Tensor clean = predictionOf(truth, AlignmentSpace::kDisparity, {0.004, 0.002});
    at::Tensor holed = clean.clone();
    holed.narrow(0, 20, 60).narrow(1, 10, 100).fill_(kNaN);
    holed.narrow(0, 120, 40).narrow(1, 200, 50).fill_(INFINITY);
    holed.narrow(0, 170, 40).narrow(1, 200, 50).fill_(-INFINITY);
    const at::Tensor there = holed.isfinite();
    for (const Alignment& how : allWays()) {
      if (how.model == AlignmentModel::kNone || how.space == AlignmentSpace::kDepth) continue;
      const Aligned aligned = alignInverse(holed, low, how);
      QVERIFY(aligned.metres.isfinite().eq(there).all().item<bool>());
      if (how.model != AlignmentModel::kScaleShift) continue;
      QVERIFY(absRel(aligned.metres, truth.metres, there) < 0.05);
    }
  }

  void missingLevels() {
    const DepthMap truth = street(18, 150);
    LowDepth low = degrade(truth, fine(), "holes").low;
    const at::Tensor prediction = predictionOf(truth, AlignmentSpace::kDisparity, {0.004, 0.002});
    low.levels.narrow(0, 3, 6).narrow(1, 2, 9).fill_(kNaN);
    low.levels.narrow(0, 12, 6).narrow(1, 2, 9).fill_(INFINITY);
    low.levels.narrow(0, 20, 3).narrow(1, 2, 9).fill_(-INFINITY);
    for (const Alignment& how : allWays()) {
      if (how.model != AlignmentModel::kScaleShift || how.space == AlignmentSpace::kDepth) continue;
      const Aligned aligned = alignInverse(prediction, low, how);
      QVERIFY(absRel(aligned.metres, truth.metres) < 0.05);
      QVERIFY(aligned.residuals.narrow(0, 3, 6).narrow(1, 2, 9).isnan().all().item<bool>());
    }
  }

  void oddFactorsAndSizes_data() {
    QTest::addColumn<double>("factor");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::newRow("2.667") << 8.0 / 3 << 240 << 320;
    QTest::newRow("7.5") << 7.5 << 240 << 315;
    QTest::newRow("1") << 1.0 << 60 << 80;
    QTest::newRow("16") << 16.0 << 240 << 320;
    QTest::newRow("8, cut cells") << 8.0 << 247 << 321;
  }
  void oddFactorsAndSizes() {
    QFETCH(double, factor);
    QFETCH(int, height);
    QFETCH(int, width);
    const DepthMap truth = street(18, 150, {height, width});
    const auto rows = std::int64_t(height / factor), columns = std::int64_t(width / factor);
    LowDepth low = lowOf(at::empty({rows, columns}, at::kFloat), factor);
    low.metresPerLevel = 0.25;
    low.phaseX = low.phaseY = factor / 2;
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t k = 0; k < columns; ++k) {
        const auto row = std::int64_t(factor * double(i) + factor / 2);
        const auto column = std::int64_t(factor * double(k) + factor / 2);
        low.levels[i][k].fill_(std::floor(truth.metres[row][column].item<double>() / 0.25));
      }
    }
    const at::Tensor prediction = predictionOf(truth, AlignmentSpace::kDisparity, {0.004, 0.002});
    for (int grid = 0; grid < 3; ++grid) {
      Alignment how;
      how.grid = AlignmentGrid(grid);
      const Aligned aligned = alignInverse(prediction, low, how);
      const double wrong = absRel(aligned.metres, truth.metres);
      QVERIFY2(wrong < (grid == 1 ? 0.005 : 0.06), qPrintable(QString::number(wrong)));
      QCOMPARE(aligned.cellsUsed, rows * columns);
    }
  }

  // Means over cells whose borders cut pixels, by hand.
  void meansOverBrokenCells() {
    LowDepth low = lowOf(at::full({1, 2}, 1.0, at::kFloat), 2.5);
    low.levels[0][1].fill_(2);
    low.factorY = 1;
    low.phaseY = 0;
    at::Tensor prediction = at::empty({1, 5}, at::kFloat);
    for (int i = 0; i < 5; ++i) prediction[0][i].fill_(1 << i);
    Alignment how;
    how.space = AlignmentSpace::kDepth;
    how.grid = AlignmentGrid::kCellMeans;
    how.leastCells = 2;
    how.intervals = false;
    const Aligned aligned = align(prediction, PredictionKind::kDepth, low, how);
    const double x0 = (1 + 2 + 0.5 * 4) / 2.5, x1 = (0.5 * 4 + 8 + 16) / 2.5;
    const double scale = kLevel / (x1 - x0);
    QVERIFY(std::abs(aligned.scale - scale) < 1e-12 * scale);
    QVERIFY(std::abs(aligned.shift - (1.5 * kLevel - scale * x0)) < 1e-9);
  }

  void onePixel() {
    LowDepth low = lowOf(at::full({1, 1}, 2.0, at::kFloat), 1);
    for (const Alignment& how : allWays()) {
      const Aligned aligned = alignInverse(at::full({1, 1}, 0.5, at::kFloat), low, how);
      QVERIFY(finiteWithin(aligned.metres));
      if (how.model == AlignmentModel::kNone) continue;
      QVERIFY(std::abs(aligned.metres.item<double>() - 2.5 * kLevel) < 0.2 * kLevel);
    }
    low.factorX = low.factorY = 8;
    QVERIFY(finiteWithin(alignInverse(ramp(8, 8, 1, 2), low).metres));
  }

  void badInputIsRefused() {
    const LowDepth low = lowOf(filled("levels", {6, 8}, 0.6, 3.4));
    const at::Tensor good = ramp(48, 64, 1, 5);
    const auto says = [&](const at::Tensor& prediction, const LowDepth& from, const char* part) {
      return has(messageOf<BadInput>([&] { alignInverse(prediction, from); }), part);
    };
    QVERIFY(says({}, low, "two-dimensional"));
    QVERIFY(says(good.unsqueeze(0), low, "two-dimensional"));
    QVERIFY(says(good.to(at::kInt), low, "two-dimensional"));
    QVERIFY(says(good.narrow(0, 0, 0), low, "two-dimensional"));
    QVERIFY(says(good.narrow(0, 0, 40), low, "height is 40 pixels"));
    QVERIFY(says(ramp(48, 80, 1, 5), low, "width is 80 pixels"));
    QVERIFY(says(good.t(), low, "pixels"));
    QVERIFY(says(at::full({48, 64}, kNaN, at::kFloat), low, "no finite pixel"));
    QVERIFY(says(good, lowOf(at::full({6, 8}, kNaN, at::kFloat)), "no finite cell"));
    QVERIFY(says(good, lowOf(at::Tensor()), "transmitted map"));
    LowDepth broken = low;
    broken.metresPerLevel = 0;
    QVERIFY(says(good, broken, "metres per level"));
  }

  void halfPrecisionAndDoubleAreTaken() {
    const LowDepth low = lowOf(filled("levels", {6, 8}, 0.6, 3.4));
    const Aligned single = alignInverse(ramp(48, 64, 1, 5), low);
    const Aligned twice = alignInverse(ramp(48, 64, 1, 5).to(at::kDouble), low);
    QVERIFY(sameBytes(single.metres, twice.metres));
    const Aligned half = alignInverse(ramp(48, 64, 1, 5).to(at::kBFloat16), low);
    QVERIFY(half.metres.scalar_type() == at::kFloat && finiteWithin(half.metres));
  }

  void progressAndCancellation() {
    const LowDepth low = lowOf(filled("levels", {6, 8}, 0.6, 3.4));
    std::vector<double> parts;
    Progress progress;
    progress.report = [&](double part, std::string_view) { parts.push_back(part); };
    align(ramp(48, 64, 1, 5), PredictionKind::kInverseDepth, low, {}, progress);
    QVERIFY(!parts.empty() && parts.back() == 1.0 && std::ranges::is_sorted(parts));
    std::stop_source stop;
    stop.request_stop();
    const Progress stopped{stop.get_token(), {}};
    QVERIFY_EXCEPTION_THROWN(
        align(ramp(48, 64, 1, 5), PredictionKind::kInverseDepth, low, {}, stopped), Cancelled);
  }

  void intervalFitFindsTheLine() {
    // y known by whole numbers only, below 3 not at all: least squares through centres bends.
    std::vector<Interval> intervals;
    Points centres;
    for (std::size_t i = 0; i < 2000; ++i) {
      const double x = 10 * unit("x", i), y = 0.8 * x + 0.3 + 0.1 * (unit("n", i) - 0.5);
      const double whole = std::floor(y);
      if (y < 3) {
        intervals.push_back({x, -INFINITY, 3});
      } else {
        intervals.push_back({x, whole, whole + 1});
        centres.add(x, whole + 0.5);
      }
    }
    const Line start = leastSquares(centres, Shift::kFree).value();
    const Line line = intervalFit(intervals, start, Shift::kFree, 0.3, 0.01, INFINITY);
    QVERIFY(std::abs(line.scale - 0.8) < 0.004 && std::abs(line.shift - 0.3) < 0.02);
    QVERIFY(std::abs(start.scale - 0.8) > 3 * std::abs(line.scale - 0.8));
    // From elsewhere to the same peak; and a half of weight 2 is the whole of weight 1.
    const Line far = intervalFit(intervals, {0.1, 5}, Shift::kFree, 3, 0.01, INFINITY);
    QVERIFY(std::abs(far.scale - line.scale) < 1e-4 && std::abs(far.shift - line.shift) < 1e-3);
    for (Interval& interval : intervals) interval.weight = 0.5;
    std::vector<Interval> doubled = intervals;
    doubled.insert(doubled.end(), intervals.begin(), intervals.end());
    const Line same = intervalFit(doubled, start, Shift::kFree, 0.3, 0.01, INFINITY);
    QVERIFY(std::abs(same.scale - line.scale) < 1e-6);
    // Points, outliers beyond the cut, and a line through the origin.
    std::vector<Interval> points;
    for (int i = 1; i < 50; ++i) points.push_back({double(i), 2.0 * i, 2.0 * i});
    points.push_back({5, 500, 501});
    const Line cut = intervalFit(points, {1.9, 0}, Shift::kNone, 1, 1e-3, 20);
    QVERIFY(std::abs(cut.scale - 2) < 1e-6 && cut.shift == 0);
    const Line pulled = intervalFit(points, {1.9, 0}, Shift::kNone, 1, 1e-3, INFINITY);
    QVERIFY(pulled.scale > 2.01);
    // Nothing to go by.
    const Line kept = intervalFit({}, {7, 8}, Shift::kFree, 1, 1e-3, INFINITY);
    QVERIFY(kept.scale == 7 && kept.shift == 8);
  }
};

QTEST_GUILESS_MAIN(AlignmentTest)
#include "alignment.moc"
