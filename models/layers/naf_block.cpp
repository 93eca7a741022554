#include "models/layers/naf_block.h"

#include <ATen/ops/addcmul.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/pixel_shuffle.h>

namespace fathom {
namespace {

constexpr double kEpsilon = 1e-6;

/// The first half of the channels times the second.
at::Tensor gated(const at::Tensor& x) {
  const auto halves = x.chunk(2, 1);
  return halves[0].mul(halves[1]);
}

}  // namespace

NafBlock::NafBlock(std::int64_t channels)
    : beta_(parameter("beta", {1, channels, 1, 1})),
      gamma_(parameter("gamma", {1, channels, 1, 1})),
      conv1_(part<Conv2d>("conv1", channels, 2 * channels, 1)),
      conv2_(part<Conv2d>("conv2", 2 * channels, 2 * channels, 3,
                          ConvOptions{.groups = 2 * channels})),
      conv3_(part<Conv2d>("conv3", channels, channels, 1)),
      attention_(part<Conv2d>("sca.1", channels, channels, 1)),
      conv4_(part<Conv2d>("conv4", channels, 2 * channels, 1)),
      conv5_(part<Conv2d>("conv5", channels, channels, 1)),
      norm1_(part<ChannelNorm>("norm1", channels, kEpsilon)),
      norm2_(part<ChannelNorm>("norm2", channels, kEpsilon)) {}

at::Tensor NafBlock::operator()(const at::Tensor& x) const {
  at::Tensor t = gated(conv2_(conv1_(norm1_(x))));
  t = conv3_(t.mul_(attention_(t.mean({2, 3}, true))));
  const at::Tensor y = at::addcmul(x, beta_.value, t);
  return at::addcmul(y, gamma_.value, conv5_(gated(conv4_(norm2_(y)))));
}

NafBlocks::NafBlocks(std::int64_t channels, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b) {
    blocks_.push_back(&part<NafBlock>(std::to_string(b), channels));
  }
}

at::Tensor NafBlocks::operator()(at::Tensor x, const Progress& progress) const {
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    progress.at(double(b) / double(blocks_.size()));
    x = (*blocks_[b])(x);
  }
  return x;
}

NafUp::NafUp(std::int64_t channels)
    : widen_(part<Conv2d>("0", channels, 2 * channels, 1, ConvOptions{.bias = false})) {}

at::Tensor NafUp::operator()(const at::Tensor& x) const {
  return at::pixel_shuffle(widen_(x), 2);
}

}  // namespace fathom
