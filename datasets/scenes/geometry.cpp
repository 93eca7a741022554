#include "datasets/scenes/geometry.h"

#include <set>

#include "datasets/scenes/noise.h"

namespace fathom::scenes {
namespace {

/// Two directions that span the plane across `axis`.
void across(Vec3 axis, Vec3& u, Vec3& v) {
  const Vec3 helper = std::fabs(axis.z) < 0.9f ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
  u = normalized(cross(axis, helper));
  v = cross(axis, u);
}

Vec3 ring(Vec3 u, Vec3 v, int step, int sides) {
  const float angle = 2 * kPi * static_cast<float>(step % sides) / static_cast<float>(sides);
  return u * std::cos(angle) + v * std::sin(angle);
}

bool isOpen(const std::vector<Opening>& openings, float x, float z) {
  return std::any_of(openings.begin(), openings.end(), [&](const Opening& o) {
    return x > o.x0 && x < o.x1 && z > o.z0 && z < o.z1;
  });
}

}  // namespace

Brush::Brush(Mesh& mesh, std::uint16_t material) : mesh_(&mesh), tag_{material, 0} {
  if (mesh.frames.empty()) mesh.frames.push_back(frame_);
}

Brush Brush::with(int material) const {
  Brush other = *this;
  other.tag_.material = static_cast<std::uint16_t>(material);
  return other;
}

Brush Brush::in(const Frame& inner) const {
  Brush other = *this;
  other.frame_ = frame_.of(inner);
  // Frames only anchor textures: past the last number objects may share one.
  if (mesh_->frames.size() < 65535) mesh_->frames.push_back(other.frame_);
  other.tag_.frame = static_cast<std::uint16_t>(mesh_->frames.size() - 1);
  return other;
}

std::uint32_t Brush::vertex(Vec3 p, Vec3 normal) const {
  mesh_->positions.push_back(frame_.point(p));
  mesh_->normals.push_back(frame_.vector(normal));
  return static_cast<std::uint32_t>(mesh_->positions.size() - 1);
}

void Brush::face(std::uint32_t a, std::uint32_t b, std::uint32_t c) const {
  mesh_->indices.insert(mesh_->indices.end(), {a, b, c});
  mesh_->tags.push_back(tag_);
}

void Brush::triangle(Vec3 a, Vec3 b, Vec3 c) const {
  leaf(a, b, c, {});
}

void Brush::leaf(Vec3 a, Vec3 b, Vec3 c, Vec3 normal) const {
  const std::uint32_t first = vertex(a, normal);
  vertex(b, normal);
  vertex(c, normal);
  face(first, first + 1, first + 2);
}

void Brush::quad(Vec3 a, Vec3 b, Vec3 c, Vec3 d) const {
  smoothQuad({a, b, c, d}, {});
}

void Brush::smoothQuad(const Vec3 (&p)[4], const Vec3 (&n)[4]) const {
  const std::uint32_t first = vertex(p[0], n[0]);
  for (int i = 1; i < 4; ++i) vertex(p[i], n[i]);
  face(first, first + 1, first + 2);
  face(first, first + 2, first + 3);
}

void Brush::box(Vec3 a, Vec3 b) const {
  quad({a.x, a.y, a.z}, {b.x, a.y, a.z}, {b.x, b.y, a.z}, {a.x, b.y, a.z});
  quad({a.x, a.y, b.z}, {b.x, a.y, b.z}, {b.x, b.y, b.z}, {a.x, b.y, b.z});
  quad({a.x, a.y, a.z}, {b.x, a.y, a.z}, {b.x, a.y, b.z}, {a.x, a.y, b.z});
  quad({a.x, b.y, a.z}, {b.x, b.y, a.z}, {b.x, b.y, b.z}, {a.x, b.y, b.z});
  quad({a.x, a.y, a.z}, {a.x, b.y, a.z}, {a.x, b.y, b.z}, {a.x, a.y, b.z});
  quad({b.x, a.y, a.z}, {b.x, b.y, a.z}, {b.x, b.y, b.z}, {b.x, a.y, b.z});
}

void Brush::block(Vec3 foot, Vec3 size) const {
  box({foot.x - size.x / 2, foot.y - size.y / 2, foot.z},
      {foot.x + size.x / 2, foot.y + size.y / 2, foot.z + size.z});
}

void Brush::softBlock(Vec3 foot, Vec3 size, float cut) const {
  const float x = size.x / 2, y = size.y / 2, z = size.z, c = cut;
  const Vec3 outer[4] = {{-x, -y, 0}, {x, -y, 0}, {x, y, 0}, {-x, y, 0}};
  Vec3 low[4], bottom[4], top[4], lid[4];
  for (int i = 0; i < 4; ++i) {
    const Vec3 inward{outer[i].x > 0 ? -c : c, outer[i].y > 0 ? -c : c, 0};
    bottom[i] = foot + outer[i] + inward;
    low[i] = foot + outer[i] + Vec3{0, 0, c};
    top[i] = foot + outer[i] + Vec3{0, 0, z - c};
    lid[i] = foot + outer[i] + inward + Vec3{0, 0, z};
  }
  for (int i = 0; i < 4; ++i) {
    const int j = (i + 1) % 4;
    quad(bottom[i], bottom[j], low[j], low[i]);
    quad(low[i], low[j], top[j], top[i]);
    quad(top[i], top[j], lid[j], lid[i]);
  }
  quad(lid[0], lid[1], lid[2], lid[3]);
  quad(bottom[0], bottom[1], bottom[2], bottom[3]);
}

void Brush::cylinder(Vec3 from, Vec3 to, float radiusFrom, float radiusTo, int sides,
                     bool caps) const {
  Vec3 u, v;
  across(normalized(to - from), u, v);
  for (int i = 0; i < sides; ++i) {
    const Vec3 n0 = ring(u, v, i, sides), n1 = ring(u, v, i + 1, sides);
    smoothQuad(
        {from + n0 * radiusFrom, from + n1 * radiusFrom, to + n1 * radiusTo, to + n0 * radiusTo},
        {n0, n1, n1, n0});
    if (!caps) continue;
    triangle(from, from + n0 * radiusFrom, from + n1 * radiusFrom);
    triangle(to, to + n0 * radiusTo, to + n1 * radiusTo);
  }
}

void Brush::tube(const std::vector<Vec3>& points, float radius, int sides) const {
  for (std::size_t i = 1; i < points.size(); ++i) {
    cylinder(points[i - 1], points[i], radius, radius, sides);
  }
}

void Brush::wire(Vec3 from, Vec3 to, float sag, float radiusFrom, float radiusTo,
                 int pieces) const {
  const auto point = [&](int i) {
    const float t = static_cast<float>(i) / static_cast<float>(pieces);
    return mix(from, to, t) - Vec3{0, 0, 4 * sag * t * (1 - t)};
  };
  const auto radius = [&](int i) {
    return mix(radiusFrom, radiusTo, static_cast<float>(i) / static_cast<float>(pieces));
  };
  for (int i = 0; i < pieces; ++i) cylinder(point(i), point(i + 1), radius(i), radius(i + 1), 4);
}

void Brush::lathe(Vec3 foot, const std::vector<std::pair<float, float>>& profile, int sides) const {
  for (std::size_t k = 1; k < profile.size(); ++k) {
    const auto [r0, z0] = profile[k - 1];
    const auto [r1, z1] = profile[k];
    const Vec3 slope = normalized({z1 - z0, 0, r0 - r1});
    for (int i = 0; i < sides; ++i) {
      const Vec3 d0 = ring({1, 0, 0}, {0, 1, 0}, i, sides);
      const Vec3 d1 = ring({1, 0, 0}, {0, 1, 0}, i + 1, sides);
      const Vec3 n0 = d0 * slope.x + Vec3{0, 0, slope.z}, n1 = d1 * slope.x + Vec3{0, 0, slope.z};
      smoothQuad({foot + d0 * r0 + Vec3{0, 0, z0}, foot + d1 * r0 + Vec3{0, 0, z0},
                  foot + d1 * r1 + Vec3{0, 0, z1}, foot + d0 * r1 + Vec3{0, 0, z1}},
                 {n0, n1, n1, n0});
    }
  }
}

void Brush::ellipsoid(Vec3 centre, Vec3 radii, int around, int up) const {
  const auto direction = [&](int i, int j) {
    const float tilt = kPi * static_cast<float>(j) / static_cast<float>(up) - kPi / 2;
    return ring({std::cos(tilt), 0, 0}, {0, std::cos(tilt), 0}, i, around) +
           Vec3{0, 0, std::sin(tilt)};
  };
  const Vec3 inverse{1 / radii.x, 1 / radii.y, 1 / radii.z};
  for (int j = 0; j < up; ++j) {
    for (int i = 0; i < around; ++i) {
      const Vec3 d[4] = {direction(i, j), direction(i + 1, j), direction(i + 1, j + 1),
                         direction(i, j + 1)};
      Vec3 p[4], n[4];
      for (int k = 0; k < 4; ++k) {
        p[k] = centre + d[k] * radii;
        n[k] = normalized(d[k] * inverse);
      }
      smoothQuad(p, n);
    }
  }
}

void Brush::boulder(Vec3 radii, int around, int up, std::uint32_t seed) const {
  const auto point = [&](int i, int j) {
    const float tilt = kPi * static_cast<float>(j) / static_cast<float>(up) - kPi / 2;
    const Vec3 d = ring({std::cos(tilt), 0, 0}, {0, std::cos(tilt), 0}, i, around) +
                   Vec3{0, 0, std::sin(tilt)};
    return d * radii * (1 + 0.55f * fbm3(d * 1.7f, 3, seed));
  };
  for (int j = 0; j < up; ++j) {
    for (int i = 0; i < around; ++i) {
      quad(point(i, j), point(i + 1, j), point(i + 1, j + 1), point(i, j + 1));
    }
  }
}

void Brush::extrude(const std::vector<std::pair<float, float>>& outline, float y0, float y1) const {
  float x = 0, z = 0;
  for (const auto& [px, pz] : outline) x += px, z += pz;
  const float count = static_cast<float>(outline.size());
  const Vec3 middle0{x / count, y0, z / count}, middle1{x / count, y1, z / count};
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const auto [ax, az] = outline[i];
    const auto [bx, bz] = outline[(i + 1) % outline.size()];
    quad({ax, y0, az}, {bx, y0, bz}, {bx, y1, bz}, {ax, y1, az});
    triangle(middle0, {ax, y0, az}, {bx, y0, bz});
    triangle(middle1, {ax, y1, az}, {bx, y1, bz});
  }
}

void Brush::wall(float length, float height, float thickness,
                 const std::vector<Opening>& openings) const {
  std::set<float> xs{0, length}, zs{0, height};
  for (const Opening& o : openings) {
    xs.insert({o.x0, o.x1});
    zs.insert({o.z0, o.z1});
  }
  for (auto x = xs.begin(); std::next(x) != xs.end(); ++x) {
    const float x0 = *x, x1 = *std::next(x);
    for (auto z = zs.begin(); std::next(z) != zs.end(); ++z) {
      const float z0 = *z, z1 = *std::next(z);
      if (isOpen(openings, (x0 + x1) / 2, (z0 + z1) / 2)) continue;
      for (const float y : {0.f, thickness})
        quad({x0, y, z0}, {x1, y, z0}, {x1, y, z1}, {x0, y, z1});
    }
  }
  const float y = thickness;
  for (const Opening& o : openings) {
    quad({o.x0, 0, o.z0}, {o.x1, 0, o.z0}, {o.x1, y, o.z0}, {o.x0, y, o.z0});
    quad({o.x0, 0, o.z1}, {o.x1, 0, o.z1}, {o.x1, y, o.z1}, {o.x0, y, o.z1});
    quad({o.x0, 0, o.z0}, {o.x0, y, o.z0}, {o.x0, y, o.z1}, {o.x0, 0, o.z1});
    quad({o.x1, 0, o.z0}, {o.x1, y, o.z0}, {o.x1, y, o.z1}, {o.x1, 0, o.z1});
  }
  for (const float x : {0.f, length}) quad({x, 0, 0}, {x, y, 0}, {x, y, height}, {x, 0, height});
  quad({0, 0, height}, {length, 0, height}, {length, y, height}, {0, y, height});
}

void Brush::archedBay(float span, float spring, float height, float thickness, int pieces) const {
  const float radius = span / 2;
  const auto arch = [&](int i) {
    const float angle = kPi * static_cast<float>(i) / static_cast<float>(pieces);
    return Vec3{radius - radius * std::cos(angle), 0, spring + radius * std::sin(angle)};
  };
  const Vec3 deep{0, thickness, 0};
  for (int i = 0; i < pieces; ++i) {
    const Vec3 a = arch(i), b = arch(i + 1), up0{a.x, 0, height}, up1{b.x, 0, height};
    quad(a, b, up1, up0);
    quad(a + deep, b + deep, up1 + deep, up0 + deep);
    quad(a, b, b + deep, a + deep);
  }
}

void Brush::grid(const std::vector<Vec3>& points, int columns, int rows) const {
  const auto at = [&](int i, int j) {
    return points[static_cast<std::size_t>(std::clamp(j, 0, rows) * (columns + 1) +
                                           std::clamp(i, 0, columns))];
  };
  const std::uint32_t first = static_cast<std::uint32_t>(mesh_->positions.size());
  for (int j = 0; j <= rows; ++j) {
    for (int i = 0; i <= columns; ++i) {
      vertex(at(i, j), normalized(cross(at(i + 1, j) - at(i - 1, j), at(i, j + 1) - at(i, j - 1))));
    }
  }
  const std::uint32_t line = static_cast<std::uint32_t>(columns + 1);
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < columns; ++i) {
      const std::uint32_t a =
          first + static_cast<std::uint32_t>(j) * line + static_cast<std::uint32_t>(i);
      face(a, a + 1, a + line + 1);
      face(a, a + line + 1, a + line);
    }
  }
}

}  // namespace fathom::scenes
