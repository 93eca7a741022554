#include "models/interpolation/taps.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fathom {
namespace {

double cubic(double t, double a) {
  t = std::abs(t);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return 0;
}

double sinc(double t) {
  if (t == 0) return 1;
  const double x = std::numbers::pi * t;
  return std::sin(x) / x;
}

double weightAt(Kernel kernel, double t) {
  switch (kernel) {
    case Kernel::kNearest:
      return 1;
    case Kernel::kLinear:
      return std::max(0.0, 1 - std::abs(t));
    case Kernel::kCubicTorch:
      return cubic(t, -0.75);
    case Kernel::kCubicPillow:
      return cubic(t, -0.5);
    case Kernel::kLanczos:
      return std::abs(t) < 3 ? sinc(t) * sinc(t / 3) : 0;
  }
  return 0;
}

int widthOf(Kernel kernel) {
  switch (kernel) {
    case Kernel::kNearest:
      return 1;
    case Kernel::kLinear:
      return 2;
    case Kernel::kCubicTorch:
    case Kernel::kCubicPillow:
      return 4;
    case Kernel::kLanczos:
      return 6;
  }
  return 1;
}

bool dropsOutside(Kernel kernel) {
  return kernel == Kernel::kCubicPillow || kernel == Kernel::kLanczos;
}

}  // namespace

Taps makeTaps(Kernel kernel, std::int64_t outputs, std::int64_t inputs, double factor,
              double phase) {
  Taps taps;
  taps.width = widthOf(kernel);
  taps.index.reserve(static_cast<std::size_t>(outputs * taps.width));
  taps.weight.reserve(taps.index.capacity());
  std::vector<double> weights(static_cast<std::size_t>(taps.width));
  for (std::int64_t output = 0; output < outputs; ++output) {
    const double position = (static_cast<double>(output) - phase) / factor;
    // Nearest takes the cell whose half-open interval [−½, ½) holds the position.
    const auto first = static_cast<std::int64_t>(kernel == Kernel::kNearest
                                                     ? std::floor(position + 0.5)
                                                     : std::floor(position) - (taps.width / 2 - 1));
    double sum = 0;
    for (int k = 0; k < taps.width; ++k) {
      const std::int64_t cell = first + k;
      const bool inside = cell >= 0 && cell < inputs;
      const double weight = inside || !dropsOutside(kernel)
                                ? weightAt(kernel, static_cast<double>(cell) - position)
                                : 0.0;
      weights[static_cast<std::size_t>(k)] = weight;
      sum += weight;
      taps.index.push_back(
          static_cast<std::int32_t>(std::clamp<std::int64_t>(cell, 0, inputs - 1)));
    }
    for (const double weight : weights) {
      // Far beyond the last cell every tap may have dropped: then the edge alone counts.
      taps.weight.push_back(
          static_cast<float>(std::abs(sum) > 1e-6 ? weight / sum : 1.0 / taps.width));
    }
  }
  return taps;
}

}  // namespace fathom
