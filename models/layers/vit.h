#pragma once

#include <vector>

#include "core/depth_map.h"
#include "core/progress.h"
#include "models/layers/conv.h"
#include "models/layers/linear.h"
#include "models/layers/norms.h"

namespace fathom {

/// The three published sizes of DINOv2's vision transformer.
struct VitSize {
  std::int64_t width, depth, heads;
};
inline constexpr VitSize kVitSmall{384, 12, 6}, kVitBase{768, 12, 12}, kVitLarge{1024, 24, 16};

/// A learned factor for each channel. Key `gamma`.
class LayerScale : public Module {
 public:
  explicit LayerScale(std::int64_t width) : gamma(parameter("gamma", {width})) {}
  const Weight& gamma;
};

/// One block: x + ls1·attention(norm1 x), then x + ls2·mlp(norm2 x).
class VitBlock : public Module {
 public:
  VitBlock(std::int64_t width, std::int64_t heads);
  at::Tensor operator()(const at::Tensor& x) const;
  /// The scales go into the layers before them, so that nothing is left of them to be computed.
  void prepare() override;

 private:
  /// What attention makes of normalised tokens, before its last layer.
  at::Tensor attended(const at::Tensor& x) const;

  std::int64_t heads_;
  const LayerNorm& norm1_;
  const Linear& qkv_;
  Linear& proj_;
  const Weight& scale1_;
  const LayerNorm& norm2_;
  Mlp& mlp_;
  const Weight& scale2_;
  bool scaled_ = false;  ///< whether the scales are in the layers
};

/// DINOv2's vision transformer (Oquab et al., TMLR 2024), patch 14, position table 37×37, no
/// registers. Keys `cls_token`, `pos_embed`, `mask_token`, `patch_embed.proj.*`, `blocks.i.*`,
/// `norm.*`.
class Vit : public Module {
 public:
  static constexpr std::int64_t kPatch = 14;

  explicit Vit(VitSize size);

  /// N×(1 + tokens)×width: class token first, positions added.
  /// @param image  N×3×H×W, sides multiples of 14 (throws BadInput)
  at::Tensor embed(const at::Tensor& image) const;

  /// The outputs of these blocks, class token first, not normalised.
  /// @param blocks  ascending
  std::vector<at::Tensor> run(at::Tensor tokens, const std::vector<std::int64_t>& blocks,
                              const Progress& progress) const;

  /// The final norm.
  at::Tensor normalised(const at::Tensor& tokens) const { return norm_(tokens); }

  std::int64_t width() const { return size_.width; }

 private:
  at::Tensor positions(const at::Tensor& image) const;

  VitSize size_;
  const Weight &class_, &positions_, &mask_;
  const Conv2d& patches_;
  std::vector<const VitBlock*> blocks_;
  const LayerNorm& norm_;
};

/// Tokens without the class token as a map: N×(1 + h·w)×C to N×C×h×w.
at::Tensor tokensToMap(const at::Tensor& tokens, Size grid);

}  // namespace fathom
