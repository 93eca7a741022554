#pragma once

#include "models/depth_anything/depth_anything.h"

namespace fathom {

/// Metric bins on Depth Anything's features (ZoeDepth, Bhat et al., 2023, with the core of Depth
/// Anything's metric models): depth in metres from a picture. Keys `core.core.*`, `conv2.*`,
/// `seed_bin_regressor.*`, `seed_projector.*`, `projectors.*`, `attractors.*`,
/// `conditional_log_binomial.*`.
class ZoeDepth : public Network {
 public:
  struct Options {
    std::string core = "vitl";  ///< "vits", "vitb" or "vitl"
    bool normed = false;        ///< bounded bins; else "softplus"
    double minDepth = 0.001, maxDepth = 10;
  };
  explicit ZoeDepth(const Options& options);

  /// Outputs: N×1×H×W depth; N×64×H×W bin centres and probabilities.
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;
  /// Only the depth, which takes less memory.
  at::Tensor depth(const at::Tensor& image, const Progress& progress) const;

 private:
  struct Head;
  const Options options_;
  const DepthAnything& core_;
  const Head& head_;
};

void registerZoeDepth(Architectures& architectures);

}  // namespace fathom
