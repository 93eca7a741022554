#include "models/runtime/network_method.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp_max.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "core/stopwatch.h"
#include "models/checkpoints/weights_folder.h"
#include "models/layers/counting.h"
#include "models/runtime/tiles.h"

namespace fathom {
namespace {

/// "a;b;c" as three paths; empty text as one empty path.
std::vector<std::string> pathsOf(const std::string& text) {
  std::vector<std::string> paths;
  std::istringstream stream(text);
  for (std::string path; std::getline(stream, path, ';');) {
    if (!path.empty()) paths.push_back(path);
  }
  if (paths.empty()) paths.emplace_back();
  return paths;
}

/// What the camera would have seen in a mirror.
UpsamplerInput mirrorImage(const UpsamplerInput& input) {
  UpsamplerInput mirrored = input;
  mirrored.rgb = input.rgb.flip({2});
  mirrored.low.levels = input.low.levels.flip({1});
  const double cells = double(input.low.levels.size(1));
  mirrored.low.phaseX =
      double(input.rgb.size(2)) - 1 - input.low.factorX * (cells - 1) - input.low.phaseX;
  if (input.relative) mirrored.relative = input.relative->flip({1});
  if (input.initial) mirrored.initial = input.initial->flip({1});
  if (input.intrinsics)
    mirrored.intrinsics->cx = double(input.rgb.size(2)) - 1 - input.intrinsics->cx;
  return mirrored;
}

std::string weightsHelp() {
  return "weights file; empty takes the one in the weights folder; several, separated by ';', are "
         "run one after the other and averaged";
}

std::vector<Setting> networkSettings(const NetworkDefaults& defaults) {
  return {
      {"weights", "Weights", "", weightsHelp(), File{"Weights (*.safetensors *.pth *.pt *.ckpt)"}},
      {"random_weights", "Random weights", "",
       "runs without a weights file, to measure time and memory; the result means nothing and says "
       "so",
       Flag{false}},
      {"precision", "Precision", "",
       "of the network's arithmetic; bfloat16 is faster where the processor multiplies it natively",
       Choice{{"float32", "bfloat16"}, "float32"}},
      {"mirror", "Mirror averaging", "",
       "averages with the mirrored picture's result; takes twice as long", Flag{defaults.mirror}},
      {"clip_least", "Least output", "m", "smaller values are raised to it",
       Real{0, 1000, defaults.least}},
      {"clip_greatest", "Greatest output", "m", "larger values are lowered to it; 0: no limit",
       Real{0, 100000, defaults.greatest}},
      {"tile", "Tile", "px",
       "runs big pictures in tiles of this side to save memory; 0: whole. Networks that look at "
       "the whole picture give another result then, and it says so",
       Integer{0, 8192, 0}},
      {"overlap", "Overlap", "px", "of neighbouring tiles, which are blended there",
       Integer{0, 1024, 64}}};
}

}  // namespace

void NetworkMethod::Pass::add(const std::string& remark) const {
  if (notes.stamp.find(remark) != std::string::npos) return;
  notes.stamp += (notes.stamp.empty() ? "" : ", ") + remark;
}

at::ScalarType NetworkMethod::type() const {
  return text(values_, "precision") == "bfloat16" ? at::kBFloat16 : at::kFloat;
}

std::size_t NetworkMethod::members() const {
  return flag(values_, "random_weights") ? 1 : pathsOf(text(values_, "weights")).size();
}

std::shared_ptr<const Network> NetworkMethod::open(const Pass& pass,
                                                   const std::string& architecture,
                                                   const Values& values,
                                                   const std::vector<WeightsWanted>& wanted) const {
  NetworkRecipe recipe{architecture, values, {}, flag(values_, "random_weights")};
  if (recipe.random) pass.add("random weights");
  if (!recipe.random && !Counting::current()) {
    for (const WeightsWanted& weights : wanted) {
      const auto paths = pathsOf(text(values_, weights.setting));
      recipe.files.push_back(
          findWeights(weights.name, paths[std::min(pass.member, paths.size() - 1)]));
    }
  }
  return openNetwork(recipe, pass.input.rgb.device(), type(), pass.progress);
}

at::Tensor NetworkMethod::aligned(const Pass& pass, const at::Tensor& predicted,
                                  PredictionKind kind, const Alignment& how,
                                  const Progress& progress) const {
  constexpr double kLeast = 1e-3;  // m
  const bool inverse = kind == PredictionKind::kInverseDepth;
  pass.notes.relative = inverse ? predicted : at::clamp_min(predicted, kLeast).reciprocal();
  Aligned fitted = align(predicted, kind, pass.input.low, how, progress);
  pass.add(fitted.stamp);
  return std::move(fitted.metres);
}

at::Tensor NetworkMethod::once(const Pass& pass) const {
  const std::int64_t tile = integer(values_, "tile");
  const Size size = pass.size();
  if (tile == 0 || (size.height <= tile && size.width <= tile)) return metres(pass);
  const std::int64_t overlap = integer(values_, "overlap");
  pass.add(fmt::format("tiled {}, overlap {}", tile, overlap));
  const at::Tensor whole = tiled(pass.input, tile, overlap, pass.progress,
                                 [&](const UpsamplerInput& part, const Progress& progress) {
                                   return metres({part, progress, pass.member, pass.notes});
                                 });
  pass.notes.relative.reset();
  return whole;
}

at::Tensor NetworkMethod::mirrored(const Pass& pass) const {
  if (!flag(values_, "mirror")) return once(pass);
  const Progress& progress = pass.progress;
  const at::Tensor straight = once({pass.input, progress.part(0, 0.5), pass.member, pass.notes});
  const at::Tensor relative = pass.notes.relative;
  const UpsamplerInput other = mirrorImage(pass.input);
  const at::Tensor back = once({other, progress.part(0.5, 1), pass.member, pass.notes}).flip({1});
  if (relative.defined()) pass.notes.relative = (relative + pass.notes.relative.flip({1})) * 0.5;
  return (straight + back) * 0.5;
}

at::Tensor NetworkMethod::averaged(const UpsamplerInput& input, const Progress& progress,
                                   Notes& notes) const {
  const std::size_t count = members();
  at::Tensor sum, relative;
  for (std::size_t member = 0; member < count; ++member) {
    const double part = 1.0 / double(count);
    const Progress inside = progress.part(double(member) * part, double(member + 1) * part);
    const at::Tensor one = mirrored({input, inside, member, notes});
    sum = sum.defined() ? sum + one : one;
    if (member == 0) relative = notes.relative;
  }
  notes.relative = relative;
  at::Tensor mean = count > 1 ? sum / double(count) : sum;
  const double greatest = real(values_, "clip_greatest");
  mean = at::clamp_min(mean, real(values_, "clip_least"));
  return greatest > 0 ? at::clamp_max(mean, greatest) : mean;
}

Prediction NetworkMethod::operator()(const UpsamplerInput& input, const Progress& progress) const {
  check(input.low);
  const Stopwatch watch(input.rgb.device());
  Prediction prediction;
  Notes notes;
  at::Tensor metres;
  {
    const c10::InferenceMode inference;
    metres = averaged(input, progress, notes);
  }
  prediction.stamp = notes.stamp;
  // A tensor made in inference mode may not be written to outside: a copy may.
  const auto copied = [](const at::Tensor& map) {
    return map.to(at::kFloat, false, true).contiguous();
  };
  prediction.depth = makePrediction(copied(metres));
  if (notes.relative.defined()) prediction.innerMaps.push_back(relativeMap(copied(notes.relative)));
  prediction.milliseconds = watch.milliseconds();
  return prediction;
}

Costs NetworkMethod::costs(Size size, const Progress& progress) const {
  const c10::InferenceMode inference;
  Counting counting;
  const at::Tensor rgb = at::zeros({3, size.height, size.width}, at::kByte);
  LowDepth low;
  low.levels = at::zeros({size.height / 8, size.width / 8}, at::kFloat);
  Notes notes;
  mirrored({{rgb, low, {}}, progress, 0, notes});
  return {counting.parameters(), counting.macs().total()};
}

void addNetworkMethod(UpsamplerRegistry& registry, UpsamplerInfo info,
                      const NetworkDefaults& defaults, NetworkMethodFactory make) {
  for (Setting& setting : networkSettings(defaults)) info.settings.push_back(std::move(setting));
  info.costs = [settings = info.settings, id = info.id, make](Size size, const Values& values,
                                                              const Progress& progress) {
    return make(checkedValues(settings, values, id))->costs(size, progress);
  };
  registry.add(std::move(info),
               [make](const Values& values) -> UpsamplerPtr { return make(values); });
}

}  // namespace fathom
