#include "models/interval/vote.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/host_device.h"
#include "core/parallel.h"

namespace fathom {
namespace {

constexpr int kReach = 2;  ///< cells on each side
constexpr int kSide = 2 * kReach + 1;
constexpr int kVoters = kSide * kSide;
constexpr int kLane = 16;        ///< pixels that are counted together
constexpr int kColourStep = 16;  ///< ΔLab² for each entry of the table
constexpr int kColours = 3 * 256 * 256 / kColourStep;
constexpr float kFarthest = 80;   ///< m: a deviation beyond means nothing
constexpr float kHeard = 0.025F;  ///< share of the weight

using Voters = std::array<float, kVoters>;
using Lanes = std::array<float, kLane>;

/// The cells around one, sorted by depth.
struct Panel {
  int count = 0;
  Voters depth{}, clipped{}, square{}, lower{}, upper{};
  std::array<int, kVoters> l{}, a{}, b{};    ///< colour where the cell was sampled
  std::array<int, kVoters> row{}, column{};  ///< of the kSide×kSide
};

/// exp(−d²/2σ²) of a pixel's distance to the cells around its nearest one, kSide a pixel.
std::vector<float> distanceWeights(const CellAxis& axis, double factor, double reach) {
  std::vector<float> weights;
  const auto cells = static_cast<int>(axis.pixel.size());
  const double sigma = reach * factor;
  for (std::size_t p = 0; p < axis.nearest.size(); ++p) {
    for (int k = 0; k < kSide; ++k) {
      const int cell = std::clamp(axis.nearest[p] + k - kReach, 0, cells - 1);
      const double apart = axis.pixel[size_t(cell)] - static_cast<double>(p);
      weights.push_back(static_cast<float>(std::exp(-apart * apart / (2 * sigma * sigma))));
    }
  }
  return weights;
}

std::vector<float> colourWeights(double tolerance, double least) {
  std::vector<float> weights;
  for (int i = 0; i <= kColours; ++i) {
    const double squared = static_cast<double>(i) * kColourStep;
    weights.push_back(static_cast<float>(std::exp(-squared / (2 * tolerance * tolerance)) + least));
  }
  return weights;
}

/// A stretch of pixels of one picture row that share a nearest cell.
struct Stretch {
  const std::uint8_t *l, *a, *b;
  const float* byRow;     ///< kSide weights
  const float* byColumn;  ///< kSide weights a pixel
  int count;
};

void weigh(const Panel& panel, const Stretch& pixels, const float* byColour,
           std::array<Lanes, kVoters>& weights) {
  for (int k = 0; k < panel.count; ++k) {
    const int l = panel.l[size_t(k)], a = panel.a[size_t(k)], b = panel.b[size_t(k)];
    const float byRow = pixels.byRow[panel.row[size_t(k)]];
    const float* byColumn = pixels.byColumn + panel.column[size_t(k)];
    std::array<int, kLane> place;
    for (int p = 0; p < pixels.count; ++p) {
      const int dl = pixels.l[p] - l, da = pixels.a[p] - a, db = pixels.b[p] - b;
      place[size_t(p)] = (dl * dl + da * da + db * db) / kColourStep;
    }
    Lanes& out = weights[size_t(k)];
    for (int p = 0; p < pixels.count; ++p) {
      out[size_t(p)] = byRow * byColumn[p * kSide] * byColour[place[size_t(p)]];
    }
  }
}

/// What a lane's pixels agreed on.
struct Outcome {
  Lanes depth, deviation, lower, upper;
};

/// Weighted medians: the voters come sorted.
FATHOM_CLONES void findMedians(const Panel& panel, const std::array<Lanes, kVoters>& weights,
                               Lanes& total, Lanes& median) {
  total = {};
  for (int k = 0; k < panel.count; ++k) {
    for (int p = 0; p < kLane; ++p) total[size_t(p)] += weights[size_t(k)][size_t(p)];
  }
  Lanes sum{};
  for (int p = 0; p < kLane; ++p) median[size_t(p)] = panel.depth[0];
  for (int k = 0; k < panel.count; ++k) {
    for (int p = 0; p < kLane; ++p) {
      const std::size_t i = static_cast<std::size_t>(p);
      median[i] = sum[i] < 0.5F * total[i] ? panel.depth[size_t(k)] : median[i];
      sum[i] += weights[size_t(k)][i];
    }
  }
}

FATHOM_CLONES void settle(const Panel& panel, const std::array<Lanes, kVoters>& weights,
                          float agreement, Outcome& out) {
  Lanes total, median, agreed{}, agreedSum{}, mean{}, square{};
  findMedians(panel, weights, total, median);
  for (int p = 0; p < kLane; ++p) {
    out.lower[size_t(p)] = std::numeric_limits<float>::max();
    out.upper[size_t(p)] = 0;
  }
  for (int k = 0; k < panel.count; ++k) {
    const std::size_t v = static_cast<std::size_t>(k);
    const float depth = panel.depth[v], clipped = panel.clipped[v], squared = panel.square[v];
    const float lower = panel.lower[v], upper = panel.upper[v];
    for (int p = 0; p < kLane; ++p) {
      const std::size_t i = static_cast<std::size_t>(p);
      const float weight = weights[v][i];
      const bool agrees = std::abs(depth - median[i]) <= agreement * median[i];
      const float counted = agrees ? weight : 0;
      agreed[i] += counted;
      agreedSum[i] += counted * (depth - median[i]);
      mean[i] += weight * clipped;
      square[i] += weight * squared;
      const bool heard = weight > kHeard * total[i];
      out.lower[i] = heard && lower < out.lower[i] ? lower : out.lower[i];
      out.upper[i] = heard && upper > out.upper[i] ? upper : out.upper[i];
    }
  }
  for (int p = 0; p < kLane; ++p) {
    const std::size_t i = static_cast<std::size_t>(p);
    const float centre = mean[i] / total[i];
    const float variance = square[i] / total[i] - centre * centre;
    out.depth[i] = median[i] + agreedSum[i] / agreed[i];
    out.deviation[i] = std::sqrt(variance > 0 ? variance : 0);
  }
}

/// All that the vote of a picture needs.
struct Election {
  const Ballots& ballots;
  const LabPicture& lab;
  const CellAxis &rows, &columns;
  std::vector<float> byRow, byColumn, byColour;
  float agreement;

  Panel panelAround(int row, int column) const;
  void decide(const Panel& panel, int row, int left, int right, const Ballot& result) const;
};

Panel Election::panelAround(int row, int column) const {
  std::array<int, kVoters> cells, order;
  Panel panel;
  const auto height = static_cast<int>(ballots.size.height);
  const auto width = static_cast<int>(ballots.size.width);
  for (int i = std::max(row - kReach, 0); i <= std::min(row + kReach, height - 1); ++i) {
    for (int j = std::max(column - kReach, 0); j <= std::min(column + kReach, width - 1); ++j) {
      cells[size_t(panel.count++)] = i * width + j;
    }
  }
  std::iota(order.begin(), order.begin() + panel.count, 0);
  std::sort(order.begin(), order.begin() + panel.count, [&](int one, int other) {
    const float x = ballots.depth[size_t(cells[size_t(one)])];
    const float y = ballots.depth[size_t(cells[size_t(other)])];
    return x < y || (x == y && one < other);
  });
  for (int k = 0; k < panel.count; ++k) {
    const std::size_t v = static_cast<std::size_t>(k);
    const int cell = cells[size_t(order[v])], i = cell / width, j = cell % width;
    const auto from = static_cast<std::size_t>(cell);
    panel.depth[v] = ballots.depth[from];
    panel.clipped[v] = std::min(ballots.depth[from], kFarthest);
    panel.square[v] =
        panel.clipped[v] * panel.clipped[v] + ballots.deviation[from] * ballots.deviation[from];
    panel.lower[v] = ballots.lower[from];
    panel.upper[v] = ballots.upper[from];
    const auto pixel =
        static_cast<std::size_t>(rows.pixel[size_t(i)] * lab.size.width + columns.pixel[size_t(j)]);
    panel.l[v] = lab.l[pixel];
    panel.a[v] = lab.a[pixel];
    panel.b[v] = lab.b[pixel];
    panel.row[v] = i - row + kReach;
    panel.column[v] = j - column + kReach;
  }
  return panel;
}

void Election::decide(const Panel& panel, int row, int left, int right,
                      const Ballot& result) const {
  std::array<Lanes, kVoters> weights;
  for (auto& lanes : weights) lanes.fill(1);
  Outcome out;
  for (int x = left; x < right; x += kLane) {
    const auto at = static_cast<std::size_t>(row * lab.size.width + x);
    const int count = std::min(kLane, right - x);
    weigh(panel,
          {lab.l.data() + at, lab.a.data() + at, lab.b.data() + at,
           byRow.data() + static_cast<std::size_t>(row) * kSide,
           byColumn.data() + static_cast<std::size_t>(x) * kSide, count},
          byColour.data(), weights);
    settle(panel, weights, agreement, out);
    std::copy_n(out.depth.begin(), count, result.depth + at);
    std::copy_n(out.deviation.begin(), count, result.deviation + at);
    std::copy_n(out.lower.begin(), count, result.lower + at);
    std::copy_n(out.upper.begin(), count, result.upper + at);
  }
}

/// Where the nearest cell changes, from 0 to the number of pixels.
std::vector<int> stretches(const CellAxis& axis) {
  std::vector<int> starts{0};
  for (std::size_t p = 1; p < axis.nearest.size(); ++p) {
    if (axis.nearest[p] != axis.nearest[p - 1]) starts.push_back(static_cast<int>(p));
  }
  starts.push_back(static_cast<int>(axis.nearest.size()));
  return starts;
}

}  // namespace

void vote(const Ballots& ballots, const LabPicture& lab, const CellAxis& rows,
          const CellAxis& columns, double factorY, double factorX,
          const IntervalConstants& constants, const Ballot& result, const Progress& progress) {
  const Election election{ballots,
                          lab,
                          rows,
                          columns,
                          distanceWeights(rows, factorY, constants.reach),
                          distanceWeights(columns, factorX, constants.reach),
                          colourWeights(constants.tolerance, constants.least),
                          static_cast<float>(constants.agreement)};
  const std::vector<int> down = stretches(rows), across = stretches(columns);
  const auto count = static_cast<std::int64_t>(down.size()) - 1;
  parallelFor(count, 2, progress, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      for (std::size_t j = 0; j + 1 < across.size(); ++j) {
        const Panel panel =
            election.panelAround(rows.nearest[size_t(down[i])], columns.nearest[size_t(across[j])]);
        for (int y = down[i]; y < down[i + 1]; ++y) {
          election.decide(panel, y, across[j], across[j + 1], result);
        }
      }
    }
  });
}

}  // namespace fathom
