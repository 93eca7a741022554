#include "datasets/scenes/kinds.h"

#include <array>

#include "datasets/scenes/corridor.h"
#include "datasets/scenes/country.h"
#include "datasets/scenes/room.h"
#include "datasets/scenes/street.h"

namespace fathom::scenes {
namespace {

constexpr std::array kKinds{
    Kind{"room", buildRoom},
    Kind{"corridor", buildCorridor},
    Kind{"street", buildStreet},
    Kind{"country", buildCountry},
};

}  // namespace

const Kind& kindOf(int number) {
  return kKinds[static_cast<std::size_t>(number) % kKinds.size()];
}

Scene buildScene(int number) {
  Scene scene;
  scene.sky.seed = static_cast<std::uint32_t>(number);
  kindOf(number).build(scene, static_cast<std::uint32_t>(number));
  if (Random(static_cast<std::uint32_t>(number), 9).chance(0.5f)) scene.mirror();
  return scene;
}

}  // namespace fathom::scenes
