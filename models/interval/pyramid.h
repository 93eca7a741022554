#pragma once

#include <vector>

#include "core/depth_map.h"
#include "core/progress.h"

namespace fathom {

/// A plane of numbers, row by row.
struct Plane {
  Size size;
  std::vector<float> values;

  explicit Plane(Size of) : size(of), values(static_cast<std::size_t>(of.height * of.width)) {}
  float* row(std::int64_t y) { return values.data() + y * size.width; }
  const float* row(std::int64_t y) const { return values.data() + y * size.width; }
};

/// Every second pixel of the plane smoothed by [1 4 6 4 1]/16; borders are mirrored.
Plane halved(const Plane& plane, const Progress& progress);

/// The difference between a plane and its halved one brought back to its size: one band of a
/// Laplacian pyramid. @return the squares of the band
Plane bandEnergy(const Plane& plane, const Plane& half, const Progress& progress);

}  // namespace fathom
