#include "models/scale_adjustment/method.h"

#include <ATen/TensorOperators.h>

#include "models/depth_anything/methods.h"
#include "models/layers/resize.h"
#include "models/runtime/network_method.h"
#include "models/runtime/picture.h"
#include "models/scale_adjustment/scale_adjustment.h"

namespace fathom {
namespace {

constexpr std::int64_t kScale = 8;

class ScaleAdjustmentMethod : public NetworkMethod {
 public:
  using NetworkMethod::NetworkMethod;

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const Size size = pass.size();
    const auto net = network<ScaleAdjustment>(pass, "scale_adjustment", {},
                                              {{"weights", "scale_adjustment", {}}});
    const LowGrid grid = onGrid(lowLevels(pass.input.low), pass.input.low, size, kScale);
    if (grid.resampled) pass.add("transmitted map resampled to ×8");
    const at::Tensor scale = cropped((*net)(cast(grid.map), pass.progress.part(0.9, 1)), size);
    return plane(scale.to(at::kFloat)) * shape(pass);
  }

 private:
  /// The guide's map of the picture, from 0 to 1.
  at::Tensor shape(const Pass& pass) const {
    const std::string& vit = text(values(), "variant");
    const auto guide =
        network<DepthAnything>(pass, "depth_anything_v2", {{"variant", vit}},
                               {{"guide_weights", depthAnythingWeights("relative", vit), {}}});
    const at::Tensor relative =
        relativeDepth(guide, pass.input.rgb, PictureFit::kLowerBound,
                      integer(values(), "input_size"), type(), pass.progress.part(0, 0.9));
    const at::Tensor unit = minMax(relative).normalised(relative);
    return flag(values(), "invert") ? 1 - unit : unit;
  }
};

std::vector<Setting> settings() {
  return {
      {"variant", "Guide", "", "size of the guiding Depth Anything V2; the report's is vitl",
       Choice{{"vits", "vitb", "vitl"}, "vitl"}},
      {"guide_weights", "Guide's weights", "",
       "weights file of the guide; empty takes the one in the weights folder",
       File{"Weights (*.safetensors *.pth *.pt *.ckpt)"}},
      {"input_size", "Guide's input size", "px", "the picture's shorter side for the guide",
       Integer{98, 2016, 518}},
      {"invert", "Invert the guide", "",
       "makes far large before it is multiplied; the report mentions no inversion", Flag{false}}};
}

}  // namespace

void registerScaleAdjustmentMethod(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "scale_adjustment";
  info.title = "Depth Anything + scale adjustment";
  info.group = "Networks of the report";
  info.summary =
      "A small network turns the transmitted map into a scale for each pixel of Depth Anything's "
      "normalised prediction.";
  info.paper =
      "AIM 2024 compressed depth upsampling challenge, team airia; Li et al., MSRN, "
      "ECCV 2018";
  info.licence = "MIT (MSRN), CC-BY-NC-4.0 (weights of Depth Anything V2 Large)";
  info.fidelity =
      "The layers are those that the report names; their widths are ours, chosen for the reported "
      "number of parameters (of the small network, without its guide). The team's weights are not "
      "public.";
  info.parameters = 949297;
  info.settings = settings();
  info.weights = {{"weights", "scale_adjustment", "Scale adjustment"}};
  for (const char* vit : {"vits", "vitb", "vitl"}) {
    info.weights.push_back({"guide_weights", depthAnythingWeights("relative", vit),
                            std::string("Depth Anything V2 ") + vit, "variant", vit});
  }
  info.published = PublishedFigures{1.939, 2.140, 0.949, 17.97};
  addNetworkMethod(registry, std::move(info), {}, [](Values values) {
    return std::make_shared<ScaleAdjustmentMethod>(std::move(values));
  });
}

}  // namespace fathom
