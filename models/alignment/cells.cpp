#include "models/alignment/cells.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/device.h"
#include "core/error.h"
#include "models/interpolation/interpolation.h"

namespace fathom {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// A value below this share of a prediction's greatest counts as this share before it is inverted.
constexpr double kLeastShare = 1e-3;

/// The greatest standard deviation of noise in proportion to the level that the challenge names.
constexpr double kReadNoise = 0.02;

/// Which pixels an output reads along one axis, and with which weights: `width` lists, one entry
/// an output each.
struct Reads {
  std::vector<at::Tensor> index, weight;
};

at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device) {
  at::Tensor result =
      at::empty({static_cast<std::int64_t>(values.size())}, at::TensorOptions(at::kLong));
  std::ranges::copy(values, result.mutable_data_ptr<std::int64_t>());
  return result.to(device);
}

at::Tensor weightTensor(const std::vector<double>& values, at::Device device) {
  at::Tensor result =
      at::empty({static_cast<std::int64_t>(values.size())}, at::TensorOptions(at::kDouble));
  std::ranges::copy(values, result.mutable_data_ptr<double>());
  return result.to(device);
}

/// Cell i covers [factor·i, factor·(i + 1)) of the pixels; those at its ends by a part of them.
Reads meansOf(std::int64_t cells, std::int64_t pixels, double factor, at::Device device) {
  const auto width = static_cast<std::int64_t>(std::ceil(factor)) + 1;
  Reads reads;
  for (std::int64_t k = 0; k < width; ++k) {
    std::vector<std::int64_t> index;
    std::vector<double> weight;
    for (std::int64_t i = 0; i < cells; ++i) {
      const double begin = factor * static_cast<double>(i);
      const double end = std::min(begin + factor, static_cast<double>(pixels));
      const std::int64_t pixel = static_cast<std::int64_t>(begin) + k;
      const double left = std::max(begin, static_cast<double>(pixel));
      const double right = std::min(end, static_cast<double>(pixel + 1));
      index.push_back(std::clamp<std::int64_t>(pixel, 0, pixels - 1));
      weight.push_back(std::max(0.0, right - left) / (end - begin));
    }
    reads.index.push_back(indexTensor(index, device));
    reads.weight.push_back(weightTensor(weight, device));
  }
  return reads;
}

at::Tensor samplesAt(std::int64_t cells, std::int64_t pixels, double factor, double phase,
                     at::Device device) {
  std::vector<std::int64_t> index;
  for (std::int64_t i = 0; i < cells; ++i) {
    index.push_back(std::clamp<std::int64_t>(sampledPixel(i, factor, phase), 0, pixels - 1));
  }
  return indexTensor(index, device);
}

/// One product and one sum after the other: a reduction would round in an order that depends on
/// the device and the number of threads.
at::Tensor weightedSum(const at::Tensor& values, std::int64_t dim, const Reads& reads) {
  at::Tensor sum;
  for (std::size_t k = 0; k < reads.index.size(); ++k) {
    const at::Tensor weight = dim == 0 ? reads.weight[k].unsqueeze(1) : reads.weight[k];
    const at::Tensor part = values.index_select(dim, reads.index[k]).mul(weight);
    sum = k == 0 ? part : sum.add(part);
  }
  return sum;
}

/// h×w on the CPU; NaN where less than half of a cell has a prediction.
at::Tensor cellMeans(const at::Tensor& values, const LowDepth& low) {
  const at::Device device = values.device();
  const Size cells = low.size();
  const Reads rows = meansOf(cells.height, values.size(0), low.factorY, device);
  const Reads columns = meansOf(cells.width, values.size(1), low.factorX, device);
  const auto mean = [&](const at::Tensor& map) {
    return onCpu(weightedSum(weightedSum(map, 0, rows), 1, columns));
  };
  const at::Tensor finite = values.isfinite();
  const at::Tensor sum = mean(at::where(finite, values, at::zeros_like(values)));
  const at::Tensor share = mean(finite.to(at::kDouble));
  return at::where(share.ge(0.5), sum.div(share), at::full_like(sum, kNaN));
}

at::Tensor cellSamples(const at::Tensor& values, const LowDepth& low) {
  const at::Device device = values.device();
  const Size cells = low.size();
  return onCpu(
      values
          .index_select(0, samplesAt(cells.height, values.size(0), low.factorY, low.phaseY, device))
          .index_select(1,
                        samplesAt(cells.width, values.size(1), low.factorX, low.phaseX, device)));
}

/// A level from which a depth is taken: received, finite and not rounding to 0.
bool informative(float level) {
  return std::isfinite(level) && level >= 0.5F;
}

bool beyond(double metres, const Alignment& how) {
  return how.excludeFar && metres > how.maxMetres;
}

AlignmentCell cellOf(float level, double x, double metresPerLevel, const Alignment& how) {
  AlignmentCell cell;
  cell.x = x;
  if (!std::isfinite(level) || !std::isfinite(x)) return cell;
  if (!informative(level)) {
    cell.role = CellRole::kNear;
    cell.greatest = metresPerLevel;
    cell.least = std::min(how.minMetres, cell.greatest);
    return cell;
  }
  const double whole = std::round(level), noise = kReadNoise * whole;
  cell.metres = (whole + 0.5) * metresPerLevel;
  cell.least = (whole - noise) * metresPerLevel;
  cell.greatest = (whole + 1 + noise) * metresPerLevel;
  cell.role = beyond(cell.metres, how) ? CellRole::kFar : CellRole::kRange;
  if (cell.role == CellRole::kFar) {
    cell.least = how.maxMetres;  // where the result ends
    cell.greatest = std::numeric_limits<double>::infinity();
  }
  return cell;
}

/// cellRows×columns: true where all cells that a column reads are informative.
std::vector<char> informativeColumns(const at::Tensor& levels, const Taps& columns,
                                     std::int64_t width) {
  const float* level = levels.const_data_ptr<float>();
  std::vector<char> result;
  result.reserve(static_cast<std::size_t>(levels.size(0) * width));
  for (std::int64_t row = 0; row < levels.size(0); ++row) {
    for (std::int64_t column = 0; column < width; ++column) {
      bool all = true;
      for (int k = 0; k < columns.width; ++k) {
        const auto tap = static_cast<std::size_t>(column * columns.width + k);
        all = all && informative(level[row * levels.size(1) + columns.index[tap]]);
      }
      result.push_back(all ? 1 : 0);
    }
  }
  return result;
}

}  // namespace

void checkCovers(const at::Tensor& prediction, const LowDepth& low) {
  check(low);
  if (!prediction.defined() || prediction.dim() != 2 || !prediction.is_floating_point() ||
      prediction.numel() == 0) {
    throw BadInput("a prediction to align is a two-dimensional floating-point tensor",
                   "prediction");
  }
  if (prediction.device() != low.levels.device()) {
    throw BadInput("the prediction and the transmitted map are on different devices", "prediction");
  }
  checkCovers(low, {prediction.size(0), prediction.size(1)}, "prediction");
}

at::Tensor inSpace(const at::Tensor& prediction, PredictionKind kind, AlignmentSpace space) {
  const at::Tensor raw = prediction.to(at::kDouble);
  const at::Tensor finite = raw.isfinite();
  if (!finite.any().item<bool>()) {
    throw BadInput("the prediction has no finite pixel", "prediction");
  }
  const at::Tensor values = at::where(finite, raw, at::full_like(raw, kNaN));
  if ((kind == PredictionKind::kDepth) == (space == AlignmentSpace::kDepth)) return values;
  const double greatest =
      at::where(finite, raw, at::full_like(raw, -std::numeric_limits<double>::infinity()))
          .max()
          .item<double>();
  if (!(greatest > 0)) {
    throw BadInput("the prediction is nowhere above 0 and cannot be inverted", "prediction",
                   "Align it in the space of its own kind");
  }
  return values.clamp_min(kLeastShare * greatest).reciprocal();
}

double inSpace(double metres, AlignmentSpace space) {
  return space == AlignmentSpace::kDepth ? metres : 1 / metres;
}

std::vector<AlignmentCell> alignmentCells(const at::Tensor& values, const LowDepth& low,
                                          const Alignment& how) {
  const at::Tensor x =
      how.grid == AlignmentGrid::kCellSamples ? cellSamples(values, low) : cellMeans(values, low);
  const at::Tensor levels = onCpu(low.levels);
  if (!levels.isfinite().any().item<bool>()) {
    throw BadInput("the transmitted map has no finite cell");
  }
  std::vector<AlignmentCell> cells;
  for (std::int64_t i = 0; i < levels.numel(); ++i) {
    cells.push_back(cellOf(levels.const_data_ptr<float>()[i], x.const_data_ptr<double>()[i],
                           low.metresPerLevel, how));
  }
  return cells;
}

Points pixelPoints(const at::Tensor& values, const LowDepth& low, const Alignment& how,
                   const Progress& progress) {
  const Size size{values.size(0), values.size(1)};
  LowDepth whole = low;
  whole.levels = onCpu(low.levels).add(0.5).floor();
  const Interpolation bicubic{
      .kernel = Kernel::kCubicTorch, .gain = 0, .halfStep = true, .phaseAware = true};
  const at::Tensor metres = interpolate(whole, size, bicubic, progress);
  const Taps rows =
      makeTaps(bicubic.kernel, size.height, low.levels.size(0), low.factorY, low.phaseY);
  const Taps columns =
      makeTaps(bicubic.kernel, size.width, low.levels.size(1), low.factorX, low.phaseX);
  const std::vector<char> wide = informativeColumns(onCpu(low.levels), columns, size.width);
  const at::Tensor here = onCpu(values);
  Points points;
  for (std::int64_t pixel = 0; pixel < here.numel(); ++pixel) {
    const std::int64_t row = pixel / size.width, column = pixel % size.width;
    bool all = true;
    for (int k = 0; k < rows.width; ++k) {
      const std::int64_t cellRow = rows.index[static_cast<std::size_t>(row * rows.width + k)];
      all = all && wide[static_cast<std::size_t>(cellRow * size.width + column)] != 0;
    }
    const double x = here.const_data_ptr<double>()[pixel];
    const double z = metres.const_data_ptr<float>()[pixel];
    // Beside an edge bicubic overshoots, to depths that were not sent.
    const bool sent = z >= low.metresPerLevel && !beyond(z, how);
    if (all && sent && std::isfinite(x)) points.add(x, inSpace(z, how.space));
  }
  return points;
}

}  // namespace fathom
