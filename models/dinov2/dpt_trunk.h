#pragma once

#include "models/layers/dpt.h"
#include "models/layers/linear.h"
#include "models/layers/vit.h"

namespace fathom {

/// The four maps of a head, finest first.
using Levels = std::array<at::Tensor, 4>;

/// DINOv2's DPT head up to its last convolutions, which the control branch has a copy of. Keys
/// `reassemble_blocks.*`, `convs.*`, `fusion_blocks.*`, `project.*`.
class DptTrunk : public Module {
 public:
  static constexpr std::int64_t kChannels = 256;

  explicit DptTrunk(std::int64_t width);

  /// @param tokens  four of N×(1 + h·w)×width, class token first, not normalised
  Levels levels(const std::vector<at::Tensor>& tokens, Size grid) const;
  /// Step j = 0 … 3 from coarse to fine: twice the size.
  /// @param skip  the finer level; none in step 0
  at::Tensor fuse(std::size_t step, const at::Tensor& x, const at::Tensor* skip) const;
  at::Tensor project(const at::Tensor& x) const { return project_(x, kRelu); }

 private:
  struct Fusion;
  const Reassemble& reassemble_;
  std::vector<const Linear*> readouts_;
  std::vector<const Conv2d*> convs_;
  std::vector<const Fusion*> fusions_;
  const Conv2d& project_;
};

}  // namespace fathom
