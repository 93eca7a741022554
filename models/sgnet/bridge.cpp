#include "models/sgnet/bridge.h"

#include <ATen/ops/cat.h>

namespace fathom::sgnet {
namespace {

/// Mean and population deviation of each channel, added. In the reference's steps: where the
/// phase is left to rounding noise, another order of the sums would be another result.
at::Tensor contrast(const at::Tensor& x) {
  const double pixels = double(x.size(2) * x.size(3));
  const auto sum = [](const at::Tensor& values) { return values.sum(3, true).sum(2, true); };
  const at::Tensor fromMean = x.sub(sum(x).div(pixels));
  return sum(fromMean.square()).div(pixels).sqrt().add(x.mean({2, 3}, true));
}

}  // namespace

Gate::Gate(std::int64_t width, std::int64_t kernel)
    : narrow_(part<Conv2d>("0", width, width / 2, kernel)),
      wide_(part<Conv2d>("2", width / 2, width, kernel)) {}

at::Tensor Gate::operator()(const at::Tensor& x) const {
  return wide_(narrow_(x, leakyRelu(0.1)), kSigmoid);
}

Bridge::Bridge(std::int64_t channels, std::int64_t rgbChannels, std::int64_t scale,
               bool deterministicPhase)
    : rgbProcess_(part<Conv2d>("rgbprocess", rgbChannels, rgbChannels, 3)),
      rgbPre_(part<Conv2d>("rgbpre", rgbChannels, rgbChannels, 1)),
      spatial_(part<InvBlock>("spa_process.0", channels + rgbChannels, channels)),
      spatialOut_(part<Conv2d>("spa_process.1", channels + rgbChannels, channels, 1)),
      frequency_(part<FrequencyBlock>("fre_process", channels, rgbChannels, deterministicPhase)),
      spatialGate_(part<Gate>("spa_att", channels, 3)),
      channelGate_(part<Gate>("cha_att", channels, 1)),
      post_(part<Conv2d>("post", channels, channels, 3)),
      fusion_(part<InvBlock>("fuse_process.0", 2 * channels, channels)),
      fusionOut_(part<Conv2d>("fuse_process.1", 2 * channels, channels, 1)),
      down_(part<DenseProjection>("downBlock", channels, channels, scale, Direction::kDown)),
      up_(part<DenseProjection>("upBlock", channels, channels, scale, Direction::kUp)) {}

at::Tensor Bridge::joined(const at::Tensor& depth, const at::Tensor& rgb,
                          const Progress& progress) const {
  at::Tensor spatial = spatialOut_(spatial_(at::cat({depth, rgb}, 1), progress.part(0.2, 0.45)));
  at::Tensor frequency = frequency_(depth, rgb, progress.part(0.45, 0.6));
  const at::Tensor both = at::cat({spatial, frequency}, 1);
  spatial = frequency = at::Tensor();
  return fusionOut_(fusion_(both, progress.part(0.6, 0.9)));
}

Bridge::Output Bridge::operator()(const at::Tensor& depth, const at::Tensor& rgb,
                                  const Progress& progress) const {
  progress.at(0);
  at::Tensor high = up_(depth, progress.part(0, 0.2));
  const at::Tensor process = rgbProcess_(rgb);
  at::Tensor fused = joined(high, rgbPre_(process), progress);
  fused = channelGate_(contrast(fused)).mul(fused).add_(high);
  high = at::Tensor();
  progress.at(0.9);
  return {down_(fused, progress.part(0.9, 1)), process};
}

}  // namespace fathom::sgnet
