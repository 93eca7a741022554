#pragma once

#include <ATen/core/Tensor.h>

#include "core/depth_map.h"
#include "core/low_depth.h"
#include "core/progress.h"
#include "models/interpolation/taps.h"

namespace fathom {

/// How a transmitted map is enlarged.
struct Interpolation {
  Kernel kernel = Kernel::kCubicTorch;
  double gain = 0;          ///< metres = level · gain; 0: the map's own metres per level
  bool halfStep = false;    ///< add half a level first: undoes the bias of truncation
  bool phaseAware = false;  ///< place cells at their sampling phase, not on the half-pixel grid
};

/// Enlarges a map to the given size, separably, without antialias and without clamping the result
/// (overshoot is real: values may turn negative beside a depth edge). Non-finite cells spread.
/// @return H×W float32 metres on the map's device. Throws BadInput, Cancelled.
at::Tensor interpolate(const LowDepth& low, Size size, const Interpolation& how,
                       const Progress& progress = {});

}  // namespace fathom
