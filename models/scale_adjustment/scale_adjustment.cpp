#include "models/scale_adjustment/scale_adjustment.h"

#include <fmt/format.h>

#include "core/error.h"
#include "models/layers/conv.h"
#include "models/layers/shuffle.h"

namespace fathom {
namespace {

const ScaleAdjustmentOptions& checked(const ScaleAdjustmentOptions& options) {
  for (const std::int64_t kernel :
       {options.firstKernel, options.secondKernel, options.upsamplerKernel, options.tailKernel}) {
    if (kernel % 2 == 0) {
      throw BadInput(
          fmt::format("kernels must be odd, or the map would change its size; one is {}", kernel),
          "scale_adjustment");
    }
  }
  return options;
}

}  // namespace

ScaleAdjustment::ScaleAdjustment(const ScaleAdjustmentOptions& options)
    : first_(part<Conv2d>("features.0", 1, checked(options).firstWidth, options.firstKernel)),
      second_(part<Conv2d>("features.2", options.firstWidth, options.secondWidth,
                           options.secondKernel)),
      enlargements_{
          &part<Conv2d>("upsampler.0", options.secondWidth, 4 * options.width,
                        options.upsamplerKernel),
          &part<Conv2d>("upsampler.2", options.width, 4 * options.width, options.upsamplerKernel),
          &part<Conv2d>("upsampler.4", options.width, 4 * options.width, options.upsamplerKernel)},
      tail_(part<Conv2d>("tail", options.width, 1, options.tailKernel)) {}

at::Tensor ScaleAdjustment::operator()(const at::Tensor& depth, const Progress& progress) const {
  progress.at(0);
  at::Tensor x = second_(first_(depth, kRelu), kRelu);
  // The parts of the work are their shares of the multiply-adds.
  double part = 0.05;
  for (const Conv2d* conv : enlargements_) {
    progress.at(part);
    x = pixelShuffle((*conv)(x), 2);
    part = part < 0.1 ? 0.16 : 0.32;
  }
  progress.at(0.95);
  return tail_(x);
}

NamedTensors ScaleAdjustment::forward(const NamedTensors& inputs, const Progress& progress) const {
  return {{"scale", (*this)(imageInput(inputs, "depth", 1), progress)}};
}

void registerScaleAdjustment(Architectures& architectures) {
  const ScaleAdjustmentOptions initial;
  const auto width = [](std::string name, std::string title, std::int64_t value) {
    return Setting{std::move(name), std::move(title), "", "channels", Integer{1, 1024, value}};
  };
  const auto kernel = [](std::string name, std::string title, std::int64_t value) {
    return Setting{std::move(name), std::move(title), "pixels", "an odd number",
                   Integer{1, 15, value}};
  };
  architectures.add(
      {"scale_adjustment",
       "Scale adjustment",
       "Team airia, AIM 2024 challenge on compressed depth upsampling; enlargements after MSRN, "
       "github.com/MIVRC/MSRN-PyTorch",
       {width("first_width", "First width", initial.firstWidth),
        kernel("first_kernel", "First kernel", initial.firstKernel),
        width("second_width", "Second width", initial.secondWidth),
        kernel("second_kernel", "Second kernel", initial.secondKernel),
        width("width", "Width when enlarging", initial.width),
        kernel("upsampler_kernel", "Kernel when enlarging", initial.upsamplerKernel),
        kernel("tail_kernel", "Last kernel", initial.tailKernel)},
       {"depth"},
       {"scale"}},
      [](const Values& values) -> std::unique_ptr<Network> {
        return std::make_unique<ScaleAdjustment>(ScaleAdjustmentOptions{
            integer(values, "first_width"), integer(values, "first_kernel"),
            integer(values, "second_width"), integer(values, "second_kernel"),
            integer(values, "width"), integer(values, "upsampler_kernel"),
            integer(values, "tail_kernel")});
      });
}

}  // namespace fathom
