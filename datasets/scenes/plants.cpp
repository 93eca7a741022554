#include "datasets/scenes/plants.h"

namespace fathom::scenes {
namespace {

Vec3 anyDirection(Random& random) {
  const float z = random.between(-1, 1), angle = random.between(0, 2 * kPi);
  const float flat = std::sqrt(std::max(0.f, 1 - z * z));
  return {flat * std::cos(angle), flat * std::sin(angle), z};
}

/// A pointed leaf of two triangles, folded along its rib.
void oneLeaf(const Brush& brush, Vec3 middle, float size, Vec3 normal, Random& random) {
  const Vec3 along = anyDirection(random) * (0.5f * size);
  const Vec3 side = normalized(cross(along, anyDirection(random))) * (0.34f * size);
  brush.leaf(middle - along, middle + side, middle + along, normal);
  brush.leaf(middle - along, middle + along, middle - side, normal);
}

struct Crown {
  Vec3 centre, radii;
};

/// Leaves around `at`, denser towards the outside of their bunch.
void bunch(const Brush& brush, const Crown& crown, Vec3 at, float radius, int count, float leaf,
           Random& random) {
  for (int i = 0; i < count; ++i) {
    const Vec3 way = anyDirection(random);
    const Vec3 p =
        at + Vec3{way.x, way.y, way.z * 0.75f} * (radius * std::cbrt(random.between(0.15f, 1)));
    const Vec3 out = p - crown.centre;
    const Vec3 relative{out.x / crown.radii.x, out.y / crown.radii.y, out.z / crown.radii.z};
    const Vec3 normal = normalized(normalized(relative) + way * 0.9f + Vec3{0, 0, 0.25f});
    const float open = saturate(0.15f + 0.75f * length(relative) + 0.25f * way.z);
    oneLeaf(brush, p, leaf * random.between(0.7f, 1.3f), normal * std::max(0.12f, open), random);
  }
}

/// A bent, tapering limb; returns its end.
Vec3 limb(const Brush& brush, Vec3 from, Vec3 to, float r0, float r1, int sides, Random& random) {
  const Vec3 bend = anyDirection(random) * (0.07f * length(to - from));
  const Vec3 middle = mix(from, to, 0.5f) + bend;
  brush.cylinder(from, middle, r0, mix(r0, r1, 0.5f), sides);
  brush.cylinder(middle, to, mix(r0, r1, 0.5f), r1, sides);
  return to;
}

}  // namespace

void broadTree(const Brush& bark, int leafMaterial, const TreeShape& s, Random& random) {
  const Brush leaves = bark.with(leafMaterial);
  const float half = s.height * (1 - s.bare) / 2;
  const Crown crown{{0, 0, s.height - half},
                    {s.crown, s.crown, std::min(half, s.crown * s.slender)}};
  bark.lathe({}, {{s.trunk * 1.7f, -0.3f}, {s.trunk * 1.15f, 0.25f}, {s.trunk, 0.7f}}, 9);
  const Vec3 fork =
      limb(bark, {0, 0, 0.7f},
           {random.between(-0.2f, 0.2f), random.between(-0.2f, 0.2f), s.height * s.bare + 0.3f},
           s.trunk, s.trunk * 0.75f, 9, random);
  const int boughs = random.whole(6, 8), twigs = 4;
  const int each = s.leaves / (boughs * twigs + 4);
  for (int i = 0; i < boughs; ++i) {
    const float turn = 2 * kPi * (static_cast<float>(i) + random.between(-0.3f, 0.3f)) /
                       static_cast<float>(boughs);
    const float rise = random.between(-0.45f, 0.75f),
                reach = std::sqrt(1 - rise * rise) * random.between(0.45f, 0.62f);
    const Vec3 knee =
        crown.centre +
        Vec3{std::cos(turn) * reach, std::sin(turn) * reach, rise * 0.55f} * crown.radii;
    limb(bark, fork, knee, s.trunk * 0.55f, s.trunk * 0.25f, 6, random);
    for (int k = 0; k < twigs; ++k) {
      const Vec3 way = normalized(normalized(knee - crown.centre) + anyDirection(random) * 0.9f);
      const Vec3 tip =
          mix(knee, crown.centre + way * crown.radii * random.between(0.7f, 0.95f), 0.8f);
      limb(bark, knee, tip, s.trunk * 0.22f, s.trunk * 0.05f, 4, random);
      bunch(leaves, crown, tip, s.crown * random.between(0.28f, 0.42f), each, s.leaf, random);
    }
  }
  for (int k = 0; k < 4; ++k) {
    const Vec3 top = crown.centre + Vec3{random.between(-0.3f, 0.3f), random.between(-0.3f, 0.3f),
                                         random.between(0.4f, 0.8f)} *
                                        crown.radii;
    bunch(leaves, crown, top, s.crown * 0.4f, each, s.leaf, random);
  }
}

void conifer(const Brush& bark, int leafMaterial, float height, float radius, Random& random) {
  const Brush leaves = bark.with(leafMaterial);
  bark.cylinder({0, 0, -0.3f}, {0, 0, height * 0.97f}, 0.022f * height, 0.02f, 7);
  const int tiers = static_cast<int>(height * 2.2f);
  for (int t = 0; t < tiers; ++t) {
    const float up = (static_cast<float>(t) + random.unit()) / static_cast<float>(tiers);
    const float z = height * mix(0.10f, 0.99f, up),
                reach = radius * std::pow(1 - up, 0.85f) + 0.12f;
    const int boughs = 5 + static_cast<int>(4 * (1 - up));
    for (int i = 0; i < boughs; ++i) {
      const float turn =
          2 * kPi * (static_cast<float>(i) + random.unit()) / static_cast<float>(boughs);
      const Vec3 out{std::cos(turn), std::sin(turn), 0}, side{-out.y, out.x, 0};
      const float length = reach * random.between(0.75f, 1.1f), droop = 0.42f * length;
      const Vec3 root{0, 0, z}, tip = root + out * length - Vec3{0, 0, droop};
      for (int k = 0; k < 4; ++k) {
        const float f = 0.25f * static_cast<float>(k), wide = length * 0.26f * (1 - 0.55f * f);
        const Vec3 at = mix(root, tip, f), next = mix(root, tip, std::min(1.f, f + 0.42f));
        const float open = 0.25f + 0.75f * (f + 0.2f);
        const Vec3 normal = normalized(out + Vec3{0, 0, 0.9f}) * std::min(1.f, open);
        leaves.leaf(at, next, next + side * wide - Vec3{0, 0, wide * 0.55f}, normal);
        leaves.leaf(at, next, next - side * wide - Vec3{0, 0, wide * 0.55f}, normal);
      }
    }
  }
}

void shrub(const Brush& leaves, Vec3 radii, int count, float leaf, Random& random) {
  const Crown crown{{0, 0, radii.z * 0.7f}, radii};
  for (int i = 0; i < count; ++i) {
    const Vec3 way = anyDirection(random);
    const float lumps = 1 + 0.25f * noise3(way * 2.3f, 99);
    const Vec3 p = crown.centre + way * radii * (lumps * std::cbrt(random.between(0.3f, 1)));
    if (p.z < -0.05f) continue;
    const float open = saturate(0.2f + 0.5f * p.z / radii.z);
    oneLeaf(leaves, p, leaf * random.between(0.7f, 1.3f), normalized(way + Vec3{0, 0, 0.4f}) * open,
            random);
  }
}

void grassTuft(const Brush& blades, float height, float spread, int count, Random& random) {
  for (int i = 0; i < count; ++i) {
    const float turn = random.between(0, 2 * kPi), far = spread * std::sqrt(random.unit());
    const Vec3 foot{far * std::cos(turn), far * std::sin(turn), -0.03f};
    const Vec3 lean{random.between(-0.4f, 0.4f), random.between(-0.4f, 0.4f), 1};
    const Vec3 tip = foot + lean * (height * random.between(0.6f, 1.1f));
    const Vec3 wide = Vec3{std::sin(turn), -std::cos(turn), 0} * (0.012f + 0.012f * height);
    blades.leaf(foot - wide, foot + wide, tip, {0, 0, 0.9f});
  }
}

void pottedPlant(const Brush& pot, int stemMaterial, int leafMaterial, float height,
                 Random& random) {
  const float r = 0.11f + 0.05f * height;
  pot.lathe({},
            {{0.001f, 0},
             {r * 0.72f, 0},
             {r, r * 1.7f},
             {r * 1.06f, r * 1.72f},
             {r * 1.06f, r * 1.9f},
             {r * 0.92f, r * 1.9f},
             {r * 0.88f, r * 1.65f},
             {0.001f, r * 1.65f}},
            24);
  const Brush stems = pot.with(stemMaterial), leaves = pot.with(leafMaterial);
  const int count = random.whole(14, 22);
  for (int i = 0; i < count; ++i) {
    const float turn = random.between(0, 2 * kPi), lean = random.between(0.10f, 0.55f);
    const float reach = height * random.between(0.55f, 1.f);
    const Vec3 out{std::cos(turn), std::sin(turn), 0}, side{-out.y, out.x, 0};
    Vec3 at{0, 0, r * 1.6f};
    const float wide = 0.035f + 0.055f * height * random.between(0.6f, 1.f);
    stems.cylinder(at, at + out * (0.3f * lean * reach) + Vec3{0, 0, 0.4f * reach}, 0.006f, 0.004f,
                   5);
    at = at + out * (0.3f * lean * reach) + Vec3{0, 0, 0.4f * reach};
    constexpr float kWidths[6] = {0.15f, 0.8f, 1.f, 0.8f, 0.45f, 0.02f};
    for (int k = 0; k < 5; ++k) {  // a long blade that arches over
      const float f = static_cast<float>(k) / 5;
      const Vec3 step = (out * (0.18f + lean * (0.5f + 0.8f * f)) +
                         Vec3{0, 0, 0.95f - 1.9f * f * (0.4f + lean)}) *
                        (0.13f * reach);
      const Vec3 next = at + step, a = side * (wide * kWidths[k]),
                 b = side * (wide * kWidths[k + 1]);
      const Vec3 normal =
          normalized(cross(side, step) * (cross(side, step).z < 0 ? -1.f : 1.f)) * 0.9f;
      leaves.leaf(at - a, at + a, next + b, normal);
      leaves.leaf(at - a, next + b, next - b, normal);
      at = next;
    }
  }
}

}  // namespace fathom::scenes
