#pragma once

#include <array>

#include "models/layers/conv_gru.h"
#include "models/raft/correlation.h"
#include "models/raft/encoder.h"

namespace fathom::raft {

/// Joins what a lookup found with the estimate so far. Keys `convc1`, `convc2`, `convf1`,
/// `convf2`, `conv`.
class MotionEncoder : public Module {
 public:
  /// @param found     channels of a lookup
  /// @param estimate  channels of the estimate, which the result's 128 end with
  MotionEncoder(std::int64_t found, std::int64_t estimate);
  at::Tensor operator()(const at::Tensor& found, const at::Tensor& estimate) const;

 private:
  const Conv2d &found1_, &found2_, &estimate1_, &estimate2_, &out_;
};

/// Two 3×3 convolutions. Keys `conv1`, `conv2`.
class ChangeHead : public Module {
 public:
  explicit ChangeHead(std::int64_t out);
  at::Tensor operator()(const at::Tensor& x) const { return second_(first_(x, kRelu)); }

 private:
  const Conv2d &first_, &second_;
};

/// What the recurrent units keep and see, the finest scale first.
struct Recurrent {
  std::array<at::Tensor, 3> states;
  std::array<ConvGru::Context, 3> contexts;
};

/// One step at three scales. Keys `encoder`, `gru08`, `gru16`, `gru32`, `flow_head`, `mask`.
class UpdateBlock : public Module {
 public:
  /// @param factor  of the enlargement whose weights it gives
  UpdateBlock(std::int64_t found, std::int64_t estimate, std::int64_t factor);
  /// Moves the states on.
  /// @return what to add to the estimate
  at::Tensor operator()(Recurrent& recurrent, const at::Tensor& found,
                        const at::Tensor& estimate) const;
  /// For convexUpsampled: N×(9·factor²)×h×w.
  at::Tensor upsamplingWeights(const at::Tensor& state) const;

 private:
  const MotionEncoder& encoder_;
  const ConvGru &fine_, &middle_, &coarse_;
  const ChangeHead& head_;
  const Conv2d &mask1_, &mask2_;
};

/// The convolutions of what the units see, made once for all steps. Keys `0`, `1`, `2`.
class ContextConvs : public Module {
 public:
  ContextConvs();
  Recurrent operator()(const std::array<ContextEncoder::Level, 3>& levels) const;

 private:
  std::array<const Conv2d*, 3> convs_;
};

}  // namespace fathom::raft
