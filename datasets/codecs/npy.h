#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace fathom {

/// What the header of a NumPy file says.
struct NpyHeader {
  at::ScalarType dtype = at::kFloat;  ///< one of f2 f4 f8 u1 u2 i2 i4
  bool bigEndian = false;
  bool fortran = false;  ///< the first index varies fastest
  std::vector<std::int64_t> shape;
  std::uint64_t offset = 0;  ///< of the first element in the file
};

/// Reads and checks the header of an NPY file, versions 1 to 3. The grammar is fixed (the keys
/// descr, fortran_order and shape, nothing is evaluated), the header is at most 10,000 bytes, and
/// shape × element size equals what follows it. Throws FileError.
NpyHeader readNpyHeader(const std::filesystem::path& path);

/// The array in its own element type, native byte order, C order. Throws FileError.
at::Tensor readNpy(const std::filesystem::path& path);

/// A depth map: two-dimensional f2, f4 or f8 with at least one pixel, at most 64 Mpx, as H×W
/// float32 metres. NaN, infinity and negative values stay as they are. Throws FileError.
at::Tensor readDepthNpy(const std::filesystem::path& path);

/// Writes a tensor (any device; float16, float32, float64, uint8, uint16, int16, int32; at most 8
/// dimensions) byte for byte as numpy.save does: version 1, C order, little endian, data at a
/// multiple of 64 bytes. Either the whole file is there or the old one. Throws BadInput (other
/// types), FileError.
void writeNpy(const std::filesystem::path& path, const at::Tensor& tensor);

}  // namespace fathom
