#include "datasets/scenes/noise.h"

namespace fathom::scenes {
namespace {

float fade(float t) {
  return t * t * (3 - 2 * t);
}
int floorInt(float x) {
  const int i = static_cast<int>(x);
  return i - (x < static_cast<float>(i));
}
/// Far-away points wrap: a float that large has no fraction left anyway.
float tamed(float x) {
  return std::clamp(x, -1e8f, 1e8f);
}

float layer(int x, int y, int z, float fx, float fy, std::uint32_t seed) {
  const float top = mix(unitHash(x, y, z, seed), unitHash(x + 1, y, z, seed), fx);
  const float bottom = mix(unitHash(x, y + 1, z, seed), unitHash(x + 1, y + 1, z, seed), fx);
  return mix(top, bottom, fy);
}

/// How much of an octave of this wavelength survives a pixel of that size.
float survives(float frequency, float footprint) {
  return saturate(2.f - 3.f * frequency * footprint);
}

}  // namespace

float noise2(float x, float y, std::uint32_t seed) {
  x = tamed(x), y = tamed(y);
  const int ix = floorInt(x), iy = floorInt(y);
  const float fx = fade(x - static_cast<float>(ix)), fy = fade(y - static_cast<float>(iy));
  return 2 * layer(ix, iy, 0, fx, fy, seed) - 1;
}

float noise3(Vec3 p, std::uint32_t seed) {
  p = {tamed(p.x), tamed(p.y), tamed(p.z)};
  const int ix = floorInt(p.x), iy = floorInt(p.y), iz = floorInt(p.z);
  const float fx = fade(p.x - static_cast<float>(ix)), fy = fade(p.y - static_cast<float>(iy));
  const float fz = fade(p.z - static_cast<float>(iz));
  return 2 * mix(layer(ix, iy, iz, fx, fy, seed), layer(ix, iy, iz + 1, fx, fy, seed), fz) - 1;
}

float fbm2(float x, float y, int octaves, std::uint32_t seed, float footprint) {
  float sum = 0, weight = 0.5f, frequency = 1;
  for (int i = 0; i < octaves; ++i) {
    const float left = survives(frequency, footprint);
    if (left <= 0) break;
    sum += left * weight * noise2(x * frequency, y * frequency, seed + static_cast<unsigned>(i));
    // Turning the lattice from octave to octave hides its axes.
    const float turnedX = 0.8f * x - 0.6f * y;
    y = 0.6f * x + 0.8f * y, x = turnedX;
    weight *= 0.5f, frequency *= 2.03f;
  }
  return sum;
}

float fbm3(Vec3 p, int octaves, std::uint32_t seed, float footprint) {
  float sum = 0, weight = 0.5f, frequency = 1;
  for (int i = 0; i < octaves; ++i) {
    const float left = survives(frequency, footprint);
    if (left <= 0) break;
    sum += left * weight * noise3(p * frequency, seed + static_cast<unsigned>(i));
    weight *= 0.5f, frequency *= 2.03f;
  }
  return sum;
}

float ridged2(float x, float y, int octaves, std::uint32_t seed) {
  float sum = 0, weight = 0.5f, carried = 1;
  for (int i = 0; i < octaves; ++i) {
    const float ridge = 1 - std::fabs(noise2(x, y, seed + static_cast<unsigned>(i)));
    const float crest = ridge * ridge * carried;
    sum += weight * crest;
    carried = saturate(crest * 1.6f);
    const float turnedX = 2.03f * (0.8f * x - 0.6f * y);
    y = 2.03f * (0.6f * x + 0.8f * y), x = turnedX;
    weight *= 0.5f;
  }
  return sum;
}

std::uint32_t Random::word() {
  if (left_ == 0) {
    words_ = philox({{block_++, subject_, 0, 0}}, scene_, 0x53434E45u);
    left_ = 4;
  }
  return words_.v[4 - left_--];
}

int Random::whole(int low, int high) {
  return std::min(high, low + static_cast<int>(unit() * static_cast<float>(high - low + 1)));
}

}  // namespace fathom::scenes
