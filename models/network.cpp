#include "models/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "models/registry.h"

namespace fathom {

void Architectures::add(ArchitectureInfo info, Factory factory) {
  if (std::ranges::any_of(entries_, [&](const Entry& entry) { return entry.info.id == info.id; })) {
    throw BadInput(fmt::format("there are two architectures called {}", info.id));
  }
  entries_.push_back({std::move(info), std::move(factory)});
}

std::vector<ArchitectureInfo> Architectures::list() const {
  std::vector<ArchitectureInfo> infos;
  for (const Entry& entry : entries_) infos.push_back(entry.info);
  return infos;
}

const Architectures::Entry& Architectures::find(std::string_view id) const {
  for (const Entry& entry : entries_) {
    if (entry.info.id == id) return entry;
  }
  std::vector<std::string> known;
  for (const Entry& entry : entries_) known.push_back(entry.info.id);
  throw BadInput("there is no such architecture", std::string(id),
                 fmt::format("Known ones: {}.", fmt::join(known, ", ")));
}

const ArchitectureInfo& Architectures::info(std::string_view id) const {
  return find(id).info;
}

std::unique_ptr<Network> Architectures::create(std::string_view id, const Values& values) const {
  const Entry& entry = find(id);
  return entry.factory(checkedValues(entry.info.settings, values, entry.info.id));
}

const Architectures& architectures() {
  static const Architectures all = [] {
    Architectures made;
    registerArchitectures(made);
    return made;
  }();
  return all;
}

const at::Tensor& imageInput(const NamedTensors& inputs, std::string_view name,
                             std::int64_t channels) {
  const auto found = inputs.find(name);
  if (found == inputs.end()) {
    std::vector<std::string> given;
    for (const auto& [key, tensor] : inputs) given.push_back(key);
    throw BadInput("the network's input is missing", std::string(name),
                   fmt::format("Given: {}.", fmt::join(given, ", ")));
  }
  const at::Tensor& tensor = found->second;
  if (tensor.dim() != 4 || (channels > 0 && tensor.size(1) != channels) || tensor.numel() == 0) {
    throw BadInput(
        fmt::format("it must be N×{}×H×W, it is {}", channels > 0 ? std::to_string(channels) : "C",
                    fmt::join(tensor.sizes(), "×")),
        std::string(name));
  }
  return tensor;
}

}  // namespace fathom
