#include "datasets/scenes/noise.h"
#include "datasets/scenes/scene.h"

namespace fathom::scenes {

Rgb Sky::soft(Vec3 d) const {
  if (d.z < 0) return mix(horizon * 0.5f, ground, saturate(-d.z * 3));
  const float up = 1 - saturate(d.z);
  // Paler than what is seen: clouds and ground brighten the shadows too.
  return mix(zenith, horizon, 0.38f + 0.62f * up * up * up);
}

Rgb Sky::seen(Vec3 d) const {
  const float up = std::max(d.z, 0.f);
  const float low = 1 - saturate(up);
  Rgb colour = mix(zenith, horizon, low * low * low * low);
  const float toSun = std::max(0.f, dot(d, sun));
  const float glow = toSun * toSun * toSun * toSun;
  colour += sunlight * (0.05f * glow + 0.25f * glow * glow * glow * glow * glow * glow);
  if (clouds > 0 && up > 0.004f) {
    // A flat layer overhead; a second look a step towards the sun tells lit edges from dark
    // bellies.
    const float reach = 1.6f / (up + 0.08f);
    const float x = d.x * reach + 17, y = d.y * reach + 5, pixel = 0.0035f * reach;
    const float thick = fbm2(x, y, 6, seed, pixel) + 0.12f;
    const float cover = smoothstep(0.42f - 0.62f * clouds, 0.72f - 0.62f * clouds, thick);
    if (cover > 0) {
      const float ahead = fbm2(x + 0.22f * sun.x, y + 0.22f * sun.y, 4, seed, pixel) + 0.12f;
      const float lit = saturate(0.62f + 1.5f * (thick - ahead) - 0.35f * saturate(thick - 0.2f));
      const Rgb body = mix(horizon * 0.62f, Rgb{0.93f, 0.93f, 0.93f} + sunlight * 0.05f, lit);
      colour = mix(colour, body, cover * smoothstep(0.004f, 0.10f, up) * 0.92f);
    }
  }
  return colour;
}

Rgb Sky::through(Rgb colour, Vec3 direction, float distance) const {
  if (haze <= 0) return colour;
  const float left = std::exp(-haze * distance);
  const float toSun = std::max(0.f, dot(direction, sun));
  const Rgb air = horizon * 0.92f + sunlight * (0.06f * toSun * toSun * toSun * toSun);
  // Blue is scattered first: a distant range is blue before it is pale.
  const Rgb kept{std::pow(left, 0.75f), left, std::pow(left, 1.35f)};
  return colour * kept + air * (Rgb{1, 1, 1} - kept);
}

}  // namespace fathom::scenes
