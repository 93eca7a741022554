#include "models/layers/conv_gru.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/lerp.h>

namespace fathom {

ConvGru::ConvGru(std::int64_t hidden, std::int64_t in)
    : z_(part<Conv2d>("convz", hidden + in, hidden, 3)),
      r_(part<Conv2d>("convr", hidden + in, hidden, 3)),
      q_(part<Conv2d>("convq", hidden + in, hidden, 3)) {}

at::Tensor ConvGru::operator()(const at::Tensor& state, const at::Tensor& x,
                               const Context& context) const {
  const at::Tensor both = at::cat({state, x}, 1);
  const at::Tensor update = z_(both).add(context.z).sigmoid_();
  const at::Tensor reset = r_(both).add(context.r).sigmoid_();
  const at::Tensor candidate = q_(at::cat({reset.mul(state), x}, 1)).add(context.q).tanh_();
  return at::lerp(state, candidate, update);
}

}  // namespace fathom
