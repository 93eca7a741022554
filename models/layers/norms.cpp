#include "models/layers/norms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/instance_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/zeros.h>

namespace fathom {
namespace {

constexpr double kEpsilon = 1e-5;  // PyTorch's default

}  // namespace

LayerNorm::LayerNorm(std::int64_t width, double epsilon)
    : weight_(parameter("weight", {width})), bias_(parameter("bias", {width})), epsilon_(epsilon) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  return at::layer_norm(x, weight_.shape, weight_.value, bias_.value, epsilon_);
}

ChannelNorm::ChannelNorm(std::int64_t channels, double epsilon)
    : weight_(parameter("weight", {channels})),
      bias_(parameter("bias", {channels})),
      epsilon_(epsilon) {}

at::Tensor ChannelNorm::operator()(const at::Tensor& x) const {
  // In channels-last memory both permutations are views.
  return at::layer_norm(x.permute({0, 2, 3, 1}), weight_.shape, weight_.value, bias_.value,
                        epsilon_)
      .permute({0, 3, 1, 2});
}

BatchNorm2d::BatchNorm2d(std::int64_t channels)
    : weight_(parameter("weight", {channels})),
      bias_(parameter("bias", {channels})),
      mean_(buffer("running_mean", {channels})),
      variance_(buffer("running_var", {channels})) {
  constant("num_batches_tracked", at::zeros({}, at::kLong));
}

at::Tensor BatchNorm2d::operator()(const at::Tensor& x) const {
  return at::batch_norm(x, weight_.value, bias_.value, mean_.value, variance_.value, false, 0,
                        kEpsilon, false);
}

std::pair<at::Tensor, at::Tensor> BatchNorm2d::asLine() const {
  const at::Tensor factors =
      weight_.value.to(at::kFloat) * variance_.value.to(at::kFloat).add(kEpsilon).rsqrt();
  return {factors, bias_.value.to(at::kFloat) - mean_.value.to(at::kFloat) * factors};
}

GroupNorm::GroupNorm(std::int64_t groups, std::int64_t channels)
    : weight_(parameter("weight", {channels})),
      bias_(parameter("bias", {channels})),
      groups_(groups) {}

at::Tensor GroupNorm::operator()(const at::Tensor& x) const {
  return at::group_norm(x, groups_, weight_.value, bias_.value, kEpsilon, false);
}

at::Tensor PRelu::operator()(const at::Tensor& x) const {
  return at::prelu(x, weight_.value);
}

at::Tensor instanceNorm(const at::Tensor& x) {
  // LibTorch's copies channels-last maps to planes and back, which takes five times as long.
  if (x.is_contiguous(at::MemoryFormat::ChannelsLast) && !x.is_contiguous()) {
    const at::Tensor pixels = x.permute({0, 2, 3, 1}).flatten(1, 2).to(at::kFloat);
    const at::Tensor centred = pixels - pixels.mean(1, true);
    const at::Tensor variance = centred.square().mean(1, true);
    return centred.mul_(variance.add_(kEpsilon).rsqrt_())
        .to(x.scalar_type())
        .unflatten(1, {x.size(2), x.size(3)})
        .permute({0, 3, 1, 2});
  }
  return at::instance_norm(x, {}, {}, {}, {}, true, 0, kEpsilon, false);
}

}  // namespace fathom
