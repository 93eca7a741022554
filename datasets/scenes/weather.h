#pragma once

#include "datasets/scenes/noise.h"
#include "datasets/scenes/scene.h"

namespace fathom::scenes {

/// A day for a scene: sun at this azimuth (radians from x towards y; the height is drawn), the
/// colours that go with it, clouds. Sets everything of the sky but haze and dome.
void chooseWeather(Sky& sky, float azimuth, Random& random);

}  // namespace fathom::scenes
