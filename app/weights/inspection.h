#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/weights/catalogue.h"
#include "core/progress.h"
#include "models/checkpoints/checkpoint.h"

namespace fathom {

/// What a weights file declares. No tensor is read.
struct WeightsSummary {
  std::filesystem::path path;
  std::string format;
  std::int64_t bytes = 0;
  std::int64_t parameters = 0;  ///< elements of tensors of floating point
  std::vector<TensorInfo> tensors;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> notes;
};

/// Throws FileError, Cancelled.
WeightsSummary inspectWeights(const std::filesystem::path& path, const Progress& progress = {});

/// What a closer look at every byte of a weights file has found.
struct WeightsVerdict {
  std::string sha256;
  std::string published;  ///< the catalogue's name of this very file; empty where it is unknown
  /// What is wrong: bytes that are not the published ones, values that are not finite.
  std::vector<std::string> problems;
  std::int64_t tensors = 0;
};

/// Compares a file's SHA-256 with the catalogue (and with what an earlier download has recorded),
/// the format's own checksums with its bytes, and looks for values that are not finite.
/// Throws FileError where the file cannot be read as weights, Cancelled.
WeightsVerdict verifyWeights(const std::filesystem::path& path, const Catalogue& catalogue,
                             const std::filesystem::path& folder, const Progress& progress = {});

/// Writes the tensors of a weights file as safetensors, under the names that they have in the
/// file, with the SHA-256 of where they come from. Throws FileError, BadInput, Cancelled.
void convertWeights(const std::filesystem::path& from, const std::filesystem::path& to,
                    const Progress& progress = {});

}  // namespace fathom
