#pragma once

#include "models/layers/activation.h"
#include "models/layers/module.h"

namespace fathom {

/// …×in to …×out. Keys `weight` (out×in), `bias`.
class Linear : public Module {
 public:
  Linear(std::int64_t in, std::int64_t out, bool bias = true);
  at::Tensor operator()(const at::Tensor& x, const Activation& after = {}) const;
  /// linear(x) + other, of the same shape.
  at::Tensor plus(const at::Tensor& x, const at::Tensor& other) const;
  /// Multiplies each output by a factor from now on; before prepare().
  void scaleOutputs(const at::Tensor& factors);
  /// Packs the weight where that is possible, and drops the plain one then.
  void prepare() override;

 private:
  at::Tensor counted(const at::Tensor& x) const;

  Weight& weight_;
  Weight* const bias_;  ///< null where it has none
  at::Tensor packed_;
};

/// Two linear layers with an exact GELU between. Keys `fc1.*`, `fc2.*`.
class Mlp : public Module {
 public:
  Mlp(std::int64_t width, std::int64_t hidden);
  Mlp(std::int64_t in, std::int64_t hidden, std::int64_t out);
  at::Tensor operator()(const at::Tensor& x) const { return fc2_(fc1_(x, kGelu)); }
  /// mlp(x) + other.
  at::Tensor plus(const at::Tensor& x, const at::Tensor& other) const {
    return fc2_.plus(fc1_(x, kGelu), other);
  }
  /// See Linear.
  void scaleOutputs(const at::Tensor& factors) { fc2_.scaleOutputs(factors); }

 private:
  const Linear& fc1_;
  Linear& fc2_;
};

}  // namespace fathom
