#pragma once

#include "models/layers/activation.h"
#include "models/layers/module.h"
#include "models/layers/packed.h"

namespace fathom {

/// How a convolution goes over its input.
struct ConvOptions {
  std::int64_t stride = 1;
  std::int64_t padding = -1;  ///< zeros on every side; −1: kernel/2, which keeps the size
  std::int64_t groups = 1;
  bool bias = true;
};

/// Square 2-D convolution: N×in×H×W to N×out×H'×W'. Keys `weight` (out×in/groups×k×k), `bias`.
/// Computes in the type of its input: parts that need float32 run so inside a bfloat16 network.
class Conv2d : public Module {
 public:
  Conv2d(std::int64_t in, std::int64_t out, std::int64_t kernel, ConvOptions options = {});
  at::Tensor operator()(const at::Tensor& x, const Activation& after = {}) const;
  /// conv(x) + other.
  at::Tensor plus(const at::Tensor& x, const at::Tensor& other) const;
  /// Multiplies each output by a factor and adds a shift from now on; before prepare().
  void scaleOutputs(const at::Tensor& factors, const at::Tensor& shifts);
  /// Lets the first use pack the weight where that is possible, and drop the plain one then.
  void prepare() override;

 private:
  at::Tensor counted(const at::Tensor& x) const;
  const at::Tensor& packedFor(const at::Tensor& x) const;
  std::optional<at::Tensor> bias() const;

  Weight& weight_;
  const Weight* const bias_;  ///< null where it has none
  at::Tensor shift_;          ///< in place of the bias, once outputs are scaled
  packed::ConvShape shape_;
  packed::FirstUse firstUse_;
};

/// Square transposed convolution. Keys `weight` (in×out×k×k), `bias`.
class ConvTranspose2d : public Module {
 public:
  ConvTranspose2d(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                  std::int64_t padding = 0);
  at::Tensor operator()(const at::Tensor& x, const Activation& after = {}) const;
  void prepare() override;

 private:
  at::Tensor counted(const at::Tensor& x) const;
  const at::Tensor& packedFor(const at::Tensor& x) const;

  Weight& weight_;
  const Weight& bias_;
  packed::ConvShape shape_;
  packed::FirstUse firstUse_;
};

/// A 1×1 convolution by a matrix (out×in) that was computed: counted as a product, no layer.
at::Tensor mixedChannels(const at::Tensor& x, const at::Tensor& matrix);

}  // namespace fathom
