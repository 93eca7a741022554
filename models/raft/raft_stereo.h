#pragma once

#include "models/network.h"
#include "models/raft/update.h"

namespace fathom {

struct RaftStereoOptions {
  std::int64_t iterations = 12;
  std::int64_t downsample = 3;  ///< fields at 1/2^downsample of the pictures' size: 2 or 3
};

/// RAFT-Stereo (Lipson, Teed and Deng, 3DV 2021) as in github.com/princeton-vl/RAFT-Stereo (MIT),
/// in its test mode: what RAFT-DU is made of, with published files to check it against.
class RaftStereo : public Network {
 public:
  explicit RaftStereo(const RaftStereoOptions& options = {});

  struct Output {
    at::Tensor field;      ///< N×2×h×w in cells; y is 0
    at::Tensor upsampled;  ///< N×1×H×W: x, in pixels
  };
  /// @param left, right  N×3×H×W in [0, 255]; sides are multiples of 2^downsample, and the field
  ///                     is at least 16 cells wide
  Output operator()(const at::Tensor& left, const at::Tensor& right,
                    const Progress& progress = {}) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 private:
  void check(const at::Tensor& left, const at::Tensor& right) const;

  RaftStereoOptions options_;
  const raft::ContextEncoder& context_;
  const raft::UpdateBlock& update_;
  const raft::ContextConvs& contextConvs_;
  const raft::FeatureEncoder& features_;
};

}  // namespace fathom
