#pragma once

#include <optional>
#include <span>
#include <vector>

#include "widgets/colour/scale.h"

namespace fathom {

/// How values are spread, small enough to draw a histogram of any scale at once: the values at
/// equally spaced ranks, ascending.
struct Distribution {
  std::vector<float> quantiles;

  /// Least and greatest value; nothing where there is none.
  std::optional<Limits> extent() const;
};

/// Of the finite ones among `values`; O(n log n), for workers.
/// @param points  at most so many quantiles, at least 2
Distribution distributionOf(std::span<const float> values, int points = 4096);

/// The limits of a scale, moved apart by a part of its length on either side but not beyond
/// `extent` (nor inwards).
Limits padded(const Scale& scale, double part, const Limits& extent);

}  // namespace fathom
