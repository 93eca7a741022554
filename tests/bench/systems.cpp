#include "tests/bench/systems.h"

#include <c10/core/InferenceMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "models/conformance/filling.h"

namespace fathom::bench {
namespace {

using nlohmann::json;

std::int64_t shrunk(std::int64_t side, std::int64_t multiple, std::int64_t by) {
  if (by == 1) return side;
  const std::int64_t step = multiple * by;
  return (side + step - 1) / step * multiple;
}

ConformanceVector::Input inputOf(const std::string& name, const json& row, std::int64_t shrink) {
  std::vector<std::int64_t> shape{1, row.at("channels").get<std::int64_t>()};
  for (const json& side : row.at("size")) {
    shape.push_back(
        shrunk(side.get<std::int64_t>(), row.at("multiple").get<std::int64_t>(), shrink));
  }
  return {name, shape, row.at("range").at(0).get<double>(), row.at("range").at(1).get<double>()};
}

System systemOf(const json& row, std::int64_t shrink) {
  System system{row.at("id"), row.at("output"), {}};
  system.what.title = row.at("title");
  system.what.architecture = row.at("architecture");
  row.at("settings").get_to(system.what.settings);
  row.at("added").get_to(system.what.added);
  for (const auto& [name, input] : row.at("inputs").items()) {
    system.what.inputs.push_back(inputOf(name, input, shrink));
  }
  return system;
}

void synchronise(at::Device device) {
  if (device.is_cpu()) return;
  const c10::impl::VirtualGuardImpl guard(device.type());
  guard.synchronizeDevice(device.has_index() ? device.index() : guard.getDevice().index());
}

}  // namespace

std::vector<System> systemsFrom(const std::filesystem::path& path, std::int64_t shrink) {
  std::ifstream file(path);
  if (!file) throw BadInput("cannot read the table of systems", path.string());
  std::vector<System> systems;
  try {
    for (const json& row : json::parse(file)) systems.push_back(systemOf(row, shrink));
  } catch (const json::exception& error) {
    throw BadInput(error.what(), path.string());
  }
  return systems;
}

const System& findSystem(const std::vector<System>& systems, const std::string& id) {
  const auto found = std::ranges::find(systems, id, &System::id);
  if (found != systems.end()) return *found;
  std::vector<std::string> known;
  for (const System& system : systems) known.push_back(system.id);
  throw BadInput("there is no such system", id, fmt::format("Known: {}.", fmt::join(known, ", ")));
}

std::unique_ptr<Network> filledNetwork(const System& system) {
  const ArchitectureInfo& info = architectures().info(system.what.architecture);
  Values values;
  for (const Setting& setting : info.settings) {
    const auto given = system.what.settings.find(setting.name);
    if (given != system.what.settings.end())
      values[setting.name] = parseValue(setting, given->second);
  }
  if (values.size() != system.what.settings.size()) {
    throw BadInput("one of its settings is not one of the network's", system.id);
  }
  auto network = architectures().create(system.what.architecture, values);
  fillConformance(*network, system.what.added);
  return network;
}

Prepared prepared(const System& system, std::unique_ptr<Network> network, at::Device device,
                  at::ScalarType type) {
  Prepared made{std::move(network), {}};
  prepare(*made.network, device, type);
  for (const auto& input : system.what.inputs) {
    made.inputs[input.name] =
        filledInput(input.name, input.shape, input.lo, input.hi).to(device, type);
  }
  return made;
}

Timing timed(const System& system, const Prepared& prepared, at::Device device, int warmUps,
             int passes) {
  using Clock = std::chrono::steady_clock;
  Timing timing;
  for (int i = 0; i < warmUps + passes; ++i) {
    synchronise(device);
    const auto start = Clock::now();
    // The name alone: other outputs are let go, as the yardstick lets them go.
    timing.output = prepared.network->forward(prepared.inputs, {}).at(system.output);
    synchronise(device);
    const std::chrono::duration<double, std::milli> taken = Clock::now() - start;
    if (i >= warmUps) timing.milliseconds.push_back(taken.count());
  }
  return timing;
}

}  // namespace fathom::bench
