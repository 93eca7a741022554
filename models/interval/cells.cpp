#include "models/interval/cells.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace fathom {
namespace {

/// Standard deviations within which 99 % of a normal distribution lie: with the truth's place in
/// its level unknown, what is stated holds in more than 95 % of all cells.
constexpr double kWithin = 2.58;
/// No level is taken for more: depths stay finite in float32.
constexpr double kHighestLevel = 1e9;

/// Level 0 under strong noise may be received as 1: a cell that could be, and that stands nearly
/// alone, is no proof of anything farther away.
void dropStrays(IntervalCells& cells, double additive) {
  const double most = 4.5 * additive;
  if (most <= 0.5) return;
  std::vector<std::size_t> strays;
  for (std::int64_t row = 0; row < cells.size.height; ++row) {
    for (std::int64_t column = 0; column < cells.size.width; ++column) {
      const std::size_t at = cells.at(row, column);
      if (cells.state[at] != CellState::kInformative || cells.received[at] >= most) continue;
      int beside = -1;  // itself
      for (std::int64_t i = std::max<std::int64_t>(row - 1, 0);
           i <= std::min(row + 1, cells.size.height - 1); ++i) {
        for (std::int64_t j = std::max<std::int64_t>(column - 1, 0);
             j <= std::min(column + 1, cells.size.width - 1); ++j) {
          beside += cells.state[cells.at(i, j)] == CellState::kInformative ? 1 : 0;
        }
      }
      if (beside <= 1) strays.push_back(at);
    }
  }
  for (const std::size_t at : strays) {
    cells.state[at] = CellState::kNear;
    cells.level[at] = cells.least[at] = cells.greatest[at] = 0;
  }
}

}  // namespace

IntervalCells cellsOf(std::span<const float> levels, Size size, const LevelNoise& noise) {
  IntervalCells cells{size, {}, {}, {}, {}, {}};
  const std::size_t count = levels.size();
  cells.state.assign(count, CellState::kNear);
  for (auto* values : {&cells.received, &cells.level, &cells.least, &cells.greatest}) {
    values->assign(count, 0.0);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(levels[i])) {
      cells.state[i] = CellState::kUnknown;
      continue;
    }
    const double x = std::clamp<double>(levels[i], -kHighestLevel, kHighestLevel);
    cells.received[i] = x;
    const double level = std::nearbyint(x);
    if (level < 1) continue;
    const double within = kWithin * noise.at(level);
    cells.state[i] = CellState::kInformative;
    cells.level[i] = level;
    cells.least[i] = std::min(level, std::max(1.0, std::ceil(x - within)));
    cells.greatest[i] = std::max(level, std::floor(x + within));
  }
  dropStrays(cells, noise.additive);
  return cells;
}

CellAxis cellAxis(std::int64_t cells, std::int64_t pixels, double factor, double phase) {
  CellAxis axis;
  for (std::int64_t i = 0; i < cells; ++i) {
    axis.pixel.push_back(
        static_cast<int>(std::clamp<std::int64_t>(sampledPixel(i, factor, phase), 0, pixels - 1)));
  }
  for (std::int64_t p = 0; p < pixels; ++p) {
    const double cell = std::floor((static_cast<double>(p) - phase) / factor + 0.5 + 1e-9);
    axis.nearest.push_back(static_cast<int>(std::clamp(cell, 0.0, static_cast<double>(cells - 1))));
  }
  return axis;
}

}  // namespace fathom
