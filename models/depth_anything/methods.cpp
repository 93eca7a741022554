#include "models/depth_anything/methods.h"

#include <array>

namespace fathom {
namespace {

constexpr const char* kAlign = "align_";

/// What may be known of a Depth Anything file besides its size.
struct Kind {
  const char* name;
  const char* version;
  double maxDepth;  ///< m; 0: relative
};
constexpr std::array kKinds{Kind{"relative", "v2", 0}, Kind{"metric_hypersim", "v2", 20},
                            Kind{"metric_vkitti", "v2", 80}, Kind{"v1", "v1", 0}};
constexpr std::array kVits{"vits", "vitb", "vitl"};

const Kind& kindOf(const std::string& name) {
  return *std::ranges::find_if(kKinds, [&](const Kind& kind) { return name == kind.name; });
}

/// A prediction of Depth Anything, aligned to the transmitted map.
class DepthAnythingMethod : public NetworkMethod {
 public:
  /// @param vit  empty: the setting `variant` says it
  DepthAnythingMethod(Values values, std::string vit)
      : NetworkMethod(std::move(values)), vit_(std::move(vit)) {}

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const std::string& vit = vit_.empty() ? text(values(), "variant") : vit_;
    const Kind& kind = kindOf(text(values(), "model"));
    const auto net = network<DepthAnything>(
        pass, "depth_anything_v2",
        {{"variant", vit}, {"blocks", std::string(kind.version)}, {"max_depth", kind.maxDepth}},
        {{"weights", depthAnythingWeights(kind.name, vit), {}}});
    const at::Tensor predicted =
        relativeDepth(net, pass.input.rgb, PictureFit::kLowerBound, integer(values(), "input_size"),
                      type(), pass.progress.part(0, 0.95));
    return aligned(pass, predicted,
                   kind.maxDepth > 0 ? PredictionKind::kDepth : PredictionKind::kInverseDepth,
                   alignmentFromValues(values(), kAlign), pass.progress.part(0.95, 1));
  }

 private:
  std::string vit_;
};

std::vector<std::string> kindNames() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

std::vector<Setting> settingsWith(const Alignment& alignment) {
  std::vector<Setting> settings{
      {"model", "Model", "",
       "which published weights: relative (V2), V2's metric fine-tunings (indoors to 20 m, driving "
       "to 80 m), or V1; the files themselves do not tell",
       Choice{kindNames(), "relative"}},
      {"input_size", "Input size", "px",
       "the picture's shorter side for the network; a multiple of 14", Integer{98, 2016, 518}}};
  for (Setting& setting :
       withInitialValues(alignmentSettings(kAlign), toValues(alignment, kAlign))) {
    settings.push_back(std::move(setting));
  }
  return settings;
}

UpsamplerInfo commonInfo() {
  UpsamplerInfo info;
  info.group = "Relative depth, aligned";
  info.paper = "Yang et al., Depth Anything V2, NeurIPS 2024";
  return info;
}

std::vector<WeightsWanted> weightsOf(const std::string& vit) {
  std::vector<WeightsWanted> weights;
  for (const Kind& kind : kKinds) {
    weights.push_back({"weights", depthAnythingWeights(kind.name, vit),
                       "Depth Anything " + vit + ", " + kind.name, "model", kind.name});
  }
  return weights;
}

struct Published {
  const char *vit, *title, *licence;
  std::int64_t parameters;
};
constexpr std::array kPublished{
    Published{"vits", "Depth Anything V2 Small", "Apache-2.0", 24785089},
    Published{"vitb", "Depth Anything V2 Base", "CC-BY-NC-4.0 (weights)", 97470785},
    Published{"vitl", "Depth Anything V2 Large", "CC-BY-NC-4.0 (weights)", 335315649}};

void addBaselines(UpsamplerRegistry& registry) {
  Alignment plain;
  plain.estimator = AlignmentEstimator::kLeastSquares;
  for (const Published& published : kPublished) {
    UpsamplerInfo info = commonInfo();
    info.id = std::string("depth_anything_v2_") + published.vit;
    info.title = published.title;
    info.summary =
        "Relative depth from the picture alone, brought to metres by least squares in inverse "
        "depth.";
    info.licence = published.licence;
    info.fidelity =
        "The network equals the published one. The report's row was fine-tuned by its authors with "
        "weights that are not public; the alignment is the one that the network's authors name.";
    info.parameters = published.parameters;
    info.settings = settingsWith(plain);
    info.weights = weightsOf(published.vit);
    info.published = PublishedFigures{2.193, 2.388};
    addNetworkMethod(registry, std::move(info), {}, [vit = published.vit](Values values) {
      return std::make_shared<DepthAnythingMethod>(std::move(values), vit);
    });
  }
}

void addAligned(UpsamplerRegistry& registry) {
  UpsamplerInfo info = commonInfo();
  info.id = "aligned_depth_anything";
  info.title = "Depth Anything, robustly aligned";
  info.summary =
      "Relative depth from the picture, fitted robustly to the cells of the transmitted map that "
      "tell something. Needs no training, only a published file.";
  info.licence = "Apache-2.0 (Small), CC-BY-NC-4.0 (Base, Large)";
  info.fidelity = "The network equals the published one; the alignment is ours.";
  info.parameters = 24785089;
  info.settings = settingsWith({});
  info.settings.insert(info.settings.begin(), {"variant", "Variant", "", "size of the network",
                                               Choice{{kVits.begin(), kVits.end()}, "vits"}});
  for (const char* vit : kVits) {
    info.weights.push_back({"weights", depthAnythingWeights("relative", vit),
                            std::string("Depth Anything V2 ") + vit, "variant", vit});
  }
  addNetworkMethod(registry, std::move(info), {}, [](Values values) {
    return std::make_shared<DepthAnythingMethod>(std::move(values), "");
  });
}

}  // namespace

std::string depthAnythingWeights(std::string_view kind, std::string_view vit) {
  const std::string size(vit);
  if (kind == "v1") return "depth_anything_v1_" + size;
  if (kind == "relative") return "depth_anything_v2_" + size;
  return "depth_anything_v2_" + std::string(kind) + '_' + size;
}

void registerDepthAnythingMethods(UpsamplerRegistry& registry) {
  addAligned(registry);
  addBaselines(registry);
}

}  // namespace fathom
