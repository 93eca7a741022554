#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

#include "core/depth_map.h"
#include "datasets/codecs/stored_depth.h"

namespace fathom {

/// Reads a two-dimensional dataset of an HDF5 file. The library is made for files of one's own:
/// foreign ones are opened in a short-lived process of their own, whose death, too much memory or
/// too much time is an error about the file and nothing worse. Data outside the file (external
/// storage, virtual datasets) is refused.
/// @param dataset  its path; empty: the only two-dimensional one, or the one called depth or
///                 prediction
/// Throws FileError.
StoredDepth readHdf5(const std::filesystem::path& path, const std::string& dataset);

/// The size alone; no value is read. Throws FileError.
Size hdf5Size(const std::filesystem::path& path, const std::string& dataset);

}  // namespace fathom
