#pragma once

#include <cstdint>

#include "datasets/scenes/vec.h"

namespace fathom::scenes {

/// What a surface looks like, evaluated at every hit in the object's own frame.
enum class Texture : std::uint8_t {
  kPlain,      ///< colour a
  kPlaster,    ///< a, clouded towards b
  kBrick,      ///< bricks a…b, mortar c
  kAshlar,     ///< cut stone blocks a…b, joints c
  kPlanks,     ///< boards along x, wood a…b, gaps c
  kWood,       ///< solid wood a…b, grain along x
  kTiles,      ///< tiles a and b chequered, grout c
  kAsphalt,    ///< a with stones and worn patches
  kRoad,       ///< asphalt with lane marks c along x, middle at y = 0, half width `scale`
  kPaving,     ///< slabs a…b, joints c
  kTerrain,    ///< grass a and b, rock c, snow above `snow`, a dirt track
  kBark,       ///< a…b, vertical
  kLeaves,     ///< foliage a…b: lit from both sides
  kFabric,     ///< woven a…b
  kRug,        ///< carpet with border and diamonds, a, b and c, half size `scale`
  kPicture,    ///< a small landscape painting
  kRoofTiles,  ///< rows of tiles a…b
  kConcrete,   ///< a with boards and stains
  kWater,      ///< mirror with waves, body colour a
};

/// The line of a dirt track over open country.
struct Track {
  float amplitude = 0, wavelength = 100, half = 0;
  float phase = 0;
  float y(float x) const {
    return amplitude * (std::sin(x / wavelength + phase) - std::sin(phase));
  }
};

struct Material {
  Texture texture = Texture::kPlain;
  Rgb a{0.5f, 0.5f, 0.5f}, b{0.5f, 0.5f, 0.5f}, c{0.2f, 0.2f, 0.2f};
  float scale = 1;    ///< size of the pattern, metres
  float gloss = 0;    ///< 0 dull … 1 mirror; above 0.05 a reflection is traced
  Rgb emission{};     ///< light of its own
  float variety = 0;  ///< how much objects of this material differ in brightness
  float snow = 1e9f;  ///< kTerrain: height of the snow line, metres
  Track track{};      ///< kTerrain
  std::uint32_t seed = 0;
};

/// Where a material is evaluated.
struct Spot {
  Vec3 p;               ///< in the object's frame, metres
  Vec3 world;           ///< in the scene's
  Vec3 n;               ///< geometric normal in the object's frame
  float footprint = 0;  ///< size of a pixel there, metres
  std::uint32_t object = 0, face = 0;
};

struct Surface {
  Rgb albedo;
  Vec3 bump{};  ///< to be added to the normal, in the object's frame
  float gloss = 0;
  Rgb emission{};
};

Surface evaluate(const Material& material, const Spot& spot);

}  // namespace fathom::scenes
