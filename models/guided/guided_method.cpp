#include "models/guided/guided_method.h"

#include <fmt/format.h>

#include "core/device.h"
#include "core/error.h"
#include "core/stopwatch.h"

namespace fathom {
namespace {

void checkInput(const UpsamplerInput& input) {
  check(input.low);
  if (!input.rgb.defined() || input.rgb.dim() != 3 || input.rgb.size(0) != 3 ||
      input.rgb.scalar_type() != at::kByte || input.rgb.numel() == 0) {
    throw BadInput("a guided method takes a colour image of 3×H×W uint8", input.sampleId);
  }
  if (!input.initial) return;
  const at::Tensor& initial = *input.initial;
  if (!initial.defined() || initial.dim() != 2 || initial.scalar_type() != at::kFloat ||
      initial.size(0) != input.rgb.size(1) || initial.size(1) != input.rgb.size(2)) {
    throw BadInput(fmt::format("the result to start from is not {}×{} float32", input.rgb.size(1),
                               input.rgb.size(2)),
                   input.sampleId, "Look at the method before this one in the chain");
  }
}

class GuidedMethod : public Upsampler {
 public:
  GuidedMethod(Values values, GuidedSolve solve)
      : values_(std::move(values)),
        space_(filterSpaceFromText(text(values_, "space"))),
        solve_(std::move(solve)) {}

  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override {
    checkInput(input);
    const at::Device device = input.rgb.device();
    const Stopwatch watch(device);
    const GuidedJob job = jobOf(input, progress);
    const at::Tensor solved = solve_(job, values_, progress);
    progress.checkpoint();
    const auto metres = [&](const at::Tensor& values) {
      return toMetres(values, space_).contiguous().to(device);
    };
    Prediction prediction{makePrediction(metres(solved)), {}, 0};
    prediction.milliseconds = watch.milliseconds();
    prediction.innerMaps = {
        {"start", "Start of the filter", "m", metres(job.start.values)},
        {"confidence", "Confidence of the start", "", job.start.confidence.to(device)}};
    return prediction;
  }

 private:
  GuidedJob jobOf(const UpsamplerInput& input, const Progress& progress) const {
    GuidedJob job{onCpu(input.rgb), input.low, {}, {}};
    job.low.levels = onCpu(input.low.levels);
    progress.checkpoint();
    if (input.initial) {
      job.start = startFrom(onCpu(*input.initial), space_);
    } else {
      job.cells =
          cellsOf(job.low, job.size(), levelZeroFromText(text(values_, "level_zero")), space_);
      job.start = enlarge(*job.cells, job.low, job.size(), progress);
    }
    return job;
  }

  Values values_;
  FilterSpace space_;
  GuidedSolve solve_;
};

}  // namespace

DenseStart dataOf(const GuidedJob& job, const Values& values) {
  if (job.cells && text(values, "data") == "samples") return scattered(*job.cells, job.start);
  return job.start;
}

Setting dataSetting(const char* initial) {
  return {"data", "Data term", "",
          "samples: each cell holds at the one pixel where it was sampled; dense: the linearly "
          "enlarged map holds everywhere (always so when refining another method's result)",
          Choice{{"samples", "dense"}, initial}};
}

void addGuided(UpsamplerRegistry& registry, UpsamplerInfo info, const char* space,
               GuidedSolve solve) {
  info.group = "Guided, no weights";
  info.refines = true;
  info.settings.push_back(
      {"space", "Filters in", "",
       "what is averaged: in metres a little sky outweighs everything near, in inverse depth near "
       "things outweigh the sky, log lies between",
       Choice{{"inverse", "log", "metres"}, space}});
  info.settings.push_back(
      {"level_zero", "Level 0 is", "",
       "what a cell nearer than one level counts as: half a level, 0 m, or nothing (excluded: its "
       "neighbours decide)",
       Choice{{"half", "zero", "excluded"}, "half"}});
  registry.add(std::move(info), [solve = std::move(solve)](const Values& values) -> UpsamplerPtr {
    return std::make_shared<GuidedMethod>(values, solve);
  });
}

}  // namespace fathom
