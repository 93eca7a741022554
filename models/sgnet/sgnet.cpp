#include "models/sgnet/sgnet.h"

#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include "core/error.h"
#include "models/layers/resize.h"

namespace fathom {
namespace {

using namespace sgnet;

const Activation kAfter = leakyRelu(0.2);

void check(const at::Tensor& image, const at::Tensor& depth, std::int64_t scale) {
  const Size high = sizeOf(image), low = sizeOf(depth);
  if (high != Size{low.height * scale, low.width * scale} || image.size(0) != depth.size(0)) {
    throw BadInput(
        fmt::format("the picture must be {} times as large as the depth: {} of {}×{} do not go "
                    "with {} of {}×{} (height×width)",
                    scale, image.size(0), high.height, high.width, depth.size(0), low.height,
                    low.width),
        "image", fmt::format("For this depth it is {}×{}.", low.height * scale, low.width * scale));
  }
}

}  // namespace

namespace {

/// What comes before a phase keeps PyTorch's own rounding, because a phase near π may jump to −π;
/// what comes after the last one may be faster.
template <class Part>
Part& packing(Part& part) {
  part.mayPack(true);
  return part;
}

}  // namespace

Sgnet::Sgnet(const SgnetOptions& options)
    : options_(options),
      rgbIn_(part<Conv2d>("conv_rgb1", 3, options.features, 3)),
      rgb2_(part<ResBlock>("rgb_rb2", options.features)),
      rgb3_(part<ResBlock>("rgb_rb3", options.features)),
      rgb4_(part<ResBlock>("rgb_rb4", options.features)),
      depthIn_(part<Conv2d>("conv_dp1", 1, options.features, 3)),
      depthWide_(part<Conv2d>("conv_dp2", options.features, 2 * options.features, 3)),
      depth1_(part<ResidualGroup>("dp_rg1", options.features, 16, 6)),
      depth2_(part<ResidualGroup>("dp_rg2", 2 * options.features, 16, 6)),
      depth3_(part<ResidualGroup>("dp_rg3", 2 * options.features, 16, 6)),
      depth4_(part<ResidualGroup>("dp_rg4", 3 * options.features, 16, 6)),
      bridge1_(part<Bridge>("bridge1", options.features, options.features, options.scale,
                            options.deterministicPhase)),
      bridge2_(part<Bridge>("bridge2", 2 * options.features, options.features, options.scale,
                            options.deterministicPhase)),
      bridge3_(part<Bridge>("bridge3", 3 * options.features, options.features, options.scale,
                            options.deterministicPhase)),
      narrow_(part<Conv2d>("c_de", 4 * options.features, 2 * options.features, 1)),
      tail1_(packing(part<ResidualGroup>("tail.0", 3 * options.features, 16, 8))),
      tail2_(packing(part<ResidualGroup>("tail.1", 3 * options.features, 16, 8))),
      tail3_(packing(part<ResidualGroup>("tail.2", 3 * options.features, 16, 8))),
      up_(packing(part<DenseProjection>("upsampler", 3 * options.features, 3 * options.features,
                                        options.scale, Direction::kUp))),
      out1_(packing(part<Conv2d>("last_conv.0", 3 * options.features, options.features, 3))),
      out2_(packing(part<Conv2d>("last_conv.2", options.features, 1, 3))),
      all_(part<Conv2d>("c_rd", 8 * options.features, 3 * options.features, 1)),
      gradient1_(part<Conv2d>("c_grad", 2 * options.features, options.features, 1)),
      gradient2_(part<Conv2d>("c_grad2", 3 * options.features, 2 * options.features, 1)),
      gradient3_(part<Conv2d>("c_grad3", 3 * options.features, 3 * options.features, 1)),
      gradientNet_(part<GradientNet>("gradNet", options.features, options.scale)) {
  mayPack(false);
}

at::Tensor Sgnet::lowFeatures(const at::Tensor& image, const at::Tensor& depth,
                              const at::Tensor& gradients, const Progress& progress) const {
  const auto with = [](const at::Tensor& a, const at::Tensor& b) { return at::cat({a, b}, 1); };
  const at::Tensor in = depthIn_(depth, kAfter);
  const at::Tensor depth1 = depth1_(in, progress.part(0, 0));
  Bridge::Output met = bridge1_(gradient1_(with(depth1, gradients)), rgb2_(rgbIn_(image, kAfter)),
                                progress.part(0, 0.2));
  const at::Tensor depth2 = depth2_(with(depth1, met.depth.add(in)), progress.part(0.2, 0.2));
  met = bridge2_(gradient2_(with(depth2, gradients)), rgb3_(met.rgb), progress.part(0.2, 0.5));
  const at::Tensor depth3 =
      depth3_(narrow_(with(depth2, met.depth.add(depthWide_(in)))), progress.part(0.5, 0.5));
  met = bridge3_(gradient3_(with(depth3, gradients)), rgb4_(met.rgb), progress.part(0.5, 1));
  return depth4_(all_(at::cat({depth1, depth2, depth3, met.depth}, 1)), progress.part(1, 1));
}

at::Tensor Sgnet::enlarged(const at::Tensor& low, const Progress& progress) const {
  at::Tensor high = up_(low, progress);
  high = tail1_(high, progress.part(0, 0.33));
  high = tail2_(high, progress.part(0.33, 0.66));
  high = tail3_(high, progress.part(0.66, 1));
  progress.at(1);
  return out2_(out1_(high, kAfter));
}

Sgnet::Output Sgnet::operator()(const at::Tensor& image, const at::Tensor& depth,
                                const Progress& progress) const {
  check(image, depth, options_.scale);
  // The parts of the work are their shares of the multiply-adds.
  const GradientNet::Output guess = gradientNet_(depth, image, progress.part(0, 0.1));
  const at::Tensor low = lowFeatures(image, depth, guess.features, progress.part(0.1, 0.3));
  const double factor = double(options_.scale);
  const at::Tensor high =
      enlarged(low, progress.part(0.3, 1)).add(bicubic(depth, sizeOf(image), factor, factor));
  return {high, guess.gradient, guess.features};
}

NamedTensors Sgnet::forward(const NamedTensors& inputs, const Progress& progress) const {
  auto [depth, gradient, features] =
      (*this)(imageInput(inputs, "image", 3), imageInput(inputs, "depth", 1), progress);
  return {{"depth", depth}, {"gradient", gradient}, {"gradient_features", features}};
}

}  // namespace fathom
