#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>

#include "models/guided/grid_system.h"
#include "models/guided/guide.h"
#include "models/guided/guided_method.h"
#include "models/guided/methods.h"

namespace fathom {
namespace {

/// Farbman's ties: λ / (|difference of log-luminance|^α + ε).
GridSystem systemOf(const GuidedJob& job, const Values& values) {
  const Size size = job.size();
  const DenseStart data = dataOf(job, values);
  const auto copy = [](const at::Tensor& map) {
    const float* from = map.const_data_ptr<float>();
    return std::vector<float>(from, from + map.numel());
  };
  GridSystem system{size.height, size.width, copy(data.confidence), copy(data.values), {}, {}};
  std::vector<float> guide = luminance(job.rgb);
  for (float& level : guide) level = std::log(std::max(level, 1.0F / 255));
  const double lambda = real(values, "lambda"), alpha = real(values, "alpha");
  const double epsilon = real(values, "epsilon");
  const auto tie = [&](std::size_t a, std::size_t b) {
    const double step = std::abs(double(guide[a]) - double(guide[b]));
    return static_cast<float>(lambda / (std::pow(step, alpha) + epsilon));
  };
  const auto columns = static_cast<std::size_t>(size.width), count = guide.size();
  system.east.assign(count, 0.0F);
  system.south.assign(count, 0.0F);
  for (std::size_t i = 0; i < count; ++i) {
    if ((i + 1) % columns != 0) system.east[i] = tie(i, i + 1);
    if (i + columns < count) system.south[i] = tie(i, i + columns);
  }
  return system;
}

at::Tensor solve(const GuidedJob& job, const Values& values, const Progress& progress) {
  const GridSystem system = systemOf(job, values);
  const float* start = job.start.values.const_data_ptr<float>();
  std::vector<float> u(start, start + job.start.values.numel());
  solveGrid(system, u, {static_cast<int>(integer(values, "iterations")), real(values, "tolerance")},
            progress);
  at::Tensor result = at::empty_like(job.start.values);
  std::ranges::copy(u, result.mutable_data_ptr<float>());
  return result;
}

}  // namespace

void registerWeightedLeastSquares(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "weighted_least_squares";
  info.title = "Weighted least squares";
  info.summary =
      "The map that is closest to the cells and smooth wherever the luminance is: one sparse "
      "linear "
      "system over the whole picture.";
  info.paper =
      "Farbman, Fattal, Lischinski, Szeliski: Edge-Preserving Decompositions for Multi-Scale Tone "
      "and Detail Manipulation. ACM Transactions on Graphics 27(3), 2008. "
      "doi:10.1145/1360612.1360666; for depth: Diebel, Thrun: An Application of Markov Random "
      "Fields to Range Sensing. NIPS 2005";
  info.settings = {
      {"lambda", "λ", "", "how much smoothness weighs beside the data", Real{1e-4, 100, 1, true}},
      {"alpha", "α", "", "how sharply a step of luminance breaks the smoothness",
       Real{0.5, 3, 1.2, false}},
      {"epsilon", "ε", "", "keeps the ties of equal pixels finite", Real{1e-6, 0.1, 1e-4, true}},
      {"iterations", "Iterations", "", "of conjugate gradients, at most", Integer{1, 1000, 100}},
      {"tolerance", "Tolerance", "", "of the residual, at which the iterations end",
       Real{1e-7, 1e-2, 1e-4, true}},
      dataSetting("dense")};
  addGuided(registry, std::move(info), "inverse", solve);
}

}  // namespace fathom
