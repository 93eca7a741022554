#pragma once

#include <ATen/ops/empty.h>

#include <cmath>
#include <cstdint>

#include "core/degradation.h"
#include "models/alignment/alignment.h"
#include "tests/support/maps.h"

/// A street for the tests of alignment: ground, a wall beside it and things that stand on it, with
/// depth from `nearest` metres on.
namespace fathom::test {

inline DepthMap street(double nearest, double farthest, Size size = {240, 320}) {
  at::Tensor metres = at::empty({size.height, size.width}, at::kFloat);
  auto* out = metres.mutable_data_ptr<float>();
  for (std::int64_t row = 0; row < size.height; ++row) {
    for (std::int64_t column = 0; column < size.width; ++column) {
      const double y = double(row) / double(size.height - 1),
                   x = double(column) / double(size.width);
      // Planes are affine in 1/z.
      const double ground = 1 / farthest + (1 / nearest - 1 / farthest) * y;
      const double wall = 1 / farthest + (0.6 / nearest - 1 / farthest) * x * x;
      const double thing = std::fmod(x * 5, 1.0) < 0.3 && y > 0.35 && y < 0.7 ? 0.55 / nearest : 0;
      *out++ = float(1 / std::max({ground, wall, thing}));
    }
  }
  return makeDepthMap(metres);
}

/// The line that the tests look for: y = scale·x + shift in the space of the fit.
struct KnownLine {
  double scale, shift;
};

/// A prediction that this line turns into the truth, in the space of the fit.
inline at::Tensor predictionOf(const DepthMap& truth, AlignmentSpace space, KnownLine line) {
  const at::Tensor metres = truth.metres.to(at::kDouble);
  const at::Tensor y = space == AlignmentSpace::kDepth ? metres : metres.reciprocal();
  return y.sub(line.shift).div(line.scale).to(at::kFloat);
}

inline PredictionKind kindOf(AlignmentSpace space) {
  return space == AlignmentSpace::kDepth ? PredictionKind::kDepth : PredictionKind::kInverseDepth;
}

/// Steps of 0.25 m and no noise: what remains is the method's own error.
inline Degradation fine() {
  Degradation how;
  how.sourceBits = how.targetBits = 24;
  how.metresPerCode = 0.25;
  how.drawSigmas = false;
  how.sigmaRelative = how.sigmaAdditive = 0;
  return how;
}

/// Mean |p − z| / z over pixels of `where`, or all.
inline double absRel(const at::Tensor& metres, const at::Tensor& truth,
                     const at::Tensor& where = {}) {
  const at::Tensor z = truth.to(at::kDouble);
  const at::Tensor share = metres.to(at::kDouble).sub(z).abs().div(z);
  return (where.defined() ? share.masked_select(where) : share).mean().item<double>();
}

}  // namespace fathom::test
