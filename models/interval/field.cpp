#include "models/interval/field.h"

#include <algorithm>
#include <cmath>

namespace fathom {
namespace {

constexpr double kUnreached = 1e3;
constexpr double kAngle = 8.0 / 320;  ///< of a cell that the constants are for
constexpr int kRounds = 2;

struct Sweep {
  std::vector<double>& gained;
  const std::vector<char>& free;
  Size size;

  std::size_t at(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>(row * size.width + column);
  }
  void lower(std::size_t at, std::size_t from, double cost) const {
    gained[at] = std::min(gained[at], gained[from] + cost);
  }
  /// From the row before, straight and diagonal.
  void from(std::int64_t row, std::int64_t before, double straight, double diagonal) const {
    for (std::int64_t j = 0; j < size.width; ++j) {
      if (!free[at(row, j)]) continue;
      lower(at(row, j), at(before, j), straight);
      if (j > 0) lower(at(row, j), at(before, j - 1), diagonal);
      if (j + 1 < size.width) lower(at(row, j), at(before, j + 1), diagonal);
    }
  }
  void along(std::int64_t row, double cost) const {
    for (std::int64_t j = 1; j < size.width; ++j) {
      if (free[at(row, j)]) lower(at(row, j), at(row, j - 1), cost);
    }
    for (std::int64_t j = size.width - 2; j >= 0; --j) {
      if (free[at(row, j)]) lower(at(row, j), at(row, j + 1), cost);
    }
  }
};

/// A law's steps where one sees this far: farther surfaces are less steep.
/// @param from  free path, m, up to which the law is as it is
/// @param ground  whether one stands higher above the ground as well
Steepness opened(const Steepness& law, double path, double from, double power, bool ground) {
  const double widening = std::pow(std::max(path / from, 1.0), power);
  return {law.down / (ground ? widening : 1), law.across / widening, law.up / widening};
}

/// From one law to another, by equal ratios.
double between(double one, double other, double part) {
  return std::exp((1 - part) * std::log(one) + part * std::log(other));
}

}  // namespace

void relax(std::vector<double>& gained, const std::vector<char>& free, Size size,
           const FieldSteps& steps) {
  const Sweep sweep{gained, free, size};
  const double fall = std::hypot(steps.down, steps.across);
  const double rise = std::hypot(steps.up, steps.across);
  for (int round = 0; round < kRounds; ++round) {
    for (std::int64_t i = 0; i < size.height; ++i) {
      if (i > 0) sweep.from(i, i - 1, steps.down, fall);
      sweep.along(i, steps.across);
    }
    for (std::int64_t i = size.height - 1; i >= 0; --i) {
      if (i + 1 < size.height) sweep.from(i, i + 1, steps.up, rise);
      sweep.along(i, steps.across);
    }
  }
}

Level0Field level0Field(const IntervalCells& cells, const SceneCues& cues, double metresPerLevel,
                        double cellAngleY, double cellAngleX, const IntervalConstants& c) {
  const double tall = cellAngleY / kAngle, wide = cellAngleX / kAngle;
  const double path = freePath(cues.far, metresPerLevel);
  // Streets are paved at any width; who sees far over plants stands above them.
  const Steepness built = opened(c.built, path, c.builtPath, c.openness, false);
  const Steepness natural = opened(c.natural, path, c.naturalPath, c.openness, true);
  const auto step = [&](double Steepness::*side) {
    const double outside = between(built.*side, natural.*side, cues.naturalness);
    return between(outside, c.room.*side, cues.room);
  };
  const FieldSteps steps{step(&Steepness::down) * tall, step(&Steepness::across) * wide,
                         step(&Steepness::up) * tall};
  Level0Field field;
  std::vector<char> free;
  bool anySource = false;
  for (std::size_t i = 0; i < cells.count(); ++i) {
    const bool source = cells.state[i] == CellState::kInformative;
    anySource = anySource || source;
    free.push_back(source ? 0 : 1);
    field.gained.push_back(!source ? kUnreached : cells.level[i] == 1 ? 0 : c.occlusion);
  }
  if (anySource) relax(field.gained, free, cells.size, steps);
  for (std::size_t i = 0; i < cells.count(); ++i) {
    const auto row = static_cast<double>(static_cast<std::int64_t>(i) / cells.size.width);
    const double most = c.cap + c.capPerRow * row * tall;
    field.gained[i] = std::min(field.gained[i], most);
    field.inverse.push_back(1 / metresPerLevel + cues.detail * field.gained[i]);
  }
  return field;
}

}  // namespace fathom
