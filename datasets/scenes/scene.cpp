#include "datasets/scenes/scene.h"

namespace fathom::scenes {
namespace {

Vec3 flipped(Vec3 v) {
  return {v.x, -v.y, v.z};
}
/// The frame's mirror image. Local coordinates stay the same, so textures and prototypes need no
/// change.
Frame flipped(const Frame& f) {
  return {flipped(f.origin), flipped(f.ax), flipped(f.ay), flipped(f.az)};
}

}  // namespace

int Scene::add(Material material) {
  material.seed += sky.seed * 977u + static_cast<std::uint32_t>(materials.size()) * 53u;
  materials.push_back(material);
  return static_cast<int>(materials.size()) - 1;
}

Mesh& Scene::prototype(std::uint32_t& index) {
  index = static_cast<std::uint32_t>(meshes.size());
  return meshes.emplace_back();
}

void Scene::mirror() {
  Mesh& mesh = meshes[0];
  for (Vec3& p : mesh.positions) p = flipped(p);
  for (Vec3& n : mesh.normals) n = flipped(n);
  for (Frame& f : mesh.frames) f = flipped(f);
  for (Instance& instance : instances) instance.frame = flipped(instance.frame);
  for (AreaLight& light : lights) {
    light = {flipped(light.corner), flipped(light.u), flipped(light.v), light.radiance};
  }
  sky.sun = flipped(sky.sun);
  camera.start = flipped(camera.start);
  for (float* side : {&camera.heading, &camera.curvature, &camera.sway, &camera.yaw,
                      &camera.yawSwing, &camera.rollSwing}) {
    *side = -*side;
  }
}

}  // namespace fathom::scenes
