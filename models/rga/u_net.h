#pragma once

#include <array>

#include "models/layers/naf_block.h"
#include "models/network.h"
#include "models/rga/shape.h"

namespace fathom {

/// The U-Net of team RGA (AIM 2024): one encoder for the relative depth, one for the measured
/// depth, at each resolution fused by giving the first the statistics of the second. Only its
/// outline is published; this network fits it. Keys `intro_rel`, `intro_lr`, `enc_rel.s.b`,
/// `enc_lr.s.b`, `down_rel.s`, `down_lr.s`, `fuse.s`, `middle.b`, `ups.s.0`, `decoders.s.b`,
/// `ending`.
class RgaUNet : public Network {
 public:
  explicit RgaUNet(const NafShape& shape);

  /// The depth, N×1×H×W, not clamped; all inputs have this size.
  /// @param image  N×3×H×W in [0, 1], at least 32×32
  /// @param relative  N×1×H×W in [0, 1]
  /// @param depth  N×1×H×W, the upsampled measurement in units of the method's greatest depth
  /// Throws BadInput, Cancelled.
  at::Tensor predict(const at::Tensor& image, const at::Tensor& relative, const at::Tensor& depth,
                     const Progress& progress) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

  static constexpr NafShape kShape{48, {2, 2, 2, 2}, 1, {1, 1, 1, 1}};

 private:
  static constexpr std::size_t kStages = NafShape::kStages;
  struct Encoder {
    const Conv2d* intro;
    std::array<const NafBlocks*, kStages> blocks;
    std::array<const Conv2d*, kStages> downs;
  };
  at::Tensor fused(std::size_t level, const at::Tensor& relative, const at::Tensor& depth) const;
  at::Tensor decoded(at::Tensor x, std::array<at::Tensor, kStages>& skips,
                     const Progress& progress) const;

  Encoder relative_{}, measured_{};
  std::array<const Conv2d*, kStages + 1> fuse_{};
  const NafBlocks* middle_ = nullptr;
  std::array<const NafUp*, kStages> ups_{};
  std::array<const NafBlocks*, kStages> decoders_{};
  const Conv2d* ending_ = nullptr;
};

void registerRgaUNet(Architectures& architectures);

}  // namespace fathom
