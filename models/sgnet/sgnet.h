#pragma once

#include "models/network.h"
#include "models/sgnet/bridge.h"
#include "models/sgnet/gradient_net.h"

namespace fathom {

struct SgnetOptions {
  std::int64_t features = 40;  ///< at least 16: a gate has a sixteenth of them
  std::int64_t scale = 8;      ///< 2, 4, 8 or 16
  bool deterministicPhase = true;
};

/// SGNet, structure guided network for depth super-resolution (Wang, Yan and Yang, AAAI 2024), as
/// in github.com/yanzq95/SGNet (Apache-2.0). 39,924,941 parameters with 40 features at scale 8.
class Sgnet : public Network {
 public:
  explicit Sgnet(const SgnetOptions& options);

  struct Output {
    at::Tensor depth;             ///< N×1×H×W, in the range of the input
    at::Tensor gradient;          ///< N×1×H×W, its magnitude as guessed on the way
    at::Tensor gradientFeatures;  ///< N×features×h×w
  };
  /// @param image  N×3×H×W in [0, 1], H×W exactly scale times h×w
  /// @param depth  N×1×h×w, normalised to [0, 1]
  Output operator()(const at::Tensor& image, const at::Tensor& depth,
                    const Progress& progress = {}) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 private:
  at::Tensor lowFeatures(const at::Tensor& image, const at::Tensor& depth,
                         const at::Tensor& gradients, const Progress& progress) const;
  at::Tensor enlarged(const at::Tensor& low, const Progress& progress) const;

  SgnetOptions options_;
  const Conv2d& rgbIn_;
  const sgnet::ResBlock &rgb2_, &rgb3_, &rgb4_;
  const Conv2d &depthIn_, &depthWide_;
  const sgnet::ResidualGroup &depth1_, &depth2_, &depth3_, &depth4_;
  const sgnet::Bridge &bridge1_, &bridge2_, &bridge3_;
  const Conv2d& narrow_;
  const sgnet::ResidualGroup &tail1_, &tail2_, &tail3_;
  const sgnet::DenseProjection& up_;
  const Conv2d &out1_, &out2_, &all_, &gradient1_, &gradient2_, &gradient3_;
  const sgnet::GradientNet& gradientNet_;
};

/// "sgnet" and those of its parts that can be checked alone: "sgnet_invblock", "sgnet_fre",
/// "sgnet_upsampler", with the keys that they have inside the whole.
void registerSgnet(Architectures& architectures);

}  // namespace fathom
