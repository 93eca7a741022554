#include "models/sgnet/frequency_block.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/angle.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/complex.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/fft_irfft2.h>
#include <ATen/ops/fft_rfft2.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/zeros.h>

#include <numbers>

#include "models/layers/counting.h"
#include "models/layers/resize.h"

namespace fathom::sgnet {
namespace {

constexpr double kEpsilon = 1e-8;  // the reference's

struct Polar {
  at::Tensor amplitude, phase;
};

/// Zeros instead of a transform, which costs no multiply-adds of a layer.
at::Tensor uncounted(const at::Tensor& like, std::int64_t width) {
  return at::zeros({}, like.options()).expand({like.size(0), like.size(1), like.size(2), width});
}

/// Gives the frequencies that are their own conjugates the phase of a real number: 0 or π.
void makeRealBinsExact(const at::Tensor& phase, Size size) {
  const auto halves = [](std::int64_t side) {
    return side % 2 == 0 ? std::vector<std::int64_t>{0, side / 2} : std::vector<std::int64_t>{0};
  };
  for (const std::int64_t row : halves(size.height)) {
    for (const std::int64_t column : halves(size.width)) {
      const at::Tensor bin = phase.select(3, column).select(2, row);
      const at::Tensor negative = bin.abs().gt(std::numbers::pi / 2);
      bin.copy_(negative.to(bin.scalar_type()).mul(std::numbers::pi));
    }
  }
}

Polar polarOf(const at::Tensor& x, bool deterministicPhase) {
  if (Counting::current()) {
    const at::Tensor half = uncounted(x, x.size(3) / 2 + 1);
    return {half, half};
  }
  const at::Tensor spectrum = at::fft_rfft2(x);
  Polar polar{at::abs(spectrum), at::angle(spectrum)};
  if (deterministicPhase) makeRealBinsExact(polar.phase, sizeOf(x));
  return polar;
}

at::Tensor mapOf(const Polar& polar, Size size) {
  if (Counting::current()) return uncounted(polar.amplitude, size.width);
  const auto& [amplitude, phase] = polar;
  const at::Tensor spectrum = at::complex(at::cos(phase).mul_(amplitude).add_(kEpsilon),
                                          at::sin(phase).mul_(amplitude).add_(kEpsilon))
                                  .add_(kEpsilon);
  return at::abs(at::fft_irfft2(spectrum, at::IntArrayRef{size.height, size.width}));
}

at::Tensor inFloat(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
}

}  // namespace

class SpectrumFusion::Pair : public Module {
 public:
  explicit Pair(std::int64_t channels)
      : first_(part<Conv2d>("0", channels, channels, 1)),
        second_(part<Conv2d>("2", channels, channels, 1)) {}
  at::Tensor operator()(const at::Tensor& x) const { return second_(first_(x, leakyRelu(0.1))); }

 private:
  const Conv2d &first_, &second_;
};

SpectrumFusion::SpectrumFusion(std::int64_t channels, std::int64_t rgbChannels)
    : common_(part<Pair>("fuse_c", channels)),
      difference_(part<Pair>("fuse_sub", channels)),
      post_(part<Conv2d>("post", 2 * channels, channels, 1)),
      preRgb_(part<Conv2d>("pre_rgb", rgbChannels, channels, 1)),
      preDepth_(part<Conv2d>("pre_dep", channels, channels, 1)) {}

at::Tensor SpectrumFusion::operator()(const at::Tensor& depth, const at::Tensor& rgb) const {
  const at::Tensor d = preDepth_(depth);
  const at::Tensor apart = preRgb_(rgb).sub(d).abs_();
  return post_(at::cat({common_(d), difference_(apart)}, 1));
}

FrequencyBlock::FrequencyBlock(std::int64_t channels, std::int64_t rgbChannels,
                               bool deterministicPhase)
    : deterministicPhase_(deterministicPhase),
      preDepth_(part<Conv2d>("pre1", channels, channels, 1)),
      preRgb_(part<Conv2d>("pre2", rgbChannels, rgbChannels, 1)),
      amplitudes_(part<SpectrumFusion>("amp_fuse", channels, rgbChannels)),
      phases_(part<SpectrumFusion>("pha_fuse", channels, rgbChannels)),
      post_(part<Conv2d>("post", channels, channels, 1)) {
  stayFloat();  // transforms and phases need the bits
}

at::Tensor FrequencyBlock::operator()(const at::Tensor& depth, const at::Tensor& rgb,
                                      const Progress& progress) const {
  progress.checkpoint();
  Polar d = polarOf(preDepth_(inFloat(depth)).add(kEpsilon), deterministicPhase_);
  progress.checkpoint();
  const Polar r = polarOf(preRgb_(inFloat(rgb)).add(kEpsilon), deterministicPhase_);
  progress.checkpoint();
  d.amplitude = amplitudes_(d.amplitude, r.amplitude);
  progress.checkpoint();
  d.phase = phases_(d.phase, r.phase);
  progress.checkpoint();
  return post_(mapOf(d, sizeOf(depth))).to(depth.scalar_type());
}

}  // namespace fathom::sgnet
