#pragma once

#include <array>
#include <cstdint>

#include "core/progress.h"
#include "models/layers/conv.h"
#include "models/layers/norms.h"
#include "models/layers/windows.h"

namespace fathom {

/// The sizes of a Swin transformer.
struct SwinShape {
  std::int64_t width;  ///< of the first stage; each next one has twice as many channels
  std::array<std::int64_t, 4> blocks, heads;
  std::int64_t window = 7;
};
inline constexpr SwinShape kSwinTiny{96, {2, 2, 6, 2}, {3, 6, 12, 24}};
inline constexpr SwinShape kSwinBase{128, {2, 2, 18, 2}, {4, 8, 16, 32}};
inline constexpr SwinShape kSwinLarge{192, {2, 2, 18, 2}, {6, 12, 24, 48}};

/// Attention within windows, then an MLP, each on what was normalised and added to what came.
/// Keys `norm1`, `attn`, `norm2`, `mlp`.
class SwinBlock : public Module {
 public:
  SwinBlock(std::int64_t width, std::int64_t heads, std::int64_t window);
  /// N×HW×C, in windows of that map.
  at::Tensor operator()(const at::Tensor& tokens, const Windows& windows) const;

 private:
  const LayerNorm& norm1_;
  const WindowAttention& attention_;
  const LayerNorm& norm2_;
  const Mlp& mlp_;
};

/// Four neighbours become one token of twice the width. Keys `reduction`, `norm`.
class PatchMerging : public Module {
 public:
  explicit PatchMerging(std::int64_t width);
  /// N×HW×C of a map of this size to N×⌈H/2⌉⌈W/2⌉×2C.
  at::Tensor operator()(const at::Tensor& tokens, Size size) const;

 private:
  const Linear& reduction_;
  const LayerNorm& norm_;
};

/// One resolution: blocks, every second one with shifted windows, then (not in the last stage) the
/// step to half of it. Keys `blocks.b`, `downsample`.
class SwinStage : public Module {
 public:
  SwinStage(std::int64_t width, std::int64_t blocks, std::int64_t heads, std::int64_t window,
            bool last);
  at::Tensor operator()(at::Tensor tokens, Size size, const Progress& progress) const;
  /// Null in the last stage.
  const PatchMerging* downsample() const { return downsample_; }

 private:
  std::int64_t window_;
  std::vector<const SwinBlock*> blocks_;
  const PatchMerging* downsample_ = nullptr;
};

/// Swin transformer (Liu et al. 2021) as a backbone of dense prediction. Keys `patch_embed.proj`,
/// `patch_embed.norm`, `layers.s`, `norm0` … `norm3`.
class Swin : public Module {
 public:
  explicit Swin(const SwinShape& shape);

  /// N×3×H×W of any size to the four stages' normalised maps, N×width·2ˢ×⌈H/2ˢ⁺²⌉×⌈W/2ˢ⁺²⌉.
  /// Throws Cancelled.
  std::array<at::Tensor, 4> operator()(const at::Tensor& image, const Progress& progress) const;

 private:
  const Conv2d& embed_;
  const LayerNorm& embedNorm_;
  std::array<const SwinStage*, 4> stages_;
  std::array<const LayerNorm*, 4> norms_;
};

}  // namespace fathom
