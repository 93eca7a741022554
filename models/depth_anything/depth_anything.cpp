#include "models/depth_anything/depth_anything.h"

#include <ATen/TensorOperators.h>

#include "core/error.h"
#include "models/layers/resize.h"

namespace fathom {

DepthAnythingVariant depthAnythingVariant(std::string_view vit, std::string_view version) {
  DepthAnythingVariant made;
  if (vit == "vits") {
    made = {kVitSmall, 64, {48, 96, 192, 384}, {2, 5, 8, 11}};
  } else if (vit == "vitb") {
    made = {kVitBase, 128, {96, 192, 384, 768}, {2, 5, 8, 11}};
  } else if (vit == "vitl") {
    made = {kVitLarge, 256, {256, 512, 1024, 1024}, {4, 11, 17, 23}};
  } else {
    throw BadInput("there is no such variant", std::string(vit), "Take vits, vitb or vitl.");
  }
  if (version == "v1") {
    const std::int64_t end = made.vit.depth;
    made.blocks = {end - 4, end - 3, end - 2, end - 1};
  }
  return made;
}

/// One step from coarse to fine.
struct DepthAnythingHead::Fusion : Module {
  explicit Fusion(std::int64_t features)
      : out(part<Conv2d>("out_conv", features, features, 1)),
        // Of the coarsest fusion the files hold the first unit too, though nothing uses it.
        unit1(part<ResidualUnit>("resConfUnit1", features, true)),
        unit2(part<ResidualUnit>("resConfUnit2", features, true)) {}

  at::Tensor operator()(const at::Tensor& coarse, const at::Tensor* fine, Size size) const {
    const at::Tensor sum = fine ? coarse + unit1(*fine) : coarse;
    return out(bilinear(unit2(sum), size, true));
  }

  const Conv2d& out;
  const ResidualUnit &unit1, &unit2;
};

DepthAnythingHead::DepthAnythingHead(const DepthAnythingVariant& variant)
    : reassemble_(part<Reassemble>("", variant.vit.width, variant.widths)),
      levels_([&] {
        std::vector<const Conv2d*> made;
        for (std::size_t i = 0; i < 4; ++i) {
          made.push_back(&part<Conv2d>("scratch.layer" + std::to_string(i + 1) + "_rn",
                                       variant.widths[i], variant.features, 3,
                                       ConvOptions{.bias = false}));
        }
        return made;
      }()),
      fusions_([&] {
        std::vector<const Fusion*> made;
        for (int i = 1; i <= 4; ++i) {
          made.push_back(&part<Fusion>("scratch.refinenet" + std::to_string(i), variant.features));
        }
        return made;
      }()),
      output1_(part<Conv2d>("scratch.output_conv1", variant.features, variant.features / 2, 3)),
      output2_(part<Conv2d>("scratch.output_conv2.0", variant.features / 2, 32, 3)),
      output3_(part<Conv2d>("scratch.output_conv2.2", 32, 1, 1)) {}

DepthAnythingHead::Taps DepthAnythingHead::operator()(const std::array<at::Tensor, 4>& maps,
                                                      double maxDepth,
                                                      const Progress& progress) const {
  std::array<at::Tensor, 4> levels;
  for (std::size_t i = 0; i < 4; ++i) {
    progress.at(double(i) / 12, "head");
    levels[i] = (*levels_[i])(reassemble_(maps[i], i));
  }
  Taps taps;
  taps.level4 = levels[3];
  at::Tensor x = levels[3];
  for (std::size_t level = 4; level-- > 0;) {
    progress.at(double(8 - level) / 12, "head");
    const Size now = sizeOf(x);
    const Size size = level > 0 ? sizeOf(levels[level - 1]) : Size{2 * now.height, 2 * now.width};
    x = (*fusions_[level])(x, level == 3 ? nullptr : &levels[level], size);
    taps.fused[3 - level] = x;
    levels[level].reset();
  }
  const Size full{Vit::kPatch * maps[0].size(2), Vit::kPatch * maps[0].size(3)};
  x = bilinear(output1_(x), full, true);
  progress.at(0.8, "head");
  taps.hidden = output2_(x, kRelu);
  const at::Tensor last = output3_(taps.hidden, maxDepth > 0 ? kSigmoid : kRelu);
  taps.depth = maxDepth > 0 ? last * maxDepth : last;
  return taps;
}

DepthAnything::DepthAnything(const DepthAnythingVariant& variant, double maxDepth)
    : variant_(variant),
      maxDepth_(maxDepth),
      vit_(part<Vit>("pretrained", variant.vit)),
      head_(part<DepthAnythingHead>("depth_head", variant)) {}

std::array<at::Tensor, 4> DepthAnything::features(const at::Tensor& tokens,
                                                  const Progress& progress) const {
  const std::vector<at::Tensor> raw = vit_.run(tokens, variant_.blocks, progress);
  std::array<at::Tensor, 4> normalised;
  for (std::size_t i = 0; i < 4; ++i) normalised[i] = vit_.normalised(raw[i]);
  return normalised;
}

namespace {

std::array<at::Tensor, 4> mapsOf(const std::array<at::Tensor, 4>& tokens, const at::Tensor& image) {
  const Size grid{image.size(2) / Vit::kPatch, image.size(3) / Vit::kPatch};
  std::array<at::Tensor, 4> maps;
  for (std::size_t i = 0; i < 4; ++i) maps[i] = tokensToMap(tokens[i], grid);
  return maps;
}

}  // namespace

DepthAnythingHead::Taps DepthAnything::taps(const at::Tensor& image,
                                            const Progress& progress) const {
  const auto tokens = features(vit_.embed(image), progress.part(0, 0.6));
  return head_(mapsOf(tokens, image), maxDepth_, progress.part(0.6, 1));
}

NamedTensors DepthAnything::forward(const NamedTensors& inputs, const Progress& progress) const {
  const at::Tensor& image = imageInput(inputs, "image", 3);
  NamedTensors outputs;
  outputs["tokens"] = vit_.embed(image);
  const auto tokens = features(outputs["tokens"], progress.part(0, 0.6));
  for (std::size_t i = 0; i < 4; ++i) {
    outputs["feature" + std::to_string(i)] = tokens[i].slice(1, 1);
  }
  outputs["depth"] =
      head_(mapsOf(tokens, image), maxDepth_, progress.part(0.6, 1)).depth.squeeze(1);
  return outputs;
}

void registerDepthAnything(Architectures& architectures) {
  ArchitectureInfo info;
  info.id = "depth_anything_v2";
  info.title = "Depth Anything V2";
  info.source = "Yang et al., Depth Anything V2, NeurIPS 2024; github.com/DepthAnything";
  info.settings = {
      {"variant", "variant", "", "size of the vision transformer",
       Choice{{"vits", "vitb", "vitl"}, "vits"}},
      {"blocks", "blocks", "", "whose outputs the head takes: V2's four, or V1's last four",
       Choice{{"v2", "v1"}, "v2"}},
      {"max_depth", "greatest depth", "m", "of a metric model; 0: relative inverse depth",
       Real{0, 1000, 0}}};
  info.inputs = {"image"};
  info.outputs = {"depth", "tokens", "feature0", "feature1", "feature2", "feature3"};
  architectures.add(std::move(info), [](const Values& values) {
    return std::make_unique<DepthAnything>(
        depthAnythingVariant(text(values, "variant"), text(values, "blocks")),
        real(values, "max_depth"));
  });
}

}  // namespace fathom
