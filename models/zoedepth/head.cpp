#include "models/zoedepth/head.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/full.h>
#include <ATen/ops/log.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/zeros_like.h>

#include "models/layers/resize.h"

namespace fathom {
namespace {

constexpr std::int64_t kBins = 64, kEmbedding = 128, kHidden = 128, kSeedHidden = 256;
constexpr std::int64_t kAttractors[] = {16, 8, 4, 1};
// The published configurations say 1000, but the layers are called without it.
constexpr double kAttraction = 300;
constexpr double kLeastTemperature = 0.0212, kGreatestTemperature = 50;
constexpr double kProbabilityFloor = 1e-4, kWidthFloor = 1e-3;

}  // namespace

/// Two 1×1 convolutions with a ReLU between.
struct ZoeDepth::Head::Projector : Module {
  Projector(std::int64_t in, std::int64_t hidden, std::int64_t out)
      : first(part<Conv2d>("_net.0", in, hidden, 1)),
        second(part<Conv2d>("_net.2", hidden, out, 1)) {}
  at::Tensor operator()(const at::Tensor& x) const { return second(first(x, kRelu)); }
  const Conv2d &first, &second;
};

/// A distribution over the bins from two numbers at each pixel, probability and temperature.
class ZoeDepth::Head::LogBinomial : public Module {
 public:
  explicit LogBinomial(std::int64_t in)
      : index_(constant("log_binomial_transform.k_idx",
                        at::arange(kBins, at::kLong).view({1, kBins, 1, 1}))),
        last_(constant("log_binomial_transform.K_minus_1",
                       at::full({1, 1, 1, 1}, double(kBins - 1), at::kFloat))),
        mlp0_(part<Conv2d>("mlp.0", in, in / 2, 1)),
        mlp2_(part<Conv2d>("mlp.2", in / 2, 4, 1)) {}

  at::Tensor operator()(const at::Tensor& x) const {
    // Four numbers at each pixel: in full precision, whatever the network's.
    const at::Tensor four = at::softplus(mlp2_(mlp0_(x, kGelu)).to(at::kFloat)) + kProbabilityFloor;
    const auto share = [&](std::int64_t of) {
      const at::Tensor a = four.slice(1, of, of + 1), b = four.slice(1, of + 1, of + 2);
      return a / (a + b);
    };
    const at::Tensor temperature =
        share(2) * (kGreatestTemperature - kLeastTemperature) + kLeastTemperature;
    const at::Tensor p = share(0);
    const at::Tensor k = index_.value;
    const at::Tensor y = logBinomial() + k * at::log(at::clamp(p, kProbabilityFloor, 1)) +
                         (double(kBins - 1) - k) * at::log(at::clamp(1 - p, kProbabilityFloor, 1));
    return at::softmax(y / temperature, 1);
  }

 private:
  /// Stirling's approximation, with the reference's guards.
  at::Tensor logBinomial() const {
    const at::Tensor n = last_.value.to(at::kFloat) + 1e-7;
    const at::Tensor k = index_.value + 1e-7;
    return n * at::log(n) - k * at::log(k) - (n - k) * at::log(n - k + 1e-7);
  }

  const Weight &index_, &last_;
  const Conv2d &mlp0_, &mlp2_;
};

ZoeDepth::Head::Head(std::int64_t features, const Options& options)
    : options_(options),
      conv2_(part<Conv2d>("conv2", features, features, 1)),
      seedNet_(part<Projector>("seed_bin_regressor", features, kSeedHidden, kBins)),
      seedProjector_(part<Projector>("seed_projector", features, kHidden, kEmbedding)),
      projectors_(parts<Projector>("projectors", 4, features, kHidden, kEmbedding)),
      attractors_([&] {
        std::vector<const Projector*> made;
        for (const std::int64_t count : kAttractors) {
          made.push_back(&part<Projector>("attractors." + std::to_string(made.size()), kEmbedding,
                                          kHidden, options.normed ? 2 * count : count));
        }
        return made;
      }()),
      distribution_(part<LogBinomial>("conditional_log_binomial", 33 + kEmbedding)) {}

at::Tensor ZoeDepth::Head::seeds(const at::Tensor& x) const {
  const at::Tensor raw = seedNet_(x);
  if (!options_.normed) return at::softplus(raw);
  const at::Tensor floored = at::relu(raw) + kWidthFloor;
  const at::Tensor widths =
      floored / floored.sum(1, true) * (options_.maxDepth - options_.minDepth);
  const at::Tensor edges =
      at::cumsum(at::constant_pad_nd(widths, {0, 0, 0, 0, 1, 0}, options_.minDepth), 1);
  const at::Tensor centres = (edges.slice(1, 0, kBins) + edges.slice(1, 1)) * 0.5;
  return (centres - options_.minDepth) / (options_.maxDepth - options_.minDepth);
}

at::Tensor ZoeDepth::Head::attracted(std::size_t level, const at::Tensor& centres,
                                     const at::Tensor& x) const {
  at::Tensor points = (*attractors_[level])(x);
  if (options_.normed) {
    // The reference normalises pairs and then keeps the first of each, not normalised.
    points = at::relu(points) + kWidthFloor;
    points = points.view({points.size(0), -1, 2, points.size(2), points.size(3)}).select(2, 0);
  } else {
    points = at::softplus(points);
  }
  const at::Tensor before = bilinear(centres, sizeOf(x), true);
  at::Tensor shift = at::zeros_like(before);
  for (std::int64_t i = 0; i < points.size(1); ++i) {
    const at::Tensor apart = points.slice(1, i, i + 1) - before;
    shift += apart / (apart * apart * kAttraction + 1);
  }
  return before + shift / double(points.size(1));
}

at::Tensor ZoeDepth::Head::inMetres(const at::Tensor& centres) const {
  if (!options_.normed) return centres;
  const at::Tensor scaled = centres * (options_.maxDepth - options_.minDepth) + options_.minDepth;
  return at::clamp(std::get<0>(at::sort(scaled, 1)), options_.minDepth, options_.maxDepth);
}

ZoeDepth::Head::Bins ZoeDepth::Head::operator()(const DepthAnythingHead::Taps& taps,
                                                const Progress& progress) const {
  const at::Tensor x = conv2_(taps.level4);
  at::Tensor centres = seeds(x);
  at::Tensor embedding = seedProjector_(x);
  for (std::size_t i = 0; i < projectors_.size(); ++i) {
    progress.at(double(i) / 5, "metric bins");
    const at::Tensor projected = (*projectors_[i])(taps.fused[i]);
    const at::Tensor joined = projected + bilinear(embedding, sizeOf(projected), true);
    centres = attracted(i, centres, joined);
    embedding = projected;
  }
  progress.at(0.8, "metric bins");
  const Size size = sizeOf(taps.hidden);
  const at::Tensor last =
      at::cat({taps.hidden, bilinear(taps.depth, size, true), bilinear(embedding, size, true)}, 1);
  return {bilinear(inMetres(centres), size, true), distribution_(last)};
}

at::Tensor ZoeDepth::Head::depth(const Bins& bins) const {
  return (bins.probabilities * bins.centres).sum(1, true);
}

}  // namespace fathom
