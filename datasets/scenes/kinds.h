#pragma once

#include <string_view>

#include "datasets/scenes/noise.h"
#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// A kind of embedded scene. A new one is a new file pair and one row in kinds.cpp.
struct Kind {
  std::string_view name;
  /// Fills the scene. @param number  of the scene: everything that varies comes from it
  void (*build)(Scene& scene, std::uint32_t number);
};

/// The kind of a scene; kinds take turns by number.
const Kind& kindOf(int number);

/// The geometry, materials, light and camera path of a scene.
Scene buildScene(int number);

}  // namespace fathom::scenes
