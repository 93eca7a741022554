#pragma once

#include "models/dinov2/dinov2.h"

namespace fathom {

/// The control branch. Keys `hint.*`, those of DptTrunk, `zero_in.*`, `zero_out.*`.
class DinoControlNet::Control : public Module {
 public:
  Control(std::int64_t width, DepthRange range);

  /// What the branch is told: N×256 at an eighth of the picture.
  /// @param metres  N×1×h×w
  at::Tensor hint(const at::Tensor& metres, Size picture) const;
  Levels levels(const std::vector<at::Tensor>& tokens, Size grid, const at::Tensor& hint) const;
  /// What it adds to the head: i = 0 … 3 to the fusions, 4 to the projection.
  at::Tensor out(std::size_t i, const at::Tensor& x) const { return (*zeroOut_[i])(x); }

 private:
  DepthRange range_;
  std::vector<const Conv2d*> hints_;

 public:
  const DptTrunk& trunk;  ///< the copy

 private:
  std::vector<const Conv2d*> zeroIn_, zeroOut_;
};

}  // namespace fathom
