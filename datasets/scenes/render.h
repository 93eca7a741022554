#pragma once

#include <cstdint>
#include <vector>

#include "core/progress.h"
#include "datasets/scenes/tracer.h"

namespace fathom::scenes {

struct RenderSettings {
  int width = 640, height = 480;
  Intrinsics intrinsics{};
  bool smooth = true;  ///< more samples where the colour jumps
  bool colour = true;  ///< false: depth only
  int threads = 1;
};

struct Rendering {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  ///< height·width·3, empty without colour
  std::vector<float> metres;      ///< planar depth, every value exact in float16
  std::vector<std::uint8_t> sky;  ///< 1 where nothing was hit
};

/// Renders a view; the same bytes on any number of threads. Depth is that of pixel centres.
/// Throws Cancelled between row blocks.
Rendering render(const Scene& scene, const Tracer& tracer, const View& view,
                 const RenderSettings& settings, const Progress& progress);

/// The nearest number that float16 can hold, ties to even; above 65504: 65504.
float roundedToHalf(float metres);

}  // namespace fathom::scenes
