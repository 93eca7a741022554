#include "models/dinov2/dpt_trunk.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include "models/layers/resize.h"
#include "models/layers/windows.h"

namespace fathom {
namespace {

Widths widthsOf(std::int64_t width) {
  return {width / 8, width / 4, width / 2, width};
}

/// The class token joined to every other: N×(1 + n)×C to N×n×2C.
at::Tensor withClassToken(const at::Tensor& tokens) {
  const at::Tensor others = tokens.slice(1, 1);
  return at::cat({others, tokens.slice(1, 0, 1).expand_as(others)}, 2);
}

}  // namespace

struct DptTrunk::Fusion : Module {
  explicit Fusion(bool first)
      : project(part<Conv2d>("project.conv", kChannels, kChannels, 1)),
        unit1(first ? nullptr : &part<ResidualUnit>("res_conv_unit1", kChannels, false, ".conv")),
        unit2(part<ResidualUnit>("res_conv_unit2", kChannels, false, ".conv")) {}

  const Conv2d& project;
  const ResidualUnit* unit1;
  const ResidualUnit& unit2;
};

DptTrunk::DptTrunk(std::int64_t width)
    : reassemble_(part<Reassemble>("reassemble_blocks", width, widthsOf(width), ".conv")),
      readouts_([&] {
        std::vector<const Linear*> made;
        for (int i = 0; i < 4; ++i) {
          made.push_back(&part<Linear>(
              "reassemble_blocks.readout_projects." + std::to_string(i) + ".0", 2 * width, width));
        }
        return made;
      }()),
      convs_([&] {
        std::vector<const Conv2d*> made;
        for (std::size_t i = 0; i < 4; ++i) {
          made.push_back(&part<Conv2d>("convs." + std::to_string(i) + ".conv", widthsOf(width)[i],
                                       kChannels, 3, ConvOptions{.bias = false}));
        }
        return made;
      }()),
      fusions_([&] {
        std::vector<const Fusion*> made;
        for (int j = 0; j < 4; ++j) {
          made.push_back(&part<Fusion>("fusion_blocks." + std::to_string(j), j == 0));
        }
        return made;
      }()),
      project_(part<Conv2d>("project.conv", kChannels, kChannels, 3)) {}

Levels DptTrunk::levels(const std::vector<at::Tensor>& tokens, Size grid) const {
  Levels made;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const at::Tensor read = (*readouts_[i])(withClassToken(tokens[i]), kGelu);
    made[i] = (*convs_[i])(reassemble_(mapOf(read, grid), i));
  }
  return made;
}

at::Tensor DptTrunk::fuse(std::size_t step, const at::Tensor& x, const at::Tensor* skip) const {
  const Fusion& fusion = *fusions_[step];
  at::Tensor sum = x;
  if (skip) sum = x + (*fusion.unit1)(bilinear(*skip, sizeOf(x), false));
  const Size now = sizeOf(x);
  return fusion.project(bilinear(fusion.unit2(sum), {2 * now.height, 2 * now.width}, true));
}

}  // namespace fathom
