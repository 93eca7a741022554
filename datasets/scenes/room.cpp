#include "datasets/scenes/room.h"

#include "datasets/scenes/furniture.h"
#include "datasets/scenes/plants.h"
#include "datasets/scenes/weather.h"

namespace fathom::scenes {
namespace {

/// Paints and cloths that go together.
struct Scheme {
  Rgb wall, accent, fabric, cushion, rugDark, rugLight;
};
constexpr Scheme kSchemes[] = {
    {{0.80f, 0.77f, 0.70f},
     {0.32f, 0.44f, 0.42f},
     {0.24f, 0.34f, 0.38f},
     {0.80f, 0.52f, 0.20f},
     {0.20f, 0.10f, 0.10f},
     {0.72f, 0.60f, 0.44f}},
    {{0.84f, 0.82f, 0.78f},
     {0.62f, 0.42f, 0.33f},
     {0.62f, 0.58f, 0.52f},
     {0.22f, 0.38f, 0.48f},
     {0.12f, 0.18f, 0.28f},
     {0.74f, 0.70f, 0.62f}},
    {{0.70f, 0.76f, 0.74f},
     {0.25f, 0.34f, 0.46f},
     {0.55f, 0.26f, 0.18f},
     {0.82f, 0.76f, 0.62f},
     {0.34f, 0.12f, 0.08f},
     {0.76f, 0.64f, 0.46f}},
    {{0.86f, 0.80f, 0.66f},
     {0.40f, 0.48f, 0.30f},
     {0.30f, 0.38f, 0.22f},
     {0.80f, 0.70f, 0.48f},
     {0.14f, 0.22f, 0.16f},
     {0.70f, 0.66f, 0.50f}},
    {{0.82f, 0.80f, 0.80f},
     {0.44f, 0.36f, 0.46f},
     {0.36f, 0.30f, 0.40f},
     {0.70f, 0.62f, 0.68f},
     {0.24f, 0.18f, 0.26f},
     {0.70f, 0.66f, 0.66f}},
};

struct Plan {
  float length, width, height;
  Finish finish;
  Scheme scheme;
  float sill, windowTop;
};
constexpr float kThick = 0.28f;

Material cloth(Rgb colour) {
  return {Texture::kFabric, colour * 0.85f, colour * 1.12f};
}

void addFloorAndWalls(Scene& scene, const Scheme& scheme, Finish& f, Random& random) {
  f.wall = scene.add({Texture::kPlaster, scheme.wall * 0.97f, scheme.wall * 1.02f});
  f.ceiling = scene.add({Texture::kPlaster, {0.84f, 0.83f, 0.80f}, {0.87f, 0.86f, 0.83f}});
  const Rgb woods[][2] = {{{0.40f, 0.24f, 0.12f}, {0.56f, 0.36f, 0.19f}},
                          {{0.24f, 0.13f, 0.07f}, {0.38f, 0.21f, 0.11f}},
                          {{0.52f, 0.40f, 0.26f}, {0.68f, 0.54f, 0.37f}}};
  const auto& w = random.pick(woods);
  if (random.chance(0.25f)) {
    f.floor = scene.add({Texture::kTiles,
                         {0.72f, 0.66f, 0.58f},
                         {0.60f, 0.52f, 0.44f},
                         {0.40f, 0.37f, 0.33f},
                         0.45f,
                         0.35f});
  } else {
    f.floor = scene.add(
        {Texture::kPlanks, w[0], w[1], {0.06f, 0.04f, 0.03f}, random.between(0.8f, 1.3f), 0.35f});
  }
}

Finish addFinish(Scene& scene, const Scheme& s, Random& random) {
  Finish f{};
  addFloorAndWalls(scene, s, f, random);
  f.wood = scene.add({Texture::kWood, {0.36f, 0.21f, 0.10f}, {0.56f, 0.36f, 0.19f}, {}, 1, 0.1f});
  f.darkWood =
      scene.add({Texture::kWood, {0.13f, 0.075f, 0.04f}, {0.24f, 0.14f, 0.08f}, {}, 1, 0.1f});
  f.fabric = scene.add(cloth(s.fabric));
  f.cushion = scene.add(cloth(s.cushion));
  f.metal = scene.add({Texture::kPlain, {0.10f, 0.10f, 0.11f}, {}, {}, 1, 0.3f});
  f.white = scene.add({Texture::kPlain, {0.82f, 0.81f, 0.78f}, {}, {}, 1, 0.06f});
  f.glass = scene.add({Texture::kPlain, {0.05f, 0.06f, 0.07f}, {}, {}, 1, 1.f});
  f.screen = scene.add({Texture::kPicture, {}, {}, {}, 0.3f, 0.3f, {0.05f, 0.06f, 0.08f}});
  f.picture = scene.add({Texture::kPicture, {}, {}, {}, 0.45f});
  f.rug = scene.add({Texture::kRug, s.rugDark, s.rugLight, s.cushion * 0.8f, 1.5f});
  f.curtain = scene.add(cloth(mix(s.accent, Rgb{0.85f, 0.83f, 0.78f}, random.between(0, 0.8f))));
  f.lamp = scene.add({Texture::kPlain, {0.9f, 0.86f, 0.76f}, {}, {}, 1, 0, {1.25f, 1.0f, 0.66f}});
  f.pot =
      scene.add({Texture::kPlaster, {0.60f, 0.30f, 0.18f}, {0.70f, 0.42f, 0.28f}, {}, 0.2f, 0.1f});
  f.stem = scene.add({Texture::kPlain, {0.20f, 0.28f, 0.10f}});
  f.leaf = scene.add({Texture::kLeaves, {0.05f, 0.16f, 0.045f}, {0.14f, 0.34f, 0.10f}});
  const Rgb covers[6] = {{0.45f, 0.10f, 0.08f}, {0.10f, 0.20f, 0.36f}, {0.72f, 0.66f, 0.52f},
                         {0.12f, 0.26f, 0.18f}, {0.60f, 0.42f, 0.14f}, {0.24f, 0.20f, 0.22f}};
  for (int i = 0; i < 6; ++i)
    f.paper[i] = scene.add({Texture::kPlain, covers[i], {}, {}, 1, 0, {}, 0.35f});
  return f;
}

/// The wall at y < 0 with its windows: openings, frames, sills, curtains, radiators, daylight.
void windowWall(Scene& scene, const Brush& room, const Plan& p, Random& random) {
  const int count = p.length > 7.5f ? 3 : 2;
  const float each = p.length / static_cast<float>(count), wide = std::min(1.7f, each - 1.0f);
  const int columns = random.whole(2, 3), rows = random.whole(2, 4);
  const bool hung = random.chance(0.7f);
  std::vector<Opening> openings;
  for (int i = 0; i < count; ++i) {
    const float x = each * (static_cast<float>(i) + 0.5f) + 0.2f;
    const float left = x - wide / 2, high = p.windowTop - p.sill;
    openings.push_back({left + kThick, left + wide + kThick, p.sill, p.windowTop});
    const Frame plane{{left, -p.width / 2 - 0.16f, p.sill}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}};
    windowFrame(room.with(p.finish.white).in(plane), wide, high, columns, rows, 0.055f);
    const Brush inside = room.in({{x, -p.width / 2, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}});
    inside.with(p.finish.white)
        .box({-0.2f, -wide / 2 - 0.08f, p.sill - 0.03f}, {0.10f, wide / 2 + 0.08f, p.sill});
    if (p.sill > 0.7f) radiator(inside, p.finish, wide * 0.8f);
    if (hung) {
      const float top = p.windowTop + 0.14f;
      inside.with(p.finish.metal)
          .cylinder({0.09f, -wide / 2 - 0.45f, top + 0.02f}, {0.09f, wide / 2 + 0.45f, top + 0.02f},
                    0.012f, 0.012f, 8);
      for (const float side : {-1.f, 1.f}) {
        curtain(inside.with(p.finish.curtain).at({0, side * (wide / 2 + 0.16f), 0}), 0.46f, top,
                random);
      }
    }
    const Rgb day = (scene.sky.zenith + scene.sky.horizon * 1.6f) * 1.9f;
    scene.lights.push_back({{left, -p.width / 2 - 0.3f, p.sill}, {wide, 0, 0}, {0, 0, high}, day});
  }
  room.with(p.finish.wall)
      .at({-kThick, -p.width / 2 - kThick, 0})
      .wall(p.length + 2 * kThick, p.height, kThick, openings);
}

void shell(Scene& scene, const Brush& room, const Plan& p, Random& random) {
  const float l = p.length, w = p.width / 2, t = kThick;
  room.with(p.finish.floor).box({-t, -w - t, -0.2f}, {l + t, w + t, 0});
  room.with(p.finish.ceiling).box({-t, -w - t, p.height}, {l + t, w + t, p.height + 0.3f});
  windowWall(scene, room, p, random);
  const int accent =
      scene.add({Texture::kPlaster, p.scheme.accent * 0.95f, p.scheme.accent * 1.04f});
  const bool coloured = random.chance(0.6f);
  room.with(p.finish.wall).box({-t, w, 0}, {l + t, w + t, p.height});
  room.with(coloured ? accent : p.finish.wall)
      .box({l, -w - 0.01f, 0}, {l + t, w + 0.01f, p.height});
  room.with(p.finish.wall).box({-t, -w - 0.01f, 0}, {0, w + 0.01f, p.height});
  const Brush white = room.with(p.finish.white);
  white.box({0, w - 0.016f, 0}, {l, w, 0.09f});
  white.box({l - 0.016f, -w, 0}, {l, w, 0.09f});
  white.box({0, -w, 0}, {l, -w + 0.016f, 0.09f});
  if (random.chance(0.4f)) {  // beams
    for (float x = 0.8f; x < l; x += 1.1f) {
      room.with(p.finish.darkWood)
          .in({{x, 0, p.height - 0.16f}, {0, 1, 0}, {-1, 0, 0}, {0, 0, 1}})
          .box({-w, -0.07f, 0}, {w, 0.07f, 0.16f});
    }
  } else {
    white.box({0, w - 0.06f, p.height - 0.07f}, {l, w, p.height});
    white.box({l - 0.06f, -w, p.height - 0.07f}, {l, w, p.height});
    white.box({0, -w, p.height - 0.07f}, {l, -w + 0.06f, p.height});
  }
}

/// A lamp's light: a small lying square.
void lampLight(Scene& scene, Vec3 middle, float size, float power) {
  scene.lights.push_back({middle - Vec3{size / 2, size / 2, 0},
                          {size, 0, 0},
                          {0, size, 0},
                          Rgb{1.f, 0.78f, 0.50f} * power});
}

void livingRoom(Scene& scene, const Brush& room, const Plan& p, Random& random) {
  const Finish& f = p.finish;
  const float x = p.length * 0.56f, w = p.width / 2;
  room.with(f.rug).at({x, 0.15f, 0}).box({-1.5f, -1.08f, 0}, {1.5f, 1.08f, 0.012f});
  sofa(room.at({x, w - 0.62f, 0}, -kPi / 2), f, 2.1f);
  table(room.at({x, 0.1f, 0}), f, {1.15f, 0.62f, 0.42f});
  room.with(f.pot).lathe(
      {x + 0.2f, 0.05f, 0.42f},
      {{0.001f, 0.f}, {0.06f, 0.f}, {0.14f, 0.07f}, {0.135f, 0.07f}, {0.05f, 0.012f}}, 20);
  room.with(f.paper[1]).at({x - 0.25f, 0.15f, 0.42f}, 0.5f).block({}, {0.22f, 0.30f, 0.03f});
  armchair(room.at({p.length - 1.25f, -w * 0.42f, 0}, 2.6f), f);
  bookshelf(room.at({p.length, w * 0.35f, 0}, kPi), f, std::min(2.0f, p.width * 0.36f),
            std::min(2.2f, p.height - 0.35f), random);
  floorLamp(room.at({p.length - 0.45f, w - 0.4f, 0}), f, 1.65f);
  lampLight(scene, {p.length - 0.45f, w - 0.4f, 1.72f}, 0.3f, 5);
  pottedPlant(room.with(f.pot).at({p.length - 0.5f, -w + 0.62f, 0}), f.stem, f.leaf,
              random.between(1.0f, 1.5f), random);
  framedPicture(room.at({x - 0.55f, w, 1.62f}, -kPi / 2), f, 0.85f, 0.62f);
  framedPicture(room.at({x + 0.55f, w, 1.62f}, -kPi / 2), f, 0.62f, 0.62f);
  framedPicture(room.at({p.length, -w * 0.38f, 1.65f}, kPi), f, 1.1f, 0.75f);
}

void diningRoom(Scene& scene, const Brush& room, const Plan& p, Random& random) {
  const Finish& f = p.finish;
  const float x = p.length * 0.58f, w = p.width / 2;
  const int rows = p.length > 7.5f ? 3 : 2;
  const float length = 0.75f * static_cast<float>(rows) + 0.25f;
  const bool slats = random.chance(0.5f);
  table(room.at({x, 0, 0}), f, {length, 0.95f, 0.75f});
  for (int i = 0; i < rows; ++i) {
    const float along = x + 0.75f * (static_cast<float>(i) - 0.5f * static_cast<float>(rows - 1));
    chair(room.at({along, 0.72f + random.between(-0.06f, 0.12f), 0},
                  -kPi / 2 + random.between(-0.15f, 0.15f)),
          f, slats);
    chair(room.at({along, -0.72f + random.between(-0.12f, 0.06f), 0},
                  kPi / 2 + random.between(-0.15f, 0.15f)),
          f, slats);
  }
  chair(room.at({x + length / 2 + 0.3f, 0, 0}, kPi), f, slats);
  room.with(f.pot).lathe(
      {x, 0, 0.75f},
      {{0.001f, 0.f}, {0.07f, 0.f}, {0.18f, 0.08f}, {0.175f, 0.08f}, {0.06f, 0.012f}}, 24);
  for (int i = 0; i < 6; ++i) {
    const Vec3 fruit{x + 0.09f * std::cos(static_cast<float>(i)),
                     0.09f * std::sin(static_cast<float>(i)), 0.82f};
    room.with(f.paper[i % 2 == 0 ? 0 : 4]).ellipsoid(fruit, {0.04f, 0.04f, 0.038f}, 12, 8);
  }
  const int style = random.whole(0, 1);
  for (const float dx : {-0.45f, 0.45f}) {
    pendant(room.at({x + dx, 0, 0}), f, p.height, 1.5f, style);
    lampLight(scene, {x + dx, 0, 1.48f}, 0.22f, 8);
  }
  sideboard(room.at({x, w, 0}, -kPi / 2), f, 1.8f, random);
  framedPicture(room.at({x, w, 1.7f}, -kPi / 2), f, 1.25f, 0.75f);
  door(room.at({p.length, w * 0.45f, 0}, kPi), f, 0.92f, 2.05f);
  pottedPlant(room.with(f.pot).at({p.length - 0.5f, -w + 0.55f, 0}), f.stem, f.leaf,
              random.between(0.9f, 1.4f), random);
  framedPicture(room.at({p.length, -w * 0.25f, 1.6f}, kPi), f, 0.7f, 0.9f);
}

void studyRoom(Scene& scene, const Brush& room, const Plan& p, Random& random) {
  const Finish& f = p.finish;
  const float w = p.width / 2;
  desk(room.at({p.length - 1.6f, -w + 0.75f, 0}, kPi / 2), f);
  chair(room.at({p.length - 1.7f, -w + 1.45f, 0}, -kPi / 2 + 0.3f), f, true);
  bed(room.at({p.length * 0.60f, w - 1.1f, 0}, -kPi / 2), f);
  room.with(f.rug).at({p.length * 0.55f, -0.35f, 0}).box({-1.4f, -1.0f, 0}, {1.4f, 1.0f, 0.012f});
  bookshelf(room.at({p.length, 0.15f * w, 0}, kPi), f, 1.5f, std::min(2.3f, p.height - 0.3f),
            random);
  framedPicture(room.at({p.length * 0.60f, w, 1.75f}, -kPi / 2), f, 1.0f, 0.7f);
  pendant(room.at({p.length * 0.55f, 0, 0}), f, p.height, p.height - 0.75f, random.whole(0, 1));
  lampLight(scene, {p.length * 0.55f, 0, p.height - 0.8f}, 0.3f, 6);
  floorLamp(room.at({p.length * 0.60f + 1.15f, w - 0.35f, 0}), f, 1.5f);
  lampLight(scene, {p.length * 0.60f + 1.15f, w - 0.35f, 1.56f}, 0.3f, 4);
  pottedPlant(room.with(f.pot).at({p.length - 0.45f, -w + 0.42f, 0}), f.stem, f.leaf,
              random.between(0.7f, 1.1f), random);
}

/// What the windows show: lawn, hedge, trees.
void garden(Scene& scene, const Plan& p, Random& random) {
  const int grass = scene.add(
      {Texture::kTerrain, {0.10f, 0.20f, 0.045f}, {0.20f, 0.26f, 0.08f}, {0.3f, 0.28f, 0.25f}});
  const int bark = scene.add({Texture::kBark, {0.10f, 0.075f, 0.055f}, {0.24f, 0.19f, 0.14f}});
  const int leaf = scene.add({Texture::kLeaves, {0.07f, 0.17f, 0.03f}, {0.24f, 0.36f, 0.08f}});
  const float z = -0.45f;
  scene.brush(grass).quad({-400, -700, z}, {400, -700, z}, {400, 700, z}, {-400, 700, z});
  std::uint32_t tree = 0;
  Mesh& mesh = scene.prototype(tree);
  broadTree({mesh, static_cast<std::uint16_t>(bark)}, leaf,
            {7.5f, 2.9f, 0.17f, 0.25f, 1700, 0.26f, 1.1f}, random);
  for (int i = 0; i < 26; ++i) {
    const float far = random.between(9, 48);
    const Vec3 at{random.between(-0.3f, 1.8f) * far + p.length * 0.4f, -p.width / 2 - far, z};
    scene.instances.push_back(
        {tree, standing(at, random.between(0, 6.28f)), random.between(0.7f, 1.4f)});
  }
  const Brush hedge = scene.brush(leaf);
  for (float x = -10; x < 60; x += 1.5f) {
    shrub(hedge.at({x, -p.width / 2 - 6.5f, z}), {0.95f, 0.6f, random.between(0.6f, 0.85f)}, 90,
          0.22f, random);
  }
}

}  // namespace

void buildRoom(Scene& scene, std::uint32_t number) {
  Random random(number, 1);
  chooseWeather(scene.sky, random.between(-1.35f, -0.55f), random);
  scene.sky.haze = 0.0015f;
  constexpr float kDomes[] = {16352, 3170, 2048};
  scene.sky.dome = random.pick(kDomes);
  scene.indoors = true;
  scene.occlusion = 1.3f;

  Plan plan{random.between(6.2f, 9.8f),
            random.between(4.6f, 6.4f),
            random.between(2.6f, 3.3f),
            {},
            random.pick(kSchemes),
            0,
            0};
  scene.ambient = Rgb{0.30f, 0.285f, 0.265f};
  scene.exposure = 1.0f;
  plan.finish = addFinish(scene, plan.scheme, random);
  plan.sill = random.chance(0.3f) ? 0.12f : 0.85f;
  plan.windowTop = plan.height - 0.4f;
  const Brush room = scene.brush(plan.finish.wall);
  shell(scene, room, plan, random);
  constexpr void (*kLayouts[])(Scene&, const Brush&, const Plan&, Random&) = {
      livingRoom, diningRoom, studyRoom};
  kLayouts[(number / 4) % 3](scene, room, plan, random);
  garden(scene, plan, random);

  CameraPath& c = scene.camera;
  const float side = random.between(0.05f, 0.5f);
  c.start = {0.75f, side * plan.width / 2, random.between(1.35f, 1.6f)};
  c.heading = -0.3f * side;
  c.travel = 0.9f;
  c.period = 170;
  c.sway = 0.22f;
  c.yaw = -0.22f * side - 0.05f;
  c.yawSwing = 0.13f;
  c.pitch = -0.09f;
  c.phase = random.between(0.3f, 1.2f);
}

}  // namespace fathom::scenes
