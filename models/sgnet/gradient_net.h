#pragma once

#include "models/sgnet/blocks.h"

namespace fathom::sgnet {

/// Guesses the gradient of the depth at high resolution from those of the picture and of the
/// enlarged depth.
class GradientNet : public Module {
 public:
  GradientNet(std::int64_t width, std::int64_t scale);
  struct Output {
    at::Tensor gradient;  ///< N×1×H×W
    at::Tensor features;  ///< N×width×h×w
  };
  /// @param depth  N×1×h×w
  /// @param rgb    N×3×H×W
  Output operator()(const at::Tensor& depth, const at::Tensor& rgb, const Progress& progress) const;

 private:
  at::Tensor gradientOf(const at::Tensor& high, const at::Tensor& rgb,
                        const Progress& progress) const;

  const DenseProjection &up_, &down_;
  const Conv2d &ofRgb_, &ofDepth_, &fuse_;
  const ResidualGroup& depthGroup_;
  const ResBlock& rgbBlock_;
  const Conv2d& join_;
  const ResidualGroup &joined1_, &joined2_;
  const Conv2d& toGradient_;
  const Conv2d &toDepth_, &sab_;  // in every file, never used
  const Conv2d& depthIn_;
  const ResidualGroup& depthFeatures_;
  const ChannelAttention& attention_;
  const Conv2d &gradient1_, &gradient2_;
  const ResidualGroup &last1_, &last2_;
};

}  // namespace fathom::sgnet
