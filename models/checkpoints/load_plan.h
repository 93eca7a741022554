#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/checkpoints/checkpoint.h"

namespace fathom {

/// How a file's tensors become a network's.
struct LoadPlan {
  /// Where one wanted tensor comes from: one tensor, or several to be joined along dimension 0
  /// (Hugging Face stores query, key and value apart).
  struct Source {
    std::vector<std::pair<CheckpointPtr, std::size_t>> parts;
  };
  std::vector<Source> sources;  ///< one per wanted tensor; without parts: keep the network's own
  std::vector<std::string> missing;     ///< wanted keys that no file holds
  std::vector<std::string> unexpected;  ///< keys of the files that the network does not want
  std::vector<std::string> misshaped;   ///< "key: wanted 3×4, the file holds 4×3"
  std::vector<std::string> repairs;  ///< what was done to the names: "prefix \"module.\" removed"
  std::vector<std::string> kept;     ///< wanted keys that may be missing: the network makes them

  bool complete() const { return missing.empty() && unexpected.empty() && misshaped.empty(); }
};

/// Finds every wanted tensor in the files, after the known repairs of names (wrapper prefixes,
/// Hugging Face's names, older names, a backbone's file into its place). Reads no tensor. Of each
/// file the reading of its names that serves the network best is taken, the unchanged one first.
LoadPlan planLoad(const std::vector<CheckpointPtr>& files, const std::vector<TensorInfo>& wanted);

/// The plan's problems as one text for a user; empty where it is complete.
std::string describe(const LoadPlan& plan);

/// The tensor of a source: CPU, contiguous, as stored; may look into the file (see Checkpoint::
/// read). Throws FileError, BadInput for a source without parts.
at::Tensor readSource(const LoadPlan::Source& source);

}  // namespace fathom
