#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>

#include "core/depth_map.h"
#include "datasets/codecs/stored_depth.h"

namespace fathom {

/// Reads the depth channel of an OpenEXR file (scan lines or tiles, any compression): the only
/// channel, or the one called Z, depth, Y or V, alone or behind a layer's name and a dot.
/// Throws FileError: not OpenEXR, damaged, incomplete, no such channel, a picture of which the
/// file covers only a part, deep data, too large.
StoredDepth readExr(const std::filesystem::path& path);

/// The size that the header announces. Throws FileError.
Size exrSize(const std::filesystem::path& path);

/// Writes H×W float32 as a channel Z, packed without loss. Throws BadInput on another shape or
/// type, FileError.
void writeExr(const std::filesystem::path& path, const at::Tensor& values);

}  // namespace fathom
