#include "models/umit/pixelformer.h"

#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/softmax.h>
#include <fmt/format.h>

#include "core/error.h"
#include "models/layers/resize.h"

namespace fathom {
namespace {

constexpr std::int64_t kMultiple = 32;

const SwinShape& shapeOf(std::string_view variant) {
  if (variant == "tiny07") return kSwinTiny;
  if (variant == "base07") return kSwinBase;
  if (variant == "large07") return kSwinLarge;
  throw BadInput("there is no such variant", std::string(variant),
                 "Known ones: tiny07, base07, large07.");
}

void checkSides(Size size) {
  if (size.height % kMultiple == 0 && size.width % kMultiple == 0) return;
  throw BadInput(
      fmt::format("the picture is {}×{} (height×width); each step of the decoder doubles the "
                  "previous one's map and so needs both sides to be multiples of {}",
                  size.height, size.width, kMultiple),
      "image", "Pad or resize the picture.");
}

}  // namespace

PixelFormer::PixelFormer(std::string_view variant, DepthRange range)
    : range_(range),
      backbone_(part<Swin>("backbone", shapeOf(variant))),
      attentions_([this, width = shapeOf(variant).width] {
        const auto step = [this](const char* name,
                                 SkipAttention::Shape shape) -> const SkipAttention* {
          return &part<SkipAttention>(name, shape);
        };
        return std::array{
            step("sam4", {8 * width, 512, 1024, 32}), step("sam3", {4 * width, 256, 512, 16}),
            step("sam2", {2 * width, 128, 256, 8}), step("sam1", {width, 64, 128, 4})};
      }()),
      pooling_(part<PyramidPooling>("decoder", 8 * shapeOf(variant).width)),
      head_(part<Conv2d>("disp_head1.conv1", 128, BinCentres::kBins, 3)),
      centres_(part<BinCentres>("bcp")) {}

PixelFormer::Stages PixelFormer::encoded(const at::Tensor& image, const Progress& progress) const {
  checkSides(sizeOf(image));
  return backbone_(image, progress);
}

at::Tensor PixelFormer::mixed(const at::Tensor& features, const at::Tensor& centres) const {
  // Channels last, both sums go over neighbours in memory.
  const at::Tensor likely = at::softmax(head_(features).permute({0, 2, 3, 1}), -1);
  const at::Tensor bins = centres.to(likely.scalar_type()).view({-1, 1, 1, BinCentres::kBins});
  return likely.mul(bins).sum(-1).unsqueeze(1);
}

at::Tensor PixelFormer::decoded(const Stages& stages, const at::Tensor& deepest,
                                const Progress& progress) const {
  at::Tensor query = deepest;
  for (std::size_t step = 0; step < attentions_.size(); ++step) {
    progress.at(double(step) / double(attentions_.size() + 1));
    if (step > 0) query = at::pixel_shuffle(query, 2);
    query = (*attentions_[step])(stages[3 - step], query);
  }
  progress.at(0.8);
  const at::Tensor depth = mixed(query, centres_(deepest, range_.least, range_.greatest));
  return bilinear(depth, {4 * depth.size(2), 4 * depth.size(3)}, false);
}

PixelFormerResult PixelFormer::predict(const at::Tensor& image, const Progress& progress) const {
  const Stages stages = encoded(image, progress.part(0, 0.8));
  return {decoded(stages, pooled(stages), progress.part(0.8, 1)), stages};
}

NamedTensors PixelFormer::forward(const NamedTensors& inputs, const Progress& progress) const {
  return outputsOf(predict(imageInput(inputs, "image", 3), progress));
}

NamedTensors outputsOf(const PixelFormerResult& result) {
  NamedTensors outputs{{"depth", result.depth}};
  for (std::size_t s = 0; s < result.stages.size(); ++s) {
    outputs.emplace(fmt::format("stage{}", s), result.stages[s]);
  }
  return outputs;
}

std::vector<Setting> pixelFormerSettings(std::string variant) {
  return {{"variant", "Variant", "", "The Swin transformer that looks at the picture.",
           Choice{{"tiny07", "base07", "large07"}, std::move(variant)}},
          {"min_depth", "Least depth", "m", "Where the first bin begins.", Real{0, 1000, 0.1}},
          {"max_depth", "Greatest depth", "m", "Where the last bin ends.", Real{0, 10000, 20}}};
}

void registerPixelFormer(Architectures& architectures) {
  architectures.add(
      {"pixelformer",
       "PixelFormer",
       "Agarwal & Arora, Attention Attention Everywhere (WACV 2023); ashutosh1807/PixelFormer",
       pixelFormerSettings("base07"),
       {"image"},
       {"depth", "stage0", "stage1", "stage2", "stage3"}},
      [](const Values& values) {
        return std::make_unique<PixelFormer>(text(values, "variant"), depthRangeOf(values));
      });
}

}  // namespace fathom
