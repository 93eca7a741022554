#include "models/layers/dpt.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>

namespace fathom {

ResidualUnit::ResidualUnit(std::int64_t channels, bool bias, const std::string& suffix)
    : conv1_(part<Conv2d>("conv1" + suffix, channels, channels, 3, ConvOptions{.bias = bias})),
      conv2_(part<Conv2d>("conv2" + suffix, channels, channels, 3, ConvOptions{.bias = bias})) {}

at::Tensor ResidualUnit::operator()(const at::Tensor& x) const {
  return conv2_.plus(conv1_(at::relu(x), kRelu), x);
}

Reassemble::Reassemble(std::int64_t width, const Widths& widths, const std::string& suffix)
    : projects_([&] {
        std::vector<const Conv2d*> made;
        for (std::size_t i = 0; i < widths.size(); ++i) {
          made.push_back(
              &part<Conv2d>("projects." + std::to_string(i) + suffix, width, widths[i], 1));
        }
        return made;
      }()),
      up4_(part<ConvTranspose2d>("resize_layers.0", widths[0], widths[0], 4, 4)),
      up2_(part<ConvTranspose2d>("resize_layers.1", widths[1], widths[1], 2, 2)),
      down2_(part<Conv2d>("resize_layers.3", widths[3], widths[3], 3, ConvOptions{.stride = 2})) {}

at::Tensor Reassemble::operator()(const at::Tensor& map, std::size_t level) const {
  at::Tensor projected = (*projects_[level])(map);
  switch (level) {
    case 0:
      return up4_(projected);
    case 1:
      return up2_(projected);
    case 3:
      return down2_(projected);
    default:
      return projected;
  }
}

}  // namespace fathom
