#include "models/dinov2/dinov2.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/constant_pad_nd.h>

#include "models/depth_anything/depth_anything.h"
#include "models/dinov2/control.h"
#include "models/layers/resize.h"

namespace fathom {
namespace {

/// Zeros on all sides, the odd one to the right and below, until both sides are multiples.
at::Tensor centred(const at::Tensor& image) {
  const auto missing = [](std::int64_t side) {
    return (Vit::kPatch - side % Vit::kPatch) % Vit::kPatch;
  };
  const std::int64_t y = missing(image.size(2)), x = missing(image.size(3));
  if (x == 0 && y == 0) return image;
  return at::constant_pad_nd(image, {x / 2, x - x / 2, y / 2, y - y / 2});
}

const char* const kHead = "decode_head";

}  // namespace

DinoDpt::DinoDpt(std::string_view vit, DepthRange range)
    : blocks_(depthAnythingVariant(vit).blocks),
      range_(range),
      backbone_(part<Vit>("backbone", depthAnythingVariant(vit).vit)),
      depth0_(part<Conv2d>("decode_head.conv_depth.head.0", DptTrunk::kChannels,
                           DptTrunk::kChannels / 2, 3)),
      depth2_(part<Conv2d>("decode_head.conv_depth.head.2", DptTrunk::kChannels / 2, 32, 3)),
      depth4_(part<Conv2d>("decode_head.conv_depth.head.4", 32, 1, 1)),
      trunk_(part<DptTrunk>(kHead, backbone_.width())) {}

DinoDpt::Seen DinoDpt::look(const at::Tensor& image, const Progress& progress) const {
  const at::Tensor padded = centred(image);
  return {{padded.size(2) / Vit::kPatch, padded.size(3) / Vit::kPatch},
          backbone_.run(backbone_.embed(padded), blocks_, progress)};
}

at::Tensor DinoDpt::finished(const at::Tensor& projected, Size size) const {
  const at::Tensor half = depth0_(projected);
  const Size now = sizeOf(half);
  const at::Tensor full = bilinear(half, {2 * now.height, 2 * now.width}, true);
  const at::Tensor raw = depth4_(depth2_(full, kRelu), kRelu);
  return bilinear(at::clamp(raw + range_.least, range_.least, range_.greatest), size, false);
}

NamedTensors DinoDpt::forward(const NamedTensors& inputs, const Progress& progress) const {
  const at::Tensor& image = imageInput(inputs, "image", 3);
  const Seen seen = look(image, progress.part(0, 0.4));
  const Levels levels = trunk_.levels(seen.tokens, seen.grid);
  at::Tensor x = levels[3];
  for (std::size_t step = 0; step < 4; ++step) {
    progress.at(0.4 + 0.1 * double(step), "head");
    x = trunk_.fuse(step, x, step == 0 ? nullptr : &levels[3 - step]);
  }
  progress.at(0.8, "head");
  return {{"depth", finished(trunk_.project(x), sizeOf(image))}};
}

DinoControlNet::DinoControlNet(std::string_view vit, DepthRange range, double gain)
    : DinoDpt(vit, range),
      gain_(gain),
      control_(part<Control>("control", depthAnythingVariant(vit).vit.width, range)) {}

NamedTensors DinoControlNet::forward(const NamedTensors& inputs, const Progress& progress) const {
  const at::Tensor& image = imageInput(inputs, "image", 3);
  const at::Tensor& low = imageInput(inputs, "depth", 1);
  const at::Tensor hint = control_.hint(low * gain_, sizeOf(image));
  const Seen seen = look(image, progress.part(0, 0.25));
  const Levels levels = trunk().levels(seen.tokens, seen.grid);
  const Levels steered = control_.levels(seen.tokens, seen.grid, hint);
  at::Tensor x = levels[3], copy = steered[3];
  for (std::size_t step = 0; step < 4; ++step) {
    progress.at(0.3 + 0.15 * double(step), "head and control");
    copy = control_.trunk.fuse(step, copy, step == 0 ? nullptr : &steered[3 - step]);
    x = trunk().fuse(step, x, step == 0 ? nullptr : &levels[3 - step]) + control_.out(step, copy);
  }
  progress.at(0.9, "head and control");
  const at::Tensor projected = trunk().project(x) + control_.out(4, control_.trunk.project(copy));
  return {{"depth", finished(projected, sizeOf(image))}};
}

namespace {

std::vector<Setting> settingsOf(double greatest) {
  return {{"variant", "variant", "", "size of the vision transformer",
           Choice{{"vits", "vitb", "vitl"}, "vits"}},
          {"min_depth", "least depth", "m", "least value of the output", Real{0, 100, 0.001}},
          {"max_depth", "greatest depth", "m", "greatest value of the output",
           Real{0.01, 100000, greatest}}};
}

}  // namespace

void registerDinov2(Architectures& architectures) {
  ArchitectureInfo base;
  base.id = "dinov2_dpt";
  base.title = "DINOv2 + DPT";
  base.source = "Oquab et al., DINOv2, TMLR 2024; github.com/facebookresearch/dinov2";
  base.settings = settingsOf(10);
  base.inputs = {"image"};
  base.outputs = {"depth"};
  architectures.add(base, [](const Values& values) {
    return std::make_unique<DinoDpt>(text(values, "variant"), depthRangeOf(values));
  });

  ArchitectureInfo control = base;
  control.id = "dinov2_controlnet";
  control.title = "DINOv2 + ControlNet";
  control.source = "AIM 2024 challenge report, team ICL_SNU; after lllyasviel/ControlNet";
  control.settings = settingsOf(25);
  control.settings.push_back(
      {"gain", "gain", "", "low-resolution depth times this is metres", Real{0.001, 1000, 16}});
  control.inputs.push_back("depth");
  architectures.add(std::move(control), [](const Values& values) {
    return std::make_unique<DinoControlNet>(text(values, "variant"), depthRangeOf(values),
                                            real(values, "gain"));
  });
}

}  // namespace fathom
