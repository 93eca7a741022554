#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/depth_map.h"

namespace fathom {

/// What a file holds, before a scale is applied.
struct StoredDepth {
  at::Tensor values;   ///< H×W float32
  bool whole = false;  ///< whole numbers, which mean nothing without a scale
};

/// Rows and columns of an array that holds one map; further dimensions of length 1, in front or
/// behind, do not count. Throws FileError about `file`: other dimensions, no pixel, too many.
Size mapSize(const std::vector<std::int64_t>& shape, const std::string& file);

}  // namespace fathom
