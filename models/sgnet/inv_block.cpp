#include "models/sgnet/inv_block.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/diag_embed.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/tril.h>
#include <ATen/ops/triu.h>

namespace fathom::sgnet {
namespace {

constexpr std::int64_t kGrowth = 8;
constexpr double kClamp = 0.8;

}  // namespace

InvertibleMixing::InvertibleMixing(std::int64_t channels)
    : l_(parameter("l", {channels, channels})),
      logS_(parameter("log_s", {channels})),
      u_(parameter("u", {channels, channels})),
      p_(buffer("p", {channels, channels})),
      signS_(buffer("sign_s", {channels})) {}

at::Tensor InvertibleMixing::matrix(at::ScalarType type) const {
  const auto wide = [](const Weight& weight) { return weight.value.to(at::kFloat); };
  const at::Tensor logS = wide(logS_);
  const at::Tensor lower = at::tril(wide(l_), -1).add(at::diag_embed(at::ones_like(logS)));
  const at::Tensor upper = at::triu(wide(u_), 1).add(at::diag_embed(wide(signS_).mul(logS.exp())));
  return at::matmul(wide(p_), at::matmul(lower, upper)).to(type);
}

at::Tensor InvertibleMixing::operator()(const at::Tensor& x) const {
  return mixedChannels(x, matrix(x.scalar_type()));
}

UNetConvBlock::UNetConvBlock(std::int64_t in, std::int64_t out)
    : identity_(part<Conv2d>("identity", in, out, 1)),
      first_(part<Conv2d>("conv_1", in, out, 3)),
      second_(part<Conv2d>("conv_2", out, out, 3)) {}

at::Tensor UNetConvBlock::operator()(const at::Tensor& x) const {
  return second_(first_(x, leakyRelu(0.1)), leakyRelu(0.1)).add(identity_(x));
}

DenseBlock::DenseBlock(std::int64_t in, std::int64_t out)
    : first_(part<UNetConvBlock>("conv1", in, kGrowth)),
      second_(part<UNetConvBlock>("conv2", kGrowth, kGrowth)),
      third_(part<Conv2d>("conv3", in + 2 * kGrowth, out, 3)) {}

at::Tensor DenseBlock::operator()(const at::Tensor& x) const {
  const Activation after = leakyRelu(0.2);
  const at::Tensor first = activated(first_(x), after);
  const at::Tensor second = activated(second_(first), after);
  return third_(at::cat({x, first, second}, 1), after);
}

InvBlock::InvBlock(std::int64_t channels, std::int64_t split)
    : split_(split),
      f_(part<DenseBlock>("F", channels - split, split)),
      g_(part<DenseBlock>("G", split, channels - split)),
      h_(part<DenseBlock>("H", split, channels - split)),
      mixing_(part<InvertibleMixing>("invconv", channels)) {}

at::Tensor InvBlock::operator()(const at::Tensor& x, const Progress& progress) const {
  progress.checkpoint();
  const at::Tensor mixed = mixing_(x);
  const at::Tensor rest = mixed.slice(1, split_);
  progress.checkpoint();
  const at::Tensor first = f_(rest).add(mixed.slice(1, 0, split_));
  progress.checkpoint();
  const at::Tensor gain = at::sigmoid(h_(first)).mul(2).sub_(1).mul_(kClamp).exp_();
  progress.checkpoint();
  const at::Tensor second = rest.mul(gain).add_(g_(first));
  return at::cat({first, second}, 1);
}

}  // namespace fathom::sgnet
