#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "models/layers/activation.h"

namespace fathom::packed {

/// Convolutions and linear layers whose weights were brought into oneDNN's own layout once, when
/// the network was made ready, with the activation (or an addition) done before a value leaves the
/// cache. The results differ from the plain operators' by rounding only.

/// Whether a weight can be packed: on the CPU, float32, or bfloat16 where the processor has the
/// vectors for it.
bool possible(const at::Tensor& weight);

/// What a convolution needs besides its tensors.
struct ConvShape {
  std::int64_t stride = 1, padding = 0, groups = 1;
};

at::Tensor packConv(const at::Tensor& weight, const ConvShape& shape);
at::Tensor conv(const at::Tensor& x, const at::Tensor& packed,
                const std::optional<at::Tensor>& bias, const ConvShape& shape,
                const Activation& after);
/// conv(x) + other.
at::Tensor convPlus(const at::Tensor& x, const at::Tensor& other, const at::Tensor& packed,
                    const std::optional<at::Tensor>& bias, const ConvShape& shape);

at::Tensor packTransposed(const at::Tensor& weight, const ConvShape& shape);
at::Tensor transposed(const at::Tensor& x, const at::Tensor& packed,
                      const std::optional<at::Tensor>& bias, const ConvShape& shape,
                      const Activation& after);

at::Tensor packLinear(const at::Tensor& weight);
at::Tensor linear(const at::Tensor& x, const at::Tensor& packed,
                  const std::optional<at::Tensor>& bias, const Activation& after);
/// linear(x) + other, of the same shape.
at::Tensor linearPlus(const at::Tensor& x, const at::Tensor& other, const at::Tensor& packed,
                      const std::optional<at::Tensor>& bias);

}  // namespace fathom::packed
