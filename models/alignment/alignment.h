#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/low_depth.h"
#include "core/progress.h"
#include "core/setting.h"

namespace fathom {

/// What the numbers of a prediction are, up to a line.
enum class PredictionKind {
  kInverseDepth,  ///< larger is nearer, as Depth Anything's relative models give
  kDepth,         ///< larger is farther
};

/// Where the line is fitted: z ≈ s·d + t, or 1/z ≈ s·d + t.
enum class AlignmentSpace { kDepth, kDisparity };
enum class AlignmentModel { kNone, kScale, kScaleShift };
enum class AlignmentEstimator { kLeastSquares, kRansac, kTheilSen, kMedianRatio, kHuber };

/// What is compared with the transmitted map.
enum class AlignmentGrid {
  kCellMeans,    ///< the prediction's mean over the pixels of each cell
  kCellSamples,  ///< the prediction's pixel at which the cell was sampled
  kPixels,       ///< every pixel, with the transmitted map enlarged bicubically
};

/// How a relative prediction becomes metres.
struct Alignment {
  AlignmentSpace space = AlignmentSpace::kDisparity;
  AlignmentModel model = AlignmentModel::kScaleShift;
  AlignmentEstimator estimator = AlignmentEstimator::kTheilSen;
  AlignmentGrid grid = AlignmentGrid::kCellSamples;
  double trim = 0;          ///< least squares: the share of worst cells that is left out, to 0.9
  double tolerance = 0;     ///< RANSAC: what agrees, in m or 1/m; 0: from the median distance
  int draws = 500;          ///< RANSAC
  double minMetres = 0.1;   ///< no result is nearer
  double maxMetres = 1000;  ///< no result is farther
  bool excludeFar = true;   ///< cells beyond maxMetres (sky) take no part in the estimator
  bool intervals = true;    ///< refine: cells are intervals, level 0 among them (see align())
  int leastCells = 20;      ///< with fewer informative cells a fit counts as poorly determined
  double farEnd = 0.5;      ///< with none: where the prediction's far end is put, in levels
  std::uint64_t seed = 1;   ///< of RANSAC's draws, and of a choice among very many points

  /// Throws BadInput that names the field and its range.
  void check() const;
  bool operator==(const Alignment&) const = default;
};

/// The knobs of an Alignment, in the order of a form, and the way there and back. Names start with
/// `prefix` so that a method can embed them: "align_" gives "align_space", ….
std::vector<Setting> alignmentSettings(std::string_view prefix = {});
Values toValues(const Alignment& alignment, std::string_view prefix = {});
/// Reads the values whose names start with `prefix`; the others are somebody else's.
Alignment alignmentFromValues(const Values& values, std::string_view prefix = {});

/// How much the transmitted map said about the line.
enum class AlignmentState {
  kFitted,           ///< as asked
  kScaleOnly,        ///< the slope was not determined or not above 0: fitted without a shift
  kFewCells,         ///< fewer informative cells than asked for; level 0 may have helped
  kUnderdetermined,  ///< nothing fixed the scale: see align()
};

/// A prediction in metres, and how well it agrees with what was transmitted.
struct Aligned {
  at::Tensor metres;  ///< H×W float32, on the prediction's device; NaN where the prediction was
  double scale = 1, shift = 0;
  AlignmentState state = AlignmentState::kFitted;
  std::string stamp;            ///< what must be said beside the result; empty where kFitted
  std::int64_t cellsUsed = 0;   ///< informative cells with a prediction, within range
  double inlierShare = 0;       ///< of these: within 2.5 robust deviations (or RANSAC's tolerance)
  double residualRms = 0;       ///< m, over the cells used; NaN where there is none
  double residualMedian = 0;    ///< m, of absolute residuals; NaN likewise
  double residualRelative = 0;  ///< median of |residual| / depth; NaN likewise
  at::Tensor residuals;         ///< h×w float32: result − cell centre in m; NaN where unused

  /// The scale is a guess, not a measurement.
  bool underdetermined() const { return state == AlignmentState::kUnderdetermined; }
};

/// Fits a prediction to the transmitted map and gives it in metres.
///
/// Only informative cells enter the estimator: a level L ≥ 1 after rounding means a depth in
/// [L, L + 1)·S with S metres per level, of which the centre is taken; the value of a level-0 cell
/// is noise. Cells beyond maxMetres are left out unless excludeFar is false: in depth space they
/// outweigh all others, in disparity their being many and all alike does. In disparity space
/// z = 1 / clamp(s·d + t). A prediction of the other kind is inverted first, with values below a
/// thousandth of its greatest raised to that.
///
/// Centres flatten the line: all depths of one level become one. With `intervals` the estimator's
/// line is the start of an interval regression over the cells (see intervalFit): levels of 1 and
/// more are ranges, level 0 is "nearer than one level", and in disparity cells left out are "beyond
/// maxMetres". Cells that a line misses by more than the tolerance take no part in it, except after
/// plain least squares or with few cells. The tolerance is 2.5 robust deviations, and at least half
/// of the widest range.
///
/// kPixels uses the pixels whose bicubic taps are all informative, and cell means where there are
/// fewer of these than leastCells.
///
/// A slope that is not above 0 or not determined is dropped for a scale alone (kScaleOnly). With
/// fewer informative cells than leastCells, the start is least squares through these and, with
/// `intervals`, the level-0 cells that it would put beyond one level (kFewCells). With none, as in
/// a room, or where no scale above 0 exists, the far end of the prediction (its 2nd percentile of
/// nearness) is put at farEnd levels and, where a shift is free, its near end (the 98th) at a
/// sixteenth of that: a guess, said in `stamp` (kUnderdetermined). A constant prediction becomes a
/// constant map.
///
/// The same bytes on any number of threads and any device.
/// @param prediction  H×W floating point; pixels that are not finite take no part
/// @param low         on the prediction's device; its cells must cover H×W by its factors
/// Throws BadInput on sizes that do not fit, on maps without any finite value, and where a
/// prediction that has to be inverted is nowhere above 0; Cancelled.
Aligned align(const at::Tensor& prediction, PredictionKind kind, const LowDepth& low,
              const Alignment& how, const Progress& progress = {});

}  // namespace fathom
