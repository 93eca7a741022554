#include "models/layers/module.h"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "models/checkpoints/checkpoint.h"

namespace fathom {

namespace {

/// The prefix of a part's keys; a part without a name adds nothing.
std::string below(const std::string& prefix, const std::string& name) {
  return name.empty() ? prefix : prefix + name + '.';
}

}  // namespace

Weight& Module::parameter(std::string name, std::vector<std::int64_t> shape) {
  parameters_.emplace_back(
      std::move(name), std::make_unique<Weight>(Weight{std::move(shape), at::kFloat, false, {}}));
  return *parameters_.back().second;
}

Weight& Module::buffer(std::string name, std::vector<std::int64_t> shape, at::ScalarType type) {
  buffers_.emplace_back(std::move(name),
                        std::make_unique<Weight>(Weight{std::move(shape), type, false, {}}));
  return *buffers_.back().second;
}

Weight& Module::constant(std::string name, at::Tensor value) {
  Weight weight{value.sizes().vec(), value.scalar_type(), true, value};
  buffers_.emplace_back(std::move(name), std::make_unique<Weight>(std::move(weight)));
  return *buffers_.back().second;
}

void Module::alias(std::string name, const Module& part) {
  const auto found =
      std::ranges::find_if(parts_, [&](const auto& entry) { return entry.second.get() == &part; });
  if (found == parts_.end()) throw std::logic_error("alias of a part that is not there: " + name);
  auto shared = found->second;
  parts_.emplace_back(std::move(name), std::move(shared));
}

void Module::convert(at::Device device, at::ScalarType type) {
  if (staysFloat_) type = at::kFloat;
  // A part under two names is converted twice, which costs nothing the second time.
  for (auto* weights : {&parameters_, &buffers_}) {
    for (auto& [name, weight] : *weights) {
      const bool floating = at::isFloatingType(weight->type);
      weight->value = weight->value.to(device, floating ? type : weight->type);
    }
  }
  for (auto& [name, part] : parts_) part->convert(device, type);
}

void Module::prepareAll(bool allowed) {
  allowed = mayPack_.value_or(allowed);
  if (allowed) prepare();
  for (auto& [name, part] : parts_) part->prepareAll(allowed);
}

void Module::visit(const Visit& visit, const std::string& prefix) {
  for (auto& [name, weight] : parameters_) visit(prefix + name, *weight);
  for (auto& [name, weight] : buffers_) visit(prefix + name, *weight);
  for (auto& [name, part] : parts_) part->visit(visit, below(prefix, name));
}

void Module::visit(const ConstVisit& visit, const std::string& prefix) const {
  for (const auto& [name, weight] : parameters_) visit(prefix + name, *weight);
  for (const auto& [name, weight] : buffers_) visit(prefix + name, *weight);
  for (const auto& [name, part] : parts_) std::as_const(*part).visit(visit, below(prefix, name));
}

void Module::parameters(const std::function<void(const Weight& weight)>& visit) const {
  for (const auto& [name, weight] : parameters_) visit(*weight);
  for (const auto& [name, part] : parts_) part->parameters(visit);
}

std::vector<TensorInfo> stateDict(const Module& module) {
  std::vector<TensorInfo> infos;
  module.visit([&](const std::string& key, const Weight& weight) {
    infos.push_back({key, weight.type, weight.shape});
  });
  return infos;
}

std::int64_t parameterCount(const Module& module) {
  std::set<const Weight*> seen;
  std::int64_t count = 0;
  module.parameters([&](const Weight& weight) {
    if (!seen.insert(&weight).second) return;
    std::int64_t values = 1;
    for (const std::int64_t side : weight.shape) values *= side;
    count += values;
  });
  return count;
}

void fillWithShapes(Module& module) {
  module.visit([](const std::string&, Weight& weight) {
    if (!weight.value.defined()) weight.value = at::zeros({}, weight.type).expand(weight.shape);
  });
}

void prepare(Module& module, at::Device device, at::ScalarType type) {
  module.convert(device, type);
  module.prepareAll();
}

}  // namespace fathom
