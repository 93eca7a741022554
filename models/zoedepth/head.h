#pragma once

#include "models/zoedepth/zoedepth.h"

namespace fathom {

/// The metric head: seed bins at the coarsest level, moved by attractors level by level, and a
/// log-binomial distribution over them at each pixel.
struct ZoeDepth::Head : Module {
  struct Bins {
    at::Tensor centres;        ///< N×64, at its level's size or the map's
    at::Tensor probabilities;  ///< N×64×H×W
  };
  Head(std::int64_t features, const Options& options);

  /// Centres are resized to the map's size.
  Bins operator()(const DepthAnythingHead::Taps& taps, const Progress& progress) const;
  /// Expected value over the bins: N×1×H×W metres.
  at::Tensor depth(const Bins& bins) const;

 private:
  struct Projector;
  class LogBinomial;

  /// 64 seed centres for each pixel of the coarsest level, as attractors see them.
  at::Tensor seeds(const at::Tensor& x) const;
  /// The centres at the next level.
  at::Tensor attracted(std::size_t level, const at::Tensor& centres, const at::Tensor& x) const;
  /// What the attractors moved, as metres.
  at::Tensor inMetres(const at::Tensor& centres) const;

  const Options options_;
  const Conv2d& conv2_;
  const Projector& seedNet_;
  const Projector& seedProjector_;
  std::vector<const Projector*> projectors_, attractors_;
  const LogBinomial& distribution_;
};

}  // namespace fathom
