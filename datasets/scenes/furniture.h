#pragma once

#include "datasets/scenes/geometry.h"
#include "datasets/scenes/noise.h"

namespace fathom::scenes {

/// The materials of a room's things (numbers of a scene's materials).
struct Finish {
  int wall, floor, ceiling, wood, darkWood, fabric, cushion, metal, white, glass, screen, picture,
      rug, curtain, lamp, pot, stem, leaf, paper[6];
};

// Each stands on the brush's origin and looks along its +x; sizes in metres.
void sofa(const Brush& at, const Finish& finish, float width);
void armchair(const Brush& at, const Finish& finish);
void table(const Brush& at, const Finish& finish, Vec3 size);
void chair(const Brush& at, const Finish& finish, bool slats);
/// Books, boxes and vases on boards; its back is at x = 0.
void bookshelf(const Brush& at, const Finish& finish, float width, float height, Random& random);
void floorLamp(const Brush& at, const Finish& finish, float height);
/// Hangs from z = `ceiling` down to `low`.
void pendant(const Brush& at, const Finish& finish, float ceiling, float low, int style);
/// Vertical fins, `width` along y, its back at x = 0.
void radiator(const Brush& at, const Finish& finish, float width);
void desk(const Brush& at, const Finish& finish);
void bed(const Brush& at, const Finish& finish);
/// Low cupboard, its back at x = 0, with things on top.
void sideboard(const Brush& at, const Finish& finish, float width, Random& random);
/// Frame with bars in an opening of width×height; in the plane x = 0, from y = 0 and z = 0.
void windowFrame(const Brush& at, float width, float height, int columns, int rows, float bar);
/// A hanging cloth in folds from z = `top` to the floor.
void curtain(const Brush& at, float width, float top, Random& random);
/// A picture in a frame on the wall x = 0.
void framedPicture(const Brush& at, const Finish& finish, float width, float height);
/// A door leaf with panels, frame and handle, its back on the wall x = 0.
void door(const Brush& at, const Finish& finish, float width, float height);

}  // namespace fathom::scenes
