#pragma once

#include <ATen/core/Tensor.h>

namespace fathom {

/// An elementwise function, to be given to the layer before it, which may fuse it.
struct Activation {
  enum Kind { kNone, kRelu, kLeakyRelu, kGelu, kSilu, kSigmoid, kTanh } kind = kNone;
  double slope = 0;  ///< of kLeakyRelu below zero
};

inline constexpr Activation kRelu{Activation::kRelu};
inline constexpr Activation kGelu{Activation::kGelu};  ///< exact (erf)
inline constexpr Activation kSilu{Activation::kSilu};
inline constexpr Activation kSigmoid{Activation::kSigmoid};
inline constexpr Activation kTanh{Activation::kTanh};
constexpr Activation leakyRelu(double slope) {
  return {Activation::kLeakyRelu, slope};
}

/// Applies it to every value.
at::Tensor activated(at::Tensor x, const Activation& activation);

}  // namespace fathom
