#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/depth_map.h"
#include "core/low_depth.h"

namespace fathom {

/// What one transmitted cell tells.
enum class CellInformation : std::uint8_t {
  kInformative = 0,  ///< rounds to level 1 or more: the truth lies in a known interval
  kNoiseOnly = 1,    ///< rounds to level 0: nearer than one level, the value is noise
  kClipped = 2,      ///< exactly 0: noise clipped below
};

/// The information map of a transmitted depth map ("LR information" layer).
struct Information {
  at::Tensor cells;  ///< h×w uint8, values of CellInformation
  double metresPerLevel = 0;
  double informativeShare = 0;  ///< of all cells, 0 to 1
  double noiseOnlyShare = 0;    ///< of all cells, the clipped ones included
  double clippedShare = 0;
};
Information informationOf(const LowDepth& low);

/// The share of a truth's counting pixels nearer than one level: there LR holds only noise.
/// NaN where no pixel counts.
double shareBelowOneLevel(const DepthMap& truth, double metresPerLevel);

}  // namespace fathom
