#include "models/sgnet/blocks.h"

#include <ATen/ops/constant_pad_nd.h>

#include <stdexcept>
#include <string>

namespace fathom::sgnet {

ResBlock::ResBlock(std::int64_t width)
    : first_(part<Conv2d>("body.0", width, width, 3)),
      second_(part<Conv2d>("body.2", width, width, 3)) {}

at::Tensor ResBlock::operator()(const at::Tensor& x) const {
  return second_(first_(x, leakyRelu(0.2))).add(x);
}

ChannelAttention::ChannelAttention(std::int64_t width, std::int64_t reduction)
    : narrow_(part<Conv2d>("conv_du.0", width, width / reduction, 1)),
      wide_(part<Conv2d>("conv_du.2", width / reduction, width, 1)) {}

at::Tensor ChannelAttention::operator()(const at::Tensor& x) const {
  return x.mul(wide_(narrow_(x.mean({2, 3}, true), kRelu), kSigmoid));
}

AttentionBlock::AttentionBlock(std::int64_t width, std::int64_t reduction)
    : first_(part<Conv2d>("body.0", width, width, 3)),
      second_(part<Conv2d>("body.2", width, width, 3)),
      attention_(part<ChannelAttention>("body.3", width, reduction)) {}

at::Tensor AttentionBlock::operator()(const at::Tensor& x, const Progress& progress) const {
  const at::Tensor first = first_(x, leakyRelu(0.2));
  progress.checkpoint();
  return attention_(second_(first)).add_(x);
}

ResidualGroup::ResidualGroup(std::int64_t width, std::int64_t reduction, std::int64_t blocks)
    : blocks_([&] {
        std::vector<const AttentionBlock*> made;
        for (std::int64_t i = 0; i < blocks; ++i) {
          made.push_back(&part<AttentionBlock>("body." + std::to_string(i), width, reduction));
        }
        return made;
      }()),
      last_(part<Conv2d>("body." + std::to_string(blocks), width, width, 3)) {}

at::Tensor ResidualGroup::operator()(const at::Tensor& x, const Progress& progress) const {
  at::Tensor inside = x;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    progress.at(double(i) / double(blocks_.size() + 1));
    inside = (*blocks_[i])(inside, progress);
  }
  progress.checkpoint();
  return last_(inside).add(x);
}

namespace {

struct Geometry {
  std::int64_t kernel, padding;
};

Geometry geometryOf(std::int64_t scale) {
  switch (scale) {
    case 2:
      return {6, 2};
    case 4:
      return {8, 2};
    case 8:
      return {12, 2};
    case 16:
      return {20, 2};
    default:
      throw std::logic_error("a projection's scale is 2, 4, 8 or 16");
  }
}

}  // namespace

class DenseProjection::Step : public Module {
 public:
  Step(std::int64_t in, std::int64_t out, std::int64_t scale, Direction direction)
      : up_(direction == Direction::kUp
                ? &part<ConvTranspose2d>("0", in, out, geometryOf(scale).kernel, scale,
                                         geometryOf(scale).padding)
                : nullptr),
        down_(
            direction == Direction::kDown
                ? &part<Conv2d>("0", in, out, geometryOf(scale).kernel,
                                ConvOptions{.stride = scale, .padding = geometryOf(scale).padding})
                : nullptr),
        slopes_(part<PRelu>("1", out)) {}

  at::Tensor operator()(const at::Tensor& x) const {
    return slopes_(up_ ? (*up_)(x) : (*down_)(x));
  }

 private:
  const ConvTranspose2d* const up_;
  const Conv2d* const down_;
  const PRelu& slopes_;
};

DenseProjection::DenseProjection(std::int64_t in, std::int64_t out, std::int64_t scale,
                                 Direction direction)
    : there_(part<Step>("conv_1", in, out, scale, direction)),
      back_(part<Step>("conv_2", out, in, scale,
                       direction == Direction::kUp ? Direction::kDown : Direction::kUp)),
      again_(part<Step>("conv_3", in, out, scale, direction)) {}

at::Tensor DenseProjection::operator()(const at::Tensor& x, const Progress& progress) const {
  progress.checkpoint();
  const at::Tensor there = there_(x);
  progress.checkpoint();
  const at::Tensor lost = back_(there).sub(x);
  progress.checkpoint();
  return again_(lost).add_(there);
}

at::Tensor gradientMagnitude(const at::Tensor& x) {
  const at::Tensor padded = at::constant_pad_nd(x, {1, 1, 1, 1});
  const at::Tensor rows = padded.slice(3, 1, -1), columns = padded.slice(2, 1, -1);
  const at::Tensor v = rows.slice(2, 2).sub(rows.slice(2, 0, -2));
  const at::Tensor h = columns.slice(3, 2).sub(columns.slice(3, 0, -2));
  return v.square().add_(h.square()).add_(1e-6).sqrt_();
}

}  // namespace fathom::sgnet
