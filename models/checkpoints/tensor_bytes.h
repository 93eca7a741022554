#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/mapped_file.h"

namespace fathom {

/// Bytes of so many elements; nothing where that exceeds 2⁶³−1.
std::optional<std::int64_t> byteCount(const TensorInfo& info);

/// The tensor whose elements lie one after the other from byte `offset` of the file: a look into
/// the mapping where the processor can read it there, else a copy. The caller has checked that
/// the bytes are inside. Throws FileError for truth values other than 0 and 1.
at::Tensor tensorAt(const MappedFilePtr& file, std::uint64_t offset, const TensorInfo& info);

/// The same for elements at strides (in elements, none negative): always a contiguous copy.
at::Tensor stridedTensorAt(const MappedFilePtr& file, std::uint64_t offset, const TensorInfo& info,
                           const std::vector<std::int64_t>& strides);

}  // namespace fathom
