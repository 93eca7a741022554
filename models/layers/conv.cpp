#include "models/layers/conv.h"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>

#include "models/layers/counting.h"

namespace fathom {
namespace {

const at::Tensor kNoBias;

}  // namespace

Conv2d::Conv2d(std::int64_t in, std::int64_t out, std::int64_t kernel, ConvOptions options)
    : weight(parameter("weight", {out, in / options.groups, kernel, kernel})),
      bias(options.bias ? &parameter("bias", {out}) : nullptr),
      options_(options) {
  if (options_.padding < 0) options_.padding = kernel / 2;
}

at::Tensor Conv2d::counted(const at::Tensor& x) const {
  const auto side = [this](std::int64_t in) {
    return (in + 2 * options_.padding - weight.shape[2]) / options_.stride + 1;
  };
  const double perValue = double(weight.shape[1] * weight.shape[2] * weight.shape[3]);
  return Counting::current()->layer({x.size(0), weight.shape[0], side(x.size(2)), side(x.size(3))},
                                    perValue, x);
}

void Conv2d::prepare() {}

at::Tensor Conv2d::operator()(const at::Tensor& x, const Activation& after) const {
  if (Counting::current()) return counted(x);
  return activated(at::conv2d(x, weight.value, bias ? bias->value : kNoBias, options_.stride,
                              options_.padding, 1, options_.groups),
                   after);
}

ConvTranspose2d::ConvTranspose2d(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                 std::int64_t stride, std::int64_t padding)
    : weight(parameter("weight", {in, out, kernel, kernel})),
      bias(parameter("bias", {out})),
      stride_(stride),
      padding_(padding) {}

at::Tensor ConvTranspose2d::operator()(const at::Tensor& x, const Activation& after) const {
  if (Counting* counting = Counting::current()) {
    const auto side = [this](std::int64_t in) {
      return (in - 1) * stride_ - 2 * padding_ + weight.shape[2];
    };
    const std::vector<std::int64_t> shape{x.size(0), weight.shape[1], side(x.size(2)),
                                          side(x.size(3))};
    // Each input value meets every kernel value once, wherever it lands.
    const double uses =
        double(x.numel()) * double(weight.shape[1] * weight.shape[2] * weight.shape[3]);
    const double values = double(shape[0] * shape[1]) * double(shape[2] * shape[3]);
    return counting->layer(shape, uses / values, x);
  }
  return activated(at::conv_transpose2d(x, weight.value, bias.value, stride_, padding_), after);
}

}  // namespace fathom
