#pragma once

#include <array>

#include "models/layers/conv.h"

namespace fathom {

/// x + conv2(relu(conv1(relu x))), two 3×3 convolutions.
class ResidualUnit : public Module {
 public:
  /// @param suffix  between the convolution's name and its weights: "" or ".conv"
  ResidualUnit(std::int64_t channels, bool bias, const std::string& suffix = {});
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Conv2d &conv1_, &conv2_;
};

/// The four widths of a DPT head's levels, finest first.
using Widths = std::array<std::int64_t, 4>;

/// The four transformer features to four maps of 4, 2, 1 and ½ times the token grid: a 1×1
/// projection, then a change of size (Ranftl et al., ICCV 2021). Keys `projects.i`,
/// `resize_layers.{0,1,3}`.
class Reassemble : public Module {
 public:
  /// @param suffix  as in ResidualUnit, of the projections
  Reassemble(std::int64_t width, const Widths& widths, const std::string& suffix = {});
  /// @param map  N×width×h×w, the tokens of this level
  at::Tensor operator()(const at::Tensor& map, std::size_t level) const;

 private:
  std::vector<const Conv2d*> projects_;
  const ConvTranspose2d &up4_, &up2_;
  const Conv2d& down2_;
};

}  // namespace fathom
