#pragma once

#include "models/layers/activation.h"
#include "models/layers/module.h"

namespace fathom {

/// How a convolution goes over its input.
struct ConvOptions {
  std::int64_t stride = 1;
  std::int64_t padding = -1;  ///< zeros on every side; −1: kernel/2, which keeps the size
  std::int64_t groups = 1;
  bool bias = true;
};

/// Square 2-D convolution: N×in×H×W to N×out×H'×W'. Keys `weight` (out×in/groups×k×k), `bias`.
class Conv2d : public Module {
 public:
  Conv2d(std::int64_t in, std::int64_t out, std::int64_t kernel, ConvOptions options = {});
  at::Tensor operator()(const at::Tensor& x, const Activation& after = {}) const;
  void prepare() override;

  const Weight& weight;
  const Weight* const bias;  ///< null where it has none

 private:
  at::Tensor counted(const at::Tensor& x) const;

  ConvOptions options_;
  at::Tensor packed_;
};

/// Square transposed convolution. Keys `weight` (in×out×k×k), `bias`.
class ConvTranspose2d : public Module {
 public:
  ConvTranspose2d(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                  std::int64_t padding = 0);
  at::Tensor operator()(const at::Tensor& x, const Activation& after = {}) const;

  const Weight &weight, &bias;

 private:
  std::int64_t stride_, padding_;
};

}  // namespace fathom
