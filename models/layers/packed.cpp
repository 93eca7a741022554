// The operators that PyTorch's own compiler calls; they have no C++ header, so they are looked up
// by name.
#include "models/layers/packed.h"

#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace fathom::packed {
namespace {

using OptionalTensor = std::optional<at::Tensor>;
using Scalars = c10::List<std::optional<at::Scalar>>;
using OptionalText = std::optional<std::string_view>;

template <class Signature>
auto operatorCalled(const char* name, const char* overload = "") {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).typed<Signature>();
}

/// An activation as these operators name it.
struct Fused {
  std::string_view name = "none";
  Scalars scalars;
  OptionalText algorithm;
};

/// Nothing where they cannot do it.
std::optional<Fused> fusedFor(const Activation& after) {
  switch (after.kind) {
    case Activation::kNone:
      return Fused{"none", Scalars(), ""};
    case Activation::kRelu:
      return Fused{"relu", Scalars(), ""};
    case Activation::kSigmoid:
      return Fused{"sigmoid", Scalars(), ""};
    case Activation::kTanh:
      return Fused{"tanh", Scalars(), ""};
    case Activation::kGelu:
      return Fused{"gelu", Scalars(), "none"};
    case Activation::kLeakyRelu: {
      Scalars slope;
      slope.push_back(at::Scalar(after.slope));
      return Fused{"leaky_relu", slope, ""};
    }
    case Activation::kSilu:
      break;
  }
  return std::nullopt;
}

/// Runs with the activation inside where that is possible, else behind.
template <class Run>
at::Tensor withActivation(const Activation& after, Run&& run) {
  if (const auto fused = fusedFor(after)) return run(*fused);
  return activated(run(*fusedFor({})), after);
}

/// oneDNN has no bfloat16 kernels for older processors.
bool hasHalfVectors() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

/// As many values as channels: oneDNN takes the other summand for a bias and has no layout for it.
bool isOnePlace(const at::Tensor& other) {
  return other.dim() == 4 ? other.size(2) * other.size(3) == 1 : other.numel() == other.size(-1);
}

std::vector<std::int64_t> both(std::int64_t value) {
  return {value, value};
}

}  // namespace

bool possible(const at::Tensor& weight) {
  if (!weight.defined() || !weight.device().is_cpu()) return false;
  if (weight.scalar_type() == at::kFloat) return true;
  return weight.scalar_type() == at::kBFloat16 && hasHalfVectors();
}

at::Tensor packConv(const at::Tensor& weight, const ConvShape& shape, at::IntArrayRef input) {
  static const auto op =
      operatorCalled<at::Tensor(const at::Tensor&, at::IntArrayRef, at::IntArrayRef,
                                at::IntArrayRef, std::int64_t, at::OptionalIntArrayRef)>(
          "mkldnn::_reorder_convolution_weight");
  return op.call(weight, both(shape.padding), both(shape.stride), both(1), shape.groups, input);
}

at::Tensor conv(const at::Tensor& x, const at::Tensor& packed, const OptionalTensor& bias,
                const ConvShape& shape, const Activation& after) {
  static const auto op = operatorCalled<at::Tensor(
      const at::Tensor&, const at::Tensor&, const OptionalTensor&, at::IntArrayRef, at::IntArrayRef,
      at::IntArrayRef, std::int64_t, std::string_view, Scalars, OptionalText)>(
      "mkldnn::_convolution_pointwise");
  return withActivation(after, [&](const Fused& fused) {
    return op.call(x, packed, bias, both(shape.padding), both(shape.stride), both(1), shape.groups,
                   fused.name, fused.scalars, fused.algorithm);
  });
}

at::Tensor convPlus(const at::Tensor& x, const at::Tensor& other, const at::Tensor& packed,
                    const OptionalTensor& bias, const ConvShape& shape) {
  if (isOnePlace(other)) return conv(x, packed, bias, shape, {}).add_(other);
  static const auto op = operatorCalled<at::Tensor(
      const at::Tensor&, const at::Tensor&, const at::Tensor&, const OptionalTensor&,
      at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, std::int64_t, std::string_view,
      std::optional<at::Scalar>, OptionalText, Scalars, OptionalText)>(
      "mkldnn::_convolution_pointwise", "binary");
  return op.call(x, other, packed, bias, both(shape.padding), both(shape.stride), both(1),
                 shape.groups, "add", at::Scalar(1.0), std::nullopt, Scalars(), std::nullopt);
}

at::Tensor packTransposed(const at::Tensor& weight, const ConvShape& shape, at::IntArrayRef input) {
  static const auto op = operatorCalled<at::Tensor(
      const at::Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef,
      std::int64_t, at::OptionalIntArrayRef)>("mkldnn::_reorder_convolution_transpose_weight");
  return op.call(weight, both(shape.padding), both(0), both(shape.stride), both(1), shape.groups,
                 input);
}

at::Tensor transposed(const at::Tensor& x, const at::Tensor& packed, const OptionalTensor& bias,
                      const ConvShape& shape, const Activation& after) {
  static const auto op = operatorCalled<at::Tensor(
      const at::Tensor&, const at::Tensor&, const OptionalTensor&, at::IntArrayRef, at::IntArrayRef,
      at::IntArrayRef, at::IntArrayRef, std::int64_t, std::string_view, Scalars, OptionalText)>(
      "mkldnn::_convolution_transpose_pointwise");
  return withActivation(after, [&](const Fused& fused) {
    return op.call(x, packed, bias, both(shape.padding), both(0), both(shape.stride), both(1),
                   shape.groups, fused.name, fused.scalars, fused.algorithm);
  });
}

at::Tensor packLinear(const at::Tensor& weight) {
  static const auto op = operatorCalled<at::Tensor(const at::Tensor&, std::optional<c10::SymInt>)>(
      "mkldnn::_reorder_linear_weight");
  return op.call(weight, std::nullopt);
}

at::Tensor linear(const at::Tensor& x, const at::Tensor& packed, const OptionalTensor& bias,
                  const Activation& after) {
  static const auto op =
      operatorCalled<at::Tensor(const at::Tensor&, const at::Tensor&, const OptionalTensor&,
                                std::string_view, Scalars, OptionalText)>(
          "mkldnn::_linear_pointwise");
  return withActivation(after, [&](const Fused& fused) {
    return op.call(x, packed, bias, fused.name, fused.scalars, fused.algorithm);
  });
}

at::Tensor linearPlus(const at::Tensor& x, const at::Tensor& other, const at::Tensor& packed,
                      const OptionalTensor& bias) {
  if (isOnePlace(other)) return linear(x, packed, bias, {}).add_(other);
  static const auto op =
      operatorCalled<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                                const OptionalTensor&, std::string_view)>(
          "mkldnn::_linear_pointwise", "binary");
  return op.call(x, other, packed, bias, "add");
}

}  // namespace fathom::packed
