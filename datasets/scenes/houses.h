#pragma once

#include "datasets/scenes/noise.h"
#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// The materials of a street's houses and things (numbers of a scene's materials).
struct Town {
  int walls[8], stone, roof[3], frame[3], pane, door[4], iron, awning[3], chimney, concrete,
      paint[8], tyre, lampGlass, wood, leaf[2], flower, pot;
};

/// Adds the materials.
Town addTown(Scene& scene, Random& random);

/// One house, its front on the plane x = 0 looking along +x, from y = 0 to y = width.
struct HouseShape {
  float width = 9, depth = 10, storey = 3.1f;
  int floors = 3, columns = 4;
  bool shop = false, gable = false, balconies = false, arched = false;
  bool plain = false;  ///< far away: without what no pixel would show
  int wall = 0, frame = 0, roof = 0;
};
void house(const Brush& at, const Town& town, const HouseShape& shape, Random& random);

// Things of a street; each stands on the brush's origin.
/// A car that looks along +x; its paint is a number of Town::paint.
void car(const Brush& at, const Town& town, int paint, bool estate);
/// A lamp post whose arm reaches along +x.
void streetLamp(const Brush& at, const Town& town, float height);
/// A wooden pole with cross-arms (along y) and insulators; wires are tied at `wireHeight`.
void utilityPole(const Brush& at, const Town& town, float wireHeight);
/// A railing along +x.
void railing(const Brush& at, const Town& town, float length);
/// Looks along +x.
void bench(const Brush& at, const Town& town);
void bin(const Brush& at, const Town& town);
/// A sign on a pole that faces -x.
void roadSign(const Brush& at, const Town& town, int style);
void bollard(const Brush& at, const Town& town);

}  // namespace fathom::scenes
