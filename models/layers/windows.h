#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/depth_map.h"
#include "models/layers/linear.h"
#include "models/layers/module.h"

namespace fathom {

/// N×C×H×W as N×HW×C: a view where the memory is channels-last.
at::Tensor tokensOf(const at::Tensor& map);
/// N×HW×C as N×C×H×W in channels-last memory, a view.
at::Tensor mapOf(const at::Tensor& tokens, Size size);

/// How the tokens of a map are dealt into square windows: zeros fill the map to the right and
/// below, then it is rolled up and to the left by `shift`. Made for one size and passed to the
/// blocks that share it; lives where `like` lives.
class Windows {
 public:
  Windows(Size map, std::int64_t side, std::int64_t shift, const at::Tensor& like);

  /// N×HW×C to N·windows×side²×C.
  at::Tensor split(const at::Tensor& tokens) const;
  /// Back, without the filling.
  at::Tensor join(const at::Tensor& windows) const;
  /// To be added to the logits, windows×side²×side²: −100 between tokens that only the roll has
  /// brought together. Undefined without a shift.
  const at::Tensor& mask() const { return mask_; }

 private:
  std::int64_t tokens_, perWindow_;
  bool filled_ = false;
  at::Tensor sources_;       // for each place in a window its token; past the last one: zeros
  at::Tensor destinations_;  // for each token its place
  at::Tensor mask_;
};

/// What attention within windows has in common: a bias for each head and each offset between two
/// tokens. Keys `relative_position_bias_table` ((2·side − 1)²×heads), `relative_position_index`.
class WindowBias : public Module {
 protected:
  WindowBias(std::int64_t heads, std::int64_t side);
  /// Attention with bias and mask. q, k, v: N·windows×side²×width; so is the result.
  at::Tensor attended(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                      const at::Tensor& mask) const;

 private:
  at::Tensor bias(const at::Tensor& mask, std::int64_t batch) const;

  std::int64_t heads_, places_;
  const Weight &table_, &index_;
};

/// Each token asks its window. Keys of WindowBias, then `qkv`, `proj`.
class WindowAttention : public WindowBias {
 public:
  WindowAttention(std::int64_t width, std::int64_t heads, std::int64_t side);
  at::Tensor operator()(const at::Tensor& windows, const at::Tensor& mask) const;

 private:
  const Linear &qkv_, &proj_;
};

/// Each token asks the same window of another map. Keys of WindowBias, then `kv`, `q`, `proj`.
class WindowCrossAttention : public WindowBias {
 public:
  WindowCrossAttention(std::int64_t width, std::int64_t heads, std::int64_t side);
  at::Tensor operator()(const at::Tensor& asking, const at::Tensor& asked) const;

 private:
  const Linear &kv_, &q_, &proj_;
};

}  // namespace fathom
