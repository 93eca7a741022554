#include "models/conformance/small_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/device.h"
#include "models/alignment/estimators.h"
#include "models/conformance/filling.h"
#include "models/layers/losses.h"
#include "models/layers/resize.h"

namespace fathom {
namespace {

/// The references were printed with seven digits: half of the last is 5e-7 at worst.
constexpr double kLimit = 1e-6;

/// @param scale  what deviations are divided by; 0: each by its own expected value
SmallFunction compared(std::string name, std::vector<std::string> parts,
                       std::vector<double> computed, std::vector<double> expected,
                       double scale = 0) {
  double error = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double off = std::abs(computed[i] - expected[i]);
    const double relative = off / (scale > 0 ? scale : std::abs(expected[i]));
    // A comparison with NaN would let it pass.
    error = relative <= error      ? error
            : std::isnan(relative) ? std::numeric_limits<double>::infinity()
                                   : relative;
  }
  return {std::move(name), std::move(parts), std::move(computed), std::move(expected),
          error,           kLimit,           error <= kLimit};
}

struct MapVector {
  double mean, deviation, least, greatest;
  std::vector<std::pair<std::int64_t, double>> samples;
};

SmallFunction comparedMap(std::string name, const at::Tensor& map, const MapVector& vector) {
  const at::Tensor values = onCpu(map).to(at::kDouble).flatten();
  std::vector<std::string> parts{"mean", "deviation", "least", "greatest"};
  std::vector<double> expected{vector.mean, vector.deviation, vector.least, vector.greatest};
  std::vector<double> computed{values.mean().item<double>(), values.std(false).item<double>(),
                               values.min().item<double>(), values.max().item<double>()};
  for (const auto& [index, value] : vector.samples) {
    parts.push_back(fmt::format("sample {}", index));
    expected.push_back(value);
    computed.push_back(values[index].item<double>());
  }
  const double scale = std::max(std::abs(vector.least), std::abs(vector.greatest));
  return compared(std::move(name), std::move(parts), std::move(computed), std::move(expected),
                  scale);
}

SmallFunction comparedLoss(std::string name, const at::Tensor& loss, double expected) {
  return compared(std::move(name), {"value"}, {loss.item<double>()}, {expected});
}

void addResizing(std::vector<SmallFunction>& all, at::Device device) {
  const at::Tensor depth = filledInput("depth", {1, 1, 4, 5}, 0, 10).to(device);
  all.push_back(comparedMap("bicubic ×8", bicubic(depth, {32, 40}, 8, 8),
                            {5.467505,
                             2.343382,
                             0.7480154,
                             10.72693,
                             {{0, 10.03833},
                              {182, 3.546615},
                              {426, 1.098164},
                              {640, 4.741792},
                              {853, 5.639161},
                              {1279, 1.857646}}}));
  all.push_back(comparedMap("bilinear ×8", bilinear(depth, {32, 40}, false),
                            {5.486543,
                             1.864407,
                             1.313992,
                             9.568759,
                             {{0, 9.568759}, {182, 3.897272}, {640, 5.295068}, {1279, 2.908466}}}));
}

void addLosses(std::vector<SmallFunction>& all, const at::Tensor& pred, const at::Tensor& gt) {
  all.push_back(comparedLoss("SILog, UM-IT", siLogLoss(SiLog::kUmIt, pred, gt), 9.309129));
  all.push_back(comparedLoss("SILog, ZoeDepth", siLogLoss(SiLog::kZoeDepth, pred, gt), 9.374027));
  all.push_back(comparedLoss("SILog, Depth Anything V2 metric",
                             siLogLoss(SiLog::kDepthAnything, pred, gt), 0.9380342));
  all.push_back(comparedLoss("SILog, ICL_SNU", siLogLoss(SiLog::kIclSnu, pred, gt), 0.8799083));
  all.push_back(compared("L1 and RMSE", {"L1", "RMSE"},
                         {l1Loss(pred, gt).item<double>(), rmseLoss(pred, gt).item<double>()},
                         {4.995832, 6.223482}));
  all.push_back(comparedLoss("Sobel edge L1", sobelLoss(pred, gt), 34.0451));
}

Points pointsOf(const at::Tensor& pred, const at::Tensor& gt, std::int64_t count) {
  const at::Tensor x = onCpu(pred), y = onCpu(gt);
  Points points;
  for (std::int64_t i = 0; i < count; ++i) {
    points.add(x.const_data_ptr<double>()[i], y.const_data_ptr<double>()[i]);
  }
  return points;
}

void addEstimators(std::vector<SmallFunction>& all, const at::Tensor& pred, const at::Tensor& gt) {
  const Line nothing{std::numeric_limits<double>::quiet_NaN(), 0};
  const Points points = pointsOf(pred, gt, pred.numel()), few = pointsOf(pred, gt, 12);
  const Line squares = leastSquares(points, Shift::kFree).value_or(nothing);
  const Line sen = theilSen(few, Shift::kFree).value_or(nothing);
  const Line ratio = medianRatio(few, Shift::kNone).value_or(nothing);
  all.push_back(compared("least squares", {"scale", "shift"}, {squares.scale, squares.shift},
                         {0.408691970, 5.263745390}));
  all.push_back(compared("Theil–Sen, 12 elements", {"scale", "shift"}, {sen.scale, sen.shift},
                         {0.447030830, 2.621540929}));
  all.push_back(compared("median ratio, 12 elements", {"scale"}, {ratio.scale}, {0.677061204}));
}

}  // namespace

std::vector<SmallFunction> smallFunctions(at::Device device) {
  std::vector<SmallFunction> all;
  addResizing(all, device);
  // The references' digits are those of double sums.
  const auto input = [&](const char* name) {
    return filledInput(name, {1, 1, 8, 9}, 0.5, 20).to(device).to(at::kDouble);
  };
  const at::Tensor pred = input("pred"), gt = input("gt");
  addLosses(all, pred, gt);
  addEstimators(all, pred, gt);
  return all;
}

}  // namespace fathom
