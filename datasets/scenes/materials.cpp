#include "datasets/scenes/materials.h"

#include "datasets/scenes/noise.h"

namespace fathom::scenes {
namespace {

struct Plane {
  float u, v;
};

/// The two coordinates along the face (z is always v where the face is not level).
Plane along(const Spot& s) {
  const Vec3 n{std::fabs(s.n.x), std::fabs(s.n.y), std::fabs(s.n.z)};
  if (n.z >= n.x && n.z >= n.y) return {s.p.x, s.p.y};
  return n.x > n.y ? Plane{s.p.y, s.p.z} : Plane{s.p.x, s.p.z};
}

float fract(float x) {
  return x - std::floor(x);
}
int cell(float x) {
  return static_cast<int>(std::floor(std::clamp(x, -1e6f, 1e6f)));
}

/// How much of a pixel a line of this half width covers at this distance from its middle.
float line(float distance, float half, float footprint) {
  const float blur = std::max(footprint * 0.6f, 1e-4f);
  const float wide = std::max(half, blur);
  return saturate((wide - std::fabs(distance)) / blur + 0.5f) * std::min(1.f, half / wide);
}

/// The joints of a grid with cells of size w×h, every other row moved by `shift` of a cell.
struct Joint {
  float cover;
  int column, row;
  float x, y;  ///< within the cell, metres
};
Joint joints(Plane at, float w, float h, float shift, float half, float footprint) {
  const int row = cell(at.v / h);
  const float moved = at.u / w + (row & 1 ? shift : 0.f);
  const int column = cell(moved);
  const float x = (moved - static_cast<float>(column)) * w;
  const float y = at.v - static_cast<float>(row) * h;
  const float cover = std::max(line(std::min(x, w - x), half, footprint),
                               line(std::min(y, h - y), half, footprint));
  return {cover, column, row, x, y};
}

/// A pattern of period `period` melts into its mean where pixels are as large.
float visible(float period, float footprint) {
  return saturate(1.6f - 2.f * footprint / period);
}

Vec3 roughness(const Spot& s, float frequency, float strength, std::uint32_t seed) {
  const float left = saturate(1.5f - 2.5f * frequency * s.footprint) * strength;
  if (left <= 0) return {};
  const Vec3 p = s.p * frequency;
  return Vec3{noise3(p, seed), noise3(p + Vec3{31.7f, 0, 0}, seed),
              noise3(p + Vec3{0, 17.3f, 0}, seed)} *
         left;
}

Surface plaster(const Material& m, const Spot& s) {
  const float clouds = fbm3(s.p * (0.9f / m.scale), 4, m.seed, s.footprint * 0.9f / m.scale);
  const float grain = fbm3(s.p * 38.f, 2, m.seed + 7, s.footprint * 38.f);
  Surface out{mix(m.a, m.b, saturate(0.5f + 0.9f * clouds)) * (1 + 0.05f * grain)};
  out.bump = roughness(s, 24.f, 0.05f, m.seed + 3);
  return out;
}

Surface brick(const Material& m, const Spot& s) {
  const float w = 0.24f * m.scale, h = 0.075f * m.scale;
  const Joint j = joints(along(s), w, h, 0.5f, 0.006f * m.scale, s.footprint);
  const float tone = unitHash(j.column, j.row, 1, m.seed),
              dark = unitHash(j.column, j.row, 2, m.seed);
  const float seen = visible(h, s.footprint);
  Rgb body = mix(m.a, m.b, mix(0.5f, tone, seen)) * (1 - 0.25f * seen * (dark - 0.5f));
  body *= 1 + 0.25f * fbm3(s.p * 9.f, 3, m.seed, s.footprint * 9.f);
  Surface out{mix(body, m.c, j.cover)};
  out.albedo *= 1 + 0.18f * fbm3(s.p * 0.35f, 2, m.seed + 5);
  out.bump = roughness(s, 40.f, 0.12f, m.seed + 3);
  return out;
}

Surface ashlar(const Material& m, const Spot& s) {
  const Joint j =
      joints(along(s), 0.62f * m.scale, 0.31f * m.scale, 0.5f, 0.006f * m.scale, s.footprint);
  const float seen = visible(0.31f * m.scale, s.footprint);
  const float tone = mix(0.5f, unitHash(j.column, j.row, 3, m.seed), seen);
  const float grain = fbm3(s.p * 6.f, 4, m.seed, s.footprint * 6.f);
  Surface out{mix(mix(m.a, m.b, tone) * (1 + 0.22f * grain), m.c, j.cover * 0.75f)};
  out.albedo *= 1 + 0.2f * fbm3(s.p * 0.4f, 2, m.seed + 5);
  out.bump = roughness(s, 18.f, 0.10f, m.seed + 3);
  return out;
}

/// Grain of wood along x: stretched noise, rings where `u` runs across.
float grain(float x, float u, std::uint32_t seed, float footprint) {
  const float wobble = fbm2(x * 0.9f, u * 5.f, 2, seed);
  const float rings = 0.5f + 0.5f * std::sin(60.f * u + 9.f * wobble);
  const float fibre = fbm2(x * 6.f, u * 160.f, 2, seed + 9, footprint * 90.f);
  return saturate(0.35f + 0.4f * rings * visible(0.08f, footprint) + 0.5f * fibre);
}

Surface planks(const Material& m, const Spot& s) {
  const Plane at = along(s);
  const float width = 0.13f * m.scale, length = 1.7f * m.scale;
  const int row = cell(at.v / width);
  const float offset = unitHash(row, 0, 0, m.seed) * length;
  const int board = cell((at.u + offset) / length);
  const float y = at.v - static_cast<float>(row) * width;
  const float x = at.u + offset - static_cast<float>(board) * length;
  const float tone = unitHash(row, board, 4, m.seed);
  const float wood = grain(at.u, y + tone * 3.f, m.seed + 11, s.footprint);
  const float seen = visible(width, s.footprint);
  const float gap = std::max(line(std::min(y, width - y), 0.0022f, s.footprint),
                             line(std::min(x, length - x), 0.0018f, s.footprint));
  const float blend = mix(0.5f, 0.65f * wood + 0.35f * tone, seen);
  Surface out{mix(mix(m.a, m.b, blend) * (1 + 0.22f * seen * (tone - 0.5f)), m.c, gap * 0.8f)};
  out.gloss = m.gloss * (0.8f + 0.4f * wood);
  return out;
}

Surface wood(const Material& m, const Spot& s) {
  // The grain runs along the longer way of most things: up on what faces x, else along x.
  const Vec3 n{std::fabs(s.n.x), std::fabs(s.n.y), std::fabs(s.n.z)};
  const bool upright = n.x > n.y && n.x > n.z;
  const float length = upright ? s.p.z : s.p.x;
  const float width = upright ? s.p.y : n.z > n.y ? s.p.y : s.p.z;
  const float shift = static_cast<float>(s.object & 63u) * 0.37f;
  const float tone = grain(length + shift, 0.6f * width + shift, m.seed, s.footprint);
  return {mix(m.a, m.b, tone), {}, m.gloss};
}

Surface tiles(const Material& m, const Spot& s) {
  const float size = m.scale;
  const Joint j = joints(along(s), size, size, 0, 0.004f + 0.004f * size, s.footprint);
  const bool odd = ((j.column + j.row) & 1) != 0;
  const float seen = visible(size, s.footprint);
  const float tone = mix(0.5f, unitHash(j.column, j.row, 5, m.seed), seen);
  const float vein =
      fbm3(s.p * (2.5f / size), 4, m.seed + (odd ? 1u : 2u), s.footprint * 2.5f / size);
  const Rgb body =
      mix(mix(m.a, m.b, 0.5f), odd ? m.a : m.b, seen) * (0.94f + 0.12f * tone + 0.16f * vein);
  return {mix(body, m.c, j.cover), {}, m.gloss * (1 - j.cover)};
}

Rgb asphaltColour(const Material& m, const Spot& s) {
  const float stones = fbm2(s.world.x * 60.f, s.world.y * 60.f, 2, m.seed, s.footprint * 60.f);
  const float patches = fbm2(s.world.x * 0.35f, s.world.y * 0.8f, 3, m.seed + 5, s.footprint);
  const float grit = fbm2(s.world.x * 11.f, s.world.y * 11.f, 3, m.seed + 8, s.footprint * 11.f);
  return m.a * (1 + 0.65f * stones + 0.30f * grit + 0.32f * patches);
}

Surface asphalt(const Material& m, const Spot& s) {
  return {asphaltColour(m, s), roughness(s, 45.f, 0.15f, m.seed)};
}

Surface road(const Material& m, const Spot& s) {
  Rgb colour = asphaltColour(m, s);
  // Wheel tracks are smoother and darker, the gutter is dusty.
  const float lane = std::fabs(std::fabs(s.p.y) - m.scale * 0.5f);
  colour *= 1 - 0.14f * saturate(1 - std::fabs(lane - 0.8f) / 0.45f);
  colour = mix(colour, m.b, 0.45f * smoothstep(0.6f, 0.f, m.scale - std::fabs(s.p.y)));
  const float wear = saturate(
      0.75f + 0.8f * fbm2(s.world.x * 3.f, s.world.y * 9.f, 3, m.seed + 3, s.footprint * 5.f));
  const float dash = fract(s.p.x / 6.f) * 6.f;
  const float dashed =
      saturate((1.5f - std::fabs(dash - 3.f)) / std::max(0.02f, s.footprint) + 0.5f);
  float paint = line(s.p.y, 0.06f, s.footprint) * dashed;
  paint = std::max(paint, line(std::fabs(s.p.y) - (m.scale - 0.35f), 0.05f, s.footprint));
  return {mix(colour, m.c, paint * wear), roughness(s, 45.f, 0.12f, m.seed)};
}

Surface paving(const Material& m, const Spot& s) {
  const Joint j = joints(along(s), 0.6f * m.scale, 0.4f * m.scale, 0.5f, 0.006f, s.footprint);
  const float seen = visible(0.4f * m.scale, s.footprint);
  const float tone = mix(0.5f, unitHash(j.column, j.row, 6, m.seed), seen);
  const float dirt = fbm3(s.p * 1.3f, 4, m.seed, s.footprint * 1.3f);
  const float stones = fbm3(s.p * 40.f, 2, m.seed + 4, s.footprint * 40.f);
  return {mix(mix(m.a, m.b, tone) * (1 + 0.22f * dirt + 0.12f * stones), m.c, j.cover * 0.8f)};
}

Surface terrain(const Material& m, const Spot& s) {
  const float broad = fbm2(s.p.x * 0.013f, s.p.y * 0.013f, 4, m.seed, s.footprint * 0.013f);
  const float tufts = fbm2(s.p.x * 1.1f, s.p.y * 1.1f, 3, m.seed + 20, s.footprint * 1.1f);
  const float blades = fbm2(s.p.x * 19.f, s.p.y * 19.f, 3, m.seed + 40, s.footprint * 19.f);
  Rgb colour = mix(m.a, m.b, saturate(0.5f + 1.3f * broad + 0.5f * tufts)) *
               (1 + 0.25f * tufts + 0.5f * blades);
  const float steep = 1 - s.n.z + 0.10f * broad + 0.05f * tufts;
  const float strata = fbm2(s.p.z * 0.12f + 3 * broad, s.p.x * 0.01f, 3, m.seed + 60);
  const Rgb rock = m.c * (1 + 0.5f * strata + 0.25f * blades);
  colour = mix(colour, rock, smoothstep(0.20f, 0.36f, steep));
  const float snowEdge = s.p.z + 90 * broad - 160 * std::max(0.f, steep - 0.25f);
  colour = mix(colour, Rgb{0.86f, 0.89f, 0.94f}, smoothstep(m.snow - 30, m.snow + 60, snowEdge));
  if (m.track.half > 0) {
    const float off = std::fabs(s.p.y - m.track.y(s.p.x)) + 0.5f * tufts;
    const float dirt = smoothstep(m.track.half + 0.5f, m.track.half - 0.4f, off);
    const float middle = smoothstep(0.5f, 0.15f, off) * 0.55f;
    const float pebbles = fbm2(s.p.x * 37.f, s.p.y * 37.f, 3, m.seed + 90, s.footprint * 37.f);
    const Rgb earth =
        Rgb{0.27f, 0.205f, 0.135f} * (1 + 0.3f * tufts + 0.5f * blades + 0.7f * pebbles);
    colour = mix(colour, earth, dirt * (1 - middle));
  }
  return {colour, roughness(s, 6.f, 0.25f, m.seed)};
}

Surface bark(const Material& m, const Spot& s) {
  const Vec3 p{s.p.x * 14.f, s.p.y * 14.f, s.p.z * 3.f};
  const float ridges = fbm3(p, 4, m.seed, s.footprint * 14.f);
  return {mix(m.a, m.b, saturate(0.5f + 1.1f * ridges)), Vec3{ridges, -ridges, 0} * 0.4f};
}

Surface leaves(const Material& m, const Spot& s) {
  const float own = unitHash(static_cast<int>(s.face / 2), 0, 0, m.seed + s.object);
  const float tree = unitHash(static_cast<int>(s.object), 7, 0, m.seed);
  return {mix(m.a, m.b, saturate(0.65f * own + 0.5f * tree - 0.08f)) * (0.8f + 0.4f * own)};
}

Surface fabric(const Material& m, const Spot& s) {
  const Plane at = along(s);
  const float seen = visible(0.012f, s.footprint);
  const float weave = std::sin(at.u * 520.f) * std::sin(at.v * 520.f) * seen;
  const float folds = fbm3(s.p * 3.f, 3, m.seed + s.object, s.footprint * 3.f);
  return {mix(m.a, m.b, saturate(0.45f + 0.25f * weave + 0.5f * folds)),
          roughness(s, 9.f, 0.12f, m.seed)};
}

/// The middle of a rug: 0 ground, 1 figure, 2 second figure.
int rugFigure(float u, float v, unsigned style) {
  if (style == 0) {  // diamonds
    const float d = std::fabs(fract(u * 3.5f) - 0.5f) + std::fabs(fract(v * 3.5f) - 0.5f);
    return d < 0.25f ? 1 : d < 0.36f ? 2 : 0;
  }
  if (style == 1) {  // a medallion
    const float d = std::sqrt(u * u + 1.6f * v * v);
    const float wave = 0.05f * std::cos(8 * std::atan2(v, u));
    return d < 0.22f + wave ? 2 : d < 0.30f + wave ? 1 : fract(6 * d) < 0.14f ? 2 : 0;
  }
  const float stripe = fract(u * 4.f + 0.25f);  // stripes
  return stripe < 0.12f ? 1 : stripe > 0.5f && stripe < 0.8f ? 2 : 0;
}

Surface rug(const Material& m, const Spot& s) {
  // The rug measures 2·scale by 1.44·scale.
  const float u = std::fabs(s.p.x) / m.scale, v = std::fabs(s.p.y) / m.scale;
  const float edge = std::min(1.f - u, 0.72f - v);
  const float fuzz = fbm2(s.p.x * 70.f, s.p.y * 70.f, 2, m.seed, s.footprint * 70.f);
  const Rgb colours[3] = {m.a, m.c, m.b};
  Rgb colour = colours[rugFigure(u, v, m.seed / 977u % 3u)];
  if (edge < 0.16f) colour = m.b;
  if (edge < 0.12f) colour = fract((u + v) * 9.f) < 0.5f ? m.c : m.a;
  if (edge < 0.04f) colour = m.a * 0.6f;
  return {colour * (1 + 0.35f * fuzz), roughness(s, 60.f, 0.2f, m.seed)};
}

/// Sky, sun, two ranges of hills and a field: x is the width, z the height, in [-1, 1]·scale.
Surface picture(const Material& m, const Spot& s) {
  const std::uint32_t own = m.seed + s.object * 131u;
  const float x = s.p.x / m.scale, z = s.p.z / m.scale;
  const float hue = unitHash(1, 0, 0, own);
  const Rgb high = mix(Rgb{0.10f, 0.25f, 0.55f}, Rgb{0.55f, 0.25f, 0.30f}, hue);
  const Rgb low = mix(Rgb{0.75f, 0.80f, 0.80f}, Rgb{0.95f, 0.65f, 0.30f}, hue);
  Rgb colour = mix(low, high, saturate(0.5f + 0.6f * z + 0.3f * fbm2(x * 2, z * 6, 3, own)));
  const float sunX = unitHash(2, 0, 0, own) - 0.5f;
  if ((x - sunX) * (x - sunX) + (z - 0.3f) * (z - 0.3f) < 0.015f) colour = {1.f, 0.85f, 0.55f};
  for (int range = 0; range < 3; ++range) {
    const float crest = 0.05f - 0.28f * static_cast<float>(range) +
                        0.35f * fbm2(x * (1.5f + static_cast<float>(range)), 9.f, 4,
                                     own + 5u + static_cast<unsigned>(range));
    const float near = static_cast<float>(range + 1) / 3.f;
    const Rgb hill = mix(mix(high, low, 0.45f),
                         mix(Rgb{0.05f, 0.13f, 0.06f}, Rgb{0.2f, 0.1f, 0.05f}, hue), near);
    if (z < crest) colour = hill * (1 + 0.4f * fbm2(x * 9, z * 20, 2, own));
  }
  return {colour};
}

Surface roofTiles(const Material& m, const Spot& s) {
  const Plane at = along(s);
  const float v =
      std::fabs(s.n.z) > 0.999f ? at.v : s.p.z / std::sqrt(std::max(0.05f, 1 - s.n.z * s.n.z));
  const float u = std::fabs(s.n.x) > std::fabs(s.n.y) ? s.p.y : s.p.x;
  const Joint j = joints({u, v}, 0.22f * m.scale, 0.3f * m.scale, 0.5f, 0.008f, s.footprint);
  const float seen = visible(0.3f * m.scale, s.footprint);
  const float tone = mix(0.5f, unitHash(j.column, j.row, 8, m.seed), seen);
  const float shade = 1 - 0.35f * seen * smoothstep(0.1f, 0.f, j.y);
  return {mix(m.a, m.b, tone) * shade * (1 - 0.5f * j.cover) *
          (1 + 0.3f * fbm3(s.p * 0.7f, 3, m.seed, s.footprint))};
}

Surface concrete(const Material& m, const Spot& s) {
  const Plane at = along(s);
  const Joint j = joints(at, 2.4f * m.scale, 1.2f * m.scale, 0, 0.006f, s.footprint);
  const float stains =
      fbm3(Vec3{s.p.x, s.p.y, s.p.z * 0.35f} * 1.4f, 5, m.seed, s.footprint * 1.4f);
  const float tone = unitHash(j.column, j.row, 9, m.seed) - 0.5f;
  return {mix(m.a * (1 + 0.3f * stains + 0.1f * tone), m.c, 0.6f * j.cover),
          roughness(s, 20.f, 0.05f, m.seed), m.gloss};
}

Surface water(const Material& m, const Spot& s) {
  const float calm = saturate(1.2f - s.footprint * 0.5f) * 0.05f;
  const float w1 = fbm2(s.p.x * 0.9f, s.p.y * 0.9f, 3, m.seed, s.footprint);
  const float w2 = fbm2(s.p.x * 0.9f + 40, s.p.y * 0.9f, 3, m.seed, s.footprint);
  return {m.a, {w1 * calm, w2 * calm, 0}, 1.f};
}

Surface textured(const Material& m, const Spot& s) {
  switch (m.texture) {
    case Texture::kPlain:
      return {m.a, {}, m.gloss};
    case Texture::kPlaster:
      return plaster(m, s);
    case Texture::kBrick:
      return brick(m, s);
    case Texture::kAshlar:
      return ashlar(m, s);
    case Texture::kPlanks:
      return planks(m, s);
    case Texture::kWood:
      return wood(m, s);
    case Texture::kTiles:
      return tiles(m, s);
    case Texture::kAsphalt:
      return asphalt(m, s);
    case Texture::kRoad:
      return road(m, s);
    case Texture::kPaving:
      return paving(m, s);
    case Texture::kTerrain:
      return terrain(m, s);
    case Texture::kBark:
      return bark(m, s);
    case Texture::kLeaves:
      return leaves(m, s);
    case Texture::kFabric:
      return fabric(m, s);
    case Texture::kRug:
      return rug(m, s);
    case Texture::kPicture:
      return picture(m, s);
    case Texture::kRoofTiles:
      return roofTiles(m, s);
    case Texture::kConcrete:
      return concrete(m, s);
    case Texture::kWater:
      return water(m, s);
  }
  return {m.a};
}

}  // namespace

Surface evaluate(const Material& material, const Spot& spot) {
  Surface out = textured(material, spot);
  if (material.variety > 0) {
    const float own = unitHash(static_cast<int>(spot.object), 3, 1, material.seed);
    out.albedo *= 1 + material.variety * (2 * own - 1);
  }
  out.albedo = {saturate(out.albedo.x), saturate(out.albedo.y), saturate(out.albedo.z)};
  out.emission = material.emission;
  return out;
}

}  // namespace fathom::scenes
