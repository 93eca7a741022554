#include "models/dinov2/control.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>

#include "models/layers/resize.h"

namespace fathom {
namespace {

struct HintLayer {
  std::int64_t in, out, stride;
};
constexpr HintLayer kHints[] = {{1, 64, 1},    {64, 64, 1},   {64, 64, 1},   {64, 128, 2},
                                {128, 128, 1}, {128, 256, 2}, {256, 256, 1}, {256, 256, 2}};

}  // namespace

DinoControlNet::Control::Control(std::int64_t width, DepthRange range)
    : range_(range),
      hints_([&] {
        std::vector<const Conv2d*> made;
        for (const HintLayer& layer : kHints) {
          made.push_back(&part<Conv2d>("hint." + std::to_string(2 * made.size()), layer.in,
                                       layer.out, 3, ConvOptions{.stride = layer.stride}));
        }
        return made;
      }()),
      trunk(part<DptTrunk>("", width)),
      zeroIn_(parts<Conv2d>("zero_in", 4, DptTrunk::kChannels, DptTrunk::kChannels, 1)),
      zeroOut_(parts<Conv2d>("zero_out", 5, DptTrunk::kChannels, DptTrunk::kChannels, 1)) {}

at::Tensor DinoControlNet::Control::hint(const at::Tensor& metres, Size picture) const {
  at::Tensor x = at::clamp(metres, range_.least, range_.greatest) / range_.greatest;
  x = bilinear(x, picture, false);
  for (const Conv2d* layer : hints_) x = (*layer)(x, kSilu);
  return x;
}

Levels DinoControlNet::Control::levels(const std::vector<at::Tensor>& tokens, Size grid,
                                       const at::Tensor& hint) const {
  Levels made = trunk.levels(tokens, grid);
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i] = made[i] + (*zeroIn_[i])(bilinear(hint, sizeOf(made[i]), false));
  }
  return made;
}

}  // namespace fathom
