#include "models/dinov2/method.h"

#include <ATen/TensorOperators.h>

#include "models/dinov2/dinov2.h"
#include "models/runtime/network_method.h"
#include "models/runtime/picture.h"

namespace fathom {
namespace {

// What the network multiplies its low-resolution input by.
constexpr double kGain = 16;

class DinoControlNetMethod : public NetworkMethod {
 public:
  using NetworkMethod::NetworkMethod;

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const auto net = network<DinoControlNet>(pass, "dinov2_controlnet", {},
                                             {{"weights", "dinov2_controlnet", {}}});
    const NamedTensors outputs =
        net->forward({{"image", cast(imagenetNormalised(unitPicture(pass.input.rgb)))},
                      {"depth", cast(lowMetres(pass.input.low) / kGain)}},
                     pass.progress);
    return plane(outputs.at("depth").to(at::kFloat));
  }
};

}  // namespace

void registerDinoControlNet(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "dinov2_controlnet";
  info.title = "DINOv2 + ControlNet";
  info.group = "Networks of the report";
  info.summary =
      "DINOv2's depth head, steered by a copy that sees the transmitted map through convolutions "
      "that start at zero.";
  info.paper =
      "AIM 2024 compressed depth upsampling challenge, team ICL_SNU; Oquab et al., 2024; "
      "Zhang et al., ICCV 2023";
  info.licence = "Apache-2.0 (DINOv2, ControlNet)";
  info.fidelity =
      "Backbone and head equal DINOv2's. The control branch is our design after the report: it has "
      "the reported parameters and cost. The team's weights are not public.";
  info.parameters = 52010753;
  info.weights = {{"weights", "dinov2_controlnet", "DINOv2 + ControlNet"}};
  info.published = PublishedFigures{0.498, 0.816, 52, 483};
  addNetworkMethod(registry, std::move(info), {.least = 0.001, .greatest = 25}, [](Values values) {
    return std::make_shared<DinoControlNetMethod>(std::move(values));
  });
}

}  // namespace fathom
