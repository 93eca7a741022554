#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "models/network.h"

namespace fathom {

/// Everything that a ready network depends on.
struct NetworkRecipe {
  std::string architecture;
  Values values;
  std::vector<std::filesystem::path> files;  ///< which together fill it
  bool random = false;  ///< fillConformance instead of files: to measure costs, never for results
};

/// A network with its weights, ready to run there and in that type. The most recently used ones
/// are kept, so that a moved slider reads no file; a file that changed is read again. Thread-safe;
/// while one thread reads, others that want a network wait.
/// Throws FileError, BadInput, Cancelled.
std::shared_ptr<const Network> openNetwork(const NetworkRecipe& recipe, at::Device device,
                                           at::ScalarType type, const Progress& progress);

}  // namespace fathom
