#pragma once

#include "core/progress.h"
#include "models/layers/conv.h"
#include "models/layers/norms.h"

namespace fathom::sgnet {

/// Two 3×3 convolutions and the input added. Keys `body.0`, `body.2`.
class ResBlock : public Module {
 public:
  explicit ResBlock(std::int64_t width);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Conv2d &first_, &second_;
};

/// A gate for each channel from its mean. Keys `conv_du.0`, `conv_du.2`.
class ChannelAttention : public Module {
 public:
  /// @param reduction  how many times narrower the gate's hidden layer is, rounded down
  ChannelAttention(std::int64_t width, std::int64_t reduction);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Conv2d &narrow_, &wide_;
};

/// A ResBlock with channel attention before the sum. Keys `body.0`, `body.2`, `body.3`.
class AttentionBlock : public Module {
 public:
  AttentionBlock(std::int64_t width, std::int64_t reduction);
  at::Tensor operator()(const at::Tensor& x, const Progress& progress) const;

 private:
  const Conv2d &first_, &second_;
  const ChannelAttention& attention_;
};

/// Attention blocks, a 3×3 convolution and the input added. Keys `body.0` … `body.{blocks}`.
class ResidualGroup : public Module {
 public:
  ResidualGroup(std::int64_t width, std::int64_t reduction, std::int64_t blocks);
  /// Throws Cancelled between its convolutions: at full size one takes half a second.
  at::Tensor operator()(const at::Tensor& x, const Progress& progress) const;

 private:
  std::vector<const AttentionBlock*> blocks_;
  const Conv2d& last_;
};

enum class Direction { kUp, kDown };

/// To `scale` times the size or back, and what that lost once more. Keys `conv_1`, `conv_2`,
/// `conv_3`, each with `0` (a convolution or a transposed one) and `1` (slopes).
class DenseProjection : public Module {
 public:
  /// @param scale  2, 4, 8 or 16
  DenseProjection(std::int64_t in, std::int64_t out, std::int64_t scale, Direction direction);
  at::Tensor operator()(const at::Tensor& x, const Progress& progress) const;

 private:
  class Step;
  const Step &there_, &back_, &again_;
};

/// |∇x| of each channel by central differences, zeros around; √(v² + h² + 10⁻⁶).
at::Tensor gradientMagnitude(const at::Tensor& x);

}  // namespace fathom::sgnet
