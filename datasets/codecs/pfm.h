#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>

#include "core/depth_map.h"

namespace fathom {

/// Reads a grey portable float map ("Pf") as H×W float32, first row on top. Its scale's sign is the
/// byte order; its size, which programs fill with anything, is ignored.
/// Throws FileError: colour, a header longer than 100 bytes, a length that does not fit.
at::Tensor readPfm(const std::filesystem::path& path);

/// The size alone; the file's length is checked against it. Throws FileError.
Size pfmSize(const std::filesystem::path& path);

/// Writes H×W float32 the same way, little endian. Throws BadInput on another shape or type,
/// FileError.
void writePfm(const std::filesystem::path& path, const at::Tensor& values);

}  // namespace fathom
