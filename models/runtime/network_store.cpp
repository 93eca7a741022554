#include "models/runtime/network_store.h"

#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <list>
#include <mutex>

#include "models/conformance/filling.h"
#include "models/layers/counting.h"
#include "models/runtime/load.h"

namespace fathom {
namespace {

// A large network is 1.3 GB; a few of that size, or many small ones.
constexpr std::int64_t kKeptBytes = 6LL << 30;

struct Kept {
  std::string key;
  std::shared_ptr<const Network> network;
  std::int64_t bytes;
};

struct Store {
  std::mutex mutex;
  std::list<Kept> kept;  ///< most recently used first
};

Store& store() {
  static Store one;
  return one;
}

std::string keyOf(const NetworkRecipe& recipe, at::Device device, at::ScalarType type) {
  std::string key = fmt::format("{} {} {}", recipe.architecture, device.str(), toString(type));
  for (const auto& [name, value] : recipe.values)
    key += fmt::format(";{}={}", name, printValue(value));
  if (recipe.random) key += ";random";
  for (const auto& file : recipe.files) {
    std::error_code ignored;
    key += fmt::format(";{}:{}:{}", file.string(), std::filesystem::file_size(file, ignored),
                       std::filesystem::last_write_time(file, ignored).time_since_epoch().count());
  }
  return key;
}

std::int64_t bytesOf(const Network& network, at::ScalarType type) {
  return parameterCount(network) * std::int64_t(c10::elementSize(type));
}

std::shared_ptr<const Network> built(const NetworkRecipe& recipe, at::Device device,
                                     at::ScalarType type, const Progress& progress) {
  const c10::InferenceMode inference;
  std::shared_ptr<Network> network = architectures().create(recipe.architecture, recipe.values);
  if (recipe.random) {
    fillConformance(*network);
  } else {
    std::vector<CheckpointPtr> files;
    for (const auto& file : recipe.files) files.push_back(openCheckpoint(file, progress));
    loadWeights(*network, files, progress);
  }
  prepare(*network, device, type);
  return network;
}

/// A network that only counts: it has no values, so it is not worth keeping.
std::shared_ptr<const Network> countable(const NetworkRecipe& recipe, const std::string& key) {
  std::shared_ptr<Network> network = architectures().create(recipe.architecture, recipe.values);
  fillWithShapes(*network);
  Counting::current()->met(key, *network);
  return network;
}

void trim(std::list<Kept>& kept) {
  std::int64_t bytes = 0;
  for (auto each = kept.begin(); each != kept.end();) {
    bytes += each->bytes;
    const bool first = each == kept.begin();
    each = bytes > kKeptBytes && !first ? kept.erase(each) : std::next(each);
  }
}

}  // namespace

std::shared_ptr<const Network> openNetwork(const NetworkRecipe& recipe, at::Device device,
                                           at::ScalarType type, const Progress& progress) {
  const std::string key = keyOf(recipe, device, type);
  if (Counting::current()) return countable(recipe, key);
  const std::lock_guard lock(store().mutex);
  auto& kept = store().kept;
  for (auto each = kept.begin(); each != kept.end(); ++each) {
    if (each->key != key) continue;
    kept.splice(kept.begin(), kept, each);
    return each->network;
  }
  auto network = built(recipe, device, type, progress);
  kept.push_front({key, network, bytesOf(*network, type)});
  trim(kept);
  return network;
}

}  // namespace fathom
