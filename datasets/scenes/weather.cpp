#include "datasets/scenes/weather.h"

namespace fathom::scenes {

void chooseWeather(Sky& sky, float azimuth, Random& random) {
  const float height = random.between(0.38f, 0.95f);  // radians: never flat, never overhead
  sky.sun = {std::cos(azimuth) * std::cos(height), std::sin(azimuth) * std::cos(height),
             std::sin(height)};
  const float warm = 1 - smoothstep(0.36f, 0.75f, height);
  sky.sunlight = mix(Rgb{2.75f, 2.60f, 2.35f}, Rgb{3.0f, 2.25f, 1.50f}, warm);
  sky.zenith = mix(Rgb{0.16f, 0.34f, 0.74f}, Rgb{0.20f, 0.34f, 0.64f}, warm);
  sky.horizon = mix(Rgb{0.66f, 0.79f, 0.94f}, Rgb{0.90f, 0.76f, 0.62f}, warm * 0.8f);
  sky.clouds = random.between(0.1f, 0.75f);
  if (random.chance(0.1f)) {  // overcast: soft shadows, flat light
    sky.clouds = 1.1f;
    sky.sunlight = sky.sunlight * 0.35f;
    sky.zenith = {0.42f, 0.47f, 0.54f};
    sky.horizon = {0.62f, 0.66f, 0.70f};
  }
}

}  // namespace fathom::scenes
