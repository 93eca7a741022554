#include "models/zoedepth/das_depth.h"

#include "models/alignment/alignment.h"
#include "models/layers/resize.h"
#include "models/runtime/network_method.h"
#include "models/runtime/picture.h"
#include "models/zoedepth/zoedepth.h"

namespace fathom {
namespace {

constexpr const char* kAlign = "align_";
constexpr Size kCore{392, 518};  // what the reference's training feeds, aspect not kept

class DasDepth : public NetworkMethod {
 public:
  using NetworkMethod::NetworkMethod;

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const auto net = network<ZoeDepth>(pass, "zoedepth",
                                       {{"core", std::string("vitl")},
                                        {"bins", text(values(), "bins")},
                                        {"max_depth", real(values(), "max_depth")}},
                                       {{"weights", "das_depth", {}}});
    const at::Tensor image = imagenetNormalised(bilinear(unitPicture(pass.input.rgb), kCore, true));
    const at::Tensor depth = net->depth(cast(image), pass.progress.part(0, 0.95)).to(at::kFloat);
    return aligned(pass, plane(bilinear(depth, pass.size(), true)), PredictionKind::kDepth,
                   alignmentFromValues(values(), kAlign), pass.progress.part(0.95, 1));
  }
};

std::vector<Setting> settings() {
  Alignment standard;
  standard.space = AlignmentSpace::kDepth;
  standard.estimator = AlignmentEstimator::kLeastSquares;
  std::vector<Setting> made{
      {"bins", "Bins", "", "unbounded or bounded bin centres; files of the two kinds differ",
       Choice{{"softplus", "normed"}, "softplus"}},
      {"max_depth", "Greatest depth", "m", "upper end of bounded bins", Real{1, 1000, 20}}};
  for (Setting& setting :
       withInitialValues(alignmentSettings(kAlign), toValues(standard, kAlign))) {
    made.push_back(std::move(setting));
  }
  return made;
}

}  // namespace

void registerDasDepth(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "das_depth";
  info.title = "DAS-Depth";
  info.group = "Networks of the report";
  info.summary =
      "Metric bins on Depth Anything V2 Large predict depth from the picture; the transmitted map "
      "only adjusts the scale.";
  info.paper = "AIM 2024 compressed depth upsampling challenge, team HIT-AIIA; Bhat et al., 2023";
  info.licence = "MIT (ZoeDepth), CC-BY-NC-4.0 (weights of Depth Anything V2 Large)";
  info.fidelity =
      "The network equals ZoeDepth on Depth Anything V2 Large. The team's weights are not public; "
      "kind of bins and of scale adjustment are inferred from the report.";
  info.parameters = 335793794;
  info.settings = settings();
  info.weights = {{"weights", "das_depth", "DAS-Depth"}};
  info.published = PublishedFigures{0.294, 0.432, 335.3, 586.57};
  addNetworkMethod(registry, std::move(info), {},
                   [](Values values) { return std::make_shared<DasDepth>(std::move(values)); });
}

}  // namespace fathom
