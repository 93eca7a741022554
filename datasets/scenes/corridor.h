#pragma once

#include <cstdint>

#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// A corridor 20 to 60 m long: a colonnade, an office corridor or a service tunnel.
void buildCorridor(Scene& scene, std::uint32_t number);

}  // namespace fathom::scenes
