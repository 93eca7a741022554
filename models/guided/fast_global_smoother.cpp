#include <ATen/ops/empty_like.h>
#include <ATen/ops/where.h>

#include <opencv2/ximgproc/edge_filter.hpp>

#include "models/guided/guided_method.h"
#include "models/guided/methods.h"
#include "models/guided/opencv.h"

namespace fathom {
namespace {

/// Where less confidence than this arrives, the start stays.
constexpr double kLeastWeight = 1e-9;

/// The paper's way with scattered data: smooth confidence·value and confidence, and divide.
at::Tensor filter(const GuidedJob& job, const Values& values, const Progress& progress) {
  const DenseStart data = dataOf(job, values);
  const at::Tensor weighted = data.values.mul(data.confidence);
  at::Tensor sums = at::empty_like(weighted), weights = at::empty_like(weighted);
  runOpenCv("fastGlobalSmootherFilter", [&] {
    const auto smoother = cv::ximgproc::createFastGlobalSmootherFilter(
        interleaved(job.rgb), real(values, "lambda"), 255 * real(values, "sigma"),
        real(values, "attenuation"), static_cast<int>(integer(values, "iterations")));
    cv::Mat smooth;
    for (const auto& [from, to] : {std::pair{&weighted, &sums}, {&data.confidence, &weights}}) {
      progress.checkpoint();
      smoother->filter(viewOf(*from), smooth);
      smooth.copyTo(viewOf(*to));
    }
  });
  return at::where(weights.gt(kLeastWeight), sums.div(weights), data.values);
}

}  // namespace

void registerFastGlobalSmoother(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "fast_global_smoother";
  info.title = "Fast global smoother";
  info.summary =
      "Weighted least squares, solved along rows and columns in turn: global, and as fast as a "
      "local filter.";
  info.paper =
      "Min, Choi, Lu, Ham, Sohn, Do: Fast Global Image Smoothing Based on Weighted Least Squares. "
      "IEEE Transactions on Image Processing 23(12), 2014. doi:10.1109/TIP.2014.2366600";
  info.followsSliders = true;
  info.settings = {
      {"lambda", "λ", "", "how much smoothness weighs beside the data; the paper's 30²",
       Real{1, 1e5, 900, true}},
      {"sigma", "σ colour", "", "difference of colours (white = 1) at which smoothing ebbs away",
       Real{0.002, 1, 0.03, true}},
      {"attenuation", "Attenuation", "", "of λ from one iteration to the next",
       Real{0.05, 1, 0.25, false}},
      {"iterations", "Iterations", "", "over rows and columns", Integer{1, 10, 3}},
      dataSetting("samples")};
  addGuided(registry, std::move(info), "inverse", filter);
}

}  // namespace fathom
