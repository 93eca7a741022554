#include "models/raft/raft_stereo.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "models/layers/resize.h"
#include "models/layers/shuffle.h"

namespace fathom {
namespace {

using namespace raft;

constexpr std::int64_t kLeastWidth = 16;  // as the reference: it halves rows four times

at::Tensor unitOf(const at::Tensor& image) {
  return image.div(255).mul(2).sub(1);
}

}  // namespace

RaftStereo::RaftStereo(const RaftStereoOptions& options)
    : options_(options),
      context_(part<ContextEncoder>("cnet", options.downsample)),
      update_(part<UpdateBlock>("update_block", kLevels * kWindow, 2,
                                std::int64_t(1) << options.downsample)),
      contextConvs_(part<ContextConvs>("context_zqr_convs")),
      features_(part<FeatureEncoder>("fnet", 3, options.downsample)) {}

void RaftStereo::check(const at::Tensor& left, const at::Tensor& right) const {
  if (left.sizes() != right.sizes()) {
    throw BadInput(fmt::format("it must be as large as the first picture, {}; it is {}",
                               fmt::join(left.sizes(), "×"), fmt::join(right.sizes(), "×")),
                   "image2");
  }
  const std::int64_t factor = std::int64_t(1) << options_.downsample;
  const Size size = sizeOf(left);
  if (size.height % factor != 0 || size.width % factor != 0 || size.width < kLeastWidth * factor) {
    throw BadInput(fmt::format("its sides must be multiples of {} and its width at least {}, it is "
                               "{}×{} (height×width)",
                               factor, kLeastWidth * factor, size.height, size.width),
                   "image");
  }
}

RaftStereo::Output RaftStereo::operator()(const at::Tensor& left, const at::Tensor& right,
                                          const Progress& progress) const {
  check(left, right);
  const at::ScalarType type = left.scalar_type();
  progress.at(0, "encoding");
  const at::Tensor unit = unitOf(left);
  Recurrent recurrent = contextConvs_(context_(unit, progress));
  progress.at(0.2, "encoding");
  const auto correlation =
      rowCorrelation(features_(unit, progress), features_(unitOf(right), progress));
  const at::Tensor& fine = recurrent.states[0];
  at::Tensor x =
      at::zeros({left.size(0), 1, fine.size(2), fine.size(3)}, left.options().dtype(at::kFloat));
  const auto field = [&] { return at::cat({x, at::zeros_like(x)}, 1); };
  for (std::int64_t i = 0; i < options_.iterations; ++i) {
    progress.at(0.4 + 0.6 * double(i) / double(options_.iterations), "refining");
    const at::Tensor found = (*correlation)(field(), progress);
    // Pictures of a stereo pair differ along the rows only.
    x = x.add(update_(recurrent, found.to(type), field().to(type)).slice(1, 0, 1));
  }
  progress.checkpoint();
  const std::int64_t factor = std::int64_t(1) << options_.downsample;
  const at::Tensor weights = update_.upsamplingWeights(recurrent.states[0]).to(at::kFloat);
  return {field().to(type), convexUpsampled(x.mul(double(factor)), weights, factor).to(type)};
}

NamedTensors RaftStereo::forward(const NamedTensors& inputs, const Progress& progress) const {
  const auto [field, upsampled] =
      (*this)(imageInput(inputs, "image", 3), imageInput(inputs, "image2", 3), progress);
  return {{"field", field}, {"upsampled", upsampled}};
}

}  // namespace fathom
