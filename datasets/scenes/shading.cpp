#include "datasets/scenes/shading.h"

#include "datasets/scenes/noise.h"

namespace fathom::scenes {
namespace {

constexpr int kSoftRays = 8;
constexpr int kLampRays = 4;

/// How far a secondary ray starts from its surface: enough that it does not meet it again.
float liftAt(float distance) {
  return 1e-3f + 1.5e-4f * distance;
}

/// A point of the unit square: the R2 sequence, which fills it evenly from any start.
struct Square {
  float u, v;
};
Square evenly(unsigned index) {
  const float u = 0.7548777f * static_cast<float>(index),
              v = 0.5698403f * static_cast<float>(index);
  return {u - std::floor(u), v - std::floor(v)};
}

/// Cosine-weighted direction around n.
Vec3 around(Vec3 n, Square s) {
  const Vec3 helper = std::fabs(n.z) < 0.9f ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
  const Vec3 u = normalized(cross(n, helper)), v = cross(n, u);
  const float radius = std::sqrt(s.u), angle = 2 * kPi * s.v;
  return u * (radius * std::cos(angle)) + v * (radius * std::sin(angle)) +
         n * std::sqrt(std::max(0.f, 1 - s.u));
}

}  // namespace

bool Shading::isLeaf(const Hit& hit) const {
  return scene_.materials[hit.tag.material].texture == Texture::kLeaves;
}

Surface Shading::surface(const Hit& hit, float pixel) const {
  float scale = 1;
  const Frame frame = tracer_.frameOf(hit, scale);
  Spot spot;
  spot.p = frame.local(hit.p) * (1 / scale);
  spot.world = hit.p;
  spot.n = frame.localVector(hit.normal);
  spot.footprint = pixel / scale;
  spot.object = hit.object;
  spot.face = hit.face;
  Surface out = evaluate(scene_.materials[hit.tag.material], spot);
  out.bump = frame.vector(out.bump);
  return out;
}

Rgb Shading::lamps(const Hit& hit, unsigned pattern, float lift) const {
  Rgb sum{};
  const Vec3 from = hit.p + hit.geometric * lift;
  for (const AreaLight& light : scene_.lights) {
    const Vec3 span = cross(light.u, light.v), middle = light.corner + (light.u + light.v) * 0.5f;
    const float area = length(span), reach2 = dot(middle - from, middle - from);
    const float brightest = std::max({light.radiance.x, light.radiance.y, light.radiance.z});
    if (brightest * area < 0.01f * reach2) continue;  // too far to be seen on the film
    const Vec3 facing = span * (1 / area);
    float light0 = 0;
    for (unsigned k = 0; k < kLampRays; ++k) {
      const Square s = evenly(1 + pattern + 16 * k);
      const Vec3 way = light.corner + light.u * s.u + light.v * s.v - from;
      const float d2 = std::max(dot(way, way), 0.02f), d = std::sqrt(d2);
      const float here = dot(hit.geometric, way) / d, there = std::fabs(dot(facing, way)) / d;
      if (here <= 0 || tracer_.occluded(from, way, 0.985f)) continue;
      light0 += here * there * area / (kPi * d2 + area);
    }
    sum += light.radiance * (light0 / kLampRays);
  }
  return sum;
}

Rgb Shading::softLight(const Hit& hit, unsigned pattern) const {
  const float lift = liftAt(hit.t);
  const Vec3 from = hit.p + hit.geometric * lift;
  Rgb sum{};
  for (unsigned k = 0; k < kSoftRays; ++k) {
    const Vec3 way = around(hit.geometric, evenly(1 + pattern + 16 * k));
    const float reach = scene_.occlusion * (0.35f + 0.65f * static_cast<float>(k + 1) / kSoftRays);
    const bool blocked = tracer_.occluded(from, way, reach);
    if (scene_.indoors) {
      sum += scene_.ambient * (blocked ? 0.35f : 1.f);
    } else {
      sum += blocked ? scene_.sky.ground * 0.7f : scene_.sky.soft(way);
    }
  }
  return sum * (1.f / kSoftRays) + lamps(hit, pattern, lift);
}

Rgb Shading::crownLight(const Hit& hit) const {
  const Rgb from = scene_.indoors ? scene_.ambient : scene_.sky.soft(hit.normal);
  const Rgb above = scene_.indoors ? scene_.ambient : scene_.sky.soft({0, 0, 1});
  return (from * 0.5f + above * 0.5f) * (0.25f + 0.75f * hit.open);
}

Rgb Shading::sunOn(const Hit& hit, Vec3 normal, bool leaf, float distance) const {
  const Vec3 sun = scene_.sky.sun;
  float facing = dot(normal, sun);
  // Leaves glow when lit from behind, and a crown's round normal hides their own orientation.
  if (leaf) facing = 0.30f + 0.70f * saturate(0.5f + 0.5f * facing) - 0.15f;
  if (facing <= 0 || (!leaf && dot(hit.geometric, sun) <= 0)) return {};
  const float lift = liftAt(distance) * (leaf ? 4.f : 1.f) + (leaf ? 0.05f : 0.f);
  const Vec3 from = hit.p + (leaf ? sun : hit.geometric) * lift;
  if (!leaf) return tracer_.occluded(from, sun, 1e5f) ? Rgb{} : scene_.sky.sunlight * facing;
  const float lit = tracer_.occluded(from, sun, 1e5f) ? 0.22f : 1.f;
  return scene_.sky.sunlight * (facing * lit * (0.35f + 0.65f * hit.open));
}

Rgb Shading::reflected(const Hit& hit, Vec3 normal, Vec3 direction, float distance) const {
  const Vec3 way = normalized(direction - normal * (2 * dot(direction, normal)));
  Hit seen;
  if (!tracer_.intersect(hit.p + hit.geometric * liftAt(distance), way, seen)) {
    const float glint = std::pow(std::max(0.f, dot(way, scene_.sky.sun)), 400.f);
    return scene_.sky.seen(way) + scene_.sky.sunlight * (2 * glint);
  }
  const Surface what = surface(seen, (distance + seen.t) / 150.f);
  Rgb light = scene_.indoors ? scene_.ambient * 1.6f : scene_.sky.soft(seen.normal) * 0.8f;
  if (!scene_.indoors)
    light += scene_.sky.sunlight * (0.7f * std::max(0.f, dot(seen.normal, scene_.sky.sun)));
  const Rgb colour = what.albedo * light + what.emission;
  return scene_.sky.through(colour, way, seen.t);
}

Rgb Shading::colour(const Hit& hit, Vec3 direction, float distance, float pixel, Rgb soft) const {
  const bool leaf = isLeaf(hit);
  const float slant = std::max(0.2f, std::fabs(dot(direction, hit.geometric)));
  const Surface what = surface(hit, pixel / std::sqrt(slant));
  const Vec3 normal = leaf ? hit.normal : normalized(hit.normal + what.bump);
  const Rgb light =
      leaf ? crownLight(hit) : soft * (1 + 0.5f * dot(what.bump, Vec3{0.3f, 0.3f, 0.9f}));
  Rgb out = what.albedo * (light + sunOn(hit, normal, leaf, distance)) + what.emission;
  if (what.gloss > 0.05f) {
    const float grazing = 1 - saturate(std::fabs(dot(normal, direction)));
    const float g2 = grazing * grazing;
    const float mirror = what.gloss * (0.06f + 0.94f * g2 * g2 * grazing);
    out = mix(out, reflected(hit, normal, direction, distance), saturate(mirror));
  }
  return scene_.sky.through(out, direction, distance);
}

Rgb toneMapped(Rgb light, float exposure) {
  const auto film = [exposure](float x) {
    x = std::max(0.f, x * exposure);
    // Narkowicz's fit of the ACES curve, then sRGB's gamma by square roots.
    const float y = saturate((x * (2.51f * x + 0.03f)) / (x * (2.43f * x + 0.59f) + 0.14f));
    const float a = std::sqrt(y), b = std::sqrt(a), c = std::sqrt(b);
    return saturate(0.662002687f * a + 0.684122060f * b - 0.323583601f * c - 0.0225411470f * y);
  };
  return {film(light.x), film(light.y), film(light.z)};
}

}  // namespace fathom::scenes
