#include "models/layers/normed_conv.h"

#include <ATen/TensorOperators.h>

namespace fathom {

void NormedConv::fold() {
  if (!norm_ || folded_) return;
  const auto [factors, shifts] = norm_->asLine();
  conv_.scaleOutputs(factors, shifts);
  folded_ = true;
}

at::Tensor NormedConv::normed(const at::Tensor& x) const {
  return norm_ ? (*norm_)(conv_(x)) : instanceNorm(conv_(x));
}

at::Tensor NormedConv::operator()(const at::Tensor& x, const Activation& after) const {
  return folded_ ? conv_(x, after) : activated(normed(x), after);
}

at::Tensor NormedConv::plus(const at::Tensor& x, const at::Tensor& other) const {
  return folded_ ? conv_.plus(x, other) : normed(x).add(other);
}

}  // namespace fathom
