#include "datasets/scenes/street.h"

#include "datasets/scenes/houses.h"
#include "datasets/scenes/plants.h"
#include "datasets/scenes/weather.h"

namespace fathom::scenes {
namespace {

constexpr float kLength = 300, kBehind = 24;

/// The street's line: straight or gently bent; s metres along, offset metres to the right.
struct Line {
  float curvature = 0;
  float heading(float s) const { return curvature * s; }
  Vec3 at(float s, float offset, float z = 0) const {
    CameraPath arc;
    arc.curvature = curvature;
    Vec3 p = arc.along(s, offset);
    p.z = z;
    return p;
  }
  Frame frame(float s, float offset, float z, float turn) const {
    return standing(at(s, offset, z), heading(s) + turn);
  }
};

struct Plan {
  Line line;
  float half = 4;      ///< of the carriageway
  float pavement = 3;  ///< its width
  int asphalt, kerb, paving, grass;
  Town town;
};

/// A ribbon along the street between two offsets, with texture coordinates along it.
void ribbon(const Brush& brush, const Line& line, float from, float to, float z, float s0,
            float s1) {
  const float step = std::fabs(line.curvature) > 0 ? 6.f : s1 - s0;
  for (float s = s0; s < s1 - 0.01f; s += step) {
    const float e = std::min(s1, s + step);
    brush.quad(line.at(s, from, z), line.at(e, from, z), line.at(e, to, z), line.at(s, to, z));
  }
}

/// The same upright: a kerb's face.
void upright(const Brush& brush, const Line& line, float offset, float z0, float z1, float s0,
             float s1) {
  const float step = std::fabs(line.curvature) > 0 ? 6.f : s1 - s0;
  for (float s = s0; s < s1 - 0.01f; s += step) {
    const float e = std::min(s1, s + step);
    brush.quad(line.at(s, offset, z0), line.at(e, offset, z0), line.at(e, offset, z1),
               line.at(s, offset, z1));
  }
}

/// The carriageway in pieces, each with a frame of its own, so that its lane marks follow the bend.
void ground(Scene& scene, const Plan& p) {
  const Brush base = scene.brush(p.asphalt);
  const float step = 6;
  for (float s = -kBehind; s < kLength + 60; s += step) {
    const Frame frame = p.line.frame(s, 0, 0, 0);
    // Lane marks repeat every 6 m, so pieces of 6 m join.
    const Vec3 a = frame.local(p.line.at(s + step, -p.half)),
               b = frame.local(p.line.at(s + step, p.half));
    base.in(frame).quad({0, -p.half, 0}, a, b, {0, p.half, 0});
  }
  for (const float side : {-1.f, 1.f}) {
    const float in = side * p.half, edge = side * (p.half + 0.18f),
                out = side * (p.half + p.pavement + 0.5f);
    upright(base.with(p.kerb), p.line, in, 0, 0.13f, -kBehind, kLength);
    ribbon(base.with(p.kerb), p.line, in, edge, 0.13f, -kBehind, kLength);
    ribbon(base.with(p.paving), p.line, edge, out, 0.13f, -kBehind, kLength);
  }
  base.with(p.grass).quad({-900, -2500, -0.06f}, {2600, -2500, -0.06f}, {2600, 2500, -0.06f},
                          {-900, 2500, -0.06f});
}

HouseShape drawHouse(Random& random, int style, float width) {
  HouseShape h;
  h.width = width;
  h.columns = std::max(2, static_cast<int>(width / random.between(2.1f, 2.6f)));
  h.floors = style == 2 ? 2 : random.whole(2, style == 0 ? 4 : 5);
  h.storey = random.between(2.9f, 3.4f);
  h.depth = random.between(9, 12);
  h.shop = style != 2 && random.chance(0.45f);
  h.gable = style == 2 || random.chance(0.55f);
  h.balconies = style != 2 && random.chance(0.35f);
  h.wall = random.whole(0, 7);
  h.frame = random.whole(0, 2);
  h.roof = random.whole(0, 2);
  return h;
}

void houses(Scene& scene, const Plan& p, int style, Random& random) {
  const Brush base = scene.brush(p.town.walls[0]);
  for (const float side : {-1.f, 1.f}) {
    float s = -kBehind + random.between(0, 4);
    while (s < kLength - 6) {
      // Right houses look to the left and grow along +s; left ones are placed by their far end.
      const float width = random.between(7, 13);
      const float front = p.half + p.pavement + (style == 2 ? random.between(2.5f, 4.f) : 0.f);
      HouseShape shape = drawHouse(random, style, width);
      shape.plain = s > 105;
      const Frame at = side < 0 ? p.line.frame(s + width, -front, 0.13f, kPi / 2)
                                : p.line.frame(s, front, 0.13f, -kPi / 2);
      house(base.in(at), p.town, shape, random);
      if (style == 2) {
        const Brush fence = base.in(p.line.frame(s, side * (p.half + p.pavement), 0.13f, 0));
        railing(fence, p.town, width - 1.6f);
        for (float x = 1; x < width - 1; x += 1.3f) {
          shrub(fence.with(p.town.leaf[0]).at({x, side * 0.8f, 0}),
                {0.6f, 0.55f, random.between(0.5f, 0.9f)}, 70, 0.14f, random);
        }
      }
      s += width + (random.chance(style == 2 ? 0.8f : 0.12f) ? random.between(1.5f, 4) : 0.02f);
    }
  }
}

/// A tree's prototypes, so that an avenue costs no more than two trees.
void avenue(Scene& scene, const Plan& p, Random& random) {
  std::uint32_t kinds[2];
  for (int i = 0; i < 2; ++i) {
    Mesh& mesh = scene.prototype(kinds[i]);
    broadTree(
        {mesh, static_cast<std::uint16_t>(p.town.wood)}, p.town.leaf[i],
        {random.between(6.5f, 8.f), random.between(1.9f, 2.5f), 0.14f, 0.34f, 2600, 0.17f, 1.25f},
        random);
  }
  for (const float side : {-1.f, 1.f}) {
    if (random.chance(0.2f)) continue;
    for (float s = random.between(5, 16); s < kLength; s += random.between(11, 17)) {
      const Vec3 at = p.line.at(s, side * (p.half + 0.85f), 0.1f);
      scene.instances.push_back({kinds[random.whole(0, 1)], standing(at, random.between(0, 6.28f)),
                                 random.between(0.85f, 1.15f)});
    }
  }
}

void parkedCars(Scene& scene, const Plan& p, Random& random) {
  std::uint32_t kinds[6];
  for (int i = 0; i < 6; ++i) {
    Mesh& mesh = scene.prototype(kinds[i]);
    car({mesh, static_cast<std::uint16_t>(p.town.tyre)}, p.town, random.whole(0, 7), i % 2 == 1);
  }
  for (const float side : {-1.f, 1.f}) {
    for (float s = random.between(6, 14); s < kLength - 20; s += random.between(5.6f, 19.f)) {
      const Frame at = p.line.frame(s, side * (p.half - 1.05f), 0, side < 0 ? kPi : 0.f);
      scene.instances.push_back({kinds[random.whole(0, 5)], at, random.between(0.96f, 1.06f)});
    }
  }
}

/// Radius of a wire s metres on: far wires are drawn a little stronger, or no pixel would meet
/// them.
float farWire(float s) {
  return std::max(0.012f, 0.0009f * s);
}

void lampsAndWires(Scene& scene, const Plan& p, Random& random) {
  const Brush base = scene.brush(p.town.iron);
  std::uint32_t lamp = 0, pole = 0;
  streetLamp({scene.prototype(lamp), static_cast<std::uint16_t>(p.town.iron)}, p.town, 5.2f);
  const float wires = 8.2f;
  utilityPole({scene.prototype(pole), static_cast<std::uint16_t>(p.town.wood)}, p.town, wires);
  const float lampSide = random.chance(0.5f) ? 1.f : -1.f;
  for (float s = 9; s < kLength; s += 24) {
    scene.instances.push_back({lamp, p.line.frame(s, lampSide * (p.half + 0.5f), 0.13f,
                                                  lampSide > 0 ? -kPi / 2 : kPi / 2)});
  }
  std::vector<Vec3> before;
  for (float s = -20; s < kLength; s += 32) {
    const Frame at = p.line.frame(s, -lampSide * (p.half + 0.45f), 0.13f, 0);
    scene.instances.push_back({pole, at});
    std::vector<Vec3> tied;
    for (const float y : {-0.85f, -0.4f, 0.4f, 0.85f})
      tied.push_back(at.point({0, y, wires + 0.13f}));
    for (const float y : {-0.85f, 0.85f}) tied.push_back(at.point({0, y, wires - 0.62f}));
    for (std::size_t i = 0; i < before.size(); ++i)
      base.wire(before[i], tied[i], 0.55f + 0.1f * static_cast<float>(i % 3), farWire(s - 32),
                farWire(s), 10);
    if (random.chance(0.7f)) {  // to a house across the street
      const float end = s + random.between(-4, 6);
      base.wire(tied[1], p.line.at(end, lampSide * (p.half + p.pavement), 6.2f), 0.4f, farWire(s),
                farWire(end));
    }
    before = tied;
  }
}

void pavementThings(Scene& scene, const Plan& p, Random& random) {
  const Brush base = scene.brush(p.town.iron);
  for (const float side : {-1.f, 1.f}) {
    const float turn = side < 0 ? kPi / 2 : -kPi / 2;  // looks at the road
    for (float s = random.between(3, 9); s < 130; s += random.between(6, 15)) {
      const float kind = random.unit(), outer = side * (p.half + p.pavement - 0.6f),
                  inner = side * (p.half + 0.45f);
      if (kind < 0.22f)
        bench(base.in(p.line.frame(s, outer, 0.13f, turn)), p.town);
      else if (kind < 0.40f)
        bin(base.in(p.line.frame(s, inner, 0.13f, 0)), p.town);
      else if (kind < 0.60f)
        roadSign(base.in(p.line.frame(s, inner, 0.13f, 0)), p.town, random.whole(0, 2));
      else if (kind < 0.72f)
        railing(base.in(p.line.frame(s, side * (p.half + 0.3f), 0.13f, 0)), p.town, 4);
      else {
        for (int i = 0; i < 4; ++i)
          bollard(base.in(p.line.frame(s + 1.4f * static_cast<float>(i), side * (p.half + 0.4f),
                                       0.13f, 0)),
                  p.town);
      }
    }
  }
}

/// What closes the view: a church with its tower, and wooded hills.
void farEnd(Scene& scene, const Plan& p, Random& random) {
  const Brush tower =
      scene.brush(p.town.walls[7]).in(p.line.frame(kLength + 8, random.between(-7, 7), 0, kPi));
  tower.box({-6, -3, 0}, {0, 3, 24});
  tower.with(p.town.roof[1]).lathe({-3, 0, 24}, {{4.4f, -0.2f}, {0.05f, 15}}, 4);
  for (const float y : {-1.5f, 0.5f})
    tower.with(p.town.iron).box({-0.05f, y, 17.5f}, {0.03f, y + 1.f, 20.5f});
  tower.box({-30, -7, 0}, {-6, 7, 11});
  tower.with(p.town.roof[0])
      .quad({-30, -7.6f, 10.6f}, {-6, -7.6f, 10.6f}, {-6, 0, 18}, {-30, 0, 18});
  tower.with(p.town.roof[0]).quad({-30, 7.6f, 10.6f}, {-6, 7.6f, 10.6f}, {-6, 0, 18}, {-30, 0, 18});
  tower.triangle({-6, -7, 11}, {-6, 7, 11}, {-6, 0, 18});
  const int columns = 90, rows = 14;
  const std::uint32_t seed = random.word();
  std::vector<Vec3> points;
  for (int j = 0; j <= rows; ++j) {
    for (int i = 0; i <= columns; ++i) {
      const float x = 420 + 100 * static_cast<float>(j), y = -1800 + 40 * static_cast<float>(i);
      const float rise = smoothstep(0, 8, static_cast<float>(j));
      points.push_back({x, y,
                        -1 + rise * (70 + 130 * fbm2(x * 0.002f, y * 0.002f, 4, seed) +
                                     14 * fbm2(x * 0.03f, y * 0.03f, 2, seed))});
    }
  }
  scene.brush(p.grass).grid(points, columns, rows);
}

void addGround(Scene& scene, Plan& p, Random& random) {
  p.asphalt = scene.add({Texture::kRoad,
                         Rgb{0.15f, 0.146f, 0.14f} * random.between(0.8f, 1.3f),
                         {0.30f, 0.27f, 0.22f},
                         {0.72f, 0.71f, 0.66f},
                         p.half});
  p.kerb = scene.add(
      {Texture::kPaving, {0.46f, 0.45f, 0.43f}, {0.54f, 0.53f, 0.50f}, {0.2f, 0.2f, 0.2f}, 1.6f});
  const Rgb stones[][2] = {{{0.40f, 0.38f, 0.35f}, {0.50f, 0.48f, 0.44f}},
                           {{0.44f, 0.33f, 0.26f}, {0.54f, 0.42f, 0.34f}},
                           {{0.32f, 0.33f, 0.34f}, {0.42f, 0.43f, 0.44f}}};
  const auto& s = random.pick(stones);
  p.paving = scene.add({Texture::kPaving, s[0], s[1], {0.16f, 0.15f, 0.14f}});
  p.grass = scene.add(
      {Texture::kTerrain, {0.09f, 0.17f, 0.045f}, {0.17f, 0.22f, 0.07f}, {0.30f, 0.28f, 0.25f}});
}

}  // namespace

void buildStreet(Scene& scene, std::uint32_t number) {
  Random random(number, 3);
  const int style = static_cast<int>(number / 4) % 3;  // town, city, suburb
  chooseWeather(scene.sky, (random.chance(0.5f) ? 1.f : -1.f) * random.between(0.35f, 2.3f),
                random);
  scene.sky.haze = random.between(0.0007f, 0.0022f);
  constexpr float kDomes[] = {65504, 16352, 4096};
  scene.sky.dome = random.pick(kDomes);
  scene.occlusion = 3.5f;
  scene.exposure = 0.78f;

  Plan p{};
  p.line.curvature = random.chance(0.35f) ? 0.f : random.between(-0.0032f, 0.0032f);
  p.half = random.between(3.9f, 5.2f);
  p.pavement = random.between(2.6f, 4.2f);
  p.town = addTown(scene, random);
  addGround(scene, p, random);
  ground(scene, p);
  houses(scene, p, style, random);
  avenue(scene, p, random);
  parkedCars(scene, p, random);
  lampsAndWires(scene, p, random);
  pavementThings(scene, p, random);
  farEnd(scene, p, random);

  CameraPath& c = scene.camera;
  const float offset = random.between(-0.8f, 0.8f);
  c.start = p.line.at(0, offset, random.between(1.6f, 2.5f));
  c.curvature = p.line.curvature;
  c.travel = 90;
  c.period = 1400;
  c.phase = random.between(0.12f, 0.5f);
  c.sway = 0.45f;
  c.bob = 0.08f;
  c.yaw = random.between(-0.14f, 0.14f);
  c.yawSwing = 0.12f;
  c.pitch = random.between(0.0f, 0.07f);
}

}  // namespace fathom::scenes
