#include "models/interval/beliefs.h"

#include <algorithm>
#include <cmath>

namespace fathom {
namespace {

constexpr double kFarthest = 80;  ///< m: deviations beyond mean nothing

/// Level 0: the guess may be wrong by these factors (of e), and nothing is beyond one level.
constexpr double kNearest = 1.75, kNextLevel = 1.1;  // 95 %
constexpr double kNearer = 0.75, kFarther = 0.5;     // one standard deviation

}  // namespace

Ballots beliefsOf(const IntervalCells& cells, const LevelNoise& noise,
                  const std::vector<double>& depth, double metresPerLevel) {
  Ballots ballots{cells.size, {}, {}, {}, {}};
  for (std::size_t i = 0; i < cells.count(); ++i) {
    const double z = depth[i];
    double lower = z / 16, upper = z * 16, deviation = z;
    if (cells.state[i] == CellState::kNear) {
      lower = z * std::exp(-kNearest);
      upper = std::min(metresPerLevel, z * std::exp(kNextLevel));
      deviation = (std::min(metresPerLevel, z * std::exp(kFarther)) - z * std::exp(-kNearer)) / 2;
    } else if (cells.state[i] == CellState::kInformative) {
      lower = cells.least[i] * metresPerLevel;
      upper = (cells.greatest[i] + 1) * metresPerLevel;
      const double levels = noise.at(cells.level[i]);
      deviation = metresPerLevel * std::sqrt(1.0 / 12 + levels * levels);
    }
    ballots.depth.push_back(static_cast<float>(z));
    ballots.deviation.push_back(static_cast<float>(std::min(deviation, kFarthest)));
    ballots.lower.push_back(static_cast<float>(lower));
    ballots.upper.push_back(static_cast<float>(upper));
  }
  return ballots;
}

}  // namespace fathom
