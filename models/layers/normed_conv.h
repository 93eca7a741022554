#pragma once

#include "models/layers/conv.h"
#include "models/layers/norms.h"

namespace fathom {

/// A convolution and the norm behind it, which lie side by side in the state dict: no part of a
/// network itself, its holder registers both. A norm by running statistics becomes part of the
/// convolution when the network is made ready: fold() belongs into the holder's prepare().
class NormedConv {
 public:
  /// Norms each channel of each sample by its own statistics until told otherwise.
  explicit NormedConv(Conv2d& conv) : conv_(conv) {}
  /// By running statistics.
  NormedConv(Conv2d& conv, BatchNorm2d& norm) : conv_(conv), norm_(&norm) {}
  /// By running statistics from now on.
  void normBy(BatchNorm2d& norm) { norm_ = &norm; }
  void fold();

  at::Tensor operator()(const at::Tensor& x, const Activation& after = {}) const;
  /// What it says of x, and other.
  at::Tensor plus(const at::Tensor& x, const at::Tensor& other) const;

 private:
  at::Tensor normed(const at::Tensor& x) const;

  Conv2d& conv_;
  BatchNorm2d* norm_ = nullptr;
  bool folded_ = false;
};

}  // namespace fathom
