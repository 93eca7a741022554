#pragma once

#include "datasets/scenes/tracer.h"

namespace fathom::scenes {

/// Colours of what rays meet. Pure functions of their arguments: any thread may call them in any
/// order.
class Shading {
 public:
  Shading(const Scene& scene, const Tracer& tracer) : scene_(scene), tracer_(tracer) {}

  /// Soft light on a surface: sky or room, and area lights, with occlusion. `pattern` 0 to 15
  /// chooses one of sixteen sets of directions; neighbours take different ones and are blended.
  Rgb softLight(const Hit& hit, unsigned pattern) const;
  /// The colour of a hit. @param direction  unit, from the camera  @param pixel  its size there, m
  Rgb colour(const Hit& hit, Vec3 direction, float distance, float pixel, Rgb soft) const;
  /// The light of leaves, which needs no rays.
  Rgb crownLight(const Hit& hit) const;
  bool isLeaf(const Hit& hit) const;
  const Scene& scene() const { return scene_; }

 private:
  /// With its bump in the world's axes.
  Surface surface(const Hit& hit, float pixel) const;
  Rgb sunOn(const Hit& hit, Vec3 normal, bool leaf, float distance) const;
  Rgb lamps(const Hit& hit, unsigned pattern, float lift) const;
  Rgb reflected(const Hit& hit, Vec3 normal, Vec3 direction, float distance) const;

  const Scene& scene_;
  const Tracer& tracer_;
};

/// Film curve and sRGB, to 0…1.
Rgb toneMapped(Rgb light, float exposure);

}  // namespace fathom::scenes
