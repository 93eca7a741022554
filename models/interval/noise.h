#pragma once

#include <span>

namespace fathom {

/// The noise of a transmitted map, in levels: a level L was received as L + L·N(0, relative) +
/// N(0, additive), clipped at 0.
struct LevelNoise {
  double additive = 0;
  double relative = 0;
  double relativeError = 0;  ///< standard deviation of `relative`

  /// Standard deviation at a level, on the safe side of what is not known about it.
  double at(double level) const;
};

/// Estimates the noise from the received levels alone. Level 0 shows the additive part (truncated
/// at half a level, which is undone), the distance of the others from whole numbers the relative
/// one, and so do the many cells of a sky at one high level. Values that are not finite take no
/// part. With nothing to see, the middle of the ranges that the challenge draws from.
LevelNoise fitNoise(std::span<const float> levels);

/// Natural logarithm of the likelihood of received levels between 0.5 and 24.5 under this noise,
/// whatever the true levels were.
/// @param nearWeight  how many more cells are of level 0 than of any other: strong noise lifts some
double logLikelihood(std::span<const double> received, double additive, double relative,
                     double nearWeight = 0);

}  // namespace fathom
