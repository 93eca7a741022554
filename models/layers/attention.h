#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace fathom {

/// softmax(q·kᵀ/√d + bias)·v, fused. q: …×n×d, k: …×m×d, v: …×m×e; bias broadcasts to …×n×m.
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     const std::optional<at::Tensor>& bias = {});

/// The product of two activations (correlation), counted as such.
at::Tensor product(const at::Tensor& a, const at::Tensor& b);

}  // namespace fathom
