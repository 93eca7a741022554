#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/checkpoints/checkpoint.h"

namespace fathom {

/// Which network a file's tensors belong to, as far as names and shapes tell.
struct ArchitectureGuess {
  std::string architecture;                     ///< "depth_anything_v2"; see `part`
  std::map<std::string, std::string> settings;  ///< "variant" → "vits"
  std::string part;    ///< of the network, where the file holds only one: "backbone"
  std::string remark;  ///< what the tensors cannot tell
};

/// Nothing where the names are those of no network that we have.
std::optional<ArchitectureGuess> guessArchitecture(const std::vector<TensorInfo>& tensors);

}  // namespace fathom
