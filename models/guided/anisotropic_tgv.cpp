#include <ATen/ops/empty_like.h>

#include <algorithm>

#include "models/guided/guide.h"
#include "models/guided/guided_method.h"
#include "models/guided/methods.h"
#include "models/guided/tgv_solver.h"

namespace fathom {
namespace {

/// Values within [0, 1], as the paper has them: its weights are about such.
struct Scale {
  float least, extent;
};

Scale scaleOf(const at::Tensor& values) {
  const auto least = values.min().item<float>(), greatest = values.max().item<float>();
  return {least, std::max(greatest - least, 1e-9F)};
}

at::Tensor solve(const GuidedJob& job, const Values& values, const Progress& progress) {
  const Scale scale = scaleOf(job.start.values);
  const auto scaled = [&](const at::Tensor& map) {
    std::vector<float> result(static_cast<std::size_t>(map.numel()));
    const float* from = map.const_data_ptr<float>();
    std::transform(from, from + map.numel(), result.begin(),
                   [&](float value) { return (value - scale.least) / scale.extent; });
    return result;
  };
  const DenseStart data = dataOf(job, values);
  TgvProblem problem;
  problem.rows = job.size().height;
  problem.columns = job.size().width;
  problem.alpha0 = static_cast<float>(real(values, "alpha0"));
  problem.alpha1 = static_cast<float>(real(values, "alpha1"));
  problem.target = scaled(data.values);
  const auto lambda = static_cast<float>(real(values, "lambda"));
  const float* trust = data.confidence.const_data_ptr<float>();
  for (std::int64_t i = 0; i < data.confidence.numel(); ++i) {
    problem.weight.push_back(lambda * trust[i]);
  }
  setTensor(problem, luminance(job.rgb), real(values, "beta"), real(values, "gamma"));
  const auto iterations = static_cast<int>(integer(values, "iterations"));
  const std::vector<float> u = solveTgv(problem, scaled(job.start.values), iterations, progress).u;
  at::Tensor result = at::empty_like(job.start.values);
  std::transform(u.begin(), u.end(), result.mutable_data_ptr<float>(),
                 [&](float value) { return scale.least + scale.extent * value; });
  return result;
}

}  // namespace

void registerAnisotropicTgv(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "anisotropic_tgv";
  info.title = "Anisotropic TGV";
  info.summary =
      "Piecewise affine depth whose edges lie where the picture's do: total generalised variation "
      "with a diffusion tensor from the luminance, by primal-dual iterations.";
  info.paper =
      "Ferstl, Reinbacher, Ranftl, Rüther, Bischof: Image Guided Depth Upsampling Using "
      "Anisotropic "
      "Total Generalized Variation. ICCV 2013. doi:10.1109/ICCV.2013.127";
  info.fidelity =
      "weights as in the authors' released code; depth is scaled to [0, 1] in the space of the "
      "filter, and the iterations start from the linearly enlarged map";
  info.settings = {
      {"alpha0", "α₀", "", "weight of the second-order part: how affine pieces are",
       Real{0.01, 100, 17, true}},
      {"alpha1", "α₁", "", "weight of the first-order part: how dear an edge is",
       Real{0.001, 100, 1.2, true}},
      {"beta", "β", "", "how much an edge of the picture (white = 1) makes depth edges cheaper",
       Real{0, 100, 9, false}},
      {"gamma", "γ", "", "below 1: weak edges of the picture count nearly as strong ones",
       Real{0.1, 2, 0.85, false}},
      {"lambda", "λ", "", "weight of the data at its pixels", Real{0.01, 1000, 5, true}},
      {"iterations", "Iterations", "", "primal-dual steps", Integer{1, 10000, 300}},
      dataSetting("samples")};
  addGuided(registry, std::move(info), "inverse", solve);
}

}  // namespace fathom
