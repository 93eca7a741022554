#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

#include "core/depth_map.h"

namespace fathom {

/// A small, coarsely quantised, noisy depth map, as it was transmitted.
struct LowDepth {
  at::Tensor levels;            ///< h×w float32, as received
  double metresPerLevel = 1.0;  ///< 65535/4095 = 16.0037 m in the challenge
  double factorX = 8.0;         ///< HR width / LR width, not always whole
  double factorY = 8.0;         ///< HR height / LR height
  double phaseX = 4.0;          ///< LR column i was sampled at HR column factorX·i + phaseX
  double phaseY = 4.0;          ///< LR row i was sampled at HR row factorY·i + phaseY

  Size size() const { return {levels.size(0), levels.size(1)}; }
};

/// Throws BadInput unless levels is h×w float32 with at least one cell and the numbers are
/// finite and above 0 (phases: finite).
void check(const LowDepth& low);

/// The row or column of pixels at which a cell's one was sampled: ⌊factor·cell + phase⌋, where a
/// sum that rounding has left just below a whole number counts as that number. May lie outside of
/// the picture.
std::int64_t sampledPixel(std::int64_t cell, double factor, double phase);

/// Checks the map, and that its cells cover a picture of this size: a size that is no multiple of
/// the factor may have a part of a cell too much, or up to one too few. Throws BadInput that says
/// which side is not.
/// @param what  whose size it is, for the message: "picture"
void checkCovers(const LowDepth& low, Size picture, std::string_view what = "picture");

}  // namespace fathom
