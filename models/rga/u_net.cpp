#include "models/rga/u_net.h"

#include <ATen/ops/cat.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "models/layers/adain.h"
#include "models/layers/resize.h"

namespace fathom {
namespace {

constexpr std::int64_t kLeastSide = 32;
constexpr std::int64_t kInputs = 4;  // RGB and a depth

void checkSizes(const at::Tensor& image, const at::Tensor& other, const char* name) {
  if (other.size(0) == image.size(0) && sizeOf(other) == sizeOf(image)) return;
  throw BadInput(fmt::format("it must have the picture's batch and size, it is {} beside {}",
                             fmt::join(other.sizes(), "×"), fmt::join(image.sizes(), "×")),
                 name);
}

void checkSides(Size size) {
  if (size.height >= kLeastSide && size.width >= kLeastSide) return;
  throw BadInput(fmt::format("the picture is {}×{} (height×width); below {} pixels a side too "
                             "little is left at the deepest level, a sixteenth of it, to take the "
                             "statistics of",
                             size.height, size.width, kLeastSide),
                 "image", "Pad or enlarge the picture.");
}

at::Tensor introduced(const Conv2d& intro, const at::Tensor& image, const at::Tensor& depth) {
  return intro(paddedToMultiple(at::cat({image, depth}, 1), NafShape::kMultiple)
                   .contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace

RgaUNet::RgaUNet(const NafShape& shape) {
  const auto channels = [&shape](std::size_t level) { return shape.width << level; };
  relative_.intro = &part<Conv2d>("intro_rel", kInputs, shape.width, 3);
  measured_.intro = &part<Conv2d>("intro_lr", kInputs, shape.width, 3);
  // Every kind of part for all stages, then the next kind: the order of the state dict.
  const auto encoders = [&](Encoder& encoder, const char* name) {
    for (std::size_t s = 0; s < kStages; ++s) {
      encoder.blocks[s] =
          &part<NafBlocks>(fmt::format("{}.{}", name, s), channels(s), shape.encoder[s]);
    }
  };
  const auto downs = [&](Encoder& encoder, const char* name) {
    for (std::size_t s = 0; s < kStages; ++s) {
      encoder.downs[s] = &part<Conv2d>(fmt::format("{}.{}", name, s), channels(s), channels(s + 1),
                                       2, ConvOptions{2, 0});
    }
  };
  encoders(relative_, "enc_rel");
  encoders(measured_, "enc_lr");
  downs(relative_, "down_rel");
  downs(measured_, "down_lr");
  for (std::size_t s = 0; s <= kStages; ++s) {
    fuse_[s] = &part<Conv2d>(fmt::format("fuse.{}", s), channels(s), channels(s), 1);
  }
  middle_ = &part<NafBlocks>("middle", channels(kStages), shape.middle);
  for (std::size_t s = 0; s < kStages; ++s) {
    ups_[s] = &part<NafUp>(fmt::format("ups.{}", s), channels(kStages - s));
  }
  for (std::size_t s = 0; s < kStages; ++s) {
    decoders_[s] = &part<NafBlocks>(fmt::format("decoders.{}", s), channels(kStages - s - 1),
                                    shape.decoder[s]);
  }
  ending_ = &part<Conv2d>("ending", shape.width, 1, 3);
}

at::Tensor RgaUNet::fused(std::size_t level, const at::Tensor& relative,
                          const at::Tensor& depth) const {
  return (*fuse_[level])(adain(relative, depth));
}

at::Tensor RgaUNet::decoded(at::Tensor x, std::array<at::Tensor, kStages>& skips,
                            const Progress& progress) const {
  constexpr double kBegin[] = {0, 0.1, 0.25, 0.5, 0.95};
  for (std::size_t s = 0; s < kStages; ++s) {
    const Progress part = progress.part(kBegin[s], kBegin[s + 1]);
    part.checkpoint();
    at::Tensor& skip = skips[kStages - 1 - s];
    x = (*decoders_[s])((*ups_[s])(x).add(skip), part);
    skip.reset();  // the largest maps of all: not to be kept longer than needed
  }
  progress.at(0.95);
  return x;
}

at::Tensor RgaUNet::predict(const at::Tensor& image, const at::Tensor& relative,
                            const at::Tensor& depth, const Progress& progress) const {
  checkSides(sizeOf(image));
  checkSizes(image, relative, "rel");
  checkSizes(image, depth, "depth");
  at::Tensor r = introduced(*relative_.intro, image, relative);
  at::Tensor m = introduced(*measured_.intro, image, depth);
  std::array<at::Tensor, kStages> skips;
  constexpr double kBegin[] = {0, 0.3, 0.5, 0.65, 0.75};
  for (std::size_t s = 0; s < kStages; ++s) {
    const Progress stage = progress.part(kBegin[s], kBegin[s + 1]);
    r = (*relative_.blocks[s])(r, stage.part(0, 0.45));
    m = (*measured_.blocks[s])(m, stage.part(0.45, 0.9));
    stage.at(0.9);
    skips[s] = fused(s, r, m);
    r = (*relative_.downs[s])(r);
    m = (*measured_.downs[s])(m);
  }
  const at::Tensor deepest = (*middle_)(fused(kStages, r, m), progress.part(0.75, 0.77));
  const at::Tensor x = decoded(deepest, skips, progress.part(0.77, 1));
  return cropped((*ending_)(x), sizeOf(image));
}

NamedTensors RgaUNet::forward(const NamedTensors& inputs, const Progress& progress) const {
  return {{"depth", predict(imageInput(inputs, "image", 3), imageInput(inputs, "rel", 1),
                            imageInput(inputs, "depth", 1), progress)}};
}

void registerRgaUNet(Architectures& architectures) {
  architectures.add(
      {"rga_unet",
       "RGA U-Net with AdaIN",
       "Conde et al., Compressed Depth Map Super-Resolution and Restoration: AIM 2024 "
       "Challenge Results, team RGA Inc.; a design that fits the report",
       nafSettings(RgaUNet::kShape),
       {"image", "rel", "depth"},
       {"depth"}},
      [](const Values& values) { return std::make_unique<RgaUNet>(nafShapeOf(values)); });
}

}  // namespace fathom
