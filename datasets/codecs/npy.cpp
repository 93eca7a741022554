#include "datasets/codecs/npy.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "core/atomic_file.h"
#include "core/device.h"
#include "core/error.h"
#include "core/shape_text.h"
#include "datasets/codecs/image_limits.h"
#include "datasets/codecs/npy_header.h"

namespace fathom {
namespace {

void swapBytes(std::uint8_t* bytes, std::size_t total, std::size_t element) {
  for (std::size_t at = 0; at + element <= total; at += element) {
    std::reverse(bytes + at, bytes + at + element);
  }
}

/// The elements, in the order of the file first, then in C order.
at::Tensor readElements(const InputFile& file, const NpyHeader& header) {
  std::vector<std::int64_t> shape = header.shape;
  if (header.fortran) std::ranges::reverse(shape);
  at::Tensor tensor = at::empty(shape, at::TensorOptions(header.dtype));
  auto* bytes = static_cast<std::uint8_t*>(tensor.data_ptr());
  file.readAt(header.offset, bytes, tensor.nbytes());
  constexpr bool bigEndianHost = std::endian::native == std::endian::big;
  if (header.bigEndian != bigEndianHost) swapBytes(bytes, tensor.nbytes(), tensor.element_size());
  if (!header.fortran) return tensor;
  std::vector<std::int64_t> reversed(shape.size());
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  return tensor.permute(reversed).contiguous();
}

void checkDepth(const InputFile& file, const NpyHeader& header) {
  if (header.shape.size() != 2) {
    file.fail(fmt::format("holds {}, but a depth map has two dimensions, rows and columns",
                          shapeText(header.shape)),
              "Save one map: numpy.save(path, depth.squeeze())");
  }
  if (!c10::isFloatingType(header.dtype)) {
    file.fail(fmt::format("holds {}, but depth in NPY files is metres in float16, 32 or 64",
                          npyType(header.dtype)->title),
              "Convert codes to metres first: numpy.save(path, codes.astype('float32') * scale)");
  }
  // Each length first: their product fits 63 bits only because the header was checked.
  const std::int64_t pixels = header.shape[0] * header.shape[1];
  if (pixels == 0) file.fail("holds a depth map without pixels", "Write it again");
  if (pixels > kMostPixels) {
    file.fail(fmt::format("holds {} pixels; at most {} are read", pixels, kMostPixels),
              "Cut the map into parts");
  }
}

}  // namespace

NpyHeader readNpyHeader(const std::filesystem::path& path) {
  return readNpyHeader(InputFile(path));
}

at::Tensor readNpy(const std::filesystem::path& path) {
  const InputFile file(path);
  return readElements(file, readNpyHeader(file));
}

at::Tensor readDepthNpy(const std::filesystem::path& path) {
  const InputFile file(path);
  const NpyHeader header = readNpyHeader(file);
  checkDepth(file, header);
  return readElements(file, header).to(at::kFloat);
}

void writeNpy(const std::filesystem::path& path, const at::Tensor& tensor) {
  static_assert(std::endian::native == std::endian::little, "the data is written as it lies");
  const NpyType* type = tensor.defined() ? npyType(tensor.scalar_type()) : nullptr;
  if (!type) {
    throw BadInput("only float16, 32, 64, uint8, 16 and int16, 32 are written as NPY",
                   path.string(), "Convert the tensor first");
  }
  if (tensor.dim() > static_cast<std::int64_t>(kMostNpyDimensions)) {
    throw BadInput(
        fmt::format("NPY files of more than {} dimensions are not written", kMostNpyDimensions),
        path.string());
  }
  const at::Tensor data = onCpu(tensor);
  const std::string header = npyHeaderBytes(*type, data.sizes().vec());
  writeFile(path, [&](const Append& append) {
    append(header.data(), header.size());
    append(data.const_data_ptr(), data.nbytes());
  });
}

}  // namespace fathom
