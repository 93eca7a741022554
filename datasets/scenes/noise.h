#pragma once

#include <cstdint>

#include "core/philox.h"
#include "datasets/scenes/vec.h"

namespace fathom::scenes {

/// A well-mixed word of lattice coordinates and a seed; the base of every texture.
inline std::uint32_t mixedHash(std::uint32_t x, std::uint32_t y, std::uint32_t z,
                               std::uint32_t seed) {
  std::uint32_t h = seed * 0x9E3779B9u ^ x * 0x8DA6B343u ^ y * 0xD8163841u ^ z * 0xCB1AB31Fu;
  h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
  h = (h ^ (h >> 12)) * 0x297A2D39u;
  return h ^ (h >> 15);
}
inline float unitHash(int x, int y, int z, std::uint32_t seed) {
  return static_cast<float>(mixedHash(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y),
                                      static_cast<std::uint32_t>(z), seed) >>
                            8) *
         (1.f / 16777216.f);
}

/// Smooth value noise in [-1, 1] on the unit lattice.
float noise2(float x, float y, std::uint32_t seed);
float noise3(Vec3 p, std::uint32_t seed);

/// Sums of noise octaves, about [-1, 1]. Octaves finer than `footprint` (the size of a pixel, in
/// the units of p) fade out, so that textures do not flicker in the distance.
float fbm2(float x, float y, int octaves, std::uint32_t seed, float footprint = 0);
float fbm3(Vec3 p, int octaves, std::uint32_t seed, float footprint = 0);
/// Sharp crests, [0, 1]: mountains.
float ridged2(float x, float y, int octaves, std::uint32_t seed);

/// A stream of random numbers of one scene and subject (Philox).
class Random {
 public:
  Random(std::uint32_t scene, std::uint32_t subject) : scene_(scene), subject_(subject) {}
  std::uint32_t word();
  float unit() { return static_cast<float>(word() >> 8) * (1.f / 16777216.f); }
  float between(float low, float high) { return low + (high - low) * unit(); }
  /// Whole number in [low, high].
  int whole(int low, int high);
  bool chance(float probability) { return unit() < probability; }
  template <class T, std::size_t N>
  const T& pick(const T (&choices)[N]) {
    return choices[static_cast<std::size_t>(whole(0, static_cast<int>(N) - 1))];
  }

 private:
  std::uint32_t scene_, subject_, block_ = 0;
  int left_ = 0;
  Words4 words_{};
};

}  // namespace fathom::scenes
