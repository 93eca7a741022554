#pragma once

#include "models/depth_range.h"
#include "models/dinov2/dpt_trunk.h"
#include "models/network.h"

namespace fathom {

/// DINOv2 with its DPT depth head (Oquab et al., TMLR 2024): depth in metres from a picture.
/// Keys `backbone.*`, `decode_head.*`.
class DinoDpt : public Network {
 public:
  /// @param vit  "vits", "vitb" or "vitl"
  DinoDpt(std::string_view vit, DepthRange range);

  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 protected:
  /// What the backbone makes of a padded picture.
  struct Seen {
    Size grid;
    std::vector<at::Tensor> tokens;
  };
  /// @param image  N×3×H×W, normalised; padded here to multiples of the patch, centred
  Seen look(const at::Tensor& image, const Progress& progress) const;
  const DptTrunk& trunk() const { return trunk_; }
  /// The last convolutions, the range and the resizing: N×1 of this size.
  at::Tensor finished(const at::Tensor& projected, Size size) const;

 private:
  std::vector<std::int64_t> blocks_;
  DepthRange range_;
  const Vit& backbone_;
  const Conv2d &depth0_, &depth2_, &depth4_;
  const DptTrunk& trunk_;
};

/// DINOv2 + ControlNet: a copy of the head that also sees the low-resolution depth and steers the
/// head through convolutions that start at zero (ControlNet, Zhang et al., ICCV 2023). Adds the
/// keys `control.*`.
class DinoControlNet : public DinoDpt {
 public:
  DinoControlNet(std::string_view vit, DepthRange range, double gain);

  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 private:
  class Control;
  double gain_;
  Control& control_;
};

void registerDinov2(Architectures& architectures);

}  // namespace fathom
