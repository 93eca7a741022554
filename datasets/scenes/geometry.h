#pragma once

#include <cstdint>
#include <vector>

#include "datasets/scenes/vec.h"

namespace fathom::scenes {

/// Which material a triangle has and in whose frame its texture lives.
struct Tag {
  std::uint16_t material = 0;
  std::uint16_t frame = 0;
};

/// A triangle mesh. A vertex with normal (0, 0, 0) is flat-shaded.
struct Mesh {
  std::vector<Vec3> positions, normals;
  std::vector<std::uint32_t> indices;  ///< three per triangle
  std::vector<Tag> tags;               ///< one per triangle
  std::vector<Frame> frames;           ///< of the objects; textures are evaluated in them

  std::size_t triangles() const { return tags.size(); }
};

/// A rectangular opening of a wall, in the wall's plane.
struct Opening {
  float x0, x1, z0, z1;
};

/// Draws into a mesh: where (frame) and with what (material). Copies are cheap; every shape is
/// given in the brush's own frame.
class Brush {
 public:
  Brush(Mesh& mesh, std::uint16_t material);

  Brush with(int material) const;
  /// A brush whose origin is at `p` (in this brush's frame), turned by `yaw`.
  Brush at(Vec3 p, float yaw = 0) const { return in(standing(p, yaw)); }
  Brush in(const Frame& inner) const;
  const Frame& frame() const { return frame_; }

  void triangle(Vec3 a, Vec3 b, Vec3 c) const;
  /// Four corners in order around the face.
  void quad(Vec3 a, Vec3 b, Vec3 c, Vec3 d) const;
  void box(Vec3 low, Vec3 high) const;
  /// A box given by the middle of its foot and its size.
  void block(Vec3 foot, Vec3 size) const;
  /// A box whose edges along z and x are cut: furniture and cushions look less like crates.
  void softBlock(Vec3 foot, Vec3 size, float cut) const;
  void cylinder(Vec3 from, Vec3 to, float radiusFrom, float radiusTo, int sides,
                bool caps = false) const;
  /// A tube through points.
  void tube(const std::vector<Vec3>& points, float radius, int sides) const;
  /// A wire that hangs through by `sag`, of these radii at its ends.
  void wire(Vec3 from, Vec3 to, float sag, float radiusFrom, float radiusTo, int pieces = 8) const;
  /// A profile of (radius, height) turned around the z axis through `foot`.
  void lathe(Vec3 foot, const std::vector<std::pair<float, float>>& profile, int sides) const;
  void ellipsoid(Vec3 centre, Vec3 radii, int around, int up) const;
  /// An ellipsoid with dents, flat-shaded: a rock.
  void boulder(Vec3 radii, int around, int up, std::uint32_t seed) const;
  /// A polygon in (x, z), star-shaped around its centroid, extruded from y0 to y1.
  void extrude(const std::vector<std::pair<float, float>>& outline, float y0, float y1) const;
  /// A wall in x [0, length], z [0, height], y [0, thickness], with openings and their reveals.
  void wall(float length, float height, float thickness,
            const std::vector<Opening>& openings) const;
  /// A wall piece over a round arch: x [0, span] opening springing at `spring`, up to `height`.
  void archedBay(float span, float spring, float height, float thickness, int pieces = 14) const;
  /// A grid of (columns+1)×(rows+1) points, row by row, smooth-shaded.
  void grid(const std::vector<Vec3>& points, int columns, int rows) const;
  /// A triangle with a normal of its own (leaves: the crown's normal).
  void leaf(Vec3 a, Vec3 b, Vec3 c, Vec3 normal) const;

 private:
  std::uint32_t vertex(Vec3 p, Vec3 normal) const;
  void face(std::uint32_t a, std::uint32_t b, std::uint32_t c) const;
  void smoothQuad(const Vec3 (&p)[4], const Vec3 (&n)[4]) const;

  Mesh* mesh_;
  Frame frame_;
  Tag tag_;
};

}  // namespace fathom::scenes
