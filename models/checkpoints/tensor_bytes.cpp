#include "models/checkpoints/tensor_bytes.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "models/checkpoints/element_types.h"

namespace fathom {
namespace {

/// Two bits of one byte make no truth value: reading such a bool is undefined.
void checkTruthValues(const MappedFilePtr& file, const TensorInfo& info, const at::Tensor& bytes) {
  const auto* values = bytes.const_data_ptr<std::uint8_t>();
  const auto* end = values + bytes.numel();
  if (std::any_of(values, end, [](std::uint8_t value) { return value > 1; })) {
    throwDamaged(file->path(),
                 fmt::format("\"{}\" holds truth values other than 0 and 1", info.key));
  }
}

/// A type that every copying operation knows, of the same size.
at::ScalarType plainTypeOf(std::size_t size) {
  switch (size) {
    case 1:
      return at::kByte;
    case 2:
      return at::kShort;
    case 4:
      return at::kInt;
    case 8:
      return at::kLong;
    default:
      return at::kComplexDouble;
  }
}

}  // namespace

std::optional<std::int64_t> byteCount(const TensorInfo& info) {
  const auto count = elementCount(info.shape);
  std::int64_t bytes = 0;
  const auto size = static_cast<std::int64_t>(c10::elementSize(info.type));
  if (!count || __builtin_mul_overflow(*count, size, &bytes)) return {};
  return bytes;
}

at::Tensor tensorAt(const MappedFilePtr& file, std::uint64_t offset, const TensorInfo& info) {
  const std::int64_t bytes = byteCount(info).value();
  if (bytes == 0) return at::empty(info.shape, at::TensorOptions(info.type));
  const std::size_t size = c10::elementSize(info.type);
  const at::ScalarType plain = plainTypeOf(size);
  const char* start = file->bytes().data() + offset;
  at::Tensor tensor;
  if (reinterpret_cast<std::uintptr_t>(start) % size == 0) {
    // The deleter keeps the file mapped. from_blob knows no constant memory.
    tensor = at::from_blob(
        const_cast<char*>(start), info.shape, [file](void*) {}, at::TensorOptions(plain));
  } else {
    tensor = at::empty(info.shape, at::TensorOptions(plain));
    std::memcpy(tensor.mutable_data_ptr(), start, static_cast<std::size_t>(bytes));
  }
  if (info.type == at::kBool) checkTruthValues(file, info, tensor);
  return plain == info.type ? tensor : tensor.view(info.type);
}

at::Tensor stridedTensorAt(const MappedFilePtr& file, std::uint64_t offset, const TensorInfo& info,
                           const std::vector<std::int64_t>& strides) {
  const std::size_t size = c10::elementSize(info.type);
  if (elementCount(info.shape).value() == 0) {
    return at::empty(info.shape, at::TensorOptions(info.type));
  }
  std::int64_t span = 1;  // elements from the first to the last; checked by the caller
  for (std::size_t d = 0; d < strides.size(); ++d) span += (info.shape[d] - 1) * strides[d];
  const TensorInfo whole{info.key, plainTypeOf(size), {span}};
  const at::Tensor tensor = tensorAt(file, offset, whole)
                                .as_strided(info.shape, strides)
                                .clone(at::MemoryFormat::Contiguous);
  if (info.type == at::kBool) checkTruthValues(file, info, tensor);
  return tensor.scalar_type() == info.type ? tensor : tensor.view(info.type);
}

}  // namespace fathom
