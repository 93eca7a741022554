#pragma once

#include "models/sgnet/blocks.h"
#include "models/sgnet/frequency_block.h"
#include "models/sgnet/inv_block.h"

namespace fathom::sgnet {

/// Two convolutions and a gate. Keys `0`, `2`.
class Gate : public Module {
 public:
  Gate(std::int64_t width, std::int64_t kernel);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Conv2d &narrow_, &wide_;
};

/// Depth at low resolution meets the picture at high resolution, in space and in frequency.
class Bridge : public Module {
 public:
  Bridge(std::int64_t channels, std::int64_t rgbChannels, std::int64_t scale,
         bool deterministicPhase);
  struct Output {
    at::Tensor depth;  ///< N×channels×h×w
    at::Tensor rgb;    ///< N×rgbChannels×H×W: for the next bridge
  };
  Output operator()(const at::Tensor& depth, const at::Tensor& rgb, const Progress& progress) const;

 private:
  at::Tensor joined(const at::Tensor& depth, const at::Tensor& rgb, const Progress& progress) const;

  const Conv2d &rgbProcess_, &rgbPre_;
  const InvBlock& spatial_;
  const Conv2d& spatialOut_;
  const FrequencyBlock& frequency_;
  const Gate& spatialGate_;  // in every file, never used
  const Gate& channelGate_;
  const Conv2d& post_;  // in every file, never used
  const InvBlock& fusion_;
  const Conv2d& fusionOut_;
  const DenseProjection &down_, &up_;
};

}  // namespace fathom::sgnet
