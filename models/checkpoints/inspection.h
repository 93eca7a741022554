#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/checkpoints/checkpoint.h"

namespace fathom {

/// Reads everything: compares all checksums that the format has, and looks at every value.
/// Throws FileError naming the first tensor that is damaged; Cancelled.
/// @return what is wrong with values: "KEY holds a value that is not finite at [2, 0]"
std::vector<std::string> verifyCheckpoint(const Checkpoint& file, const Progress& progress = {});

/// Index of the first element that is NaN or infinite, in row-major order; nothing where all are
/// finite, as whole numbers always are.
/// @param tensor  CPU, contiguous
std::optional<std::int64_t> firstNotFinite(const at::Tensor& tensor);

/// Writes all tensors as a safetensors file, with the names and types that they have. Tensors
/// that share memory become separate. Metadata of a safetensors file is kept, `metadata` added.
/// Throws FileError, BadInput (a type that safetensors has not), Cancelled.
void convertCheckpoint(const Checkpoint& file, const std::filesystem::path& to,
                       const std::map<std::string, std::string>& metadata = {},
                       const Progress& progress = {});

}  // namespace fathom
