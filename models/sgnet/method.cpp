#include "models/sgnet/method.h"

#include <fmt/format.h>

#include "models/layers/resize.h"
#include "models/runtime/network_method.h"
#include "models/runtime/picture.h"
#include "models/sgnet/sgnet.h"

namespace fathom {
namespace {

class SgnetMethod : public NetworkMethod {
 public:
  using NetworkMethod::NetworkMethod;

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const std::int64_t scale = std::stoll(text(values(), "scale"));
    const auto net = network<Sgnet>(pass, "sgnet",
                                    {{"num_feats", values().at("num_feats")},
                                     {"scale", text(values(), "scale")},
                                     {"deterministic_phase", values().at("deterministic_phase")}},
                                    {{"weights", "sgnet", {}}});
    const Size size = pass.size();
    const LowGrid grid = onGrid(lowMetres(pass.input.low), pass.input.low, size, scale);
    if (grid.resampled) pass.add(fmt::format("transmitted map resampled to ×{}", scale));
    const MinMax range = minMax(grid.map);
    at::Tensor image = unitPicture(pass.input.rgb);
    if (text(values(), "rgb_range") == "stretched") image = minMax(image).normalised(image);
    const Sgnet::Output output = (*net)(cast(extended(image, roundedUp(size, scale))),
                                        cast(range.normalised(grid.map)), pass.progress);
    return plane(range.restored(cropped(output.depth.to(at::kFloat), size)));
  }
};

}  // namespace

void registerSgnetMethod(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "sgnet";
  info.title = "SGNet";
  info.group = "Networks of the report";
  info.summary =
      "Structure-guided super-resolution: gradients and spectra of the picture steer the "
      "transmitted map's features.";
  info.paper = "Wang et al., SGNet, AAAI 2024";
  info.licence = "Apache-2.0";
  info.fidelity =
      "The network equals the published one. The report's row was fine-tuned by its authors with "
      "weights that are not public; the published ones are for NYU and RGB-D-D.";
  info.parameters = 39924941;
  info.settings = {
      {"scale", "Scale", "", "what the weights were trained for; other maps are resampled to it",
       Choice{{"2", "4", "8", "16"}, "8"}},
      {"num_feats", "Features", "",
       "width of the network: 48 for NYU ×4, 40 for ×8 and ×16, 24 for "
       "RGB-D-D",
       Integer{16, 256, 40}},
      {"deterministic_phase", "Deterministic phase", "",
       "takes the phase of numbers that are real up to rounding as 0 or π; off: as the reference, "
       "where rounding decides",
       Flag{true}},
      {"rgb_range", "Picture's range", "", "stretched to its own least and greatest value, or /255",
       Choice{{"stretched", "unit"}, "stretched"}}};
  info.weights = {{"weights", "sgnet", "SGNet"}};
  info.published = PublishedFigures{1.337, 1.854};
  addNetworkMethod(registry, std::move(info), {},
                   [](Values values) { return std::make_shared<SgnetMethod>(std::move(values)); });
}

}  // namespace fathom
