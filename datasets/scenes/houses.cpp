#include "datasets/scenes/houses.h"

#include "datasets/scenes/furniture.h"

namespace fathom::scenes {
namespace {

constexpr float kReveal = 0.22f;

/// The frame of things in the front wall: x along the wall, y into the house.
Brush onFront(const Brush& at, float z) {
  return at.in({{0, 0, z}, {0, 1, 0}, {-1, 0, 0}, {0, 0, 1}});
}

/// Glass at the end of the reveal and its frame; none with 0 columns.
void pane(const Brush& front, const Town& t, const Opening& o, int frame, int columns, int rows) {
  front.with(t.pane).quad({o.x0, kReveal, o.z0}, {o.x1, kReveal, o.z0}, {o.x1, kReveal, o.z1},
                          {o.x0, kReveal, o.z1});
  if (columns == 0) return;
  const Brush plane = front.with(t.frame[frame])
                          .in({{o.x0, kReveal - 0.03f, o.z0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}});
  windowFrame(plane, o.x1 - o.x0, o.z1 - o.z0, columns, rows, 0.07f);
}

void trim(const Brush& front, const Town& t, const Opening& o, bool lintel) {
  const Brush stone = front.with(t.stone);
  stone.box({o.x0 - 0.1f, -0.10f, o.z0 - 0.09f}, {o.x1 + 0.1f, 0.05f, o.z0 - 0.005f});
  if (lintel) stone.box({o.x0 - 0.08f, -0.04f, o.z1 + 0.005f}, {o.x1 + 0.08f, 0.05f, o.z1 + 0.2f});
}

void balcony(const Brush& front, const Town& t, const Opening& o) {
  const float x0 = o.x0 - 0.35f, x1 = o.x1 + 0.35f, out = 0.95f;
  front.with(t.stone).box({x0, -out, o.z0 - 0.16f}, {x1, 0, o.z0 - 0.02f});
  const Brush iron = front.with(t.iron);
  const float top = o.z0 + 0.95f;
  const std::vector<Vec3> rail{{x0 + 0.03f, 0, top},
                               {x0 + 0.03f, -out + 0.04f, top},
                               {x1 - 0.03f, -out + 0.04f, top},
                               {x1 - 0.03f, 0, top}};
  iron.tube(rail, 0.022f, 5);
  for (float x = x0 + 0.03f; x <= x1; x += 0.13f) {
    iron.cylinder({x, -out + 0.04f, o.z0 - 0.02f}, {x, -out + 0.04f, top}, 0.010f, 0.010f, 4);
  }
  for (const float x : {x0 + 0.03f, x1 - 0.03f}) {
    for (float y = -out + 0.17f; y < 0; y += 0.13f)
      iron.cylinder({x, y, o.z0 - 0.02f}, {x, y, top}, 0.010f, 0.010f, 4);
  }
}

void shutters(const Brush& front, const Town& t, const Opening& o, int paint) {
  const float half = (o.x1 - o.x0) / 2;
  for (const float x : {o.x0 - half - 0.03f, o.x1 + 0.03f}) {
    const Brush leaf = front.with(t.door[paint]);
    leaf.box({x, -0.06f, o.z0}, {x + half, -0.015f, o.z1});
    for (float z = o.z0 + 0.12f; z < o.z1 - 0.1f; z += 0.11f)
      leaf.box({x + 0.06f, -0.08f, z}, {x + half - 0.06f, -0.055f, z + 0.05f});
  }
}

void flowers(const Brush& front, const Town& t, const Opening& o, Random& random) {
  front.with(t.pot).box({o.x0 + 0.05f, -0.26f, o.z0 - 0.02f}, {o.x1 - 0.05f, -0.09f, o.z0 + 0.15f});
  for (int i = 0; i < 36; ++i) {
    const Vec3 p{random.between(o.x0 + 0.05f, o.x1 - 0.05f), random.between(-0.30f, -0.08f),
                 o.z0 + random.between(0.10f, 0.32f)};
    const Vec3 a{random.between(-0.08f, 0.08f), random.between(-0.08f, 0.08f),
                 random.between(0.02f, 0.1f)};
    front.with(random.chance(0.35f) ? t.flower : t.leaf[0])
        .leaf(p, p + a, p + Vec3{a.y, -a.x, a.z}, {0, -0.6f, 0.6f});
  }
}

void shopFront(const Brush& front, const Town& t, const HouseShape& s,
               std::vector<Opening>& openings, Random& random) {
  const float edge = 0.5f, doorWide = 1.15f, left = s.width - 2 * edge - doorWide - 0.3f;
  const Opening show{edge, edge + left, 0.55f, 2.65f},
      entry{s.width - edge - doorWide, s.width - edge, 0.02f, 2.45f};
  openings.insert(openings.end(), {show, entry});
  pane(front, t, show, s.frame, std::max(2, static_cast<int>(left / 1.3f)), 1);
  pane(front, t, entry, s.frame, 1, 3);
  const int colour = random.whole(0, 2);
  if (random.chance(0.65f)) {
    const Brush cloth = front.with(t.awning[colour]);
    const float out = 1.25f;
    cloth.quad({edge - 0.1f, 0, 3.0f}, {edge + left + 0.1f, 0, 3.0f},
               {edge + left + 0.1f, -out, 2.5f}, {edge - 0.1f, -out, 2.5f});
    cloth.quad({edge - 0.1f, -out, 2.5f}, {edge + left + 0.1f, -out, 2.5f},
               {edge + left + 0.1f, -out, 2.28f}, {edge - 0.1f, -out, 2.28f});
  } else {
    front.with(t.door[colour]).box({edge, -0.06f, 2.72f}, {s.width - edge, 0.02f, 3.05f});
  }
  if (random.chance(0.6f)) {  // a sign that juts out
    front.with(t.iron).cylinder({0.25f, 0, 3.35f}, {0.25f, -0.95f, 3.35f}, 0.018f, 0.018f, 5);
    front.with(t.awning[(colour + 1) % 3]).box({0.23f, -0.9f, 2.75f}, {0.27f, -0.25f, 3.28f});
  }
}

void groundFloor(const Brush& front, const Town& t, const HouseShape& s,
                 std::vector<Opening>& openings, Random& random) {
  if (s.shop) return shopFront(front, t, s, openings, random);
  const float each = s.width / static_cast<float>(s.columns);
  const int doorAt = random.whole(0, s.columns - 1);
  for (int c = 0; c < s.columns; ++c) {
    const float x = each * (static_cast<float>(c) + 0.5f);
    if (c == doorAt) {
      const Opening o{x - 0.55f, x + 0.55f, 0.02f, 2.35f};
      openings.push_back(o);
      front.with(t.door[random.whole(0, 3)]).box({o.x0, 0.14f, 0}, {o.x1, 0.22f, 2.35f});
      front.with(t.iron).cylinder({o.x1 - 0.14f, 0.09f, 1.0f}, {o.x1 - 0.14f, 0.09f, 1.25f}, 0.014f,
                                  0.014f, 5);
      front.with(t.stone).box({o.x0 - 0.2f, -0.35f, -0.2f}, {o.x1 + 0.2f, 0.1f, 0.012f});
      front.with(t.stone).box({o.x0 - 0.15f, -0.12f, 2.42f}, {o.x1 + 0.15f, 0.02f, 2.55f});
    } else {
      const Opening o{x - 0.52f, x + 0.52f, 0.95f, 2.45f};
      openings.push_back(o);
      pane(front, t, o, s.frame, s.plain ? 0 : 2, 2);
      trim(front, t, o, true);
    }
  }
}

void upperFloors(const Brush& front, const Town& t, const HouseShape& s,
                 std::vector<Opening>& openings, Random& random) {
  const float each = s.width / static_cast<float>(s.columns), half = std::min(0.58f, each * 0.3f);
  const bool shuttered = !s.balconies && random.chance(0.35f),
             flowered = random.chance(0.4f) && !s.plain;
  const int paint = random.whole(0, 3);
  for (int f = 1; f < s.floors; ++f) {
    for (int c = 0; c < s.columns; ++c) {
      const float x = each * (static_cast<float>(c) + 0.5f),
                  z = s.storey * static_cast<float>(f) + 0.35f;
      const bool out = s.balconies && ((c + f) % 2 == 0);
      const Opening o{x - half, x + half, z + (out ? 0.02f : 0.5f), z + 2.05f};
      openings.push_back(o);
      pane(front, t, o, s.frame, s.plain ? 0 : 2, out ? 2 : 3);
      if (out)
        balcony(front, t, o);
      else if (!s.plain)
        trim(front, t, o, !shuttered);
      if (shuttered && each > 2.1f) shutters(front, t, o, paint);
      if (flowered && !out && random.chance(0.5f)) flowers(front, t, o, random);
    }
  }
}

void roofOf(const Brush& at, const Town& t, const HouseShape& s, float top, Random& random) {
  const float d = s.depth, w = s.width;
  const Brush tiles = at.with(t.roof[s.roof]);
  if (s.gable) {  // ridge along the street
    const float rise = d * random.between(0.32f, 0.42f), over = 0.45f, drop = rise * over / (d / 2);
    tiles.quad({over, 0, top - drop}, {over, w, top - drop}, {-d / 2, w, top + rise},
               {-d / 2, 0, top + rise});
    tiles.quad({-d - over, 0, top - drop}, {-d - over, w, top - drop}, {-d / 2, w, top + rise},
               {-d / 2, 0, top + rise});
    for (const float y : {0.f, w}) at.triangle({0, y, top}, {-d, y, top}, {-d / 2, y, top + rise});
    at.with(t.iron).cylinder({over + 0.03f, 0, top - drop}, {over + 0.03f, w, top - drop}, 0.07f,
                             0.07f, 6);
    for (int i = random.whole(0, 2); i > 0; --i) {  // dormers
      const float y = w * static_cast<float>(i) / 3.f;
      at.box({-1.9f, y - 0.65f, top + 0.35f}, {-0.7f, y + 0.65f, top + 1.75f});
      at.with(t.pane).quad({-0.69f, y - 0.5f, top + 0.6f}, {-0.69f, y + 0.5f, top + 0.6f},
                           {-0.69f, y + 0.5f, top + 1.6f}, {-0.69f, y - 0.5f, top + 1.6f});
      tiles.box({-2.3f, y - 0.85f, top + 1.75f}, {-0.5f, y + 0.85f, top + 1.86f});
    }
    const float y = w * random.between(0.15f, 0.85f);
    at.with(t.chimney).block({-d * 0.42f, y, top + rise * 0.6f}, {0.6f, 0.9f, rise * 0.4f + 1.3f});
    for (const float dy : {-0.22f, 0.22f})
      at.with(t.roof[0]).cylinder({-d * 0.42f, y + dy, top + rise + 1.2f},
                                  {-d * 0.42f, y + dy, top + rise + 1.6f}, 0.12f, 0.10f, 8);
    return;
  }
  tiles.box({-d, 0.02f, top}, {-0.02f, w - 0.02f, top + 0.04f});
  at.with(t.stone).box({-0.3f, 0, top}, {0.02f, w, top + 0.75f});
  for (const float y : {0.f, w - 0.25f}) at.box({-d, y, top}, {-0.3f, y + 0.25f, top + 0.6f});
  const float y = w * random.between(0.2f, 0.7f);
  at.with(t.concrete).box({-5.5f, y, top}, {-3.f, y + 2.0f, top + 2.1f});
  at.with(t.iron).cylinder({-2.f, w * 0.85f, top}, {-2.f, w * 0.85f, top + 3.4f}, 0.025f, 0.02f, 5);
  for (int k = 0; k < 5; ++k) {
    const float z = top + 2.3f + 0.22f * static_cast<float>(k);
    at.with(t.iron).cylinder({-2.f, w * 0.85f - 0.5f, z}, {-2.f, w * 0.85f + 0.5f, z}, 0.012f,
                             0.012f, 4);
  }
}

}  // namespace

void house(const Brush& at, const Town& t, const HouseShape& s, Random& random) {
  const float top = s.storey * static_cast<float>(s.floors) + 0.35f;
  std::vector<Opening> openings;
  const Brush walls = at.with(t.walls[s.wall]), front = onFront(walls, 0);
  groundFloor(front, t, s, openings, random);
  upperFloors(front, t, s, openings, random);
  // The openings are panes at the reveal's end, so the wall is as thick as the reveal.
  front.wall(s.width, top, kReveal, openings);
  walls.box({-s.depth, 0, -0.3f}, {-kReveal - 0.01f, 0.01f, top});
  walls.box({-s.depth, s.width - 0.01f, -0.3f}, {-kReveal - 0.01f, s.width, top});
  walls.box({-s.depth - 0.01f, 0, -0.3f}, {-s.depth, s.width, top});
  walls.with(t.iron).box({-0.9f, 0.02f, 0}, {-0.8f, s.width - 0.02f, top});  // dark inside
  const Brush stone = at.with(t.stone);
  front.with(t.stone).box({0, -0.05f, -0.3f}, {s.width, 0, 0.35f});
  stone.box({-0.1f, 0, top - 0.28f}, {0.22f, s.width, top - 0.1f});
  stone.box({-0.1f, 0, top - 0.1f}, {0.34f, s.width, top + 0.005f});
  stone.box({-0.02f, 0, s.storey + 0.12f}, {0.09f, s.width, s.storey + 0.3f});
  at.with(t.iron).cylinder({0.09f, s.width - 0.15f, 0}, {0.09f, s.width - 0.15f, top - 0.2f}, 0.05f,
                           0.05f, 6);
  roofOf(walls, t, s, top, random);
}

}  // namespace fathom::scenes
