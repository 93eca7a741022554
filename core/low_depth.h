#pragma once

#include <ATen/core/Tensor.h>

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

}  // namespace fathom
