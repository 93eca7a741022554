#pragma once

#include "datasets/scenes/geometry.h"
#include "datasets/scenes/noise.h"

namespace fathom::scenes {

/// How a broad-leaved tree grows; lengths in metres.
struct TreeShape {
  float height = 8, crown = 3;  ///< total height, radius of the crown
  float trunk = 0.18f;          ///< radius at the foot
  float bare = 0.3f;            ///< share of the height below the crown
  int leaves = 1500;
  float leaf = 0.22f;    ///< size of a leaf (or of a bunch of them)
  float slender = 1.1f;  ///< height of the crown against its width
};

/// A tree on the brush's origin.
void broadTree(const Brush& bark, int leafMaterial, const TreeShape& shape, Random& random);
/// A spruce: tiers of hanging boughs.
void conifer(const Brush& bark, int leafMaterial, float height, float radius, Random& random);
/// A round shrub of leaves.
void shrub(const Brush& leaves, Vec3 radii, int count, float leaf, Random& random);
/// Blades of grass that rise from the origin.
void grassTuft(const Brush& blades, float height, float spread, int count, Random& random);
/// A pot with a plant of long leaves or a small tree.
void pottedPlant(const Brush& pot, int stemMaterial, int leafMaterial, float height,
                 Random& random);

}  // namespace fathom::scenes
