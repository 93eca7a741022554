#pragma once

#include "core/progress.h"
#include "models/layers/conv.h"

namespace fathom::sgnet {

/// An invertible mixing of channels, kept as the factors of its matrix. Keys `l`, `log_s`, `u`,
/// `p`, `sign_s`.
class InvertibleMixing : public Module {
 public:
  explicit InvertibleMixing(std::int64_t channels);
  at::Tensor operator()(const at::Tensor& x) const;
  /// The matrix of this type, out×in: p·(l + 1)·(u + diag(±s)).
  at::Tensor matrix(at::ScalarType type) const;

 private:
  const Weight &l_, &logS_, &u_, &p_, &signS_;
};

/// Two 3×3 convolutions beside a 1×1. Keys `identity`, `conv_1`, `conv_2`.
class UNetConvBlock : public Module {
 public:
  UNetConvBlock(std::int64_t in, std::int64_t out);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Conv2d &identity_, &first_, &second_;
};

/// Three steps, the last seeing all before it. Keys `conv1`, `conv2`, `conv3`.
class DenseBlock : public Module {
 public:
  DenseBlock(std::int64_t in, std::int64_t out);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const UNetConvBlock &first_, &second_;
  const Conv2d& third_;
};

/// An invertible coupling: the first `split` channels are shifted by the others, which they then
/// scale and shift. Keys `F`, `G`, `H`, `invconv`.
class InvBlock : public Module {
 public:
  InvBlock(std::int64_t channels, std::int64_t split);
  at::Tensor operator()(const at::Tensor& x, const Progress& progress) const;

 private:
  std::int64_t split_;
  const DenseBlock &f_, &g_, &h_;
  const InvertibleMixing& mixing_;
};

}  // namespace fathom::sgnet
