#include "models/raft/update.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>

#include "models/layers/resize.h"

namespace fathom::raft {
namespace {

constexpr std::int64_t kHidden = 128, kMotion = 128;

/// Half the size, rounded up; zeros beyond the rim count.
at::Tensor halved(const at::Tensor& x) {
  return at::avg_pool2d(x, {3, 3}, {2, 2}, {1, 1});
}

at::Tensor resizedLike(const at::Tensor& x, const at::Tensor& like) {
  return bilinear(x, sizeOf(like), true);
}

}  // namespace

MotionEncoder::MotionEncoder(std::int64_t found, std::int64_t estimate)
    : found1_(part<Conv2d>("convc1", found, 64, 1)),
      found2_(part<Conv2d>("convc2", 64, 64, 3)),
      estimate1_(part<Conv2d>("convf1", estimate, 64, 7)),
      estimate2_(part<Conv2d>("convf2", 64, 64, 3)),
      out_(part<Conv2d>("conv", 128, kMotion - estimate, 3)) {}

at::Tensor MotionEncoder::operator()(const at::Tensor& found, const at::Tensor& estimate) const {
  const at::Tensor seen = found2_(found1_(found, kRelu), kRelu);
  const at::Tensor known = estimate2_(estimate1_(estimate, kRelu), kRelu);
  return at::cat({out_(at::cat({seen, known}, 1), kRelu), estimate}, 1);
}

ChangeHead::ChangeHead(std::int64_t out)
    : first_(part<Conv2d>("conv1", kHidden, 256, 3)), second_(part<Conv2d>("conv2", 256, out, 3)) {}

UpdateBlock::UpdateBlock(std::int64_t found, std::int64_t estimate, std::int64_t factor)
    : encoder_(part<MotionEncoder>("encoder", found, estimate)),
      fine_(part<ConvGru>("gru08", kHidden, kMotion + kHidden)),
      middle_(part<ConvGru>("gru16", kHidden, 2 * kHidden)),
      coarse_(part<ConvGru>("gru32", kHidden, kHidden)),
      head_(part<ChangeHead>("flow_head", estimate)),
      mask1_(part<Conv2d>("mask.0", kHidden, 256, 3)),
      mask2_(part<Conv2d>("mask.2", 256, 9 * factor * factor, 1)) {}

at::Tensor UpdateBlock::operator()(Recurrent& recurrent, const at::Tensor& found,
                                   const at::Tensor& estimate) const {
  auto& [fine, middle, coarse] = recurrent.states;
  const auto& contexts = recurrent.contexts;
  coarse = coarse_(coarse, halved(middle), contexts[2]);
  middle = middle_(middle, at::cat({halved(fine), resizedLike(coarse, middle)}, 1), contexts[1]);
  fine =
      fine_(fine, at::cat({encoder_(found, estimate), resizedLike(middle, fine)}, 1), contexts[0]);
  return head_(fine);
}

at::Tensor UpdateBlock::upsamplingWeights(const at::Tensor& state) const {
  // A quarter, as in the reference: it balances the gradients of training.
  return mask2_(mask1_(state, kRelu)).mul(0.25);
}

ContextConvs::ContextConvs()
    : convs_{&part<Conv2d>("0", kHidden, 3 * kHidden, 3),
             &part<Conv2d>("1", kHidden, 3 * kHidden, 3),
             &part<Conv2d>("2", kHidden, 3 * kHidden, 3)} {}

Recurrent ContextConvs::operator()(const std::array<ContextEncoder::Level, 3>& levels) const {
  Recurrent recurrent;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const at::Tensor all = (*convs_[i])(levels[i].context);
    const auto third = [&](std::int64_t which) {
      return all.slice(1, which * kHidden, (which + 1) * kHidden);
    };
    recurrent.states[i] = levels[i].state;
    recurrent.contexts[i] = {third(0), third(1), third(2)};
  }
  return recurrent;
}

}  // namespace fathom::raft
