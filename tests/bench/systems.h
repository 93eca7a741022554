#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "models/conformance/vectors.h"

namespace fathom::bench {

/// One of the systems as its method feeds it with a 640×480 view. The table is shared with the
/// yardstick in PyTorch, so that both run the same.
struct System {
  std::string id, output;
  ConformanceVector what;  ///< without rows
};

/// Reads systems.json. Sides are divided by `shrink`, then go up to the next multiple that the
/// network takes. Throws BadInput.
std::vector<System> systemsFrom(const std::filesystem::path& path, std::int64_t shrink);

/// Throws BadInput that lists the known ones.
const System& findSystem(const std::vector<System>& systems, const std::string& id);

/// A filled network and its inputs, on their device and in their precision.
struct Prepared {
  std::unique_ptr<Network> network;
  NamedTensors inputs;
};
/// The network is filled but still in float32 on the CPU.
std::unique_ptr<Network> filledNetwork(const System& system);
Prepared prepared(const System& system, std::unique_ptr<Network> network, at::Device device,
                  at::ScalarType type);

/// What a number of forward passes took.
struct Timing {
  std::vector<double> milliseconds;
  at::Tensor output;  ///< of the last pass
};
Timing timed(const System& system, const Prepared& prepared, at::Device device, int warmUps,
             int passes);

}  // namespace fathom::bench
