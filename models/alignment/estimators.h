#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/progress.h"

namespace fathom {

/// y ≈ scale·x + shift.
struct Line {
  double scale = 1;
  double shift = 0;
  double at(double x) const { return scale * x + shift; }
};

/// Pairs to fit a line to: finite numbers, as many of one as of the other.
struct Points {
  std::vector<double> x, y;
  std::size_t size() const { return x.size(); }
  void add(double px, double py) {
    x.push_back(px);
    y.push_back(py);
  }
};

/// Whether a fitted line may miss the origin.
enum class Shift { kNone, kFree };

/// Every estimator sums in double and in the points' order, so that a fit is the same bytes on any
/// number of threads, and returns nothing where the points do not determine a line (none at all, or
/// one x only). None of them promises a scale above 0.

/// The middle value; of an even number the mean of the middle two. NaN of none.
double median(std::vector<double> values);

/// The greatest |y − line| that counts as agreement: 2.5 robust standard deviations (1.4826 times
/// the median distance), and never less than rounding.
double agreement(const Points& points, Line line);

/// Minimises Σ w (y − s·x − t)². @param weights  one a point; all 1 where empty
std::optional<Line> leastSquares(const Points& points, Shift shift,
                                 std::span<const double> weights = {});

/// Least squares on the share 1 − `trim` of the points that it fits best, found by refitting until
/// the choice stays (least trimmed squares, Rousseeuw and Van Driessen's concentration steps).
/// @param trim  0 to 0.9
std::optional<Line> trimmedLeastSquares(const Points& points, Shift shift, double trim);

/// Iteratively reweighted least squares with Huber's weights, cut at 1.345 robust standard
/// deviations.
std::optional<Line> huber(const Points& points, Shift shift);

/// The median slope of all pairs whose x differ, and the median of y − s·x; through the origin the
/// median of y/x. Exact up to kMostPaired points; beyond, of that many drawn evenly by `seed`.
/// Throws Cancelled.
constexpr std::size_t kMostPaired = 6000;
std::optional<Line> theilSen(const Points& points, Shift shift, std::uint64_t seed = 1,
                             const Progress& progress = {});

/// Through the origin the median of y/x over x ≠ 0; with a shift medians and mean absolute
/// deviations from them are made equal (MiDaS's scale- and shift-invariant normalisation, which
/// takes the slope as above 0).
std::optional<Line> medianRatio(const Points& points, Shift shift);

/// How random sample consensus draws and counts.
struct Ransac {
  int draws = 500;
  double tolerance = 0;  ///< in units of y; 0: agreement() with the draw of least median distance
  std::uint64_t seed = 1;
  double leastTolerance = 0;  ///< of one found from the data: what y is known to
};
/// The line through two drawn points (through the origin: one) with a scale above 0 for which
/// Σ min(distance, tolerance)² is least (MSAC), then least squares on the points within the
/// tolerance. Throws Cancelled.
std::optional<Line> ransac(const Points& points, Shift shift, const Ransac& how,
                           const Progress& progress = {});

/// Least squares with points that only bound the line: at every x of `bounded` the line is to reach
/// at least `bound` (at most, where `above` is false), and pays the square of what it lacks.
std::optional<Line> boundedLeastSquares(const Points& points, std::span<const double> bounded,
                                        double bound, bool above, Shift shift);

}  // namespace fathom
