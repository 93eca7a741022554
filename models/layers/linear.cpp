#include "models/layers/linear.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>

#include "models/layers/counting.h"
#include "models/layers/packed.h"

namespace fathom {
namespace {

std::optional<at::Tensor> valueOf(const Weight* bias) {
  return bias ? std::optional(bias->value) : std::nullopt;
}

}  // namespace

Linear::Linear(std::int64_t in, std::int64_t out, bool withBias)
    : weight_(parameter("weight", {out, in})),
      bias_(withBias ? &parameter("bias", {out}) : nullptr) {}

void Linear::prepare() {
  if (!packed::possible(weight_.value)) return;
  packed_ = packed::packLinear(weight_.value);
  weight_.value.reset();
}

void Linear::scaleOutputs(const at::Tensor& factors) {
  weight_.value = weight_.value * factors.unsqueeze(1);
  if (bias_) bias_->value = bias_->value * factors;
}

at::Tensor Linear::counted(const at::Tensor& x) const {
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = weight_.shape[0];
  return Counting::current()->layer(shape, double(weight_.shape[1]), x);
}

at::Tensor Linear::operator()(const at::Tensor& x, const Activation& after) const {
  if (Counting::current()) return counted(x);
  if (packed_.defined()) return packed::linear(x, packed_, valueOf(bias_), after);
  return activated(at::linear(x, weight_.value, valueOf(bias_)), after);
}

at::Tensor Linear::plus(const at::Tensor& x, const at::Tensor& other) const {
  if (Counting::current()) return counted(x);
  if (packed_.defined()) return packed::linearPlus(x, other, packed_, valueOf(bias_));
  return (*this)(x) + other;
}

Mlp::Mlp(std::int64_t in, std::int64_t hidden, std::int64_t out)
    : fc1_(part<Linear>("fc1", in, hidden)), fc2_(part<Linear>("fc2", hidden, out)) {}

Mlp::Mlp(std::int64_t width, std::int64_t hidden) : Mlp(width, hidden, width) {}

}  // namespace fathom
