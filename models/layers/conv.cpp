#include "models/layers/conv.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>

#include "models/layers/counting.h"

namespace fathom {
namespace {

/// A layer computes in its weights' precision, whatever comes in.
at::Tensor like(const at::Tensor& weights, const at::Tensor& x) {
  return x.to(weights.scalar_type());
}

}  // namespace

Conv2d::Conv2d(std::int64_t in, std::int64_t out, std::int64_t kernel, ConvOptions options)
    : weight_(parameter("weight", {out, in / options.groups, kernel, kernel})),
      bias_(options.bias ? &parameter("bias", {out}) : nullptr),
      shape_{options.stride, options.padding < 0 ? kernel / 2 : options.padding, options.groups} {}

at::Tensor Conv2d::counted(const at::Tensor& x) const {
  const auto side = [this](std::int64_t in) {
    return (in + 2 * shape_.padding - weight_.shape[2]) / shape_.stride + 1;
  };
  const double perValue = double(weight_.shape[1] * weight_.shape[2] * weight_.shape[3]);
  return Counting::current()->layer({x.size(0), weight_.shape[0], side(x.size(2)), side(x.size(3))},
                                    perValue, x);
}

std::optional<at::Tensor> Conv2d::bias() const {
  if (shift_.defined()) return shift_;
  return bias_ ? std::optional(bias_->value) : std::nullopt;
}

void Conv2d::scaleOutputs(const at::Tensor& factors, const at::Tensor& shifts) {
  const at::ScalarType type = weight_.value.scalar_type();
  const auto old = bias();
  weight_.value = (weight_.value * factors.reshape({-1, 1, 1, 1})).to(type);
  shift_ = (old ? *old * factors + shifts : shifts).to(type);
}

void Conv2d::prepare() {
  if (packed::possible(weight_.value)) firstUse_.allow();
}

const at::Tensor& Conv2d::packedFor(const at::Tensor& x) const {
  return firstUse_.get(weight_.value, shape_, x, packed::packConv);
}

at::Tensor Conv2d::operator()(const at::Tensor& x, const Activation& after) const {
  if (Counting::current()) return counted(x);
  if (const at::Tensor& packed = packedFor(x); packed.defined())
    return packed::conv(like(packed, x), packed, bias(), shape_, after);
  return activated(at::conv2d(like(weight_.value, x), weight_.value, bias(), shape_.stride,
                              shape_.padding, 1, shape_.groups),
                   after);
}

at::Tensor Conv2d::plus(const at::Tensor& x, const at::Tensor& other) const {
  if (Counting::current()) return counted(x);
  if (const at::Tensor& packed = packedFor(x); packed.defined())
    return packed::convPlus(like(packed, x), like(packed, other), packed, bias(), shape_);
  return (*this)(x) + like(weight_.value, other);
}

ConvTranspose2d::ConvTranspose2d(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                 std::int64_t stride, std::int64_t padding)
    : weight_(parameter("weight", {in, out, kernel, kernel})),
      bias_(parameter("bias", {out})),
      shape_{stride, padding, 1} {}

void ConvTranspose2d::prepare() {
  if (packed::possible(weight_.value)) firstUse_.allow();
}

const at::Tensor& ConvTranspose2d::packedFor(const at::Tensor& x) const {
  return firstUse_.get(weight_.value, shape_, x, packed::packTransposed);
}

at::Tensor ConvTranspose2d::counted(const at::Tensor& x) const {
  const auto side = [this](std::int64_t in) {
    return (in - 1) * shape_.stride - 2 * shape_.padding + weight_.shape[2];
  };
  const std::vector<std::int64_t> shape{x.size(0), weight_.shape[1], side(x.size(2)),
                                        side(x.size(3))};
  // Each input value meets every kernel value once, wherever it lands.
  const double uses =
      double(x.numel()) * double(weight_.shape[1] * weight_.shape[2] * weight_.shape[3]);
  const double values = double(shape[0] * shape[1]) * double(shape[2] * shape[3]);
  return Counting::current()->layer(shape, uses / values, x);
}

at::Tensor ConvTranspose2d::operator()(const at::Tensor& x, const Activation& after) const {
  if (Counting::current()) return counted(x);
  if (const at::Tensor& packed = packedFor(x); packed.defined())
    return packed::transposed(like(packed, x), packed, bias_.value, shape_, after);
  return activated(at::conv_transpose2d(like(weight_.value, x), weight_.value, bias_.value,
                                        shape_.stride, shape_.padding),
                   after);
}

at::Tensor mixedChannels(const at::Tensor& x, const at::Tensor& matrix) {
  if (Counting* counting = Counting::current()) {
    return counting->product({x.size(0), matrix.size(0), x.size(2), x.size(3)},
                             double(matrix.size(1)), x);
  }
  return at::conv2d(x, matrix.unsqueeze(-1).unsqueeze(-1));
}

}  // namespace fathom
