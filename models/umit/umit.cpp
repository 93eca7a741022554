#include "models/umit/umit.h"

#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include "core/error.h"
#include "models/layers/resize.h"

namespace fathom {

UmIt::UmIt(std::string_view variant, DepthRange range)
    : PixelFormer(variant, range),
      branch_(part<DepthBranch>("depth_net")),
      fuse_(part<Conv2d>("fuse", 2 * PyramidPooling::kChannels, PyramidPooling::kChannels, 1)) {}

PixelFormerResult UmIt::predict(const at::Tensor& image, const at::Tensor& depth,
                                const Progress& progress) const {
  if (depth.size(0) != image.size(0)) {
    throw BadInput(
        fmt::format("there are {} depth maps for {} pictures", depth.size(0), image.size(0)),
        "depth");
  }
  const Stages stages = encoded(image, progress.part(0, 0.5));
  const at::Tensor seen = pooled(stages);
  const at::Tensor measured =
      branch_(depth, sizeOf(image), sizeOf(stages.back()), progress.part(0.5, 0.9));
  const at::Tensor fused = fuse_(at::cat({seen, measured}, 1));
  return {decoded(stages, fused, progress.part(0.9, 1)), stages};
}

NamedTensors UmIt::forward(const NamedTensors& inputs, const Progress& progress) const {
  return outputsOf(
      predict(imageInput(inputs, "image", 3), imageInput(inputs, "depth", 1), progress));
}

void registerUmIt(Architectures& architectures) {
  architectures.add(
      {"umit",
       "UM-IT",
       "Conde et al., Compressed Depth Map Super-Resolution and Restoration: AIM 2024 "
       "Challenge Results, team UM-IT; a design that fits the report",
       pixelFormerSettings("large07"),
       {"image", "depth"},
       {"depth", "stage0", "stage1", "stage2", "stage3"}},
      [](const Values& values) {
        return std::make_unique<UmIt>(text(values, "variant"), depthRangeOf(values));
      });
}

}  // namespace fathom
