#include "models/runtime/tiles.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace fathom {
namespace {

/// Where tiles begin along one side: on multiples of `step`, the last one ending at the end.
std::vector<std::int64_t> starts(std::int64_t length, std::int64_t side, std::int64_t overlap,
                                 std::int64_t step) {
  std::vector<std::int64_t> found{0};
  const std::int64_t advance = (side - overlap) / step * step;
  while (found.back() + side < length) found.push_back(found.back() + advance);
  return found;
}

std::int64_t wholeFactor(double factor) {
  if (factor != std::floor(factor)) {
    throw BadInput(fmt::format("tiles need a whole factor, this map's is {}", factor), {},
                   "Set tile to 0.");
  }
  return std::int64_t(factor);
}

/// The tile's cells: all that begin inside it.
LowDepth cut(const LowDepth& low, const Tile& tile) {
  LowDepth part = low;
  const auto fx = std::int64_t(low.factorX), fy = std::int64_t(low.factorY);
  const std::int64_t top = tile.top / fy, left = tile.left / fx;
  part.levels =
      low.levels.slice(0, top, std::min(low.levels.size(0), top + (tile.size.height + fy - 1) / fy))
          .slice(1, left, std::min(low.levels.size(1), left + (tile.size.width + fx - 1) / fx))
          .contiguous();
  return part;
}

at::Tensor cut(const at::Tensor& image, const Tile& tile) {
  return image.slice(-2, tile.top, tile.top + tile.size.height)
      .slice(-1, tile.left, tile.left + tile.size.width);
}

/// From nearly 0 at an edge that another tile overlaps to 1 inside.
at::Tensor ramp(std::int64_t length, std::int64_t overlap, const at::TensorOptions& options) {
  const at::Tensor place = at::arange(length, options) + 0.5;
  const at::Tensor fromEdge = at::minimum(place, double(length) - place);
  return at::clamp(fromEdge / double(std::max<std::int64_t>(overlap, 1)), 1e-3, 1.0);
}

}  // namespace

std::vector<Tile> tilesOf(const UpsamplerInput& input, std::int64_t side, std::int64_t overlap) {
  const std::int64_t fy = wholeFactor(input.low.factorY), fx = wholeFactor(input.low.factorX);
  const std::int64_t height = input.rgb.size(1), width = input.rgb.size(2);
  if (side - overlap < std::max(fx, fy)) {
    throw BadInput(fmt::format("tiles of {} pixels that overlap by {} do not advance by a cell",
                               side, overlap),
                   {}, "Take larger tiles or a smaller overlap.");
  }
  std::vector<Tile> tiles;
  for (const std::int64_t top : starts(height, side, overlap, fy)) {
    for (const std::int64_t left : starts(width, side, overlap, fx)) {
      tiles.push_back({top, left, {std::min(side, height - top), std::min(side, width - left)}});
    }
  }
  return tiles;
}

at::Tensor tiled(
    const UpsamplerInput& input, std::int64_t side, std::int64_t overlap, const Progress& progress,
    const std::function<at::Tensor(const UpsamplerInput& tile, const Progress&)>& run) {
  const auto options = input.low.levels.options();
  const at::Tensor sum = at::zeros({input.rgb.size(1), input.rgb.size(2)}, options);
  const at::Tensor weight = at::zeros_like(sum);
  const std::vector<Tile> tiles = tilesOf(input, side, overlap);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const double part = 1.0 / double(tiles.size());
    progress.at(double(i) * part, "tiles");
    UpsamplerInput below{cut(input.rgb, tiles[i]).contiguous(), cut(input.low, tiles[i]), {}};
    if (input.relative) below.relative = cut(*input.relative, tiles[i]).contiguous();
    if (input.initial) below.initial = cut(*input.initial, tiles[i]).contiguous();
    const at::Tensor share = ramp(tiles[i].size.height, overlap, options).unsqueeze(1) *
                             ramp(tiles[i].size.width, overlap, options);
    cut(sum, tiles[i])
        .addcmul_(run(below, progress.part(double(i) * part, double(i + 1) * part)), share);
    cut(weight, tiles[i]).add_(share);
  }
  return sum / weight;
}

}  // namespace fathom
