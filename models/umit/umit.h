#pragma once

#include "models/umit/depth_branch.h"
#include "models/umit/pixelformer.h"

namespace fathom {

/// UM-IT (AIM 2024, compressed depth map super-resolution): PixelFormer with a branch for the
/// low-resolution depth. Only its outline is published; this network fits it, with the reported
/// numbers of parameters to the last digit. Keys of PixelFormer, then `depth_net`, `fuse`.
class UmIt : public PixelFormer {
 public:
  UmIt(std::string_view variant, DepthRange range);

  /// @param image  N×3×H×W, ImageNet-normalised; sides are multiples of 32
  /// @param depth  N×1×h×w of any size, metres, already clipped to what the method expects
  /// Throws BadInput, Cancelled.
  PixelFormerResult predict(const at::Tensor& image, const at::Tensor& depth,
                            const Progress& progress) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 private:
  const DepthBranch& branch_;
  const Conv2d& fuse_;
};

void registerUmIt(Architectures& architectures);

}  // namespace fathom
