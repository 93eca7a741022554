#pragma once

#include <array>
#include <optional>

#include "core/progress.h"
#include "models/layers/normed_conv.h"

namespace fathom::raft {

/// By running statistics, or by those of each sample, which have no keys.
enum class Norm { kBatch, kInstance };

/// Two 3×3 convolutions and the input, resized where it must be, added. Keys `conv1`, `conv2`,
/// `norm1`, `norm2`, and where the size changes `norm3`, `downsample.0`, `downsample.1` (norm3
/// again).
class ResidualBlock : public Module {
 public:
  ResidualBlock(std::int64_t in, std::int64_t out, Norm norm, std::int64_t stride = 1);
  at::Tensor operator()(const at::Tensor& x) const;
  void prepare() override;

 private:
  NormedConv first_, second_;
  std::optional<NormedConv> resize_;  // none: the input as it is
};

/// What all encoders begin with: a 7×7 convolution and three layers of two blocks.
class Trunk : public Module {
 public:
  /// @param downsample  the result is smaller by 2^downsample, 2 or 3
  Trunk(std::int64_t channels, Norm norm, std::int64_t downsample);
  void prepare() override;

 protected:
  /// N×channels×H×W to N×128×h×w.
  at::Tensor trunk(const at::Tensor& x, const Progress& progress) const;
  /// Adds a layer of two blocks under this key.
  std::array<const ResidualBlock*, 2> layer(const std::string& name, std::int64_t in,
                                            std::int64_t out, std::int64_t stride);

 private:
  Norm norm_;
  NormedConv in_;
  std::array<std::array<const ResidualBlock*, 2>, 3> layers_;
};

/// 256 features for each cell, to be compared with others.
class FeatureEncoder : public Trunk {
 public:
  FeatureEncoder(std::int64_t channels, std::int64_t downsample);
  at::Tensor operator()(const at::Tensor& x, const Progress& progress) const;

 private:
  const Conv2d& out_;
};

/// What a recurrent unit starts with and what it sees, at three scales: the finest first.
class ContextEncoder : public Trunk {
 public:
  explicit ContextEncoder(std::int64_t downsample);
  struct Level {
    at::Tensor state;    ///< N×128×h×w in [−1, 1]
    at::Tensor context;  ///< N×128×h×w, none below zero
  };
  std::array<Level, 3> operator()(const at::Tensor& image, const Progress& progress) const;

 private:
  class Output;
  std::array<const ResidualBlock*, 2> layer4_, layer5_;
  std::array<const Output*, 2> finest_, middle_;
  std::array<const Conv2d*, 2> coarsest_;
};

}  // namespace fathom::raft
