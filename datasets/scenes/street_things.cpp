#include "datasets/scenes/houses.h"

namespace fathom::scenes {
namespace {

Rgb tint(Rgb colour, float by) {
  return {saturate(colour.x * by), saturate(colour.y * by), saturate(colour.z * by)};
}

void wheel(const Brush& at, const Town& t, float x, float y, float side) {
  const Vec3 in{x, y, 0.32f}, out{x, y + side * 0.11f, 0.32f};
  at.with(t.tyre).cylinder(in - Vec3{0, side * 0.1f, 0}, out, 0.32f, 0.32f, 18, true);
  at.with(t.concrete).cylinder(out, out + Vec3{0, side * 0.008f, 0}, 0.19f, 0.17f, 14, true);
}

}  // namespace

Town addTown(Scene& scene, Random& random) {
  Town t{};
  const Rgb mortar{0.48f, 0.45f, 0.41f};
  t.walls[0] = scene.add({Texture::kBrick, {0.36f, 0.14f, 0.09f}, {0.50f, 0.22f, 0.14f}, mortar});
  t.walls[1] = scene.add({Texture::kBrick, {0.44f, 0.32f, 0.22f}, {0.60f, 0.46f, 0.32f}, mortar});
  const Rgb plasters[5] = {{0.78f, 0.66f, 0.44f},
                           {0.74f, 0.72f, 0.66f},
                           {0.70f, 0.48f, 0.38f},
                           {0.56f, 0.64f, 0.66f},
                           {0.80f, 0.74f, 0.60f}};
  for (int i = 0; i < 5; ++i)
    t.walls[2 + i] = scene.add(
        {Texture::kPlaster, tint(plasters[i], 0.80f), tint(plasters[i], 1.05f), {}, 1.6f});
  t.walls[7] = scene.add(
      {Texture::kAshlar, {0.52f, 0.47f, 0.39f}, {0.66f, 0.60f, 0.50f}, {0.25f, 0.23f, 0.2f}});
  t.stone = scene.add({Texture::kPlaster, {0.60f, 0.57f, 0.52f}, {0.70f, 0.67f, 0.60f}});
  t.roof[0] = scene.add({Texture::kRoofTiles, {0.38f, 0.15f, 0.09f}, {0.52f, 0.24f, 0.14f}});
  t.roof[1] = scene.add({Texture::kRoofTiles, {0.13f, 0.14f, 0.16f}, {0.22f, 0.23f, 0.26f}});
  t.roof[2] = scene.add({Texture::kRoofTiles, {0.30f, 0.20f, 0.14f}, {0.42f, 0.30f, 0.21f}});
  const Rgb frames[3] = {{0.78f, 0.77f, 0.74f}, {0.16f, 0.20f, 0.18f}, {0.26f, 0.16f, 0.09f}};
  for (int i = 0; i < 3; ++i) t.frame[i] = scene.add({Texture::kPlain, frames[i]});
  t.pane = scene.add({Texture::kPlain, {0.035f, 0.042f, 0.05f}, {}, {}, 1, 1.9f});
  const Rgb doors[4] = {
      {0.10f, 0.22f, 0.20f}, {0.40f, 0.08f, 0.07f}, {0.09f, 0.15f, 0.30f}, {0.28f, 0.17f, 0.09f}};
  for (int i = 0; i < 4; ++i) t.door[i] = scene.add({Texture::kPlain, doors[i], {}, {}, 1, 0.08f});
  t.iron = scene.add({Texture::kPlain, {0.045f, 0.048f, 0.05f}});
  const Rgb awnings[3] = {{0.55f, 0.10f, 0.08f}, {0.12f, 0.30f, 0.22f}, {0.70f, 0.52f, 0.18f}};
  for (int i = 0; i < 3; ++i)
    t.awning[i] = scene.add({Texture::kFabric, tint(awnings[i], 0.85f), tint(awnings[i], 1.1f)});
  t.chimney = t.walls[0];
  t.concrete = scene.add({Texture::kConcrete, {0.50f, 0.49f, 0.46f}, {}, {0.3f, 0.3f, 0.3f}});
  const Rgb paints[8] = {{0.50f, 0.04f, 0.035f},  {0.05f, 0.11f, 0.26f}, {0.62f, 0.63f, 0.64f},
                         {0.03f, 0.032f, 0.036f}, {0.75f, 0.74f, 0.71f}, {0.06f, 0.20f, 0.15f},
                         {0.66f, 0.42f, 0.08f},   {0.22f, 0.25f, 0.28f}};
  for (int i = 0; i < 8; ++i) t.paint[i] = scene.add({Texture::kPlain, paints[i], {}, {}, 1, 0.7f});
  t.tyre = scene.add({Texture::kPlain, {0.025f, 0.025f, 0.026f}});
  t.lampGlass =
      scene.add({Texture::kPlain, {0.8f, 0.78f, 0.7f}, {}, {}, 1, 0.3f, {0.15f, 0.14f, 0.1f}});
  t.wood = scene.add({Texture::kBark, {0.16f, 0.11f, 0.075f}, {0.28f, 0.21f, 0.15f}});
  const float autumn = random.chance(0.25f) ? 1.f : 0.f;
  t.leaf[0] =
      scene.add({Texture::kLeaves, mix(Rgb{0.06f, 0.17f, 0.03f}, Rgb{0.45f, 0.20f, 0.03f}, autumn),
                 mix(Rgb{0.24f, 0.38f, 0.08f}, Rgb{0.70f, 0.42f, 0.06f}, autumn)});
  t.leaf[1] =
      scene.add({Texture::kLeaves, mix(Rgb{0.07f, 0.15f, 0.04f}, Rgb{0.48f, 0.12f, 0.04f}, autumn),
                 mix(Rgb{0.20f, 0.31f, 0.08f}, Rgb{0.62f, 0.30f, 0.06f}, autumn)});
  t.flower = scene.add({Texture::kLeaves, {0.70f, 0.08f, 0.10f}, {0.85f, 0.30f, 0.35f}});
  t.pot = scene.add({Texture::kPlaster, {0.50f, 0.26f, 0.16f}, {0.62f, 0.36f, 0.24f}, {}, 0.3f});
  return t;
}

void car(const Brush& at, const Town& t, int paint, bool estate) {
  const Brush body = at.with(t.paint[paint]), glass = at.with(t.pane), dark = at.with(t.tyre);
  // Side view from bonnet to boot; the cabin is narrower at the roof.
  const std::vector<std::pair<float, float>> lower{
      {2.10f, 0.30f},  {2.14f, 0.52f},  {2.02f, 0.70f},  {1.02f, 0.86f},
      {-1.95f, 0.92f}, {-2.12f, 0.80f}, {-2.14f, 0.45f}, {-2.06f, 0.28f}};
  body.extrude(lower, -0.84f, 0.84f);
  const float rear = estate ? -2.0f : -1.78f, rearTop = estate ? -1.72f : -1.05f;
  const Vec3 foot[4] = {
      {1.05f, 0.80f, 0.86f}, {rear, 0.80f, 0.90f}, {rear, -0.80f, 0.90f}, {1.05f, -0.80f, 0.86f}};
  const Vec3 top[4] = {{0.22f, 0.60f, 1.42f},
                       {rearTop, 0.60f, 1.40f},
                       {rearTop, -0.60f, 1.40f},
                       {0.22f, -0.60f, 1.42f}};
  for (int i = 0; i < 4; ++i) glass.quad(foot[i], foot[(i + 1) % 4], top[(i + 1) % 4], top[i]);
  body.quad(top[0], top[1], top[2], top[3]);
  for (const float side : {-1.f, 1.f}) {  // pillars, roof edge, mirrors, lights, wheels
    for (const auto& [x0, x1] : {std::pair{1.03f, 0.22f}, {-0.42f, -0.42f}, {rear, rearTop}}) {
      body.cylinder({x0, side * 0.805f, 0.88f}, {x1, side * 0.605f, 1.42f}, 0.045f, 0.04f, 5);
    }
    body.cylinder({0.24f, side * 0.6f, 1.415f}, {rearTop, side * 0.6f, 1.40f}, 0.045f, 0.045f, 5);
    body.block({0.72f, side * 0.93f, 0.90f}, {0.10f, 0.18f, 0.12f});
    at.with(t.lampGlass).block({2.04f, side * 0.62f, 0.56f}, {0.16f, 0.34f, 0.13f});
    at.with(t.door[1]).block({-2.07f, side * 0.66f, 0.62f}, {0.14f, 0.28f, 0.18f});
    for (const float x : {1.32f, -1.30f}) {
      dark.cylinder({x, side * 0.70f, 0.34f}, {x, side * 0.846f, 0.34f}, 0.39f, 0.39f, 18, true);
      wheel(at, t, x, side * 0.80f, side);
    }
  }
  dark.box({-2.16f, -0.78f, 0.24f}, {2.16f, 0.78f, 0.40f});
  at.with(t.frame[0]).box({2.15f, -0.26f, 0.36f}, {2.17f, 0.26f, 0.47f});
}

void streetLamp(const Brush& at, const Town& t, float height) {
  const Brush iron = at.with(t.iron);
  iron.lathe({}, {{0.16f, 0}, {0.16f, 0.25f}, {0.09f, 0.45f}, {0.075f, 1.0f}, {0.045f, height}},
             10);
  iron.tube({{0, 0, height - 0.1f},
             {0.25f, 0, height + 0.22f},
             {0.7f, 0, height + 0.32f},
             {1.15f, 0, height + 0.22f}},
            0.028f, 6);
  iron.lathe({1.15f, 0, height - 0.06f}, {{0.24f, 0}, {0.18f, 0.14f}, {0.04f, 0.28f}}, 12);
  at.with(t.lampGlass).ellipsoid({1.15f, 0, height - 0.06f}, {0.15f, 0.15f, 0.12f}, 12, 8);
}

void utilityPole(const Brush& at, const Town& t, float wireHeight) {
  const Brush wood = at.with(t.wood);
  wood.cylinder({0, 0, -0.3f}, {0, 0, wireHeight + 0.5f}, 0.15f, 0.10f, 9);
  for (const float down : {0.05f, 0.75f}) {
    const float z = wireHeight - down;
    wood.box({-0.06f, -0.95f, z - 0.12f}, {0.06f, 0.95f, z});
    for (const float y : {-0.85f, -0.4f, 0.4f, 0.85f})
      at.with(t.lampGlass).cylinder({0, y, z}, {0, y, z + 0.13f}, 0.035f, 0.03f, 6);
  }
  at.with(t.concrete)
      .cylinder({0.28f, 0, wireHeight - 2.0f}, {0.28f, 0, wireHeight - 1.25f}, 0.19f, 0.19f, 12,
                true);
}

void railing(const Brush& at, const Town& t, float length) {
  const Brush iron = at.with(t.iron);
  for (const float z : {0.16f, 0.92f}) iron.cylinder({0, 0, z}, {length, 0, z}, 0.02f, 0.02f, 5);
  for (float x = 0; x <= length + 0.01f; x += 0.125f)
    iron.cylinder({x, 0, 0.14f}, {x, 0, 0.94f}, 0.009f, 0.009f, 4);
  for (float x = 0; x <= length + 0.01f; x += 2.f) {
    iron.cylinder({x, 0, -0.1f}, {x, 0, 1.0f}, 0.032f, 0.032f, 7);
    iron.ellipsoid({x, 0, 1.03f}, {0.05f, 0.05f, 0.05f}, 8, 6);
  }
}

void bench(const Brush& at, const Town& t) {
  for (const float y : {-0.75f, 0.75f}) {
    at.with(t.iron).tube({{-0.28f, y, 0.88f}, {-0.2f, y, 0.44f}, {0.25f, y, 0.42f}, {0.25f, y, 0}},
                         0.022f, 6);
    at.with(t.iron).cylinder({-0.2f, y, 0.44f}, {-0.26f, y, 0}, 0.022f, 0.022f, 6);
  }
  const Brush wood = at.with(t.door[3]);
  for (int i = 0; i < 4; ++i)
    wood.block({-0.14f + 0.12f * static_cast<float>(i), 0, 0.44f}, {0.09f, 1.8f, 0.03f});
  for (int i = 0; i < 3; ++i) {
    const float z = 0.56f + 0.13f * static_cast<float>(i);
    wood.block({-0.19f - 0.18f * (z - 0.44f), 0, z}, {0.03f, 1.8f, 0.09f});
  }
}

void bin(const Brush& at, const Town& t) {
  at.with(t.door[0]).lathe({},
                           {{0.001f, 0.05f},
                            {0.22f, 0.05f},
                            {0.26f, 0.85f},
                            {0.28f, 0.88f},
                            {0.2f, 0.88f},
                            {0.18f, 0.7f},
                            {0.001f, 0.7f}},
                           16);
}

void roadSign(const Brush& at, const Town& t, int style) {
  at.with(t.concrete).cylinder({0, 0, -0.1f}, {0, 0, 2.75f}, 0.03f, 0.03f, 8);
  const auto disc = [&](int material, float x, float radius, int sides) {
    const Brush face = at.with(material).in({{x, 0, 2.4f}, {0, 0, 1}, {0, 1, 0}, {-1, 0, 0}});
    face.cylinder({}, {0, 0, 0.008f}, radius, radius, sides, true);
  };
  disc(t.paint[4], -0.035f, 0.32f, style == 1 ? 3 : 24);
  disc(style == 2 ? t.paint[1] : t.paint[0], -0.045f, 0.30f, style == 1 ? 3 : 24);
  if (style != 2) disc(t.paint[4], -0.055f, 0.21f, style == 1 ? 3 : 24);
}

void bollard(const Brush& at, const Town& t) {
  at.with(t.iron).lathe({},
                        {{0.11f, 0},
                         {0.08f, 0.12f},
                         {0.065f, 0.75f},
                         {0.09f, 0.8f},
                         {0.085f, 0.88f},
                         {0.001f, 0.97f}},
                        12);
}

}  // namespace fathom::scenes
