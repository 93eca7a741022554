#include "models/raft/correlation.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/layers/attention.h"

namespace fathom::raft {
namespace {

using Pyramid = std::array<at::Tensor, kLevels>;

/// Grids of x and y: h×w×2, from `first` on.
at::Tensor gridOf(std::int64_t height, std::int64_t width, std::int64_t first,
                  const at::Tensor& like) {
  const at::Tensor ys = at::arange(first, first + height, like.options());
  const at::Tensor xs = at::arange(first, first + width, like.options());
  const std::vector<at::Tensor> grids = at::meshgrid({ys, xs}, "ij");
  return at::stack({grids[1], grids[0]}, -1);
}

/// Where each cell looks: N×h×w×2 in cells of the other picture.
at::Tensor placesOf(const at::Tensor& offsets) {
  return offsets.permute({0, 2, 3, 1}).add(gridOf(offsets.size(2), offsets.size(3), 0, offsets));
}

/// From cells to what grid_sampler takes. A side of one cell has no scale: everything falls on it.
at::Tensor normalised(const at::Tensor& cells, std::int64_t side) {
  return cells.mul(2).div_(double(std::max<std::int64_t>(side - 1, 1))).sub_(1);
}

at::Tensor sampled(const at::Tensor& maps, const at::Tensor& cells) {
  constexpr std::int64_t kBilinear = 0, kZeros = 0;
  const at::Tensor grid = at::stack({normalised(cells.select(-1, 0), maps.size(3)),
                                     normalised(cells.select(-1, 1), maps.size(2))},
                                    -1);
  return at::grid_sampler(maps, grid, kBilinear, kZeros, true);
}

/// N×D×h×w to N×(h·w)×D, scaled so that products of it are correlations.
at::Tensor queries(const at::Tensor& features) {
  return features.to(at::kFloat)
      .div(std::sqrt(double(features.size(1))))
      .flatten(2)
      .transpose(1, 2);
}

Pyramid pyramidOf(at::Tensor finest, at::IntArrayRef step) {
  Pyramid levels{std::move(finest)};
  for (std::size_t i = 1; i < kLevels; ++i) levels[i] = at::avg_pool2d(levels[i - 1], step, step);
  return levels;
}

at::Tensor asChannels(const std::vector<at::Tensor>& levels) {
  return at::cat(levels, -1).permute({0, 3, 1, 2});
}

/// All products, made once.
class PlaneVolume : public Correlation {
 public:
  PlaneVolume(const at::Tensor& first, const at::Tensor& second) {
    const std::int64_t cells = first.size(0) * first.size(2) * first.size(3);
    const at::Tensor volume = product(queries(first), second.to(at::kFloat).flatten(2));
    levels_ = pyramidOf(volume.reshape({cells, 1, second.size(2), second.size(3)}), {2, 2});
  }

  at::Tensor operator()(const at::Tensor& offsets, const Progress& progress) const override {
    const std::int64_t n = offsets.size(0), height = offsets.size(2), width = offsets.size(3);
    const at::Tensor places = placesOf(offsets).reshape({n * height * width, 1, 1, 2});
    const at::Tensor window = gridOf(kWindow, kWindow, -kRadius, offsets);
    std::vector<at::Tensor> found;
    for (int i = 0; i < kLevels; ++i) {
      progress.checkpoint();
      const at::Tensor cells = places.div(double(1 << i)).add(window);
      found.push_back(sampled(levels_[std::size_t(i)], cells).reshape({n, height, width, -1}));
    }
    return asChannels(found);
  }

 private:
  Pyramid levels_;
};

/// Products of what is looked up. Averages of products are products with averages.
class PlaneOnTheFly : public Correlation {
 public:
  PlaneOnTheFly(const at::Tensor& first, const at::Tensor& second)
      : queries_(queries(first)), levels_(pyramidOf(second.to(at::kFloat), {2, 2})) {}

  at::Tensor operator()(const at::Tensor& offsets, const Progress& progress) const override {
    const std::int64_t n = offsets.size(0), height = offsets.size(2), width = offsets.size(3);
    const at::Tensor places = placesOf(offsets).reshape({n, height * width, 1, 2});
    const at::Tensor window =
        gridOf(kWindow, kWindow, -kRadius, offsets).reshape({1, kWindow * kWindow, 2});
    std::vector<at::Tensor> found;
    for (int i = 0; i < kLevels; ++i) {
      const at::Tensor cells = places.div(double(1 << i)).add(window);
      std::vector<at::Tensor> samples;
      for (std::int64_t sample = 0; sample < n; ++sample) {
        samples.push_back(lookedUp(sample, levels_[std::size_t(i)], cells, progress));
      }
      found.push_back(at::stack(samples).reshape({n, height, width, -1}));
    }
    return asChannels(found);
  }

 private:
  /// Cells×(9·9) of one sample.
  at::Tensor lookedUp(std::int64_t sample, const at::Tensor& level, const at::Tensor& cells,
                      const Progress& progress) const {
    constexpr std::int64_t kChunk = 1024;  // a lookup holds 2 × 83 kB for each cell
    const at::Tensor queries = queries_.select(0, sample), places = cells.select(0, sample);
    const at::Tensor features = level.select(0, sample).unsqueeze(0);
    std::vector<at::Tensor> chunks;
    for (std::int64_t begin = 0; begin < places.size(0); begin += kChunk) {
      progress.checkpoint();
      const std::int64_t end = std::min(begin + kChunk, places.size(0));
      const at::Tensor there =
          sampled(features, places.slice(0, begin, end).unsqueeze(0)).select(0, 0);
      chunks.push_back(
          product(queries.slice(0, begin, end).unsqueeze(1), there.permute({1, 0, 2})).squeeze(1));
    }
    return at::cat(chunks);
  }

  at::Tensor queries_;  // N×(h·w)×D
  Pyramid levels_;      // N×D×h×w …
};

class RowVolume : public Correlation {
 public:
  RowVolume(const at::Tensor& first, const at::Tensor& second) {
    // Rows are a batch of their own: N×h×w×D by N×h×D×w.
    const at::Tensor volume =
        product(first.to(at::kFloat).div(std::sqrt(double(first.size(1)))).permute({0, 2, 3, 1}),
                second.to(at::kFloat).permute({0, 2, 1, 3}));
    levels_ = pyramidOf(volume.reshape({-1, 1, 1, second.size(3)}), {1, 2});
  }

  at::Tensor operator()(const at::Tensor& offsets, const Progress& progress) const override {
    const std::int64_t n = offsets.size(0), height = offsets.size(2), width = offsets.size(3);
    const at::Tensor places = placesOf(offsets).select(-1, 0).reshape({-1, 1, 1});
    const at::Tensor window = at::arange(-kRadius, kRadius + 1, offsets.options());
    std::vector<at::Tensor> found;
    for (int i = 0; i < kLevels; ++i) {
      progress.checkpoint();
      const at::Tensor xs = places.div(double(1 << i)).add(window);
      const at::Tensor cells = at::stack({xs, at::zeros_like(xs)}, -1);
      found.push_back(sampled(levels_[std::size_t(i)], cells).reshape({n, height, width, -1}));
    }
    return asChannels(found);
  }

 private:
  Pyramid levels_;
};

}  // namespace

std::unique_ptr<Correlation> planeCorrelation(const at::Tensor& first, const at::Tensor& second,
                                              double volumeLimit) {
  const double cells = double(first.size(2) * first.size(3));
  const double bytes = double(first.size(0)) * cells * cells * sizeof(float) * 4 / 3;
  if (bytes > volumeLimit) return std::make_unique<PlaneOnTheFly>(first, second);
  return std::make_unique<PlaneVolume>(first, second);
}

std::unique_ptr<Correlation> rowCorrelation(const at::Tensor& first, const at::Tensor& second) {
  return std::make_unique<RowVolume>(first, second);
}

}  // namespace fathom::raft
