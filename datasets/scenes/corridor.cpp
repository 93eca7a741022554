#include "datasets/scenes/corridor.h"

#include "datasets/scenes/furniture.h"
#include "datasets/scenes/houses.h"
#include "datasets/scenes/plants.h"
#include "datasets/scenes/weather.h"

namespace fathom::scenes {
namespace {

struct Hall {
  float length, half, height;  ///< half: of the width
  Finish finish;
  Town town;
  int floor, wall, ceiling;
};

/// A frame on the left (side -1) or right wall whose x looks into the hall.
Brush onWall(const Brush& hall, const Hall& h, float x, float side) {
  return hall.at({x, side * h.half, 0}, side < 0 ? kPi / 2 : -kPi / 2);
}

void addFinish(Scene& scene, Hall& h, Random& random) {
  Finish& f = h.finish;
  h.town = addTown(scene, random);
  f.wood = scene.add({Texture::kWood, {0.34f, 0.20f, 0.10f}, {0.52f, 0.33f, 0.18f}, {}, 1, 0.1f});
  f.darkWood =
      scene.add({Texture::kWood, {0.13f, 0.075f, 0.04f}, {0.24f, 0.14f, 0.08f}, {}, 1, 0.1f});
  f.metal = scene.add({Texture::kPlain, {0.12f, 0.12f, 0.125f}, {}, {}, 1, 0.4f});
  f.white = scene.add({Texture::kPlain, {0.76f, 0.75f, 0.72f}});
  f.lamp = scene.add({Texture::kPlain, {0.9f, 0.88f, 0.82f}, {}, {}, 1, 0, {2.3f, 2.1f, 1.75f}});
  f.picture = scene.add({Texture::kPicture, {}, {}, {}, 0.45f});
  f.cushion = h.town.awning[random.whole(0, 2)];
  f.pot = h.town.pot;
  f.stem = scene.add({Texture::kPlain, {0.20f, 0.28f, 0.10f}});
  f.leaf = scene.add({Texture::kLeaves, {0.05f, 0.16f, 0.045f}, {0.14f, 0.34f, 0.10f}});
  const Rgb papers[6] = {{0.70f, 0.68f, 0.60f}, {0.75f, 0.60f, 0.20f}, {0.30f, 0.45f, 0.60f},
                         {0.65f, 0.25f, 0.20f}, {0.72f, 0.72f, 0.70f}, {0.35f, 0.52f, 0.35f}};
  for (int i = 0; i < 6; ++i) f.paper[i] = scene.add({Texture::kPlain, papers[i]});
}

void lampLight(Scene& scene, Vec3 middle, float sizeX, float sizeY, Rgb radiance) {
  scene.lights.push_back(
      {middle - Vec3{sizeX / 2, sizeY / 2, 0}, {sizeX, 0, 0}, {0, sizeY, 0}, radiance});
}

void lantern(const Brush& at, const Hall& h, float top, float low) {
  const Brush iron = at.with(h.town.iron);
  iron.cylinder({0, 0, low + 0.45f}, {0, 0, top}, 0.010f, 0.010f, 5);
  iron.lathe({0, 0, low + 0.36f}, {{0.17f, 0}, {0.05f, 0.1f}, {0.02f, 0.13f}}, 8);
  iron.lathe({0, 0, low}, {{0.02f, -0.04f}, {0.13f, 0}, {0.15f, 0.02f}}, 8);
  for (int i = 0; i < 6; ++i) {
    const float turn = kPi / 3 * static_cast<float>(i);
    const Vec3 out{0.14f * std::cos(turn), 0.14f * std::sin(turn), low};
    iron.cylinder(out, out + Vec3{0.02f * std::cos(turn), 0.02f * std::sin(turn), 0.38f}, 0.008f,
                  0.008f, 4);
  }
  at.with(h.finish.lamp).ellipsoid({0, 0, low + 0.16f}, {0.06f, 0.06f, 0.10f}, 10, 8);
}

/// What an open side shows: lawn, trees and a wall of houses far off.
void courtyard(Scene& scene, const Hall& h, Random& random) {
  const int grass = scene.add(
      {Texture::kTerrain, {0.10f, 0.20f, 0.045f}, {0.18f, 0.26f, 0.07f}, {0.3f, 0.28f, 0.25f}});
  scene.brush(grass).quad({-500, -800, -0.25f}, {900, -800, -0.25f}, {900, 800, -0.25f},
                          {-500, 800, -0.25f});
  scene.brush(h.town.stone)
      .box({-20, h.half + 0.2f, -0.25f}, {h.length + 20, h.half + 1.1f, -0.06f});
  std::uint32_t tree = 0, bush = 0;
  broadTree({scene.prototype(tree), static_cast<std::uint16_t>(h.town.wood)}, h.town.leaf[0],
            {7.5f, 2.7f, 0.17f, 0.28f, 2300, 0.22f, 1.15f}, random);
  shrub({scene.prototype(bush), static_cast<std::uint16_t>(h.town.leaf[1])}, {0.8f, 0.8f, 0.75f},
        420, 0.13f, random);
  for (float x = -5; x < h.length + 25; x += random.between(5.5f, 9)) {
    const Vec3 at{x, h.half + random.between(5, 11), -0.25f};
    scene.instances.push_back(
        {tree, standing(at, random.between(0, 6.28f)), random.between(0.75f, 1.15f)});
  }
  for (float x = -3; x < h.length + 10; x += 1.5f) {
    scene.instances.push_back(
        {bush, standing({x, h.half + 3.1f + random.between(-0.2f, 0.2f), -0.25f}, x),
         random.between(0.8f, 1.1f)});
  }
  const Brush far = scene.brush(h.town.walls[random.whole(0, 7)]);
  for (float x = -10; x < h.length + 30; x += 13) {
    HouseShape shape;
    shape.width = 12.9f, shape.gable = true, shape.wall = random.whole(2, 7),
    shape.roof = random.whole(0, 2);
    house(far.at({x, h.half + 19, -0.25f}, -kPi / 2), h.town, shape, random);
  }
}

constexpr float kPier = 0.5f;  // width of the wall above a column

/// A column at x with the arch that springs from it and the beam above it.
void column(const Brush& hall, const Hall& h, float x, float bay, float spring) {
  const Brush stone = hall.with(h.town.walls[7]);
  stone.at({x + kPier / 2, h.half - 0.25f, 0}).archedBay(bay - kPier, spring, h.height, 0.5f);
  stone.box({x - kPier / 2, h.half - 0.25f, spring + 0.02f},
            {x + kPier / 2, h.half + 0.25f, h.height});
  hall.with(h.town.stone)
      .lathe({x, h.half, 0},
             {{0.30f, 0},
              {0.30f, 0.16f},
              {0.25f, 0.22f},
              {0.2f, 0.32f},
              {0.21f, 1.0f},
              {0.175f, spring - 0.3f},
              {0.2f, spring - 0.26f},
              {0.29f, spring - 0.08f}},
             20);
  hall.with(h.town.stone).block({x, h.half, spring - 0.1f}, {0.62f, 0.62f, 0.12f});
  hall.with(h.finish.darkWood)
      .box({x - 0.11f, -h.half, h.height - 0.22f}, {x + 0.11f, h.half, h.height});
}

/// A gallery with round arches on its right, open to a courtyard.
void colonnade(Scene& scene, Hall& h, Random& random) {
  h.half = random.between(1.7f, 2.3f);
  const float bay = random.between(3.2f, 3.9f), spring = random.between(2.2f, 2.7f);
  const int bays = std::max(5, static_cast<int>(h.length / bay));
  h.length = bay * static_cast<float>(bays);
  h.height = spring + (bay - kPier) / 2 + 0.7f;
  h.floor = scene.add({Texture::kTiles,
                       {0.62f, 0.54f, 0.44f},
                       {0.40f, 0.24f, 0.17f},
                       {0.22f, 0.19f, 0.16f},
                       0.5f,
                       0.45f});
  const Brush hall = scene.brush(h.town.walls[random.whole(2, 6)]);
  hall.with(h.floor).box({-3, -h.half - 0.3f, -0.3f}, {h.length + 0.3f, h.half + 0.25f, 0});
  hall.with(h.town.stone)
      .box({-3, -h.half - 0.3f, h.height}, {h.length + 0.3f, h.half + 0.6f, h.height + 0.4f});
  hall.box({-3, -h.half - 0.3f, 0}, {h.length + 0.3f, -h.half, h.height});
  hall.box({h.length, -h.half, 0}, {h.length + 0.3f, h.half + 0.5f, h.height});
  hall.with(h.town.stone).box({-3, -h.half, 0}, {h.length, -h.half + 0.04f, 0.9f});
  for (int i = -1; i < bays; ++i) {
    const float x = bay * static_cast<float>(i);
    column(hall, h, x, bay, spring);
    if (i % 2 == 0) lantern(hall.at({x + bay / 2, 0, 0}), h, h.height, h.height - 1.5f);
    if (i >= 1 && i % 3 == 1) door(onWall(hall, h, x + bay / 2, -1), h.finish, 1.1f, 2.3f);
    if (i >= 0 && i % 3 == 2)
      bench(onWall(hall.at({0, 0, 0}), h, x + bay / 2, -1).at({0.42f, 0, 0}), h.town);
    if (i >= 0 && i % 3 == 0)
      framedPicture(onWall(hall, h, x + bay / 2, -1).at({0, 0, 1.8f}), h.finish, 1.3f, 0.95f);
    if (i >= 1 && i % 2 == 1)
      pottedPlant(hall.with(h.finish.pot).at({x, h.half - 0.62f, 0}), h.finish.stem, h.finish.leaf,
                  random.between(0.8f, 1.2f), random);
  }
  door(hall.at({h.length, 0, 0}, kPi), h.finish, 1.6f, 2.6f);
  courtyard(scene, h, random);
  scene.indoors = false;
  scene.occlusion = 4;
}

void officeShell(const Brush& hall, const Hall& h, int dado) {
  hall.with(h.floor).box({-3, -h.half - 0.3f, -0.2f}, {h.length + 0.3f, h.half + 0.3f, 0});
  hall.with(h.ceiling).box({-3, -h.half - 0.3f, h.height},
                           {h.length + 0.3f, h.half + 0.3f, h.height + 0.2f});
  hall.box({-3, -h.half - 0.3f, 0}, {h.length + 0.3f, -h.half, h.height});
  hall.box({-3.3f, -h.half - 0.3f, 0}, {-3, h.half + 0.3f, h.height});
  hall.box({h.length, -h.half, 0}, {h.length + 0.3f, h.half, h.height});
  hall.with(dado).box({-3, -h.half, 0.12f}, {h.length, -h.half + 0.012f, 1.05f});
  hall.with(h.finish.darkWood).box({-3, -h.half, 1.05f}, {h.length, -h.half + 0.03f, 1.12f});
}

/// A window with its radiator, a lamp, and a door or a thing across; returns the window's opening.
Opening officeBay(Scene& scene, const Brush& hall, const Hall& h, float x, Random& random) {
  const Opening o{x + 3, x + 4.7f, 0.95f, h.height - 0.45f};
  windowFrame(
      hall.with(h.finish.white).in({{x, h.half + 0.12f, o.z0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}}),
      1.7f, o.z1 - o.z0, 2, 2, 0.055f);
  radiator(onWall(hall, h, x + 0.85f, 1), h.finish, 1.4f);
  scene.lights.push_back({{x, h.half + 0.25f, o.z0},
                          {1.7f, 0, 0},
                          {0, 0, o.z1 - o.z0},
                          scene.sky.zenith + scene.sky.horizon});
  hall.with(h.finish.lamp)
      .box({x + 0.2f, -0.3f, h.height - 0.03f}, {x + 1.4f, 0.3f, h.height - 0.005f});
  lampLight(scene, {x + 0.8f, 0, h.height - 0.05f}, 1.2f, 0.6f, {1.6f, 1.5f, 1.3f});
  const float kind = random.unit();
  const Brush left = onWall(hall, h, x + 1.2f, -1);
  if (kind < 0.55f)
    door(left, h.finish, 0.95f, 2.1f);
  else if (kind < 0.7f)
    bookshelf(left, h.finish, 1.5f, 1.9f, random);
  else if (kind < 0.85f)
    framedPicture(left.at({0, 0, 1.65f}), h.finish, 1.5f, 0.9f);
  else
    pottedPlant(left.with(h.finish.pot).at({0.4f, 0, 0}), h.finish.stem, h.finish.leaf, 1.2f,
                random);
  if (random.chance(0.4f)) chair(left.at({0.35f, 1.2f, 0}), h.finish, random.chance(0.5f));
  if (random.chance(0.3f))
    hall.with(h.town.paint[0])
        .at({x - 0.7f, -h.half + 0.11f, 1.2f})
        .cylinder({0, 0, -0.25f}, {0, 0, 0.25f}, 0.075f, 0.075f, 14, true);
  return o;
}

/// Doors left, windows right, panels of light in the ceiling.
void officeCorridor(Scene& scene, Hall& h, Random& random) {
  h.half = random.between(1.3f, 1.8f), h.height = random.between(2.7f, 3.2f);
  const Rgb tones[][2] = {{{0.42f, 0.48f, 0.50f}, {0.48f, 0.54f, 0.55f}},
                          {{0.55f, 0.47f, 0.36f}, {0.60f, 0.53f, 0.42f}},
                          {{0.36f, 0.42f, 0.36f}, {0.42f, 0.48f, 0.42f}}};
  const auto& tone = random.pick(tones);
  h.floor = scene.add({Texture::kTiles, tone[0], tone[1], tone[0] * 0.7f, 0.6f, 0.55f});
  h.wall = scene.add({Texture::kPlaster, {0.72f, 0.69f, 0.62f}, {0.77f, 0.74f, 0.67f}});
  h.ceiling = scene.add(
      {Texture::kTiles, {0.76f, 0.76f, 0.74f}, {0.79f, 0.79f, 0.77f}, {0.5f, 0.5f, 0.5f}, 0.6f});
  const int dado = scene.add({Texture::kPlain, tone[0] * 0.8f});
  const Brush hall = scene.brush(h.wall);
  officeShell(hall, h, dado);
  std::vector<Opening> openings;
  const float each = random.between(3.0f, 3.8f);
  for (float x = 1.2f; x < h.length - 2.2f; x += each) {
    openings.push_back(officeBay(scene, hall, h, x, random));
  }
  hall.at({-3, h.half, 0}).wall(h.length + 3.3f, h.height, 0.28f, openings);
  hall.with(h.finish.metal)
      .tube({{-3, h.half - 0.12f, h.height - 0.12f}, {h.length, h.half - 0.12f, h.height - 0.12f}},
            0.05f, 8);
  door(hall.at({h.length, 0, 0}, kPi), h.finish, 1.5f, 2.15f);
  courtyard(scene, h, random);
  scene.indoors = true;
  scene.ambient = {0.34f, 0.34f, 0.34f};
  scene.occlusion = 1.2f;
}

void pipes(const Brush& hall, const Hall& h, float y, float z, float radius, int material,
           Random& random) {
  const Brush pipe = hall.with(material);
  pipe.cylinder({-3, y, z}, {h.length, y, z}, radius, radius, 12);
  for (float x = random.between(0.5f, 2); x < h.length; x += random.between(2.2f, 4)) {
    pipe.cylinder({x, y, z}, {x + 0.05f, y, z}, radius * 1.5f, radius * 1.5f, 12, true);
    const float wall = y < 0 ? -h.half : h.half;
    hall.with(h.town.iron).cylinder({x + 0.3f, y, z}, {x + 0.3f, wall, z}, 0.018f, 0.018f, 5);
    if (!random.chance(0.2f)) continue;  // a valve with its wheel
    pipe.cylinder({x + 0.9f, y, z}, {x + 0.9f, y, z + radius + 0.16f}, 0.025f, 0.025f, 6);
    hall.with(h.town.paint[0])
        .cylinder({x + 0.9f, y, z + radius + 0.15f}, {x + 0.9f, y, z + radius + 0.175f}, 0.11f,
                  0.11f, 14, true);
  }
}

void vault(const Brush& hall, const Hall& h, float spring) {
  for (const float side : {-1.f, 1.f})
    hall.quad({-3, side * h.half, 0}, {h.length, side * h.half, 0},
              {h.length, side * h.half, spring}, {-3, side * h.half, spring});
  // Each strip has a frame along it, so that the courses of bricks follow the vault.
  for (int i = 0; i < 20; ++i) {
    const float a = kPi * static_cast<float>(i) / 20, width = 2 * h.half * std::sin(kPi / 40);
    const Vec3 foot{-3, -h.half * std::cos(a), spring + h.half * std::sin(a)};
    const Vec3 next{-3, -h.half * std::cos(a + kPi / 20), spring + h.half * std::sin(a + kPi / 20)};
    const Vec3 up = normalized(next - foot);
    const Brush strip = hall.in({foot, {1, 0, 0}, cross({1, 0, 0}, up), up});
    strip.quad({0, 0, 0}, {h.length + 3, 0, 0}, {h.length + 3, 0, width}, {0, 0, width});
  }
  hall.with(h.town.concrete).box({h.length, -h.half, 0}, {h.length + 0.3f, h.half, h.height});
  hall.with(h.town.concrete).box({-3.3f, -h.half, 0}, {-3, h.half, h.height});
  door(hall.at({h.length, 0.2f, 0}, kPi), h.finish, 1.1f, 2.1f);
  for (float x = 4; x < h.length; x += 5) {  // ribs of stone under the vault
    const float in = h.half - 0.12f;
    const Brush rib = hall.with(h.town.walls[7]).at({x, -in, 0}, kPi / 2);
    rib.at({0, -0.35f, spring}).archedBay(2 * in, 0, in + 0.115f, 0.35f, 24);
  }
}

void cables(const Brush& hall, const Hall& h, float spring) {
  for (int k = 0; k < 5; ++k) {
    const float z = spring + 0.25f + 0.10f * static_cast<float>(k);
    const float y = h.half * std::cos(std::asin((z - spring) / h.half)) - 0.08f;
    for (float x = -3; x < h.length; x += 2.5f)
      hall.with(k % 2 ? h.town.tyre : h.town.iron)
          .wire({x, y, z}, {std::min(h.length, x + 2.5f), y, z}, 0.05f, 0.014f, 0.014f, 5);
  }
}

void cagedLamp(Scene& scene, const Brush& hall, const Hall& h, float x) {
  const Vec3 lamp{x, 0, h.height - 0.32f};
  hall.with(h.finish.lamp).ellipsoid(lamp, {0.08f, 0.08f, 0.12f}, 10, 8);
  hall.with(h.town.iron)
      .cylinder(lamp + Vec3{0, 0, 0.1f}, lamp + Vec3{0, 0, 0.33f}, 0.05f, 0.05f, 8);
  for (int i = 0; i < 6; ++i) {
    const Vec3 out{0.12f * std::cos(kPi / 3 * static_cast<float>(i)),
                   0.12f * std::sin(kPi / 3 * static_cast<float>(i)), 0};
    hall.with(h.town.iron)
        .tube({lamp + out + Vec3{0, 0, 0.1f}, lamp + out * 0.9f - Vec3{0, 0, 0.08f},
               lamp - Vec3{0, 0, 0.17f}},
              0.007f, 4);
  }
  lampLight(scene, lamp - Vec3{0, 0, 0.2f}, 0.4f, 0.4f, Rgb{1.f, 0.80f, 0.52f} * 15.f);
}

/// A brick vault with pipes, cables, caged lamps and a walkway's railing.
void tunnel(Scene& scene, Hall& h, Random& random) {
  h.half = random.between(1.8f, 2.6f);
  const float spring = random.between(1.5f, 2.1f);
  h.height = spring + h.half;
  h.floor =
      scene.add({Texture::kConcrete, Rgb{0.34f, 0.33f, 0.31f}, {}, {0.12f, 0.12f, 0.12f}, 1, 0.5f});
  const Brush hall = scene.brush(h.town.walls[random.whole(0, 1)]);
  hall.with(h.floor).box({-3, -h.half - 0.3f, -0.3f}, {h.length + 0.3f, h.half + 0.3f, 0});
  vault(hall, h, spring);
  const int copper = scene.add({Texture::kPlain, {0.42f, 0.20f, 0.11f}, {}, {}, 1, 0.35f}),
            green = scene.add({Texture::kPlain, {0.10f, 0.24f, 0.19f}, {}, {}, 1, 0.25f});
  pipes(hall, h, -h.half + 0.28f, spring - 0.1f, 0.13f, green, random);
  pipes(hall, h, -h.half + 0.22f, spring - 0.55f, 0.08f, copper, random);
  pipes(hall, h, h.half - 0.2f, 0.3f, 0.10f, h.finish.metal, random);
  cables(hall, h, spring);
  railing(hall.with(h.town.iron).at({1.5f, h.half - 0.62f, 0}), h.town, h.length - 3);
  for (float x = random.between(-1.5f, 0); x < h.length; x += random.between(4.5f, 6)) {
    cagedLamp(scene, hall, h, x);
    if (random.chance(0.5f))
      hall.with(h.finish.wood)
          .at({x + 1.5f, -h.half + 0.55f, 0}, random.between(-0.2f, 0.2f))
          .block({}, {0.8f, 0.6f, 0.6f});
  }
  scene.indoors = true;
  scene.ambient = {0.17f, 0.155f, 0.135f};
  scene.occlusion = 1.2f;
  scene.exposure = 1.5f;
}

}  // namespace

void buildCorridor(Scene& scene, std::uint32_t number) {
  Random random(number, 2);
  chooseWeather(scene.sky, random.between(0.5f, 1.5f), random);
  scene.sky.haze = 0.001f;
  constexpr float kDomes[] = {16352, 3170, 2048};
  scene.sky.dome = random.pick(kDomes);
  Hall hall{};
  hall.length = random.between(22, 58);
  addFinish(scene, hall, random);
  constexpr void (*kStyles[])(Scene&, Hall&, Random&) = {colonnade, officeCorridor, tunnel};
  kStyles[(number / 4) % 3](scene, hall, random);

  CameraPath& c = scene.camera;
  c.start = {0.5f, random.between(-0.25f, 0.15f), random.between(1.4f, 1.75f)};
  c.travel = hall.length * 0.35f;
  c.period = 24 * c.travel;
  c.phase = random.between(0.2f, 0.7f);
  c.sway = 0.15f;
  c.yawSwing = 0.12f;
  c.pitch = -0.02f;
}

}  // namespace fathom::scenes
