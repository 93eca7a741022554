#include "models/alignment/alignment.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/alignment/cells.h"
#include "models/alignment/estimators.h"
#include "models/alignment/interval_fit.h"

namespace fathom {
namespace {

/// Where nothing fixes the scale, the near end of the prediction is this many times nearer than
/// its far end: about what rooms show (2nd against 98th percentile of depth).
constexpr double kNearEnd = 16;
constexpr double kFarPercentile = 0.02;

/// Of half the widest interval: what σ of an interval regression is at least.
constexpr double kLeastSigma = 0.1;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Fit {
  Line line;
  AlignmentState state = AlignmentState::kFitted;
};

std::optional<Line> positive(const std::optional<Line>& line) {
  return line && line->scale > 0 ? line : std::nullopt;
}

/// @param known  to what y is known at best and at worst: no tolerance is below
std::optional<Line> estimate(const Points& points, Shift shift, const Alignment& how, double known,
                             const Progress& progress) {
  switch (how.estimator) {
    case AlignmentEstimator::kLeastSquares:
      return trimmedLeastSquares(points, shift, how.trim);
    case AlignmentEstimator::kRansac:
      return ransac(points, shift, {how.draws, how.tolerance, how.seed, known}, progress);
    case AlignmentEstimator::kTheilSen:
      return theilSen(points, shift, how.seed, progress);
    case AlignmentEstimator::kMedianRatio:
      return medianRatio(points, shift);
    case AlignmentEstimator::kHuber:
      return huber(points, shift);
  }
  return std::nullopt;
}

/// The guess where nothing fixes the scale; informative cells, where there are any, still say how
/// far the far end is.
Line guessed(const std::vector<AlignmentCell>& cells, const Points& points, const LowDepth& low,
             const Alignment& how) {
  std::vector<double> xs;
  for (const AlignmentCell& cell : cells) {
    if (std::isfinite(cell.x)) xs.push_back(cell.x);
  }
  std::ranges::sort(xs, std::less<>(), [&](double x) {
    return how.space == AlignmentSpace::kDisparity ? x : -x;  // far end first
  });
  const double farMetres = how.farEnd * low.metresPerLevel;
  const double yFar = points.size() > 0 ? median(points.y) : inSpace(farMetres, how.space);
  if (xs.empty()) return {1, yFar};
  const auto last = static_cast<double>(xs.size() - 1);
  const auto at = [&](double share) { return xs[static_cast<std::size_t>(share * last)]; };
  const double xFar = points.size() > 0 ? median(points.x) : at(kFarPercentile);
  const double xNear = at(1 - kFarPercentile);
  if (how.model == AlignmentModel::kScaleShift && xNear != xFar) {
    const double yNear = inSpace(farMetres / kNearEnd, how.space);
    const double scale = (yNear - yFar) / (xNear - xFar);
    if (std::isfinite(scale) && scale > 0) return {scale, yFar - scale * xFar};
  }
  const double scale = yFar / xFar;
  if (std::isfinite(scale) && scale > 0) return {scale, 0};
  return {1, yFar - xFar};
}

std::optional<Line> fittedToFew(const std::vector<AlignmentCell>& cells, const Points& points,
                                const LowDepth& low, const Alignment& how, Shift shift) {
  std::vector<double> near;
  for (const AlignmentCell& cell : cells) {
    if (how.intervals && cell.role == CellRole::kNear) near.push_back(cell.x);
  }
  return boundedLeastSquares(points, near, inSpace(low.metresPerLevel, how.space),
                             how.space == AlignmentSpace::kDisparity, shift);
}

Interval intervalOf(const AlignmentCell& cell, AlignmentSpace space) {
  if (space == AlignmentSpace::kDepth) return {cell.x, cell.least, cell.greatest};
  return {cell.x, 1 / cell.greatest, 1 / cell.least};
}

/// What all cells say about y. Those nearer than one level and those too far, often the many, weigh
/// no more in all than the cells whose depth is known: they are bounds only, and as good as none
/// where a prediction is not quite a line of the truth.
std::vector<Interval> intervalsOf(const std::vector<AlignmentCell>& cells, AlignmentSpace space) {
  const auto count = [&](CellRole role) {
    return static_cast<double>(std::ranges::count(cells, role, &AlignmentCell::role));
  };
  const double ranges = count(CellRole::kRange);
  const double near = std::min(1.0, ranges / std::max(1.0, count(CellRole::kNear)));
  const double far = std::min(1.0, ranges / std::max(1.0, count(CellRole::kFar)));
  std::vector<Interval> intervals;
  for (const AlignmentCell& cell : cells) {
    if (cell.role == CellRole::kNone) continue;
    // A depth that a prediction cannot reach (sky) would pull without end.
    if (cell.role == CellRole::kFar && space == AlignmentSpace::kDepth) continue;
    intervals.push_back(intervalOf(cell, space));
    if (cell.role == CellRole::kNear) intervals.back().weight = near;
    if (cell.role == CellRole::kFar) intervals.back().weight = far;
  }
  return intervals;
}

/// Half of the widest interval that takes part in the fit: to what y is known at worst.
double knownTo(const std::vector<AlignmentCell>& cells, AlignmentSpace space) {
  double widest = 0;
  for (const AlignmentCell& cell : cells) {
    if (cell.role != CellRole::kRange) continue;
    const Interval interval = intervalOf(cell, space);
    widest = std::max(widest, interval.greatest - interval.least);
  }
  return widest / 2;
}

/// What counts as agreement with a line; never less than the quantisation allows.
double toleranceOf(const Points& points, Line line, double known, const Alignment& how) {
  if (how.estimator == AlignmentEstimator::kRansac && how.tolerance > 0) return how.tolerance;
  return std::max(agreement(points, line), known);
}

/// The likeliest line from a start, or nothing where it does not rise or is not determined.
std::optional<Line> refined(Line start, const std::vector<AlignmentCell>& cells,
                            const Points& points, const Alignment& how, Shift shift, bool few) {
  const std::vector<Interval> intervals = intervalsOf(cells, how.space);
  const bool constant = std::ranges::all_of(
      intervals, [&](const Interval& each) { return each.x == intervals.front().x; });
  if (constant && shift == Shift::kFree) return std::nullopt;
  const double known = knownTo(cells, how.space);
  const double tolerance = toleranceOf(points, start, known, how);
  // A line through a few cells is too poor to judge others by.
  const bool all = few || (how.estimator == AlignmentEstimator::kLeastSquares && how.trim == 0);
  return positive(intervalFit(intervals, start, shift, tolerance / 2.5, kLeastSigma * known,
                              all ? kInfinity : tolerance));
}

Fit fitted(const std::vector<AlignmentCell>& cells, const Points& points, const LowDepth& low,
           const Alignment& how, const Progress& progress) {
  if (how.model == AlignmentModel::kNone) return {};
  const Shift wanted = how.model == AlignmentModel::kScaleShift ? Shift::kFree : Shift::kNone;
  const bool few = points.size() < static_cast<std::size_t>(how.leastCells);
  const double known = knownTo(cells, how.space);
  const auto started = [&](Shift shift) {
    return positive(few ? fittedToFew(cells, points, low, how, shift)
                        : estimate(points, shift, how, known, progress));
  };
  Shift found = wanted;
  std::optional<Line> line = started(wanted);
  if (!line && wanted == Shift::kFree) {
    line = started(Shift::kNone);
    found = Shift::kNone;
  }
  if (!line) return {guessed(cells, points, low, how), AlignmentState::kUnderdetermined};
  if (how.intervals) {
    // Also where the estimator saw no slope: with most cells at one level a median slope is 0.
    if (const auto better = refined(*line, cells, points, how, wanted, few)) {
      line = better;
      found = wanted;
    } else if (found != wanted) {
      line = refined(*line, cells, points, how, found, few).value_or(*line);
    }
  }
  if (few) return {*line, AlignmentState::kFewCells};
  return {*line, found == wanted ? AlignmentState::kFitted : AlignmentState::kScaleOnly};
}

std::string stampOf(const Fit& fit, const Points& points, const LowDepth& low,
                    const Alignment& how) {
  switch (fit.state) {
    case AlignmentState::kFitted:
      return {};
    case AlignmentState::kScaleOnly:
      return "no slope above 0 found: aligned by scale alone";
    case AlignmentState::kFewCells:
      return fmt::format("scale from {} informative cells only", points.size());
    case AlignmentState::kUnderdetermined:
      break;
  }
  if (points.size() > 0) return "scale guessed: the prediction contradicts the informative cells";
  return fmt::format("scale guessed: no informative cell, far end put at {:.3g} m",
                     how.farEnd * low.metresPerLevel);
}

double metresAt(double x, Line line, const Alignment& how) {
  const double y = line.at(x);
  if (how.space == AlignmentSpace::kDepth) return std::clamp(y, how.minMetres, how.maxMetres);
  return 1 / std::clamp(y, 1 / how.maxMetres, 1 / how.minMetres);
}

at::Tensor metresOf(const at::Tensor& values, Line line, const Alignment& how) {
  const at::Tensor y = values.mul(line.scale).add(line.shift);
  if (how.space == AlignmentSpace::kDepth) {
    return y.clamp(how.minMetres, how.maxMetres).to(at::kFloat);
  }
  return y.clamp(1 / how.maxMetres, 1 / how.minMetres).reciprocal().to(at::kFloat);
}

/// Fills in what is measured on the cells used.
void judge(Aligned& result, const std::vector<AlignmentCell>& cells, const Points& points,
           const LowDepth& low, const Alignment& how) {
  const Line line{result.scale, result.shift};
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  at::Tensor residuals =
      at::empty({low.levels.size(0), low.levels.size(1)}, at::TensorOptions(at::kFloat));
  auto* out = residuals.mutable_data_ptr<float>();
  std::vector<double> absolute, relative;
  double squares = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const AlignmentCell& cell = cells[i];
    const bool used = cell.role == CellRole::kRange;
    const double residual = used ? metresAt(cell.x, line, how) - cell.metres : kNaN;
    out[i] = static_cast<float>(residual);
    if (!used) continue;
    squares += residual * residual;
    absolute.push_back(std::abs(residual));
    relative.push_back(std::abs(residual) / cell.metres);
  }
  const auto count = static_cast<double>(absolute.size());
  result.cellsUsed = static_cast<std::int64_t>(absolute.size());
  result.residualRms = count > 0 ? std::sqrt(squares / count) : kNaN;
  result.residualMedian = median(std::move(absolute));
  result.residualRelative = median(std::move(relative));
  result.residuals = residuals.to(result.metres.device());
  if (points.size() == 0) return;
  const double tolerance = toleranceOf(points, line, knownTo(cells, how.space), how);
  double agreeing = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    agreeing += std::abs(points.y[i] - line.at(points.x[i])) <= tolerance ? 1 : 0;
  }
  result.inlierShare = agreeing / static_cast<double>(points.size());
}

Points cellPoints(const std::vector<AlignmentCell>& cells, AlignmentSpace space) {
  Points points;
  for (const AlignmentCell& cell : cells) {
    if (cell.role == CellRole::kRange) points.add(cell.x, inSpace(cell.metres, space));
  }
  return points;
}

}  // namespace

Aligned align(const at::Tensor& prediction, PredictionKind kind, const LowDepth& low,
              const Alignment& how, const Progress& progress) {
  how.check();
  checkCovers(prediction, low);
  progress.at(0, "aligning");
  const at::Tensor values = inSpace(prediction, kind, how.space);
  const std::vector<AlignmentCell> cells = alignmentCells(values, low, how);
  Points points = cellPoints(cells, how.space);
  if (how.grid == AlignmentGrid::kPixels) {
    Points pixels = pixelPoints(values, low, how, progress);
    const auto enough = static_cast<std::size_t>(how.leastCells);
    if (points.size() >= enough && pixels.size() >= enough) points = std::move(pixels);
  }
  const Fit fit = fitted(cells, points, low, how, progress);
  Aligned result;
  result.scale = fit.line.scale;
  result.shift = fit.line.shift;
  result.state = fit.state;
  result.stamp = stampOf(fit, points, low, how);
  result.metres = metresOf(values, fit.line, how);
  judge(result, cells, points, low, how);
  progress.at(1, "aligning");
  return result;
}

}  // namespace fathom
