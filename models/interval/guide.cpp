#include "models/interval/guide.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace fathom {
namespace {

constexpr int kRounds = 40;
/// How much each kind of evidence counts, all cells of it together: they err together.
constexpr double kCells = 30, kField = 10, kOwnScale = 10;
constexpr int kQuantiles = 9;         ///< of the field and of the map that are matched
constexpr double kRoomRange = 0.3;    ///< ln of depth, deviation within a room beyond the field's
constexpr double kOwnSpread = 0.3;    ///< how wrong that may be, in proportion
constexpr double kModel = 0.2;        ///< how wrong a map is in places, in proportion
constexpr double kNearest = 64;       ///< levels: a map in metres says nothing nearer than 1/64
constexpr std::int64_t kEnough = 10;  ///< informative cells that a map must agree with

/// A weighted line through points, as sums.
struct Line {
  double w = 0, x = 0, y = 0, xx = 0, xy = 0;

  void add(double weight, double px, double py) {
    w += weight;
    x += weight * px;
    y += weight * py;
    xx += weight * px * px;
    xy += weight * px * py;
  }
  /// Slope and shift; a slope of 0 where x does not vary.
  std::array<double, 2> fit() const {
    const double variance = w * xx - x * x;
    if (w <= 0) return {0, 0};
    if (variance <= 1e-12 * w * xx) return {0, y / w};
    const double slope = (w * xy - x * y) / variance;
    return {slope, (y - slope * x) / w};
  }
};

/// What a cell says of ρ: a range, and how much a residual outside of it means.
struct Wish {
  double least, greatest, sigma;
};
Wish wishOf(const IntervalCells& cells, std::size_t i, double metresPerLevel) {
  if (cells.state[i] == CellState::kNear) {
    return {1 / metresPerLevel, 1e9, kModel / metresPerLevel};
  }
  const double least = 1 / ((cells.greatest[i] + 1) * metresPerLevel);
  const double greatest = 1 / (std::max(cells.least[i], 1.0) * metresPerLevel);
  // Far cells hold a line only loosely: what counts is where it crosses one level.
  return {least, greatest, kModel / metresPerLevel};
}

/// Weight of a residual (in σ) in a robust sum: one far out has no say (Geman and McClure).
double robust(double residual) {
  const double once = 1 / (1 + residual * residual);
  return once * once;
}

/// The chance that a random near cell has more nearness than a random informative one.
double separation(const std::vector<double>& nearness, const IntervalCells& cells) {
  std::vector<std::pair<double, bool>> sorted;
  for (std::size_t i = 0; i < cells.count(); ++i) {
    if (!std::isfinite(nearness[i]) || cells.state[i] == CellState::kUnknown) continue;
    sorted.emplace_back(nearness[i], cells.state[i] == CellState::kNear);
  }
  std::ranges::sort(sorted);
  double below = 0, wins = 0, near = 0, far = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    double nearHere = 0, farHere = 0;
    std::size_t j = i;
    for (; j < sorted.size() && sorted[j].first == sorted[i].first; ++j) {
      (sorted[j].second ? nearHere : farHere) += 1;
    }
    wins += nearHere * (below + farHere / 2);
    below += farHere;
    near += nearHere;
    far += farHere;
    i = j;
  }
  return near > 0 && far > 0 ? wins / (near * far) : 1;
}

double ramp(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

/// Pairs of nearness and inverse depth at equal shares of the level-0 cells: a line through them
/// gives the map the field's range without its pattern.
std::vector<std::array<double, 2>> matchedQuantiles(const std::vector<double>& nearness,
                                                    const IntervalCells& cells,
                                                    const Level0Field& field, double room) {
  std::vector<double> map, own;
  for (std::size_t i = 0; i < cells.count(); ++i) {
    if (cells.state[i] != CellState::kNear || !std::isfinite(nearness[i])) continue;
    map.push_back(nearness[i]);
    own.push_back(field.inverse[i]);
  }
  std::ranges::sort(map);
  std::ranges::sort(own);
  std::vector<std::array<double, 2>> pairs;
  for (int k = 0; k < kQuantiles && !map.empty(); ++k) {
    const double share = (k + 0.5) / kQuantiles;
    const auto at = static_cast<std::size_t>(share * double(map.size()));
    // In a room the field knows little more than its middle: widened by a logistic curve, which
    // has the shape of a normal distribution here.
    const double deviations = std::log(share / (1 - share)) / 1.7;
    pairs.push_back({map[at], own[at] * std::exp(room * kRoomRange * deviations)});
  }
  return pairs;
}

/// How much neighbouring level-0 cells differ, as a share of how much any two do: 1 for noise.
/// A tenth at either end may be anything.
double roughness(const std::vector<double>& nearness, const IntervalCells& cells) {
  std::vector<double> sorted;
  const auto uses = [&](std::size_t i) {
    return cells.state[i] == CellState::kNear && std::isfinite(nearness[i]);
  };
  for (std::size_t i = 0; i < cells.count(); ++i) {
    if (uses(i)) sorted.push_back(nearness[i]);
  }
  if (sorted.empty()) return 0;
  std::ranges::sort(sorted);
  const double least = sorted[sorted.size() / 10],
               most = sorted[sorted.size() - 1 - sorted.size() / 10];
  double sum = 0, squares = 0, steps = 0, apart = 0;
  for (std::size_t i = 0; i < cells.count(); ++i) {
    if (!uses(i)) continue;
    const double here = std::clamp(nearness[i], least, most);
    sum += here;
    squares += here * here;
    const bool last = static_cast<std::int64_t>(i + 1) % cells.size.width == 0;
    if (last || !uses(i + 1)) continue;
    const double step = std::clamp(nearness[i + 1], least, most) - here;
    steps += 1;
    apart += step * step;
  }
  const double mean = sum / double(sorted.size());
  const double variance = squares / double(sorted.size()) - mean * mean;
  return steps > 0 && variance > 0 ? apart / steps / (2 * variance) : 0;
}

class Fitting {
 public:
  Fitting(const std::vector<double>& nearness, bool metric, const IntervalCells& cells,
          const Level0Field& field, double metresPerLevel, double spread, double room)
      : nearness_(nearness),
        metric_(metric),
        cells_(cells),
        metresPerLevel_(metresPerLevel),
        spread_(spread),
        pairs_(matchedQuantiles(nearness, cells, field, room)) {
    for (std::size_t i = 0; i < cells.count(); ++i) {
      if (!uses(i)) continue;
      near_ += cells.state[i] == CellState::kNear ? 1 : 0;
      informative_ += cells.state[i] == CellState::kInformative ? 1 : 0;
    }
  }

  GuideFit run() const {
    GuideFit fit;
    if (near_ == 0) return fit;
    Line start;
    // The ends may be anything.
    const std::size_t ends = pairs_.size() / 4;
    for (std::size_t k = ends; k + ends < pairs_.size(); ++k) {
      start.add(1, pairs_[k][0], pairs_[k][metric_ ? 0 : 1]);
    }
    std::array<double, 2> line = start.fit();
    for (int round = 0; round < kRounds; ++round) {
      // Half way: which cells object changes with the line.
      const std::array<double, 2> next = improved(line);
      line = {(line[0] + next[0]) / 2, (line[1] + next[1]) / 2};
    }
    fit.scale = line[0];
    fit.shift = line[1];
    fit.trust = trustIn(fit);
    return fit;
  }

 private:
  bool uses(std::size_t i) const {
    return std::isfinite(nearness_[i]) && cells_.state[i] != CellState::kUnknown;
  }

  std::array<double, 2> improved(const std::array<double, 2>& line) const {
    Line next;
    for (std::size_t i = 0; i < cells_.count(); ++i) {
      if (!uses(i)) continue;
      const double x = nearness_[i], y = line[0] * x + line[1];
      const Wish wish = wishOf(cells_, i, metresPerLevel_);
      const double target = std::clamp(y, wish.least, wish.greatest);
      if (target == y) continue;
      const double off = (y - target) / wish.sigma;
      const bool near = cells_.state[i] == CellState::kNear;
      const double each = kCells / double(near ? near_ : informative_);
      next.add(each * robust(off) / (wish.sigma * wish.sigma), x, target);
    }
    const auto pull = [&](double x, double to, double sigma, double whole) {
      const double weight = whole / double(pairs_.size()) / (sigma * sigma);
      next.add(weight * robust((line[0] * x + line[1] - to) / (3 * sigma)), x, to);
    };
    for (const auto& [x, y] : pairs_) {
      pull(x, y, spread_ * y, kField);
      if (metric_) pull(x, x, kOwnSpread * std::max(x, 1 / metresPerLevel_), kOwnScale);
    }
    return next.fit();
  }

  /// How well it agrees with all cells, and whether it tells near from far.
  double trustIn(const GuideFit& fit) const {
    if (!(fit.scale > 0) || !std::isfinite(fit.scale) || !std::isfinite(fit.shift)) return 0;
    double nearAgree = 0, farAgree = 0;
    for (std::size_t i = 0; i < cells_.count(); ++i) {
      if (!uses(i)) continue;
      const Wish wish = wishOf(cells_, i, metresPerLevel_);
      const double y = fit.inverse(nearness_[i]), slack = wish.sigma;
      const bool agrees = y >= wish.least - slack && y <= wish.greatest + slack;
      (cells_.state[i] == CellState::kNear ? nearAgree : farAgree) += agrees ? 1 : 0;
    }
    double trust = ramp(nearAgree / double(near_), 0.6, 0.9);
    trust = std::min(trust, ramp(1 - roughness(nearness_, cells_), 0.3, 0.6));
    // The field's middle is known better than that.
    const auto& [x, y] = pairs_[pairs_.size() / 2];
    const double off = std::abs(std::log(std::max(fit.inverse(x), 1e-9) / y));
    trust = std::min(trust, 1 - ramp(off / spread_, 2, 3));
    if (informative_ >= kEnough) {
      trust = std::min(trust, ramp(farAgree / double(informative_), 0.3, 0.7));
      trust = std::min(trust, ramp(separation(nearness_, cells_), 0.65, 0.85));
    }
    return trust;
  }

  const std::vector<double>& nearness_;
  bool metric_;
  const IntervalCells& cells_;
  double metresPerLevel_, spread_;
  std::vector<std::array<double, 2>> pairs_;
  std::int64_t near_ = 0, informative_ = 0;
};

}  // namespace

GuideFit fitGuide(const std::vector<double>& nearness, bool metric, const IntervalCells& cells,
                  const Level0Field& field, double metresPerLevel, double spread, double room) {
  if (!metric) return Fitting(nearness, false, cells, field, metresPerLevel, spread, room).run();
  std::vector<double> bounded = nearness;
  for (double& each : bounded) {
    // Depths of 0 and less are noise around a level, not things at the lens.
    if (!(each > 0 && each < kNearest / metresPerLevel)) each = std::nan("");
  }
  return Fitting(bounded, true, cells, field, metresPerLevel, spread, room).run();
}

double guidedInverse(const GuideFit& guide, double nearness, double inverse,
                     double metresPerLevel) {
  if (guide.trust == 0 || !std::isfinite(nearness)) return inverse;
  const double own = std::clamp(guide.inverse(nearness), 1 / metresPerLevel, 1e3 / metresPerLevel);
  return std::pow(inverse, 1 - guide.trust) * std::pow(own, guide.trust);
}

void applyGuide(const GuideFit& guide, const std::vector<double>& nearness,
                const IntervalCells& cells, double metresPerLevel, Level0Field& field) {
  for (std::size_t i = 0; i < cells.count(); ++i) {
    field.inverse[i] = guidedInverse(guide, nearness[i], field.inverse[i], metresPerLevel);
  }
}

}  // namespace fathom
