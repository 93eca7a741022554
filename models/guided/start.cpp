#include "models/guided/start.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "core/error.h"
#include "models/interpolation/interpolation.h"

namespace fathom {
namespace {

/// What enlarged confidences below this are worth is rounding.
constexpr float kLeastConfidence = 1e-6F;

std::vector<std::int64_t> sampledPixels(std::int64_t cells, std::int64_t pixels, double factor,
                                        double phase) {
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < cells; ++i) {
    const std::int64_t pixel = sampledPixel(i, factor, phase);
    result.push_back(pixel >= 0 && pixel < pixels ? pixel : -1);
  }
  return result;
}

at::Tensor enlargeCells(const at::Tensor& cells, const LowDepth& low, Size size,
                        const Progress& progress) {
  LowDepth plain = low;
  plain.levels = cells;
  return interpolate(plain, size, {.kernel = Kernel::kLinear, .gain = 1, .phaseAware = true},
                     progress);
}

/// One step of a pyramid: sums of weight·value and of weight.
struct Layer {
  std::int64_t rows, columns;
  std::vector<float> sum, weight;
};

Layer halved(const Layer& fine) {
  Layer coarse{(fine.rows + 1) / 2, (fine.columns + 1) / 2, {}, {}};
  coarse.sum.assign(static_cast<std::size_t>(coarse.rows * coarse.columns), 0.0F);
  coarse.weight = coarse.sum;
  for (std::int64_t row = 0; row < fine.rows; ++row) {
    for (std::int64_t column = 0; column < fine.columns; ++column) {
      const auto from = static_cast<std::size_t>(row * fine.columns + column);
      const auto to = static_cast<std::size_t>(row / 2 * coarse.columns + column / 2);
      coarse.sum[to] += fine.sum[from];
      coarse.weight[to] += fine.weight[from];
    }
  }
  return coarse;
}

/// What the coarser layer knows comes into the finer one where that knows nothing.
void fillFrom(const Layer& coarse, Layer& fine) {
  for (std::int64_t row = 0; row < fine.rows; ++row) {
    for (std::int64_t column = 0; column < fine.columns; ++column) {
      const auto to = static_cast<std::size_t>(row * fine.columns + column);
      if (fine.weight[to] > 0) continue;
      const auto from = static_cast<std::size_t>(row / 2 * coarse.columns + column / 2);
      fine.sum[to] = coarse.sum[from];
      fine.weight[to] = coarse.weight[from];
    }
  }
}

}  // namespace

LevelZero levelZeroFromText(std::string_view text) {
  if (text == "zero") return LevelZero::kZero;
  return text == "excluded" ? LevelZero::kExcluded : LevelZero::kHalf;
}

Cells cellsOf(const LowDepth& low, Size size, LevelZero levelZero, FilterSpace space) {
  const at::Tensor levels = low.levels.contiguous();
  at::Tensor metres = at::zeros_like(levels), confidence = at::zeros_like(levels);
  const float* level = levels.const_data_ptr<float>();
  float* metre = metres.mutable_data_ptr<float>();
  float* trust = confidence.mutable_data_ptr<float>();
  const auto scale = static_cast<float>(low.metresPerLevel);
  bool any = false;
  for (std::int64_t i = 0; i < levels.numel(); ++i) {
    if (!std::isfinite(level[i])) continue;
    any = true;
    const bool informative = level[i] >= 0.5F;
    const float nearer = levelZero == LevelZero::kZero ? 0.0F : 0.5F;
    metre[i] = scale * (informative ? level[i] + 0.5F : nearer);
    trust[i] = informative || levelZero != LevelZero::kExcluded ? 1.0F : kExcludedConfidence;
  }
  if (!any) throw BadInput("the transmitted map has no finite cell");
  const Size cells = low.size();
  return {toSpace(metres, space), std::move(confidence),
          sampledPixels(cells.height, size.height, low.factorY, low.phaseY),
          sampledPixels(cells.width, size.width, low.factorX, low.phaseX)};
}

DenseStart enlarge(const Cells& cells, const LowDepth& low, Size size, const Progress& progress) {
  const at::Tensor weight = enlargeCells(cells.confidence, low, size, progress);
  const at::Tensor sum = enlargeCells(cells.values.mul(cells.confidence), low, size, progress);
  const at::Tensor known = weight.gt(kLeastConfidence);
  at::Tensor values = at::where(known, sum.div(weight), at::zeros_like(sum));
  at::Tensor confidence = at::where(known, weight, at::zeros_like(weight));
  fillUnknown(values, confidence);
  return {std::move(values), std::move(confidence)};
}

DenseStart startFrom(const at::Tensor& metres, FilterSpace space) {
  const at::Tensor finite = at::isfinite(metres);
  if (!finite.any().item<bool>()) {
    throw BadInput("the result to start from has no finite pixel", "initial",
                   "Look at the method before this one in the chain");
  }
  at::Tensor values = toSpace(at::where(finite, metres, at::zeros_like(metres)), space).clone();
  at::Tensor confidence = finite.to(at::kFloat);
  fillUnknown(values, confidence);
  return {std::move(values), std::move(confidence)};
}

DenseStart scattered(const Cells& cells, const DenseStart& enlarged) {
  DenseStart result{enlarged.values.clone(), at::zeros_like(enlarged.confidence)};
  const std::int64_t columns = enlarged.values.size(1), cellColumns = cells.values.size(1);
  for (std::size_t i = 0; i < cells.rows.size(); ++i) {
    for (std::size_t j = 0; j < cells.columns.size(); ++j) {
      if (cells.rows[i] < 0 || cells.columns[j] < 0) continue;
      const std::int64_t pixel = cells.rows[i] * columns + cells.columns[j];
      const std::int64_t cell =
          static_cast<std::int64_t>(i) * cellColumns + static_cast<std::int64_t>(j);
      const float confidence = cells.confidence.const_data_ptr<float>()[cell];
      if (confidence <= 0) continue;
      result.confidence.mutable_data_ptr<float>()[pixel] = confidence;
      result.values.mutable_data_ptr<float>()[pixel] = cells.values.const_data_ptr<float>()[cell];
    }
  }
  return result;
}

void fillUnknown(at::Tensor& values, const at::Tensor& confidence) {
  float* value = values.mutable_data_ptr<float>();
  const float* trust = confidence.const_data_ptr<float>();
  const std::int64_t count = values.numel();
  Layer finest{values.size(0), values.size(1), {}, {}};
  bool holes = false;
  for (std::int64_t i = 0; i < count && !holes; ++i) holes = trust[i] <= 0;
  if (!holes) return;
  for (std::int64_t i = 0; i < count; ++i) {
    finest.sum.push_back(trust[i] > 0 ? value[i] * trust[i] : 0.0F);
    finest.weight.push_back(std::max(0.0F, trust[i]));
  }
  std::vector<Layer> pyramid{std::move(finest)};
  while (pyramid.back().rows * pyramid.back().columns > 1)
    pyramid.push_back(halved(pyramid.back()));
  for (std::size_t i = pyramid.size() - 1; i-- > 0;) fillFrom(pyramid[i + 1], pyramid[i]);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (trust[i] <= 0) value[i] = pyramid[0].sum[at] / pyramid[0].weight[at];
  }
}

}  // namespace fathom
