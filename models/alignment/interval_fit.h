#pragma once

#include <optional>
#include <span>

#include "models/alignment/estimators.h"

namespace fathom {

/// What is known of y at one x: it lies between two bounds, either of which may be infinite.
struct Interval {
  double x = 0, least = 0, greatest = 0;
  double weight = 1;
};

/// The line of the greatest likelihood where y = s·x + t + N(0, σ) is known by intervals only
/// (interval regression: Newton steps in s and t, σ estimated along). Where a coarse code turns a
/// whole range into one value, a fit to the ranges' centres is flattened; this one is not.
/// @param start  from where; given back where nothing likelier is found
/// @param sigma  of y about `start`, above 0: what σ begins with
/// @param leastSigma  above 0: a sharper likelihood has corners, and no single peak
/// @param cut  intervals that a line misses by more take no part (by up to 4 times more at first);
///             infinity: all do
Line intervalFit(std::span<const Interval> intervals, Line start, Shift shift, double sigma,
                 double leastSigma, double cut);

}  // namespace fathom
