#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/progress.h"

namespace fathom {

/// A tensor as a file declares it or a network wants it.
struct TensorInfo {
  std::string key;  ///< as in a state dict: "blocks.0.attn.qkv.weight"
  at::ScalarType type = at::kFloat;
  std::vector<std::int64_t> shape;
  bool operator==(const TensorInfo&) const = default;
};

/// A weights file: what it declares, and its tensors, read when asked for. Immutable, thread-safe,
/// keeps the file mapped. Nothing in a file is ever executed, and opening takes time linear in its
/// description and at most 64 MiB of memory, whatever it claims.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;
  /// "safetensors", "PyTorch zip" or "PyTorch legacy".
  virtual std::string format() const = 0;
  const std::filesystem::path& path() const { return path_; }
  /// In the file's order.
  const std::vector<TensorInfo>& tensors() const { return tensors_; }
  /// On the CPU, contiguous, of the declared type and shape. May look into the mapping: copy it
  /// before writing to it or keeping it. Throws FileError where the file's bytes are damaged.
  virtual at::Tensor read(std::size_t index) const = 0;
  /// Compares all bytes with the checksums that the format has, those of tensors outside the state
  /// dict too. Throws FileError, Cancelled.
  virtual void verifyChecksums(const Progress& progress) const { progress.checkpoint(); }
  /// What a safetensors file says about itself; empty for others.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// What had to be done to find the tensors, for a report: "taken from "state_dict"".
  const std::vector<std::string>& notes() const { return notes_; }

 protected:
  std::filesystem::path path_;
  std::vector<TensorInfo> tensors_;
  std::map<std::string, std::string> metadata_;
  std::vector<std::string> notes_;
};

using CheckpointPtr = std::shared_ptr<const Checkpoint>;

/// Opens a safetensors file or what torch.save wrote (zip or legacy), told apart by content.
/// Throws FileError, Cancelled.
CheckpointPtr openCheckpoint(const std::filesystem::path& path, const Progress& progress = {});

/// Writes a safetensors file, whole or not at all.
/// @param tensors  CPU; made contiguous one at a time
/// Throws FileError, BadInput on a key given twice or a type that safetensors has not.
void writeSafetensors(const std::filesystem::path& path,
                      const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                      const std::map<std::string, std::string>& metadata = {});

/// The same for tensors made one at a time, in any order: `tensorOf(i)` is the one of `infos[i]`.
void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorInfo>& infos,
                      const std::function<at::Tensor(std::size_t)>& tensorOf,
                      const std::map<std::string, std::string>& metadata, const Progress& progress);

}  // namespace fathom
