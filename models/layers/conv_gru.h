#pragma once

#include "models/layers/conv.h"

namespace fathom {

/// A gated recurrent unit of 3×3 convolutions. Keys `convz`, `convr`, `convq`.
class ConvGru : public Module {
 public:
  ConvGru(std::int64_t hidden, std::int64_t in);

  /// Added before the gates and the candidate: N×hidden×H×W each.
  struct Context {
    at::Tensor z, r, q;
  };
  /// The next state from this one (N×hidden×H×W) and an input (N×in×H×W).
  at::Tensor operator()(const at::Tensor& state, const at::Tensor& x, const Context& context) const;

 private:
  const Conv2d &z_, &r_, &q_;
};

}  // namespace fathom
