#pragma once

#include <cstdint>
#include <vector>

namespace fathom {

/// The classical kernels. Cubic convolution comes in the two forms that published numbers use:
/// PyTorch's and OpenCV's (a = −0.75, taps outside the image clamped) and Pillow's (a = −0.5, taps
/// outside dropped and the others renormalised). Lanczos (3 lobes) has Pillow's edges.
enum class Kernel { kNearest, kLinear, kCubicTorch, kCubicPillow, kLanczos };

/// Where along one axis each output pixel reads, and with which weights: `width` taps a pixel.
struct Taps {
  int width = 1;
  std::vector<std::int32_t> index;  ///< count·width, all within the input
  std::vector<float> weight;        ///< count·width, of each pixel summing to 1
};

/// @param outputs  number of output pixels
/// @param inputs   number of transmitted cells
/// @param factor   output pixels per cell
/// @param phase    output pixel at which cell 0 lies; (factor − 1)/2 is the half-pixel grid
Taps makeTaps(Kernel kernel, std::int64_t outputs, std::int64_t inputs, double factor,
              double phase);

}  // namespace fathom
