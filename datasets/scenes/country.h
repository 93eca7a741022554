#pragma once

#include <cstdint>

#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// Open country: a track over meadows, trees, fences, hills and mountains some kilometres away.
void buildCountry(Scene& scene, std::uint32_t number);

}  // namespace fathom::scenes
