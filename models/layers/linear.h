#pragma once

#include "models/layers/activation.h"
#include "models/layers/module.h"

namespace fathom {

/// …×in to …×out. Keys `weight` (out×in), `bias`.
class Linear : public Module {
 public:
  Linear(std::int64_t in, std::int64_t out, bool bias = true);
  at::Tensor operator()(const at::Tensor& x, const Activation& after = {}) const;

  const Weight& weight;
  const Weight* const bias;  ///< null where it has none
};

/// Two linear layers with an exact GELU between. Keys `fc1.*`, `fc2.*`.
class Mlp : public Module {
 public:
  Mlp(std::int64_t width, std::int64_t hidden);
  Mlp(std::int64_t in, std::int64_t hidden, std::int64_t out);
  at::Tensor operator()(const at::Tensor& x) const { return fc2_(fc1_(x, kGelu)); }

 private:
  const Linear &fc1_, &fc2_;
};

}  // namespace fathom
