#pragma once

#include "core/upsampler.h"
#include "models/depth_anything/depth_anything.h"
#include "models/rga/u_net.h"

namespace fathom {

/// The whole system of team RGA: Depth Anything V1 (ViT-S) as relative guide and the U-Net. Keys
/// `depth_anything.*`, `unet.*`.
class RgaAdainUNet : public Network {
 public:
  explicit RgaAdainUNet(const NafShape& shape);
  /// Inputs: `image` N×3×H×W in [0, 1]; `guide` the picture for the guide, N×3,
  /// ImageNet-normalised, sides multiples of 14; `depth` N×1×H×W in units of the greatest depth.
  /// Output `depth`.
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

  const DepthAnything& guide() const { return guide_; }
  const RgaUNet& unet() const { return unet_; }

 private:
  const DepthAnything& guide_;
  const RgaUNet& unet_;
};

void registerRga(Architectures& architectures);
/// Adds rga_adain_unet.
void registerRgaMethod(UpsamplerRegistry& registry);

}  // namespace fathom
