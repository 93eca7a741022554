#include "datasets/scenes/country.h"

#include "datasets/scenes/houses.h"
#include "datasets/scenes/plants.h"
#include "datasets/scenes/weather.h"

namespace fathom::scenes {
namespace {

/// The land: hills everywhere, mountains far ahead, a level strip along the track.
struct Land {
  std::uint32_t seed;
  float hills, mountains, lake;  ///< heights in metres; lake: depth of its basin, 0 for none
  Vec3 lakeMiddle;
  Track track;

  float height(float x, float y) const {
    const float far = std::sqrt(x * x + y * y);
    const float rolling = hills * (fbm2(x * 0.0045f + 3, y * 0.0045f, 5, seed) + 0.25f);
    const float bumps = 0.35f * fbm2(x * 0.09f, y * 0.09f, 3, seed + 31);
    const float range = smoothstep(700, 3000, far) * mountains;
    float z = rolling * smoothstep(10, 320, far) + bumps;
    if (range > 0) z += range * (0.10f + 1.25f * ridged2(x * 0.00045f, y * 0.00045f, 8, seed + 57));
    if (lake > 0) {
      const float dx = (x - lakeMiddle.x) / 260, dy = (y - lakeMiddle.y) / 150;
      const float shore = dx * dx + dy * dy + 0.35f * fbm2(x * 0.008f, y * 0.008f, 3, seed + 71);
      z = mix(z, -lake, smoothstep(1.7f, 0.75f, shore));
    }
    const float off = std::fabs(y - track.y(x));
    const float level = smoothstep(26, 4, off) * smoothstep(420, 120, far);
    return mix(z, 0.25f * fbm2(x * 0.02f, y * 0.02f, 2, seed + 83), level);
  }
};

struct Plan {
  Land land;
  int ground, water, bark, leaf[3], blade, rock, hay;
  Town town;
};

/// A grid that is fine near the camera and coarse towards the horizon.
void terrain(Scene& scene, const Plan& p) {
  const int n = 210;
  const auto spread = [](float u) {
    return (u < 0 ? -1.f : 1.f) * (75 * std::fabs(u) + 6800 * std::pow(std::fabs(u), 3.6f));
  };
  std::vector<Vec3> points;
  points.reserve((n + 1) * (n + 1));
  for (int j = 0; j <= n; ++j) {
    const float y = spread(2 * static_cast<float>(j) / n - 1);
    for (int i = 0; i <= n; ++i) {
      const float x = 25 + spread(1.35f * static_cast<float>(i) / n - 0.35f);
      points.push_back({x, y, p.land.height(x, y)});
    }
  }
  scene.brush(p.ground).grid(points, n, n);
  if (p.land.lake > 0) {
    const Vec3 m = p.land.lakeMiddle;
    const float z = -p.land.lake * 0.35f;
    scene.brush(p.water).quad({m.x - 480, m.y - 300, z}, {m.x + 480, m.y - 300, z},
                              {m.x + 480, m.y + 300, z}, {m.x - 480, m.y + 300, z});
  }
}

/// Whether a thing of this radius may stand here: off the track, out of the water.
bool isFree(const Plan& p, float x, float y, float radius) {
  if (std::fabs(y - p.land.track.y(x)) < p.land.track.half + 1.6f + radius) return false;
  return p.land.lake <= 0 || p.land.height(x, y) > -p.land.lake * 0.35f + 0.4f;
}

void plant(Scene& scene, const Plan& p, std::uint32_t mesh, float x, float y, float radius,
           float scale, Random& random) {
  const float turn = random.between(0, 6.28f);
  if (isFree(p, x, y, radius))
    scene.instances.push_back({mesh, standing({x, y, p.land.height(x, y)}, turn), scale});
}

void woods(Scene& scene, const Plan& p, float firs, Random& random) {
  std::uint32_t kinds[4], light[2];
  const auto bark = static_cast<std::uint16_t>(p.bark);
  for (int i = 0; i < 2; ++i) {
    broadTree({scene.prototype(kinds[i]), bark}, p.leaf[i],
              {random.between(8, 10), random.between(3.0f, 3.8f), 0.22f, 0.25f, 3400, 0.22f, 1.05f},
              random);
    conifer({scene.prototype(kinds[2 + i]), bark}, p.leaf[2], random.between(10, 13),
            random.between(2.2f, 2.8f), random);
  }
  broadTree({scene.prototype(light[0]), bark}, p.leaf[0],
            {9, 3.6f, 0.22f, 0.22f, 420, 0.65f, 1.05f}, random);
  conifer({scene.prototype(light[1]), bark}, p.leaf[2], 5.5f, 1.3f, random);
  const auto grove = [&](float x, float y) {
    return fbm2(x * 0.009f, y * 0.009f, 3, p.land.seed + 91);
  };
  std::vector<Vec3> near;
  for (int i = 0; i < 900; ++i) {
    const float far = 14 + 1500 * std::pow(random.unit(), 2.2f);
    const float turn = random.between(-0.95f, 0.95f);
    const Vec3 at{far * std::cos(turn), far * std::sin(turn), 0};
    const bool fir = random.unit() < firs;
    const float size = random.between(0.75f, 1.3f);
    const int which = random.whole(0, 1);
    const bool alone = random.chance(0.07f);
    // Woods leave the view along the track open.
    if (!alone && grove(at.x, at.y) < (far < 60 ? 0.02f : -0.02f)) continue;
    if (far < 200 && std::fabs(turn) < 0.30f) continue;
    if (far > 170) {
      plant(scene, p, light[fir], at.x, at.y, 2, fir ? 2.1f * size : size, random);
      continue;
    }
    const auto crowds = [&](Vec3 other) { return length(other - at) < 4.2f; };
    if (std::any_of(near.begin(), near.end(), crowds)) continue;
    near.push_back(at);
    plant(scene, p, kinds[(fir ? 2 : 0) + which], at.x, at.y, 2.5f, size, random);
  }
}

void flowersAt(const Brush& at, int blade, Random& random) {
  for (int i = 0; i < 6; ++i) {
    const Vec3 foot{random.between(-0.4f, 0.4f), random.between(-0.4f, 0.4f), 0};
    const Vec3 top = foot + Vec3{random.between(-0.05f, 0.05f), 0, random.between(0.18f, 0.32f)};
    at.with(blade).cylinder(foot, top, 0.004f, 0.003f, 3);
    at.ellipsoid(top, {0.028f, 0.028f, 0.018f}, 6, 4);
  }
}

/// Grass and flowers beside the track. Part of the ground's mesh: a thousand overlapping instances
/// would cost every ray more.
void meadow(Scene& scene, const Plan& p, Random& random) {
  const Brush blades = scene.brush(p.blade), petals = scene.brush(p.town.flower);
  for (int i = 0; i < 1500; ++i) {
    const float far = 3 + 42 * std::pow(random.unit(), 1.4f), turn = random.between(-1.f, 1.f);
    const float x = far * std::cos(turn) + 6 * random.unit(), y = far * std::sin(turn);
    if (!isFree(p, x, y, -1.2f)) continue;
    const Vec3 foot{x, y, p.land.height(x, y)};
    if (random.chance(0.1f)) {
      flowersAt(petals.at(foot), p.blade, random);
    } else {
      const int count = far < 18 ? 26 : 12;
      grassTuft(blades.at(foot), random.between(0.12f, 0.34f), 0.3f, count, random);
    }
  }
}

void bushesAndRocks(Scene& scene, const Plan& p, Random& random) {
  std::uint32_t bush = 0, rock = 0;
  shrub({scene.prototype(bush), static_cast<std::uint16_t>(p.leaf[1])}, {1.1f, 1.0f, 0.9f}, 700,
        0.13f, random);
  const Frame tilted{
      {0, 0, 0.1f}, normalized({0.9f, 0.38f, 0.2f}), normalized({-0.38f, 0.92f, 0}), {0, 0, 1}};
  Brush(scene.prototype(rock), static_cast<std::uint16_t>(p.rock))
      .in(tilted)
      .boulder({0.7f, 0.5f, 0.45f}, 14, 9, 5);
  for (int i = 0; i < 70; ++i) {
    const float far = 9 + 190 * random.unit() * random.unit(), turn = random.between(-0.95f, 0.95f);
    plant(scene, p, random.chance(0.35f) ? rock : bush, far * std::cos(turn), far * std::sin(turn),
          1.2f, random.between(0.5f, 1.4f), random);
  }
}

/// Radius of a wire at a point: far wires are drawn a little stronger, or no pixel would meet them.
float farWire(Vec3 at) {
  return std::max(0.012f, 0.0009f * length(at));
}

/// Posts and wires (or rails) along the track, and a power line across the land.
void fences(Scene& scene, const Plan& p, Random& random) {
  const Brush wood = scene.brush(p.town.wood), iron = scene.brush(p.town.iron);
  const bool rails = random.chance(0.5f);
  for (const float side : {-1.f, 1.f}) {
    if (side > 0 && random.chance(0.4f)) continue;
    Vec3 before{};
    const float step = 2.6f;
    for (float x = -8; x < 150; x += step) {
      const float y = p.land.track.y(x) + side * (p.land.track.half + 1.9f);
      const Vec3 foot{x, y, p.land.height(x, y)};
      wood.at(foot, random.between(-0.3f, 0.3f))
          .cylinder({0, 0, -0.3f}, {random.between(-0.04f, 0.04f), 0, 1.15f}, 0.06f, 0.05f, 7,
                    true);
      if (x > -8) {
        for (const float z : {0.35f, 0.7f, 1.05f}) {
          const Vec3 a = before + Vec3{0, 0, z}, b = foot + Vec3{0, 0, z};
          if (rails && z > 0.5f)
            wood.cylinder(a, b, 0.04f, 0.035f, 6);
          else if (!rails)
            iron.wire(a, b, 0.02f, 0.006f, 0.006f, 3);
        }
      }
      before = foot;
    }
  }
  std::uint32_t pole = 0;
  utilityPole({scene.prototype(pole), static_cast<std::uint16_t>(p.town.wood)}, p.town, 8.5f);
  std::vector<Vec3> before;
  const float slope = random.between(0.25f, 0.55f) * (random.chance(0.5f) ? 1.f : -1.f);
  for (float x = random.between(9, 30); x < 900; x += 42) {
    const float y = p.land.track.y(x) + slope * (x - 9) + (slope > 0 ? 5.5f : -5.5f);
    const Frame at = standing({x, y, p.land.height(x, y)}, std::atan(slope));
    scene.instances.push_back({pole, at});
    std::vector<Vec3> tied;
    for (const float a : {-0.85f, -0.4f, 0.4f, 0.85f}) tied.push_back(at.point({0, a, 8.63f}));
    for (std::size_t i = 0; i < before.size(); ++i) {
      iron.wire(before[i], tied[i], 1.1f, farWire(before[i]), farWire(tied[i]), 12);
    }
    before = tied;
  }
}

void farm(Scene& scene, const Plan& p, Random& random) {
  const float x = random.between(75, 150), side = random.chance(0.5f) ? 1.f : -1.f,
              y = p.land.track.y(x) + side * random.between(16, 30);
  const Brush base = scene.brush(p.town.walls[0]);
  HouseShape shape;
  shape.floors = 2, shape.gable = true, shape.wall = random.whole(0, 7), shape.columns = 4,
  shape.width = 11;
  const float z = std::min({p.land.height(x, y), p.land.height(x + 8, y), p.land.height(x, y + 8)});
  house(base.at({x, y, z}, kPi + random.between(-0.5f, 0.5f)), p.town, shape, random);
  shape.width = 16, shape.columns = 3, shape.wall = 7, shape.depth = 9, shape.roof = 0;
  house(base.at({x + 16, y + 15 * side, z}, kPi + random.between(-0.6f, 0.6f)), p.town, shape,
        random);
  for (int i = 0; i < 12; ++i) {  // bales of hay
    const float bx = random.between(22, 100),
                by = p.land.track.y(bx) - side * random.between(7, 34), turn = random.between(0, 3);
    if (!isFree(p, bx, by, 1)) continue;
    base.with(p.hay)
        .at({bx, by, p.land.height(bx, by) + 0.68f}, turn)
        .cylinder({0, -0.6f, 0}, {0, 0.6f, 0}, 0.72f, 0.72f, 22, true);
  }
}

Plan drawPlan(Scene& scene, Random& random) {
  Plan p{};
  Land& land = p.land;
  land.seed = random.word() & 0xffffu;
  land.hills = random.between(18, 60);
  land.mountains = random.chance(0.8f) ? random.between(700, 1500) : random.between(80, 220);
  land.track = {random.between(4, 10), random.between(22, 45), random.between(1.3f, 1.7f),
                random.between(0, 6.28f)};
  if (random.chance(0.5f)) {
    land.lake = random.between(5, 8);
    land.lakeMiddle = {random.between(330, 480), random.between(-140, 140), 0};
  }
  const float dry = random.unit();
  const Rgb a = mix(Rgb{0.085f, 0.19f, 0.035f}, Rgb{0.26f, 0.24f, 0.08f}, dry * 0.8f),
            b = mix(Rgb{0.19f, 0.27f, 0.07f}, Rgb{0.42f, 0.35f, 0.15f}, dry * 0.8f);
  Material ground{Texture::kTerrain, a, b, {0.30f, 0.275f, 0.25f}};
  ground.snow = random.between(0.38f, 0.62f) * std::max(500.f, land.mountains);
  ground.track = land.track;
  p.ground = scene.add(ground);
  p.water = scene.add({Texture::kWater, {0.02f, 0.05f, 0.06f}, {}, {}, 1, 1.f});
  p.bark = scene.add({Texture::kBark, {0.10f, 0.075f, 0.055f}, {0.22f, 0.18f, 0.14f}});
  p.town = addTown(scene, random);
  p.leaf[0] = p.town.leaf[0], p.leaf[1] = p.town.leaf[1];
  p.leaf[2] = scene.add({Texture::kLeaves, {0.02f, 0.075f, 0.03f}, {0.07f, 0.15f, 0.06f}});
  p.blade = scene.add({Texture::kLeaves, a * 1.2f, b * 1.35f});
  p.rock = scene.add({Texture::kPlaster, {0.26f, 0.25f, 0.23f}, {0.44f, 0.42f, 0.38f}, {}, 0.3f});
  p.hay = scene.add({Texture::kPlaster, {0.50f, 0.38f, 0.16f}, {0.66f, 0.52f, 0.24f}, {}, 0.1f});
  return p;
}

}  // namespace

void buildCountry(Scene& scene, std::uint32_t number) {
  Random random(number, 4);
  chooseWeather(scene.sky, (random.chance(0.5f) ? 1.f : -1.f) * random.between(0.6f, 2.4f), random);
  scene.sky.haze = random.between(0.00006f, 0.00018f);
  constexpr float kDomes[] = {65504, 65504, 16352};
  scene.sky.dome = random.pick(kDomes);
  scene.occlusion = 4;
  scene.exposure = 0.68f;
  const Plan p = drawPlan(scene, random);
  terrain(scene, p);
  woods(scene, p, random.unit(), random);
  meadow(scene, p, random);
  bushesAndRocks(scene, p, random);
  fences(scene, p, random);
  farm(scene, p, random);

  CameraPath& c = scene.camera;
  const float slope =
      p.land.track.amplitude / p.land.track.wavelength * std::cos(p.land.track.phase);
  c.start = {0, 0, random.between(2.0f, 3.4f)};
  c.heading = std::atan(slope) * 0.6f;
  c.travel = 14;
  c.period = 700;
  c.phase = random.between(0.2f, 0.9f);
  c.sway = 0.3f;
  c.bob = 0.15f;
  c.yaw = random.between(-0.12f, 0.12f);
  c.yawSwing = 0.15f;
  c.pitch = random.between(0.0f, 0.06f);
}

}  // namespace fathom::scenes
