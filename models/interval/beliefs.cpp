#include "models/interval/beliefs.h"

#include <algorithm>
#include <cmath>

namespace fathom {
namespace {

constexpr double kFarthest = 80;  ///< m: deviations beyond mean nothing

/// Where a guess of level 0 lies with 95 %, ln of depth: at once and in proportion to what it
/// gained. Nearer things may stand before anything; nothing is beyond one level.
constexpr double kNearerAtOnce = 0.7, kNearer = 1.1, kFartherAtOnce = 0.1, kFarther = 1.0;
constexpr double kRoomNearer = 0.2, kRoomFarther = 0.4;  ///< more in rooms

}  // namespace

Ballots beliefsOf(const IntervalCells& cells, const LevelNoise& noise,
                  const std::vector<double>& depth, double metresPerLevel, double doubt,
                  const IntervalConstants& constants) {
  const double spread = constants.spread + doubt * (constants.roomSpread - constants.spread);
  Ballots ballots{cells.size, {}, {}, {}, {}};
  for (std::size_t i = 0; i < cells.count(); ++i) {
    const double z = depth[i];
    double lower = z / 16, upper = z * 16, deviation = z;
    if (cells.state[i] == CellState::kNear) {
      const double gained = std::max(1 - z / metresPerLevel, 0.0);
      const double sigma = std::hypot(constants.leastSpread, spread * gained);
      lower = z * std::exp(-kNearerAtOnce - (kNearer + kRoomNearer * doubt) * gained);
      upper = std::min(metresPerLevel,
                       z * std::exp(kFartherAtOnce + (kFarther + kRoomFarther * doubt) * gained));
      deviation = (std::min(metresPerLevel, z * std::exp(sigma)) - z * std::exp(-sigma)) / 2;
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
