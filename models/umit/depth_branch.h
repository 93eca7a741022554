#pragma once

#include <optional>
#include <vector>

#include "core/depth_map.h"
#include "core/progress.h"
#include "models/layers/normed_conv.h"

namespace fathom {

/// Two 3×3 convolutions and what came. Keys `conv1`, `bn1`, `conv2`, `bn2`, and `downsample.0`,
/// `downsample.1` where the channels change.
class ResidualBlock : public Module {
 public:
  ResidualBlock(std::int64_t in, std::int64_t out);
  at::Tensor operator()(const at::Tensor& x, const Progress& progress) const;
  void prepare() override;

 private:
  NormedConv first_, second_;
  std::optional<NormedConv> shortcut_;
};

/// UM-IT's convolutional branch for the low-resolution depth, working at the picture's resolution
/// and halving it three times. Keys `stem.0`, `stem.1`, `stages.s.b`, `proj`.
class DepthBranch : public Module {
 public:
  DepthBranch();
  /// @param depth  N×1×h×w, metres
  /// @param picture  the size of the picture
  /// @param deepest  the size of its deepest features, which the result has with 512 channels
  /// Throws Cancelled.
  at::Tensor operator()(const at::Tensor& depth, Size picture, Size deepest,
                        const Progress& progress) const;
  void prepare() override;

 private:
  NormedConv stem_;
  std::vector<std::vector<const ResidualBlock*>> stages_;
  const Conv2d* project_ = nullptr;
};

}  // namespace fathom
