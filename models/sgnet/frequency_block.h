#pragma once

#include "core/progress.h"
#include "models/layers/conv.h"

namespace fathom::sgnet {

/// Amplitudes (or phases) of depth joined with how far those of the picture are from them. Keys
/// `fuse_c`, `fuse_sub`, `post`, `pre_rgb`, `pre_dep`.
class SpectrumFusion : public Module {
 public:
  SpectrumFusion(std::int64_t channels, std::int64_t rgbChannels);
  at::Tensor operator()(const at::Tensor& depth, const at::Tensor& rgb) const;

 private:
  class Pair;
  const Pair &common_, &difference_;
  const Conv2d &post_, &preRgb_, &preDepth_;
};

/// Joins depth and picture in the frequency domain. Computes in float32 at least: a sum over all
/// pixels has no room in fewer bits. Keys `pre1`, `pre2`, `amp_fuse`, `pha_fuse`, `post`.
class FrequencyBlock : public Module {
 public:
  /// @param deterministicPhase  The four frequencies that are real for real maps get the phase 0
  ///     or π. Without it they get +π or −π by the sign of rounding noise, as in the reference,
  ///     and the result differs between machines.
  FrequencyBlock(std::int64_t channels, std::int64_t rgbChannels, bool deterministicPhase);
  /// N×channels×H×W and N×rgbChannels×H×W to N×channels×H×W.
  at::Tensor operator()(const at::Tensor& depth, const at::Tensor& rgb,
                        const Progress& progress) const;

 private:
  bool deterministicPhase_;
  const Conv2d &preDepth_, &preRgb_;
  const SpectrumFusion &amplitudes_, &phases_;
  const Conv2d& post_;
};

}  // namespace fathom::sgnet
