#include "models/umit/method.h"

#include <ATen/ops/clamp.h>

#include "models/layers/resize.h"
#include "models/runtime/network_method.h"
#include "models/runtime/picture.h"
#include "models/umit/umit.h"

namespace fathom {
namespace {

constexpr std::int64_t kMultiple = 32;  // the network halves its input five times

class UmItMethod : public NetworkMethod {
 public:
  UmItMethod(Values values, std::string variant, std::string weights)
      : NetworkMethod(std::move(values)),
        variant_(std::move(variant)),
        weights_(std::move(weights)) {}

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const double least = real(values(), "min_depth"), greatest = real(values(), "max_depth");
    const auto net = network<UmIt>(
        pass, "umit", {{"variant", variant_}, {"min_depth", least}, {"max_depth", greatest}},
        {{"weights", weights_, {}}});
    const Size size = pass.size(), whole = roundedUp(size, kMultiple);
    const at::Tensor image = imagenetNormalised(unitPicture(pass.input.rgb));
    at::Tensor low = at::clamp(lowMetres(pass.input.low), least, greatest);
    // The network enlarges to the picture's size; a padded picture would shift the cells.
    if (whole != size) low = extended(bilinear(low, size, false), whole);
    const PixelFormerResult result =
        net->predict(cast(extended(image, whole)), cast(low), pass.progress);
    return plane(cropped(result.depth.to(at::kFloat), size));
  }

 private:
  std::string variant_, weights_;
};

void add(UpsamplerRegistry& registry, UpsamplerInfo info, const char* variant) {
  info.group = "Networks of the report";
  info.paper =
      "AIM 2024 compressed depth upsampling challenge, team UM-IT (winner); Agarwal and "
      "Arora, PixelFormer, WACV 2023; Liu et al., Swin, ICCV 2021";
  info.licence = "MIT (PixelFormer, Swin)";
  info.fidelity =
      "Backbone, decoder and bins equal PixelFormer's. The depth branch and its fusion are our "
      "design: it has the reported number of parameters to the last reported digit and the "
      "reported "
      "cost within 0.25 %. The team's weights are not public.";
  info.settings = {{"min_depth", "Least depth", "m", "lower end of the bins and of what is read",
                    Real{0.001, 10, 0.1, true}},
                   {"max_depth", "Greatest depth", "m", "upper end of the bins and of what is read",
                    Real{1, 1000, 20, true}}};
  info.weights = {{"weights", info.id, info.title}};
  addNetworkMethod(registry, info, {.mirror = true, .least = 0.1, .greatest = 20},
                   [variant, id = info.id](Values values) {
                     return std::make_shared<UmItMethod>(std::move(values), variant, id);
                   });
}

}  // namespace

void registerUmItMethods(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "umit";
  info.title = "UM-IT";
  info.summary =
      "Swin-L features of the picture fused with a convolutional branch on the transmitted map, "
      "decoded by window cross-attention into adaptive depth bins.";
  info.parameters = 274331984;
  info.published = PublishedFigures{0.212, 0.375, 274.33, 76.67};
  add(registry, info, "large07");
  info.id = "umit_lite";
  info.title = "UM-IT lite";
  info.summary = "UM-IT on Swin-B: half the parameters.";
  info.parameters = 143868404;
  info.published = PublishedFigures{.megaParameters = 143.87, .gigaMacs = 54.84};
  add(registry, info, "base07");
}

}  // namespace fathom
