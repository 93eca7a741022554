#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "models/depth_range.h"
#include "models/layers/swin.h"
#include "models/network.h"
#include "models/umit/decoder.h"

namespace fathom {

/// What PixelFormer and UM-IT find.
struct PixelFormerResult {
  at::Tensor depth;                  ///< N×1×H×W, metres within the range
  std::array<at::Tensor, 4> stages;  ///< the encoder's maps, N×C×H/2ˢ⁺²×W/2ˢ⁺²
};

/// PixelFormer (Agarwal & Arora 2023): depth from one picture as a mixture of 256 bins. Keys
/// `backbone`, `sam4` … `sam1`, `decoder`, `disp_head1.conv1`, `bcp`.
class PixelFormer : public Network {
 public:
  /// @param variant  "tiny07", "base07" or "large07": a Swin transformer with windows of 7
  /// @param range  where the depth bins begin and end
  PixelFormer(std::string_view variant, DepthRange range);

  /// @param image  N×3×H×W, ImageNet-normalised; sides are multiples of 32
  /// Throws BadInput, Cancelled.
  PixelFormerResult predict(const at::Tensor& image, const Progress& progress) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 protected:
  using Stages = std::array<at::Tensor, 4>;
  Stages encoded(const at::Tensor& image, const Progress& progress) const;
  /// The deepest stage with its surroundings: N×512×H/32×W/32.
  at::Tensor pooled(const Stages& stages) const { return pooling_(stages.back()); }
  /// From the deepest decoder features to the depth, N×1×H×W.
  at::Tensor decoded(const Stages& stages, const at::Tensor& deepest,
                     const Progress& progress) const;

 private:
  at::Tensor mixed(const at::Tensor& features, const at::Tensor& centres) const;

  DepthRange range_;
  const Swin& backbone_;
  std::array<const SkipAttention*, 4> attentions_;  // deepest first
  const PyramidPooling& pooling_;
  const Conv2d& head_;
  const BinCentres& centres_;
};

/// The settings that the two share. @param variant  the initial one
std::vector<Setting> pixelFormerSettings(std::string variant);
/// As forward gives them.
NamedTensors outputsOf(const PixelFormerResult& result);

class Architectures;
void registerPixelFormer(Architectures& architectures);

}  // namespace fathom
