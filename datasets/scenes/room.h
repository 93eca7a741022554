#pragma once

#include <cstdint>

#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// A living room, dining room or study, 6 to 10 m deep, with daylight through its windows.
void buildRoom(Scene& scene, std::uint32_t number);

}  // namespace fathom::scenes
