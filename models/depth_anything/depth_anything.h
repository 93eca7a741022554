#pragma once

#include <array>

#include "models/layers/dpt.h"
#include "models/layers/vit.h"
#include "models/network.h"

namespace fathom {

/// Which of the published networks.
struct DepthAnythingVariant {
  VitSize vit;
  std::int64_t features;
  Widths widths;
  std::vector<std::int64_t> blocks;  ///< whose outputs the head takes
};
/// @param vit      "vits", "vitb" or "vitl"
/// @param version  "v2", or "v1": the last four blocks
DepthAnythingVariant depthAnythingVariant(std::string_view vit, std::string_view version = "v2");

/// The head. Keys `projects.*`, `resize_layers.*`, `scratch.*`.
class DepthAnythingHead : public Module {
 public:
  /// What a further network may take from inside.
  struct Taps {
    at::Tensor level4;                ///< N×features at 1/2 of the token grid
    std::array<at::Tensor, 4> fused;  ///< refinenet4 … refinenet1, coarse to fine
    at::Tensor hidden;                ///< N×32×H×W, before the last convolution
    at::Tensor depth;                 ///< N×1×H×W
  };

  explicit DepthAnythingHead(const DepthAnythingVariant& variant);
  /// @param maps       N×width×h×w, four token maps
  /// @param maxDepth   0: relative; else metres, the output's upper end
  Taps operator()(const std::array<at::Tensor, 4>& maps, double maxDepth,
                  const Progress& progress) const;

 private:
  struct Fusion;
  const Reassemble& reassemble_;
  std::vector<const Conv2d*> levels_;
  std::vector<const Fusion*> fusions_;
  const Conv2d &output1_, &output2_, &output3_;
};

/// Depth Anything V2 (Yang et al., NeurIPS 2024), V1 (CVPR 2024) and the metric variants. Relative
/// ones give affine-invariant inverse depth: larger is nearer, zero is far.
class DepthAnything : public Network {
 public:
  /// @param maxDepth  0: relative; else the metric variants' range, metres
  DepthAnything(const DepthAnythingVariant& variant, double maxDepth);

  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

  /// @param image  N×3×H×W, normalised as ImageNet's, sides multiples of 14
  /// @return N×1×H×W, at least 0
  at::Tensor depth(const at::Tensor& image, const Progress& progress) const {
    return taps(image, progress).depth;
  }
  DepthAnythingHead::Taps taps(const at::Tensor& image, const Progress& progress) const;

 private:
  std::array<at::Tensor, 4> features(const at::Tensor& tokens, const Progress& progress) const;

  DepthAnythingVariant variant_;
  double maxDepth_;
  const Vit& vit_;
  const DepthAnythingHead& head_;
};

void registerDepthAnything(Architectures& architectures);

}  // namespace fathom
