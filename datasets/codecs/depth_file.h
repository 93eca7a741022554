#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/depth_map.h"

namespace fathom {

/// Endings of the files that readDepth reads, lower case: ".npy", ".png", ".pfm", ".exr", ".h5",
/// ".hdf5".
const std::vector<std::string>& depthEndings();
/// By its ending, upper or lower case.
bool isDepthFile(const std::filesystem::path& path);

/// Reads a depth map of any of these formats as H×W float32 metres; NaN where it has no value.
///   .npy         two-dimensional (or with further dimensions of length 1): floats, or whole
///                numbers, which need a scale
///   .png         16-bit grey; needs a scale; 0 is no value
///   .pfm         grey ("Pf"); the rows are stored from the bottom up
///   .exr         the only channel, or the one called Z, depth, Y or V; half, float, or whole
///                numbers, which need a scale
///   .h5, .hdf5   the dataset that is named, or the only two-dimensional one, or the one called
///                depth or prediction. Read in a process of its own, which a damaged file may end
/// Infinite values stay as they are; 0 and negative ones too, except in PNG.
/// @param metresPerValue  what a stored 1 stands for; 0: floats are metres, whole numbers refused
/// @param dataset         HDF5: its path in the file
/// Throws FileError: no such file, damaged, cut short or still being written, not two-dimensional,
/// more than 64 million pixels; BadInput on a scale that is negative or not finite.
at::Tensor readDepth(const std::filesystem::path& path, double metresPerValue = 0,
                     const std::string& dataset = {});

/// The size that the file's header announces; no pixel is decoded. Throws FileError.
Size depthSize(const std::filesystem::path& path, const std::string& dataset = {});

}  // namespace fathom
