#pragma once

#include <utility>

#include "models/layers/module.h"

namespace fathom {

/// Over the last dimension. Keys `weight`, `bias` (width).
class LayerNorm : public Module {
 public:
  LayerNorm(std::int64_t width, double epsilon);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Weight &weight_, &bias_;
  double epsilon_;
};

/// Over the channels of each pixel of N×C×H×W (NAFNet's). Keys `weight`, `bias` (C).
class ChannelNorm : public Module {
 public:
  ChannelNorm(std::int64_t channels, double epsilon);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Weight &weight_, &bias_;
  double epsilon_;
};

/// With running statistics, as in eval mode. Keys `weight`, `bias`, `running_mean`,
/// `running_var`, `num_batches_tracked`.
class BatchNorm2d : public Module {
 public:
  explicit BatchNorm2d(std::int64_t channels);
  at::Tensor operator()(const at::Tensor& x) const;
  /// What it does to each channel: factor·x + shift, float32.
  std::pair<at::Tensor, at::Tensor> asLine() const;

 private:
  const Weight &weight_, &bias_, &mean_, &variance_;
};

/// Keys `weight`, `bias` (C).
class GroupNorm : public Module {
 public:
  GroupNorm(std::int64_t groups, std::int64_t channels);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Weight &weight_, &bias_;
  std::int64_t groups_;
};

/// One slope for each channel below zero. Key `weight` (C).
class PRelu : public Module {
 public:
  explicit PRelu(std::int64_t channels) : weight_(parameter("weight", {channels})) {}
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Weight& weight_;
};

/// Each channel of each sample to mean 0 and variance 1 (biased, eps 1e-5); nothing is learned.
at::Tensor instanceNorm(const at::Tensor& x);

}  // namespace fathom
