#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/depth_map.h"

namespace fathom {

/// A dataset as found: what passes from the reading process to the other.
struct Hdf5Dataset {
  std::vector<std::int64_t> shape;
  bool whole = false;
  std::vector<float> values;  ///< empty where only the shape was asked for
};

/// Reads in the calling process. Throws FileError.
Hdf5Dataset readHdf5Here(const std::string& file, const std::string& dataset, bool values);

}  // namespace fathom
