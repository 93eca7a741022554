#pragma once

#include "models/network.h"
#include "models/raft/update.h"

namespace fathom {

struct RaftDuOptions {
  std::int64_t iterations = 9;
  /// Bytes that the correlations of all pairs of cells may take: 30 times those of a picture of
  /// 640×480, one of 1500×1100. Above it they are made as they are looked up.
  double volumeLimit = 4e9;
};

/// RAFT-DU: RAFT-Stereo (Lipson, Teed and Deng, 3DV 2021; github.com/princeton-vl/RAFT-Stereo,
/// MIT) on a picture and its low depth, free in both axes, as team CUSTZS describes it. No code of
/// theirs is public: what their report leaves open is designed here. 12,310,496 parameters.
class RaftDu : public Network {
 public:
  explicit RaftDu(const RaftDuOptions& options = {});

  /// @param image  N×3×8h×8w in [0, 255]
  /// @param depth  N×1×h×w as transmitted, at least 8×8 cells
  /// @return N×1×8h×8w in the unit of the depth
  at::Tensor operator()(const at::Tensor& image, const at::Tensor& depth,
                        const Progress& progress = {}) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 private:
  RaftDuOptions options_;
  const raft::ContextEncoder& context_;
  const raft::FeatureEncoder &imageFeatures_, &depthFeatures_;
  const raft::ContextConvs& contextConvs_;
  const raft::UpdateBlock& update_;
};

/// "raft_du" and "raft_stereo".
void registerRaft(Architectures& architectures);

}  // namespace fathom
