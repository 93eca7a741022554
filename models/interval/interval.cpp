#include "models/interval/interval.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "core/device.h"
#include "core/error.h"
#include "core/stopwatch.h"
#include "models/interval/solve.h"
#include "models/interval/vote.h"

namespace fathom {
namespace {

PictureBytes bytesOf(const at::Tensor& rgb) {
  if (!rgb.defined() || rgb.dim() != 3 || rgb.size(0) != 3 || rgb.scalar_type() != at::kByte ||
      rgb.numel() == 0) {
    throw BadInput("a colour picture is a 3×H×W tensor of bytes", "picture");
  }
  const auto* first = rgb.const_data_ptr<unsigned char>();
  const std::int64_t plane = rgb.size(1) * rgb.size(2);
  return {first, first + plane, first + 2 * plane, {rgb.size(1), rgb.size(2)}};
}

/// Where nothing is known of the camera: 90 degrees across, as the challenge's.
Intrinsics cameraOf(const UpsamplerInput& input, Size size) {
  if (input.intrinsics && input.intrinsics->fx > 0 && input.intrinsics->fy > 0) {
    return *input.intrinsics;
  }
  const double focal = static_cast<double>(size.width) / 2;
  return {focal, focal, focal, static_cast<double>(size.height) / 2};
}

at::Tensor emptyMap(Size size) {
  return at::empty({size.height, size.width}, at::TensorOptions(at::kFloat));
}

at::Tensor mapOf(Size size, const std::function<double(std::size_t)>& value) {
  at::Tensor map = emptyMap(size);
  auto* out = map.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < map.numel(); ++i) {
    out[i] = static_cast<float>(value(static_cast<std::size_t>(i)));
  }
  return map;
}

std::vector<InnerMap> innerMaps(const IntervalAnalysis& found, const Ballots& ballots,
                                at::Device device) {
  std::vector<InnerMap> maps;
  const auto add = [&](const char* id, const char* title, const char* unit,
                       const std::function<double(std::size_t)>& value) {
    maps.push_back({id, title, unit, mapOf(found.cells.size, value).to(device)});
  };
  add("levels", "Levels", "levels", [&](std::size_t i) { return found.cells.level[i]; });
  add("field", "Inverse depth gained", "1/m", [&](std::size_t i) { return found.field.gained[i]; });
  add("inverse_depth", "Inverse depth", "1/m", [&](std::size_t i) { return 1 / found.depth[i]; });
  add("cell_lower", "Cells' lower bounds", "m", [&](std::size_t i) { return ballots.lower[i]; });
  add("cell_upper", "Cells' upper bounds", "m", [&](std::size_t i) { return ballots.upper[i]; });
  add("naturalness", "Naturalness", "", [&](std::size_t) { return found.cues.naturalness; });
  add("detail", "Detail factor", "", [&](std::size_t) { return found.cues.detail; });
  return maps;
}

}  // namespace

IntervalAnalysis analyse(const UpsamplerInput& input, const IntervalConstants& constants,
                         const Progress& progress) {
  const PictureBytes picture = bytesOf(input.rgb);
  const LowDepth& low = input.low;
  checkCovers(low, picture.size);
  const std::span<const float> levels(low.levels.const_data_ptr<float>(),
                                      static_cast<std::size_t>(low.levels.numel()));
  const Intrinsics camera = cameraOf(input, picture.size);
  IntervalAnalysis found;
  progress.at(0, "noise");
  found.noise = fitNoise(levels);
  found.cells = cellsOf(levels, low.size(), found.noise);
  found.rows = cellAxis(low.size().height, picture.size.height, low.factorY, low.phaseY);
  found.columns = cellAxis(low.size().width, picture.size.width, low.factorX, low.phaseX);
  progress.at(0.1, "cues");
  found.cues =
      sceneCues(picture, camera.fx, found.cells, found.rows, found.columns, constants, progress);
  progress.at(0.3, "field");
  found.field = level0Field(found.cells, found.cues, low.metresPerLevel, low.factorY / camera.fy,
                            low.factorX / camera.fx, constants);
  found.lab = labOf(picture, progress);
  found.depth = solveCells(found.cells, found.field, low.metresPerLevel, found.lab, found.rows,
                           found.columns, constants, progress);
  return found;
}

Prediction intervalUpsample(const UpsamplerInput& input, const IntervalConstants& constants,
                            const Progress& progress) {
  const Stopwatch watch(input.rgb.device());
  const at::Device device = input.rgb.device();
  UpsamplerInput here = input;
  here.rgb = onCpu(input.rgb);
  if (input.low.levels.defined()) here.low.levels = onCpu(input.low.levels);
  const IntervalAnalysis found = analyse(here, constants, progress);
  const Ballots ballots = beliefsOf(found.cells, found.noise, found.depth, input.low.metresPerLevel,
                                    found.cues.room, constants);
  progress.at(0.4, "vote");
  const Size size = found.lab.size;
  at::Tensor depth = emptyMap(size), deviation = emptyMap(size), lower = emptyMap(size),
             upper = emptyMap(size);
  vote(ballots, found.lab, found.rows, found.columns, input.low.factorY, input.low.factorX,
       constants,
       {depth.mutable_data_ptr<float>(), deviation.mutable_data_ptr<float>(),
        lower.mutable_data_ptr<float>(), upper.mutable_data_ptr<float>()},
       progress);
  Prediction prediction{makePrediction(depth.to(device)), deviation.to(device), 0};
  prediction.interval = DepthInterval{lower.to(device), upper.to(device)};
  prediction.innerMaps = innerMaps(found, ballots, device);
  prediction.milliseconds = watch.milliseconds();
  return prediction;
}

}  // namespace fathom
