#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "datasets/scenes/camera_path.h"
#include "datasets/scenes/geometry.h"
#include "datasets/scenes/materials.h"

namespace fathom::scenes {

/// Sun, sky and air.
struct Sky {
  Vec3 sun{0.3f, 0.5f, 0.8f};      ///< direction to the sun
  Rgb sunlight{2.6f, 2.4f, 2.1f};  ///< on a face turned to it
  Rgb zenith{0.22f, 0.42f, 0.80f}, horizon{0.70f, 0.80f, 0.92f};
  Rgb ground{0.22f, 0.20f, 0.17f};  ///< what the ground throws back
  float clouds = 0.4f;              ///< 0 none … 1 overcast
  float haze = 0;                   ///< share of light lost, 1/m
  float dome = 65504;               ///< distance of the sky for the depth map, metres
  std::uint32_t seed = 0;

  /// What is seen in a direction where nothing stands.
  Rgb seen(Vec3 direction) const;
  /// The same without clouds and sun, for ambient light.
  Rgb soft(Vec3 direction) const;
  /// A colour seen through `distance` metres of air.
  Rgb through(Rgb colour, Vec3 direction, float distance) const;
};

/// A parallelogram that sends light to both sides: a window, a lamp.
struct AreaLight {
  Vec3 corner, u, v;
  Rgb radiance;
};

/// A mesh set up once more somewhere.
struct Instance {
  std::uint32_t mesh;
  Frame frame;
  float scale = 1;
};

/// Everything of a scene but its acceleration structure.
struct Scene {
  /// The first is in place, the others are for instances. (A deque: brushes point into it.)
  std::deque<Mesh> meshes = std::deque<Mesh>(1);
  std::vector<Instance> instances;
  std::vector<Material> materials;
  std::vector<AreaLight> lights;
  Sky sky;
  Rgb ambient{};         ///< indoors: light from everywhere that is not occluded nearby
  bool indoors = false;  ///< ambient instead of the sky's soft light
  float occlusion = 3;   ///< how far ambient occlusion looks, metres
  float exposure = 1;
  CameraPath camera;

  int add(Material material);
  Mesh& prototype(std::uint32_t& index);  ///< a new mesh for instances
  /// Swaps left and right: half of the scenes are built the other way round.
  void mirror();
  Brush brush(int material) { return {meshes[0], static_cast<std::uint16_t>(material)}; }
};

}  // namespace fathom::scenes
