#include "models/raft/raft_du.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include "core/error.h"
#include "models/layers/resize.h"
#include "models/layers/shuffle.h"

namespace fathom {
namespace {

using namespace raft;

constexpr std::int64_t kFactor = 8, kOffsets = 2, kFound = kLevels * kWindow * kWindow;
constexpr std::int64_t kLeastCells = 1 << (kLevels - 1);  // the coarsest scale has one then

void check(const at::Tensor& image, const at::Tensor& depth) {
  const Size high = sizeOf(image), low = sizeOf(depth);
  if (high != Size{low.height * kFactor, low.width * kFactor} || image.size(0) != depth.size(0)) {
    throw BadInput(
        fmt::format("the picture must be 8 times as large as the depth: {} of {}×{} do not go "
                    "with {} of {}×{} (height×width)",
                    image.size(0), high.height, high.width, depth.size(0), low.height, low.width),
        "image");
  }
  if (std::min(low.height, low.width) < kLeastCells) {
    throw BadInput(fmt::format("it must have at least {0}×{0} cells for the coarsest of the {1} "
                               "scales that are compared, it has {2}×{3}",
                               kLeastCells, kLevels, low.height, low.width),
                   "depth");
  }
}

}  // namespace

RaftDu::RaftDu(const RaftDuOptions& options)
    : options_(options),
      context_(part<ContextEncoder>("cnet", 3)),
      imageFeatures_(part<FeatureEncoder>("fnet", 3, 3)),
      depthFeatures_(part<FeatureEncoder>("dnet", 1, 3)),
      contextConvs_(part<ContextConvs>("context_zqr_convs")),
      update_(part<UpdateBlock>("update_block", kFound, kOffsets + 1, kFactor)) {}

at::Tensor RaftDu::operator()(const at::Tensor& image, const at::Tensor& depth,
                              const Progress& progress) const {
  check(image, depth);
  const at::ScalarType type = image.scalar_type();
  const at::Tensor unit = image.mul(2).div(255).sub(1);
  // The parts of the work are their shares of the multiply-adds.
  progress.at(0, "encoding");
  Recurrent recurrent = contextConvs_(context_(unit, progress));
  progress.at(0.25, "encoding");
  const auto correlation = [&] {
    const at::Tensor ofImage = imageFeatures_(unit, progress);
    progress.at(0.38, "encoding");
    const at::Tensor ofDepth = depthFeatures_(bilinear(depth, sizeOf(image), false), progress);
    return planeCorrelation(ofImage, ofDepth, options_.volumeLimit);
  }();
  // Offsets in cells and depth, in float32: a place in the picture needs its bits.
  const at::Tensor low = depth.to(at::kFloat);
  at::Tensor estimate = at::cat(
      {at::zeros({low.size(0), kOffsets, low.size(2), low.size(3)}, low.options()), low}, 1);
  for (std::int64_t i = 0; i < options_.iterations; ++i) {
    progress.at(0.5 + 0.5 * double(i) / double(options_.iterations), "refining");
    const at::Tensor found = (*correlation)(estimate.slice(1, 0, kOffsets), progress);
    progress.checkpoint();
    estimate = estimate.add(update_(recurrent, found.to(type), estimate.to(type)));
  }
  progress.checkpoint();
  const at::Tensor weights = update_.upsamplingWeights(recurrent.states[0]).to(at::kFloat);
  return convexUpsampled(estimate.slice(1, kOffsets), weights, kFactor).to(depth.scalar_type());
}

NamedTensors RaftDu::forward(const NamedTensors& inputs, const Progress& progress) const {
  return {
      {"depth", (*this)(imageInput(inputs, "image", 3), imageInput(inputs, "depth", 1), progress)}};
}

}  // namespace fathom
