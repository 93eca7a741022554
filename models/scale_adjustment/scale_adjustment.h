#pragma once

#include <array>

#include "models/network.h"

namespace fathom {

class Conv2d;

struct ScaleAdjustmentOptions {
  std::int64_t firstWidth = 120, firstKernel = 5;
  std::int64_t secondWidth = 192, secondKernel = 3;
  std::int64_t width = 64;  ///< between and after the enlargements
  std::int64_t upsamplerKernel = 3, tailKernel = 3;
};

/// What a normalised relative depth is multiplied by, from the low depth alone: two convolutions,
/// three enlargements by pixel shuffling after MSRN (github.com/MIVRC/MSRN-PyTorch, MIT), one
/// convolution. As team airia describes it; their widths are not known, the defaults meet their
/// 0.949 M parameters: 949,297.
class ScaleAdjustment : public Network {
 public:
  /// Throws BadInput on an even kernel, which would change the size.
  explicit ScaleAdjustment(const ScaleAdjustmentOptions& options = {});

  /// @param depth  N×1×h×w as transmitted
  /// @return N×1×8h×8w, not limited to one side of zero
  at::Tensor operator()(const at::Tensor& depth, const Progress& progress = {}) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

 private:
  const Conv2d &first_, &second_;
  std::array<const Conv2d*, 3> enlargements_;
  const Conv2d& tail_;
};

/// "scale_adjustment".
void registerScaleAdjustment(Architectures& architectures);

}  // namespace fathom
