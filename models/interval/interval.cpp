#include "models/interval/interval.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "core/device.h"
#include "core/error.h"
#include "core/parallel.h"
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
                                double metresPerLevel, at::Device device) {
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
  add("room", "Room", "", [&](std::size_t) { return found.cues.room; });
  const double path = freePath(found.cues.far, metresPerLevel);
  add("free_path", "Free path", "m", [&](std::size_t) { return path; });
  add("detail", "Detail factor", "", [&](std::size_t) { return found.cues.detail; });
  for (std::size_t n = 0; n < found.frames.trust.size(); ++n) {
    maps.push_back(
        {"trust_" + std::to_string(n + 1), "Trust in neighbour " + std::to_string(n + 1), "",
         mapOf(found.cells.size, [&](std::size_t) { return found.frames.trust[n]; }).to(device)});
  }
  return maps;
}

/// The map of another method as nearness, H×W float32 on the CPU.
struct Nearness {
  at::Tensor map;  ///< undefined where there is none
  bool metric = false;

  double at(std::int64_t row, std::int64_t column) const {
    const double value = map.const_data_ptr<float>()[row * map.size(1) + column];
    return metric ? 1 / value : value;
  }
};

Nearness nearnessOf(const UpsamplerInput& input, Size size) {
  const std::optional<at::Tensor>& given = input.relative ? input.relative : input.initial;
  if (!given) return {};
  if (!given->defined() || given->dim() != 2 || given->scalar_type() != at::kFloat ||
      given->size(0) != size.height || given->size(1) != size.width) {
    throw BadInput("a map to start from is float32 and of the picture's size",
                   input.relative ? "relative depth" : "initial depth");
  }
  return {onCpu(*given), !input.relative};
}

std::vector<double> atCells(const Nearness& nearness, const IntervalAnalysis& found) {
  std::vector<double> values;
  for (const int row : found.rows.pixel) {
    for (const int column : found.columns.pixel) values.push_back(nearness.at(row, column));
  }
  return values;
}

/// Inside level 0 the other method's map is finer than the cells.
void sharpen(at::Tensor& depth, const Nearness& nearness, const GuideFit& guide,
             double metresPerLevel, const Progress& progress) {
  if (!nearness.map.defined() || guide.trust == 0) return;
  auto* out = depth.mutable_data_ptr<float>();
  const std::int64_t width = depth.size(1);
  parallelFor(depth.size(0), 16, progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin * width; i < end * width; ++i) {
      const double near = nearness.at(i / width, i % width);
      // Where the cells say "beyond one level" they are believed.
      if (!(out[i] < metresPerLevel) || guide.inverse(near) * metresPerLevel < 1) continue;
      out[i] = static_cast<float>(1 / guidedInverse(guide, near, 1 / out[i], metresPerLevel));
    }
  });
}

/// How much of a room's wider doubt is due: what may be a room is nearly as doubtful as one.
double doubtOf(const SceneCues& cues) {
  return std::sqrt(cues.room);
}

/// ln of depth by which the field as a whole may be wrong.
double spreadOf(const SceneCues& cues, const IntervalConstants& constants) {
  return constants.spread + doubtOf(cues) * (constants.roomSpread - constants.spread);
}

void guideField(IntervalAnalysis& found, const Nearness& nearness, double metresPerLevel,
                const IntervalConstants& constants) {
  if (!nearness.map.defined()) return;
  const std::vector<double> values = atCells(nearness, found);
  found.guide = fitGuide(values, nearness.metric, found.cells, found.field, metresPerLevel,
                         spreadOf(found.cues, constants), found.cues.room);
  applyGuide(found.guide, values, found.cells, metresPerLevel, found.field);
}

/// Neighbouring frames fix what one picture leaves open: how near level 0 is.
void lookAtFrames(IntervalAnalysis& found, const UpsamplerInput& input, const Intrinsics& camera,
                  const IntervalConstants& constants, const Progress& progress) {
  if (input.neighbours.empty() || !input.pose) return;
  progress.at(0.35, "frames");
  std::vector<double> spread;
  for (const double z : found.depth) {
    const double gained = std::max(1 - z / input.low.metresPerLevel, 0.0);
    spread.push_back(std::hypot(constants.leastSpread, spreadOf(found.cues, constants) * gained));
  }
  found.frames = lookAround(input, camera, found.cells, found.rows, found.columns, found.lab,
                            {found.depth, spread, doubtOf(found.cues)}, constants.frames, progress);
  if (!found.frames.used()) return;
  for (std::size_t i = 0; i < found.cells.count(); ++i) {
    if (found.cells.state[i] == CellState::kNear) found.depth[i] = found.frames.depth[i];
  }
}

/// What the frames say of level 0 takes the place of what one picture says.
void believeFrames(const IntervalAnalysis& found, Ballots& ballots) {
  if (!found.frames.used()) return;
  for (std::size_t i = 0; i < found.cells.count(); ++i) {
    if (found.cells.state[i] != CellState::kNear) continue;
    auto deviation = static_cast<float>(found.frames.deviation[i]);
    auto lower = static_cast<float>(found.frames.lower[i]);
    auto upper = static_cast<float>(found.frames.upper[i]);
    if (!found.frames.seen[i]) {  // what others make likely here is no better than the field
      deviation = std::max(deviation, ballots.deviation[i]);
      lower = std::min(lower, ballots.lower[i]);
      upper = std::max(upper, ballots.upper[i]);
    }
    ballots.deviation[i] = deviation;
    ballots.lower[i] = lower;
    ballots.upper[i] = upper;
  }
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
  guideField(found, nearnessOf(input, picture.size), low.metresPerLevel, constants);
  found.lab = labOf(picture, progress);
  found.depth = solveCells(found.cells, found.field, low.metresPerLevel, found.lab, found.rows,
                           found.columns, constants, progress);
  lookAtFrames(found, input, camera, constants, progress);
  return found;
}

Prediction intervalUpsample(const UpsamplerInput& input, const IntervalConstants& constants,
                            const Progress& progress) {
  const Stopwatch watch(input.rgb.device());
  const at::Device device = input.rgb.device();
  UpsamplerInput here = input;
  here.rgb = onCpu(input.rgb);
  if (input.relative && input.relative->defined()) here.relative = onCpu(*input.relative);
  if (input.initial && input.initial->defined()) here.initial = onCpu(*input.initial);
  if (input.low.levels.defined()) here.low.levels = onCpu(input.low.levels);
  const IntervalAnalysis found = analyse(here, constants, progress);
  Ballots ballots = beliefsOf(found.cells, found.noise, found.depth, input.low.metresPerLevel,
                              doubtOf(found.cues), constants);
  believeFrames(found, ballots);
  progress.at(0.4, "vote");
  const Size size = found.lab.size;
  at::Tensor depth = emptyMap(size), deviation = emptyMap(size), lower = emptyMap(size),
             upper = emptyMap(size);
  vote(ballots, found.lab, found.rows, found.columns, input.low.factorY, input.low.factorX,
       constants,
       {depth.mutable_data_ptr<float>(), deviation.mutable_data_ptr<float>(),
        lower.mutable_data_ptr<float>(), upper.mutable_data_ptr<float>()},
       progress);
  if (!found.frames.used()) {  // whose scale is better than that of another method
    sharpen(depth, nearnessOf(here, size), found.guide, input.low.metresPerLevel, progress);
  }
  Prediction prediction{makePrediction(depth.to(device)), deviation.to(device), 0};
  prediction.interval = DepthInterval{lower.to(device), upper.to(device)};
  prediction.innerMaps = innerMaps(found, ballots, input.low.metresPerLevel, device);
  const auto useful = [](double trust) { return trust > 0; };
  if (!input.neighbours.empty() && std::ranges::none_of(found.frames.trust, useful)) {
    prediction.stamp = "no neighbour of use";
  }
  prediction.milliseconds = watch.milliseconds();
  return prediction;
}

}  // namespace fathom
