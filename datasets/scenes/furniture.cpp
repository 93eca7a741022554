#include "datasets/scenes/furniture.h"

namespace fathom::scenes {

void sofa(const Brush& at, const Finish& f, float width) {
  const Brush body = at.with(f.fabric), cushion = at.with(f.cushion);
  body.softBlock({0, 0, 0.12f}, {0.88f, width, 0.26f}, 0.03f);
  body.softBlock({-0.36f, 0, 0.30f}, {0.22f, width, 0.55f}, 0.05f);
  for (const float side : {-1.f, 1.f}) {
    body.softBlock({0.02f, side * (width / 2 - 0.10f), 0.12f}, {0.86f, 0.20f, 0.48f}, 0.05f);
    for (const float x : {-0.38f, 0.38f}) {
      at.with(f.darkWood)
          .cylinder({x, side * (width / 2 - 0.08f), 0}, {x, side * (width / 2 - 0.08f), 0.13f},
                    0.018f, 0.026f, 8);
    }
  }
  const int seats = width > 1.7f ? 3 : 2;
  const float each = (width - 0.42f) / static_cast<float>(seats);
  for (int i = 0; i < seats; ++i) {
    const float y = -width / 2 + 0.21f + each * (static_cast<float>(i) + 0.5f);
    body.softBlock({0.08f, y, 0.37f}, {0.70f, each - 0.015f, 0.15f}, 0.04f);
    body.softBlock({-0.22f, y, 0.50f}, {0.17f, each - 0.03f, 0.40f}, 0.05f);
  }
  const float pillow = width / 2 - 0.42f;
  cushion
      .in({{-0.06f, -pillow, 0.52f}, {0.94f, 0.1f, -0.3f}, {-0.1f, 0.99f, 0}, {0.3f, 0.03f, 0.95f}})
      .softBlock({}, {0.13f, 0.42f, 0.40f}, 0.05f);
  cushion.at({0, pillow, 0.52f}, 0.35f).softBlock({}, {0.12f, 0.38f, 0.36f}, 0.05f);
}

void armchair(const Brush& at, const Finish& f) {
  const Brush body = at.with(f.cushion);
  body.softBlock({0.05f, 0, 0.28f}, {0.66f, 0.58f, 0.16f}, 0.04f);
  body.in({{-0.30f, 0, 0.36f}, {0.96f, 0, 0.26f}, {0, 1, 0}, {-0.26f, 0, 0.96f}})
      .softBlock({}, {0.14f, 0.60f, 0.58f}, 0.04f);
  const Brush wood = at.with(f.wood);
  for (const float side : {-1.f, 1.f}) {
    const float y = side * 0.34f;
    wood.block({0, y, 0.56f}, {0.66f, 0.06f, 0.03f});
    wood.cylinder({0.28f, y, 0}, {0.28f, y, 0.56f}, 0.016f, 0.022f, 8);
    wood.cylinder({-0.34f, y, 0}, {-0.28f, y, 0.56f}, 0.016f, 0.022f, 8);
    wood.cylinder({-0.30f, y, 0.26f}, {0.28f, y, 0.26f}, 0.014f, 0.014f, 6);
  }
}

void table(const Brush& at, const Finish& f, Vec3 size) {
  const Brush wood = at.with(f.wood);
  wood.softBlock({0, 0, size.z - 0.035f}, {size.x, size.y, 0.035f}, 0.008f);
  const float x = size.x / 2 - 0.07f, y = size.y / 2 - 0.07f;
  wood.block({0, 0, size.z - 0.11f}, {size.x - 0.14f, size.y - 0.14f, 0.07f});
  for (const float i : {-1.f, 1.f}) {
    for (const float j : {-1.f, 1.f}) {
      wood.cylinder({i * x, j * y, 0}, {i * x, j * y, size.z - 0.035f}, 0.020f, 0.034f, 10);
    }
  }
}

void chair(const Brush& at, const Finish& f, bool slats) {
  const Brush wood = at.with(f.wood);
  at.with(f.cushion).softBlock({0, 0, 0.43f}, {0.42f, 0.42f, 0.045f}, 0.015f);
  for (const float y : {-0.18f, 0.18f}) {
    wood.cylinder({0.18f, y, 0}, {0.17f, y, 0.44f}, 0.013f, 0.019f, 8);
    wood.cylinder({-0.22f, y, 0}, {-0.18f, y, 0.45f}, 0.013f, 0.019f, 8);
    wood.cylinder({-0.18f, y, 0.45f}, {-0.25f, y, 0.92f}, 0.019f, 0.014f, 8);
    wood.cylinder({-0.20f, y, 0.20f}, {0.175f, y, 0.20f}, 0.010f, 0.010f, 6);
  }
  for (int i = 0; i < (slats ? 5 : 3); ++i) {
    if (slats) {  // upright rods
      const float y = -0.12f + 0.06f * static_cast<float>(i);
      wood.cylinder({-0.185f, y, 0.47f}, {-0.25f, y, 0.88f}, 0.007f, 0.007f, 6);
    } else {  // boards across
      const float z = 0.56f + 0.14f * static_cast<float>(i), x = -0.18f - 0.15f * (z - 0.45f);
      wood.block({x, 0, z}, {0.018f, 0.36f, 0.07f});
    }
  }
  wood.block({-0.252f, 0, 0.87f}, {0.024f, 0.40f, 0.05f});
}

void bookshelf(const Brush& at, const Finish& f, float width, float height, Random& random) {
  const Brush wood = at.with(f.darkWood);
  const float deep = 0.30f, board = 0.025f;
  wood.box({0, -width / 2, 0}, {0.012f, width / 2, height});
  for (const float side : {-1.f, 1.f}) {
    const float y = side * (width / 2 - board / 2);
    wood.box({0, y - board / 2, 0}, {deep, y + board / 2, height});
  }
  const int shelves = static_cast<int>(height / 0.36f);
  const float step = (height - 0.08f) / static_cast<float>(shelves);
  for (int s = 0; s <= shelves; ++s) {
    const float z = 0.06f + step * static_cast<float>(s) - (s == shelves ? board : 0);
    wood.box({0, -width / 2, z}, {deep, width / 2, z + board});
    if (s == shelves) break;
    float y = -width / 2 + board + 0.01f;
    while (y < width / 2 - 0.10f) {
      const float kind = random.unit();
      if (kind < 0.07f) {
        y += random.between(0.08f, 0.22f);  // a gap
      } else if (kind < 0.11f && y < width / 2 - 0.22f) {
        at.with(f.pot).lathe(
            {0.16f, y + 0.08f, z + board},
            {{0.04f, 0}, {0.075f, 0.07f}, {0.05f, 0.15f}, {0.028f, 0.20f}, {0.035f, 0.22f}}, 14);
        y += 0.18f;
      } else {
        const float thick = random.between(0.018f, 0.045f),
                    tall = step * random.between(0.55f, 0.85f);
        const float far = random.between(0.17f, 0.25f);
        at.with(f.paper[random.whole(0, 5)])
            .box({0.02f, y, z + board}, {far, y + thick, z + board + tall});
        y += thick + 0.002f;
      }
    }
  }
}

void floorLamp(const Brush& at, const Finish& f, float height) {
  const Brush metal = at.with(f.metal);
  metal.lathe({}, {{0.001f, 0}, {0.15f, 0}, {0.15f, 0.018f}, {0.02f, 0.03f}}, 20);
  metal.cylinder({0, 0, 0.02f}, {0, 0, height - 0.05f}, 0.011f, 0.011f, 8);
  at.with(f.lamp).lathe({0, 0, height - 0.28f}, {{0.21f, 0}, {0.14f, 0.28f}}, 24);
}

void pendant(const Brush& at, const Finish& f, float ceiling, float low, int style) {
  at.with(f.metal).cylinder({0, 0, low + 0.2f}, {0, 0, ceiling}, 0.006f, 0.006f, 6);
  if (style == 0) {
    at.with(f.lamp).ellipsoid({0, 0, low + 0.16f}, {0.17f, 0.17f, 0.15f}, 20, 12);
  } else {
    at.with(f.metal).lathe({0, 0, low},
                           {{0.26f, 0}, {0.22f, 0.10f}, {0.06f, 0.20f}, {0.03f, 0.26f}}, 24);
    at.with(f.lamp).ellipsoid({0, 0, low + 0.07f}, {0.06f, 0.06f, 0.06f}, 12, 8);
  }
}

void radiator(const Brush& at, const Finish& f, float width) {
  const Brush white = at.with(f.white);
  for (float y = -width / 2; y <= width / 2; y += 0.065f) {
    white.softBlock({0.085f, y, 0.12f}, {0.09f, 0.042f, 0.56f}, 0.012f);
  }
  for (const float z : {0.18f, 0.60f}) {
    white.cylinder({0.085f, -width / 2, z}, {0.085f, width / 2, z}, 0.016f, 0.016f, 8);
  }
  at.with(f.metal).tube({{0.085f, width / 2 + 0.03f, 0},
                         {0.085f, width / 2 + 0.03f, 0.18f},
                         {0.085f, width / 2, 0.18f}},
                        0.01f, 6);
}

void desk(const Brush& at, const Finish& f) {
  table(at, f, {0.75f, 1.6f, 0.74f});
  at.with(f.metal).block({-0.12f, 0, 0.74f}, {0.18f, 0.26f, 0.012f});
  at.with(f.metal).cylinder({-0.18f, 0, 0.74f}, {-0.18f, 0, 0.98f}, 0.016f, 0.016f, 8);
  at.with(f.metal).box({-0.17f, -0.33f, 0.86f}, {-0.14f, 0.33f, 1.24f});
  at.with(f.screen).box({-0.141f, -0.32f, 0.87f}, {-0.137f, 0.32f, 1.23f});
  at.with(f.white).block({0.14f, 0, 0.74f}, {0.14f, 0.44f, 0.02f});
  at.with(f.paper[2]).at({0.05f, 0.52f, 0.74f}, 0.4f).block({}, {0.30f, 0.21f, 0.012f});
  at.with(f.metal).tube({{-0.2f, -0.6f, 0.74f}, {-0.24f, -0.6f, 1.15f}, {0.05f, -0.52f, 1.32f}},
                        0.009f, 6);
  at.with(f.metal).lathe({0.08f, -0.51f, 1.22f}, {{0.085f, 0}, {0.03f, 0.11f}}, 16);
}

void bed(const Brush& at, const Finish& f) {
  const Brush wood = at.with(f.wood);
  wood.block({0, 0, 0.16f}, {2.05f, 1.65f, 0.14f});
  wood.box({-1.06f, -0.83f, 0}, {-1.01f, 0.83f, 1.02f});
  for (const float y : {-0.76f, 0.76f}) wood.block({0.96f, y, 0}, {0.07f, 0.07f, 0.2f});
  at.with(f.white).softBlock({0, 0, 0.30f}, {2.0f, 1.6f, 0.20f}, 0.05f);
  at.with(f.fabric).softBlock({0.28f, 0, 0.36f}, {1.5f, 1.70f, 0.19f}, 0.06f);
  for (const float y : {-0.4f, 0.4f}) {
    at.with(f.white)
        .in({{-0.78f, y, 0.50f}, {0.92f, 0, 0.38f}, {0, 1, 0}, {-0.38f, 0, 0.92f}})
        .softBlock({}, {0.40f, 0.66f, 0.15f}, 0.06f);
  }
  at.with(f.cushion).at({-0.50f, 0.1f, 0.54f}, 0.3f).softBlock({}, {0.16f, 0.40f, 0.34f}, 0.06f);
}

void sideboard(const Brush& at, const Finish& f, float width, Random& random) {
  const Brush wood = at.with(f.wood);
  wood.box({0, -width / 2, 0.14f}, {0.42f, width / 2, 0.74f});
  const int doors = 3;
  const float each = width / doors;
  for (int i = 0; i < doors; ++i) {
    const float y = -width / 2 + each * (static_cast<float>(i) + 0.5f);
    wood.at({0.42f, y, 0}).box({0, -each / 2 + 0.012f, 0.16f}, {0.016f, each / 2 - 0.012f, 0.72f});
    at.with(f.metal).cylinder({0.45f, y + each * 0.32f, 0.40f}, {0.45f, y + each * 0.32f, 0.54f},
                              0.006f, 0.006f, 6);
  }
  for (const float y : {-width / 2 + 0.1f, width / 2 - 0.1f}) {
    for (const float x : {0.06f, 0.36f}) wood.cylinder({x, y, 0}, {x, y, 0.15f}, 0.014f, 0.022f, 8);
  }
  at.with(f.pot).lathe({0.2f, -width * 0.3f, 0.74f},
                       {{0.001f, 0}, {0.06f, 0}, {0.11f, 0.12f}, {0.05f, 0.28f}, {0.065f, 0.32f}},
                       20);
  float z = 0.74f;
  for (int i = 0; i < 3; ++i, z += 0.04f) {
    at.with(f.paper[random.whole(0, 5)])
        .at({0.2f, width * 0.05f, z}, random.between(-0.3f, 0.3f))
        .block({}, {0.19f, 0.27f, 0.038f});
  }
  at.with(f.metal).cylinder({0.2f, width * 0.33f, 0.74f}, {0.2f, width * 0.33f, 1.06f}, 0.012f,
                            0.010f, 8);
  at.with(f.lamp).lathe({0.2f, width * 0.33f, 1.02f}, {{0.15f, 0}, {0.09f, 0.2f}}, 20);
}

void windowFrame(const Brush& at, float width, float height, int columns, int rows, float bar) {
  const float b = bar, d = 0.035f;
  at.box({-d, 0, 0}, {d, width, b});
  at.box({-d, 0, height - b}, {d, width, height});
  at.box({-d, 0, 0}, {d, b, height});
  at.box({-d, width - b, 0}, {d, width, height});
  for (int i = 1; i < columns; ++i) {
    const float y = width * static_cast<float>(i) / static_cast<float>(columns);
    at.box({-d * 0.8f, y - b * 0.4f, b}, {d * 0.8f, y + b * 0.4f, height - b});
  }
  for (int i = 1; i < rows; ++i) {
    const float z = height * static_cast<float>(i) / static_cast<float>(rows);
    at.box({-d * 0.6f, b, z - b * 0.3f}, {d * 0.6f, width - b, z + b * 0.3f});
  }
}

void curtain(const Brush& at, float width, float top, Random& random) {
  const int columns = 48, rows = 6;
  const float folds = width * random.between(34, 42), turn = random.between(0, 6);
  std::vector<Vec3> points;
  for (int j = 0; j <= rows; ++j) {
    const float down = static_cast<float>(j) / rows;
    for (int i = 0; i <= columns; ++i) {
      const float u = static_cast<float>(i) / columns;
      const float deep =
          (0.020f + 0.028f * down) * std::sin(folds * u + turn + 0.5f * std::sin(3 * u + 2 * down));
      points.push_back(
          {0.09f + deep, width * (u - 0.5f) * (0.94f + 0.10f * down), mix(top, 0.02f, down)});
    }
  }
  at.grid(points, columns, rows);
}

void framedPicture(const Brush& at, const Finish& f, float width, float height) {
  const float w = width / 2, h = height / 2, b = 0.035f;
  const Brush frame = at.with(f.darkWood);
  frame.box({0, -w, -h}, {0.03f, w, -h + b});
  frame.box({0, -w, h - b}, {0.03f, w, h});
  frame.box({0, -w, -h + b}, {0.03f, -w + b, h - b});
  frame.box({0, w - b, -h + b}, {0.03f, w, h - b});
  at.with(f.white).box({0, -w + b, -h + b}, {0.010f, w - b, h - b});
  // The painting's own frame has its x along the wall.
  const float m = b + 0.06f;
  const Brush canvas = at.with(f.picture).in({{0.014f, 0, 0}, {0, 1, 0}, {-1, 0, 0}, {0, 0, 1}});
  canvas.quad({-w + m, 0, -h + m}, {w - m, 0, -h + m}, {w - m, 0, h - m}, {-w + m, 0, h - m});
}

void door(const Brush& at, const Finish& f, float width, float height) {
  const Brush white = at.with(f.white), wood = at.with(f.wood);
  const float w = width / 2;
  for (const float side : {-1.f, 1.f})
    white.box({0, side * w - 0.05f, 0}, {0.05f, side * w + 0.05f, height + 0.05f});
  white.box({0, -w - 0.05f, height}, {0.05f, w + 0.05f, height + 0.1f});
  wood.box({0, -w + 0.05f, 0.008f}, {0.022f, w - 0.05f, height});
  for (const float z : {0.18f, 1.12f}) {
    const float top = z < 1 ? 0.98f : height - 0.16f;
    for (const float y : {-w + 0.16f, 0.04f})
      wood.box({0.022f, y, z}, {0.032f, y + w - 0.20f, top});
  }
  at.with(f.metal).tube(
      {{0.02f, w - 0.11f, 1.02f}, {0.075f, w - 0.11f, 1.02f}, {0.075f, w - 0.23f, 1.02f}}, 0.009f,
      8);
}

}  // namespace fathom::scenes
