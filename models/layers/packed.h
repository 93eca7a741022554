#pragma once

#include <ATen/core/Tensor.h>

#include <mutex>
#include <optional>

#include "models/layers/activation.h"

namespace fathom::packed {

/// Convolutions and linear layers whose weights were brought into oneDNN's own layout once, with
/// the activation (or an addition) done before a value leaves the cache. The results differ from
/// the plain operators' by rounding only.

/// Whether a weight can be packed: on the CPU, float32, or bfloat16 where the processor has the
/// vectors for it.
bool possible(const at::Tensor& weight);

/// What a convolution needs besides its tensors.
struct ConvShape {
  std::int64_t stride = 1, padding = 0, groups = 1;
};

/// @param input  the sizes of what it will mostly be given: which layout is best depends on them,
///               and a weight in another one is brought there again in every call
at::Tensor packConv(const at::Tensor& weight, const ConvShape& shape, at::IntArrayRef input);
at::Tensor conv(const at::Tensor& x, const at::Tensor& packed,
                const std::optional<at::Tensor>& bias, const ConvShape& shape,
                const Activation& after);
/// conv(x) + other.
at::Tensor convPlus(const at::Tensor& x, const at::Tensor& other, const at::Tensor& packed,
                    const std::optional<at::Tensor>& bias, const ConvShape& shape);

at::Tensor packTransposed(const at::Tensor& weight, const ConvShape& shape, at::IntArrayRef input);
at::Tensor transposed(const at::Tensor& x, const at::Tensor& packed,
                      const std::optional<at::Tensor>& bias, const ConvShape& shape,
                      const Activation& after);

/// A weight that is packed when the first input comes, by whichever thread brings it. The kernels,
/// and so the results, do not depend on which input that was.
class FirstUse {
 public:
  /// From now on get() packs; until then it gives nothing.
  void allow() { allowed_ = true; }
  /// The packed weight, or an undefined tensor where packing was not allowed.
  /// @param plain  what is packed, and dropped then
  /// @param pack   packConv or packTransposed
  template <class Pack>
  const at::Tensor& get(at::Tensor& plain, const ConvShape& shape, const at::Tensor& input,
                        Pack&& pack) const {
    if (allowed_) {
      std::call_once(once_, [&] {
        packed_ = pack(plain, shape, input.sizes());
        plain.reset();
      });
    }
    return packed_;
  }

 private:
  bool allowed_ = false;
  mutable std::once_flag once_;
  mutable at::Tensor packed_;
};

at::Tensor packLinear(const at::Tensor& weight);
at::Tensor linear(const at::Tensor& x, const at::Tensor& packed,
                  const std::optional<at::Tensor>& bias, const Activation& after);
/// linear(x) + other, of the same shape.
at::Tensor linearPlus(const at::Tensor& x, const at::Tensor& other, const at::Tensor& packed,
                      const std::optional<at::Tensor>& bias);

}  // namespace fathom::packed
