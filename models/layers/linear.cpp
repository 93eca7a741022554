#include "models/layers/linear.h"

#include <ATen/ops/linear.h>

#include "models/layers/counting.h"

namespace fathom {
namespace {

const at::Tensor kNoBias;

}  // namespace

Linear::Linear(std::int64_t in, std::int64_t out, bool withBias)
    : weight(parameter("weight", {out, in})),
      bias(withBias ? &parameter("bias", {out}) : nullptr) {}

at::Tensor Linear::operator()(const at::Tensor& x, const Activation& after) const {
  if (Counting* counting = Counting::current()) {
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = weight.shape[0];
    return counting->layer(shape, double(weight.shape[1]), x);
  }
  return activated(at::linear(x, weight.value, bias ? bias->value : kNoBias), after);
}

Mlp::Mlp(std::int64_t in, std::int64_t hidden, std::int64_t out)
    : fc1_(part<Linear>("fc1", in, hidden)), fc2_(part<Linear>("fc2", hidden, out)) {}

Mlp::Mlp(std::int64_t width, std::int64_t hidden) : Mlp(width, hidden, width) {}

}  // namespace fathom
