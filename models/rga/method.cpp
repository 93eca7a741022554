#include <ATen/TensorOperators.h>

#include "models/depth_anything/relative.h"
#include "models/interpolation/interpolation.h"
#include "models/rga/rga.h"
#include "models/runtime/network_method.h"
#include "models/runtime/picture.h"

namespace fathom {
namespace {

class RgaMethod : public NetworkMethod {
 public:
  using NetworkMethod::NetworkMethod;

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const auto net =
        network<RgaAdainUNet>(pass, "rga_adain_unet", {}, {{"weights", "rga_adain_unet", {}}});
    const double greatest = real(values(), "max_depth");
    // Part of the network, sharing its life.
    const std::shared_ptr<const DepthAnything> guide(net, &net->guide());
    const at::Tensor relative =
        batch(relativeDepth(guide, pass.input.rgb, PictureFit::kSquare,
                            integer(values(), "guide_size"), type(), pass.progress.part(0, 0.2)));
    const at::Tensor depth =
        batch(interpolate(pass.input.low, pass.size(), {}, pass.progress).clamp(0, greatest));
    const at::Tensor result = net->unet().predict(
        cast(unitPicture(pass.input.rgb)), cast(minMax(relative).normalised(relative)),
        cast(depth / greatest), pass.progress.part(0.2, 1));
    return plane(result.to(at::kFloat).clamp(0, 1) * greatest);
  }
};

}  // namespace

void registerRgaMethod(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "rga_adain_unet";
  info.title = "RGA AdaIN U-Net";
  info.group = "Networks of the report";
  info.summary =
      "Relative depth from Depth Anything V1 and the transmitted map go through two encoders of "
      "NAFNet blocks; adaptive instance normalisation fuses them.";
  info.paper =
      "AIM 2024 compressed depth upsampling challenge, team RGA Inc.; Chen et al., NAFNet, "
      "ECCV 2022; Huang and Belongie, AdaIN, ICCV 2017";
  info.licence = "Apache-2.0 (Depth Anything V1), MIT (NAFNet, AdaIN)";
  info.fidelity =
      "Guide, NAFNet blocks and AdaIN equal their references. How the U-Net joins them is our "
      "design "
      "after the report: it has the reported parameters and, with a guide input of 224 pixels, "
      "the reported cost. The team's weights are not public.";
  info.parameters = 41406578;
  info.settings = {{"max_depth", "Greatest depth", "m", "depth is clipped to it and divided by it",
                    Real{1, 100000, 300, true}},
                   {"guide_size", "Guide size", "px", "side of the guide's square input",
                    Integer{56, 1036, 224}}};
  info.weights = {{"weights", "rga_adain_unet", "RGA AdaIN U-Net"}};
  info.published = PublishedFigures{0.512, 1.621, 41.4, 121};
  addNetworkMethod(registry, std::move(info), {},
                   [](Values values) { return std::make_shared<RgaMethod>(std::move(values)); });
}

}  // namespace fathom
