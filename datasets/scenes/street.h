#pragma once

#include <cstdint>

#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// A street of houses, 300 m to its end: pavements, lamps, wires, trees, parked cars.
void buildStreet(Scene& scene, std::uint32_t number);

}  // namespace fathom::scenes
