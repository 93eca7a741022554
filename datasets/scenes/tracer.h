#pragma once

#include <memory>

#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// What a ray meets.
struct Hit {
  float t = 0;                 ///< in units of the ray's direction
  Vec3 p;                      ///< world
  Vec3 geometric;              ///< unit normal, turned towards the ray's origin
  Vec3 normal;                 ///< for shading: smooth where the mesh is
  float open = 1;              ///< leaves: how little of the crown lies above
  std::uint32_t instance = 0;  ///< 0: none, else its number in the scene + 1
  Tag tag;
  std::uint32_t object = 0, face = 0;
};

/// How much care goes into the acceleration structures: kQuick is built several times faster and
/// traced more slowly.
enum class TreeQuality { kBest, kQuick };

/// A scene ready for rays (Embree 3 or 4). All members may be called from several threads.
class Tracer {
 public:
  /// Builds the acceleration structures on the calling thread; keeps a reference to the scene.
  explicit Tracer(const Scene& scene, TreeQuality quality = TreeQuality::kBest);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  /// The nearest hit of origin + t·direction, 0 < t; the direction need not be a unit vector.
  bool intersect(Vec3 origin, Vec3 direction, Hit& hit) const;
  /// Whether anything stands in 0 < t < reach.
  bool occluded(Vec3 origin, Vec3 direction, float reach) const;
  /// Where the texture of what was hit lives: its frame in the world, and its scale.
  Frame frameOf(const Hit& hit, float& scale) const;

 private:
  struct Embree;
  const Scene& scene_;
  std::unique_ptr<Embree> embree_;
};

}  // namespace fathom::scenes
