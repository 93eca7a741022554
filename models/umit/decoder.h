#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/layers/normed_conv.h"
#include "models/layers/windows.h"

namespace fathom {

/// Pyramid pooling: what the map looks like as a whole and in 2×2, 3×3 and 6×6 parts, beside the
/// map itself. Keys `psp_modules.i.1.conv`, `psp_modules.i.1.gn`, `bottleneck.conv`,
/// `bottleneck.bn`.
class PyramidPooling : public Module {
 public:
  explicit PyramidPooling(std::int64_t in);
  /// N×in×H×W to N×512×H×W.
  at::Tensor operator()(const at::Tensor& map) const;
  void prepare() override;

  static constexpr std::int64_t kChannels = 512;

 private:
  struct Level {
    std::int64_t side;
    const Conv2d& conv;
    const GroupNorm& norm;
  };
  std::vector<Level> levels_;
  NormedConv bottleneck_;
};

/// The transformer block of PixelFormer's decoder: the decoder's tokens ask the encoder's of the
/// same window. Keys `norm1`, `normv`, `attn`, `norm2`, `mlp`.
class CrossBlock : public Module {
 public:
  CrossBlock(std::int64_t width, std::int64_t heads);
  /// Both N×HW×C, dealt by these windows.
  at::Tensor operator()(const at::Tensor& asking, const at::Tensor& asked,
                        const Windows& windows) const;

 private:
  const LayerNorm &norm1_, &normValue_;
  const WindowCrossAttention& attention_;
  const LayerNorm& norm2_;
  const Mlp& mlp_;
};

/// Skip attention module: a step of the decoder at one resolution. Keys `proj_e` (only where the
/// encoder's width is another), `proj_q`, `proj` (stored, never used), `sam_block`, `norm_sam`.
class SkipAttention : public Module {
 public:
  struct Shape {
    std::int64_t encoder, query, width, heads;
  };
  explicit SkipAttention(const Shape& shape);
  /// encoder N×C×H×W and query N×Q×H×W to N×width×H×W.
  at::Tensor operator()(const at::Tensor& encoder, const at::Tensor& query) const;

 private:
  const Conv2d *projectEncoder_, &projectQuery_, &unused_;
  const CrossBlock& block_;
  const LayerNorm& norm_;
};

/// Where the 256 depth bins of a picture lie. Keys `fc1`, `fc2`.
class BinCentres : public Mlp {
 public:
  BinCentres();
  /// N×512×H×W to N×256 increasing depths between the two, in float32 or wider.
  at::Tensor operator()(const at::Tensor& map, double minDepth, double maxDepth) const;

  static constexpr std::int64_t kBins = 256;
};

}  // namespace fathom
