#include "models/rga/nafnet.h"

#include <fmt/format.h>

#include "models/layers/adain.h"
#include "models/layers/resize.h"

namespace fathom {
namespace {

constexpr std::int64_t kColours = 3;
constexpr const char* kSource =
    "Chen et al., Simple Baselines for Image Restoration (ECCV 2022); megvii-research/NAFNet";

class NafBlockAlone : public Network {
 public:
  explicit NafBlockAlone(std::int64_t channels)
      : channels_(channels), block_(part<NafBlock>("", channels)) {}

  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override {
    progress.checkpoint();
    return {{"out", block_(imageInput(inputs, "image", channels_))}};
  }

 private:
  std::int64_t channels_;
  const NafBlock& block_;
};

class AdainAlone : public Network {
 public:
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override {
    progress.checkpoint();
    return {{"out", adain(imageInput(inputs, "content", 0), imageInput(inputs, "style", 0))}};
  }
};

}  // namespace

NafNet::NafNet(const NafShape& shape) {
  const auto channels = [&shape](std::size_t level) { return shape.width << level; };
  intro_ = &part<Conv2d>("intro", kColours, shape.width, 3);
  ending_ = &part<Conv2d>("ending", shape.width, kColours, 3);
  // Every kind of part for all stages, then the next kind: the order of the state dict.
  for (std::size_t s = 0; s < kStages; ++s) {
    encoders_[s] = &part<NafBlocks>(fmt::format("encoders.{}", s), channels(s), shape.encoder[s]);
  }
  for (std::size_t s = 0; s < kStages; ++s) {
    decoders_[s] = &part<NafBlocks>(fmt::format("decoders.{}", s), channels(kStages - s - 1),
                                    shape.decoder[s]);
  }
  middle_ = &part<NafBlocks>("middle_blks", channels(kStages), shape.middle);
  for (std::size_t s = 0; s < kStages; ++s) {
    ups_[s] = &part<NafUp>(fmt::format("ups.{}", s), channels(kStages - s));
  }
  for (std::size_t s = 0; s < kStages; ++s) {
    downs_[s] = &part<Conv2d>(fmt::format("downs.{}", s), channels(s), channels(s + 1), 2,
                              ConvOptions{2, 0});
  }
}

at::Tensor NafNet::predict(const at::Tensor& image, const Progress& progress) const {
  const at::Tensor padded =
      paddedToMultiple(image, NafShape::kMultiple).contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor x = (*intro_)(padded);
  std::array<at::Tensor, kStages> skips;
  for (std::size_t s = 0; s < kStages; ++s) {
    const double from = 0.1 * double(s);
    skips[s] = (*encoders_[s])(x, progress.part(from, from + 0.1));
    x = (*downs_[s])(skips[s]);
  }
  x = (*middle_)(x, progress.part(0.4, 0.6));
  for (std::size_t s = 0; s < kStages; ++s) {
    const double from = 0.6 + 0.09 * double(s);
    at::Tensor& skip = skips[kStages - 1 - s];
    x = (*decoders_[s])((*ups_[s])(x).add(skip), progress.part(from, from + 0.09));
    skip.reset();  // the largest maps of all: not to be kept longer than needed
  }
  progress.at(0.96);
  return cropped((*ending_)(x).add(padded), sizeOf(image));
}

NamedTensors NafNet::forward(const NamedTensors& inputs, const Progress& progress) const {
  return {{"out", predict(imageInput(inputs, "image", kColours), progress)}};
}

void registerNafNet(Architectures& architectures) {
  architectures.add(
      {"nafnet", "NAFNet", kSource, nafSettings(NafNet::kShape), {"image"}, {"out"}},
      [](const Values& values) { return std::make_unique<NafNet>(nafShapeOf(values)); });
}

void registerNafBlock(Architectures& architectures) {
  architectures.add({"nafblock",
                     "A block of NAFNet",
                     kSource,
                     {{"channels", "Channels", "", "Those of the input.", Integer{1, 4096, 8}}},
                     {"image"},
                     {"out"}},
                    [](const Values& values) {
                      return std::make_unique<NafBlockAlone>(integer(values, "channels"));
                    });
}

void registerAdain(Architectures& architectures) {
  architectures.add(
      {"adain",
       "Adaptive instance normalisation",
       "Huang & Belongie, Arbitrary Style Transfer in Real-time with Adaptive Instance "
       "Normalization (ICCV 2017); naoto0804/pytorch-AdaIN",
       {},
       {"content", "style"},
       {"out"}},
      [](const Values&) { return std::make_unique<AdainAlone>(); });
}

}  // namespace fathom
