#include "tests/device/pipeline.h"

#include <ATen/ops/zeros.h>

#include "core/degradation.h"
#include "core/information.h"
#include "core/point_cloud.h"
#include "models/alignment/alignment.h"
#include "models/conformance/small_functions.h"
#include "models/interpolation/interpolation.h"
#include "models/registry.h"

namespace fathom::test {
namespace {

struct Stages {
  DepthMap truth;
  PipelineResult result;

  void keep(std::string name, const at::Tensor& tensor) {
    result.tensors.emplace_back(std::move(name), tensor);
  }
  void keep(std::string name, double number) {
    result.numbers.emplace_back(std::move(name), number);
  }
};

LowDepth degradations(Stages& stages) {
  LowDepth first;
  for (int i = 0; i < 4; ++i) {
    Degradation how;
    how.sampling = Sampling(i);
    const Degraded degraded = degrade(stages.truth, how, "device");
    stages.keep("levels " + std::to_string(i), degraded.low.levels);
    stages.keep("noiseless " + std::to_string(i), degraded.noiseless);
    if (i == 0) first = degraded.low;
  }
  stages.keep("window", degrade(stages.truth, {}, "device", {}, CellWindow{1, 2, 2, 3}).low.levels);
  return first;
}

DepthMap predictions(Stages& stages, const LowDepth& low) {
  UpsamplerRegistry registry;
  registerModels(registry);
  const Size size = stages.truth.size();
  const UpsamplerInput input{at::zeros({3, size.height, size.width},
                                       at::TensorOptions(low.levels.device()).dtype(at::kByte)),
                             low,
                             {}};
  for (const char* id : {"nearest", "bilinear", "bicubic_raw", "lanczos"}) {
    const Prediction prediction = (*registry.create(id, {}))(input, {});
    stages.keep(std::string(id) + " metres", prediction.depth.metres);
    stages.keep(std::string(id) + " reason", prediction.depth.reason);
  }
  Interpolation aware;
  aware.phaseAware = aware.halfStep = true;
  stages.keep("phase-aware", interpolate(low, size, aware));
  return (*registry.create("bicubic", {}))(input, {}).depth;
}

/// A crude relative prediction, aligned in every space at every grid.
void alignments(Stages& stages, const LowDepth& low) {
  const at::Tensor relative = stages.truth.metres.clamp_min(0.5).add(3).reciprocal();
  for (int i = 0; i < 30; ++i) {
    Alignment how;
    how.space = AlignmentSpace(i % 2);
    how.grid = AlignmentGrid(i / 2 % 3);
    how.estimator = AlignmentEstimator(i / 6);
    how.leastCells = 5;
    const Aligned aligned = align(relative, PredictionKind::kInverseDepth, low, how);
    const std::string name = "aligned " + std::to_string(i);
    stages.keep(name + " metres", aligned.metres);
    stages.keep(name + " residuals", aligned.residuals);
    stages.keep(name + " scale", aligned.scale);
    stages.keep(name + " shift", aligned.shift);
    stages.keep(name + " rms", aligned.residualRms);
    stages.keep(name + " inliers", aligned.inlierShare);
  }
}

void smallOnes(Stages& stages) {
  for (const SmallFunction& each : smallFunctions(stages.truth.metres.device())) {
    for (std::size_t i = 0; i < each.parts.size(); ++i) {
      stages.keep(each.name + " " + each.parts[i], each.computed[i]);
    }
  }
}

}  // namespace

PipelineResult runPipeline(const at::Tensor& metres) {
  Stages stages{makeDepthMap(metres), {}};
  stages.keep("truth reason", stages.truth.reason);
  stages.keep("counts", counts(stages.truth));
  const LowDepth low = degradations(stages);
  const DepthMap prediction = predictions(stages, low);
  stages.keep("bicubic metres", prediction.metres);
  alignments(stages, low);
  smallOnes(stages);
  for (const Protocol& protocol : protocols()) {
    const Scores scores = score(prediction, stages.truth, protocol);
    for (const MetricInfo& info : metricInfos()) {
      stages.keep(protocol.id + " " + info.id, scores[info.metric]);
    }
    stages.keep(protocol.id + " pixels", double(scores.pixels));
    for (int kind = 0; kind < 3; ++kind) {
      stages.keep(protocol.id + " error " + std::to_string(kind),
                  errorMap(prediction, stages.truth, protocol, ErrorKind(kind)));
    }
  }
  const PointCloud cloud = pointCloud(stages.truth, {300, 300, 40, 30}, 300);
  stages.keep("points", cloud.points);
  stages.keep("pixels", cloud.pixels);
  const Information information = informationOf(low);
  stages.keep("cells", information.cells);
  stages.keep("informative", information.informativeShare);
  stages.keep("clipped", information.clippedShare);
  stages.keep("near", shareBelowOneLevel(stages.truth, low.metresPerLevel));
  const Range found = range(stages.truth);
  stages.keep("least", found.least);
  stages.keep("greatest", found.greatest);
  return std::move(stages.result);
}

}  // namespace fathom::test
