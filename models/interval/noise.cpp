#include "models/interval/noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace fathom {
namespace {

constexpr double kHalf = 0.5;        ///< below: level 0
constexpr double kHighest = 24.5;    ///< above, relative noise hides the whole numbers
constexpr std::size_t kEnough = 50;  ///< cells of level 0 from which the additive part is seen
constexpr std::size_t kMostCells = 6000, kMostCellsOfTwo = 1500;
constexpr double kStray = 1e-6;  ///< density of values that the model does not explain
constexpr double kInverseRootTwoPi = 0.39894228040143267794;

/// The challenge's greatest values; where the data piles up there, the wider grid is taken.
constexpr double kMostRelative = 0.0205, kMostAdditive = 0.055;

/// The received levels by what they tell.
struct Evidence {
  std::vector<double> near;  ///< absolute values below half a level that are not exactly 0
  std::vector<double> low;   ///< 0.5 to 24.5
  std::vector<double> high;  ///< above 200
};

Evidence evidenceOf(std::span<const float> levels) {
  Evidence evidence;
  for (const float level : levels) {
    const double x = level;
    if (!std::isfinite(x)) continue;
    if (x != 0 && std::abs(x) < kHalf) evidence.near.push_back(std::abs(x));
    if (x >= kHalf && x < kHighest) evidence.low.push_back(x);
    if (x > 200) evidence.high.push_back(x);
  }
  return evidence;
}

/// At most this many, evenly picked.
std::vector<double> thinned(const std::vector<double>& values, std::size_t most) {
  if (values.size() <= most) return values;
  std::vector<double> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(values[i * values.size() / most]);
  return some;
}

double meanSquare(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// The σ of a normal distribution of which what lies below half a level has this root mean square.
double untruncated(double root) {
  const auto seen = [](double sigma) {
    const double t = kHalf / sigma;
    const double inside = std::erf(t / std::sqrt(2.0));
    return sigma * std::sqrt(1 - 2 * t * kInverseRootTwoPi * std::exp(-t * t / 2) / inside);
  };
  double least = root, greatest = 2;
  if (seen(greatest) <= root) return greatest;
  for (int i = 0; i < 60; ++i) {
    const double middle = (least + greatest) / 2;
    (seen(middle) < root ? least : greatest) = middle;
  }
  return (least + greatest) / 2;
}

/// A grid of values, each with the width that it stands for.
struct Grid {
  std::vector<double> value, width;
};

Grid relativeGrid(bool wide) {
  Grid grid;
  for (double s = 0.00025; s < kMostRelative; s += 0.0005) {
    grid.value.push_back(s);
    grid.width.push_back(0.0005);
  }
  for (double s = 0.0215; wide && s < 0.3; s *= 1.08) {
    grid.value.push_back(s);
    grid.width.push_back(0.08 * s);
  }
  return grid;
}

/// Mean and deviation of a density given by its logarithms on a grid.
struct Moments {
  double mean, deviation;
};
Moments momentsOf(const Grid& grid, const std::vector<double>& logs) {
  const double top = *std::ranges::max_element(logs);
  double sum = 0, first = 0, second = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const double weight = std::exp(logs[i] - top) * grid.width[i];
    sum += weight;
    first += weight * grid.value[i];
    second += weight * grid.value[i] * grid.value[i];
  }
  const double mean = first / sum;
  return {mean, std::sqrt(std::max(second / sum - mean * mean, 0.0))};
}

/// How many more cells are at level 0 than at any other level below 24.5.
double nearWeight(const Evidence& evidence) {
  std::array<bool, 25> seen{};
  for (const double x : evidence.low) seen[static_cast<std::size_t>(std::round(x))] = true;
  const auto levels = static_cast<double>(std::ranges::count(seen, true));
  // Half of level 0 was received as exactly 0.
  return evidence.low.empty()
             ? 0
             : 2 * double(evidence.near.size()) * levels / double(evidence.low.size());
}

std::vector<double> relativeLogs(const std::vector<double>& low, double near, double additive,
                                 const Grid& grid) {
  std::vector<double> logs;
  for (const double s : grid.value) logs.push_back(logLikelihood(low, additive, s, near));
  return logs;
}

/// Both parts at once, where too few cells show the additive one.
LevelNoise fitBoth(const Evidence& evidence, const Grid& grid) {
  const std::vector<double> low = thinned(evidence.low, kMostCellsOfTwo);
  const double near = nearWeight(evidence);
  const double squares = meanSquare(evidence.near), count = double(evidence.near.size());
  Grid additive;
  for (double a = 0.001; a < 0.052; a += 0.002) {
    additive.value.push_back(a);
    additive.width.push_back(0.002);
  }
  std::vector<std::vector<double>> table;
  for (const double a : additive.value) {
    table.push_back(relativeLogs(low, near, a, grid));
    for (double& log : table.back()) log -= count * (std::log(a) + squares / (2 * a * a));
  }
  double top = table[0][0];
  for (const auto& row : table) top = std::max(top, *std::ranges::max_element(row));
  std::vector<double> ofAdditive, ofRelative(grid.value.size(), 0.0);
  for (const auto& row : table) {
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double weight = std::exp(row[i] - top);
      sum += weight * grid.width[i];
      ofRelative[i] += weight;
    }
    ofAdditive.push_back(std::log(sum + 1e-300));
  }
  for (double& each : ofRelative) each = std::log(each + 1e-300);
  const Moments relative = momentsOf(grid, ofRelative);
  return {momentsOf(additive, ofAdditive).mean, relative.mean, relative.deviation};
}

/// The error that a doubt about the additive part leaves in the relative one: both add up to the
/// same variance, and where the relative part is small its root is all doubt.
double fromAdditive(const std::vector<double>& low, double additive, double doubt,
                    double relative) {
  if (low.empty()) return 0;
  const double levels = meanSquare(low);
  return std::min(std::sqrt(2 * additive * doubt / levels),
                  additive * doubt / (levels * std::max(relative, 1e-9)));
}

/// Fuses with the spread of a plateau (a sky at one high level) that agrees with what is known.
void fusePlateau(std::vector<double> high, LevelNoise& noise) {
  if (high.size() < 10) return;
  std::ranges::sort(high);
  const std::size_t half = high.size() / 2;
  const double median = high.size() % 2 ? high[half] : (high[half - 1] + high[half]) / 2;
  std::vector<double> parts;
  for (const double x : high) {
    const double part = (x - median) / median;
    if (std::abs(part) < 0.09) parts.push_back(part);
  }
  if (parts.size() < 10) return;
  double mean = 0, squares = 0;
  for (const double part : parts) mean += part / double(parts.size());
  for (const double part : parts) squares += (part - mean) * (part - mean);
  const double spread = std::sqrt(squares / double(parts.size() - 1));
  const double error = std::max(spread / std::sqrt(2.0 * double(parts.size())), 1e-5);
  const double known = noise.relativeError;
  // A wider spread is a landscape, not a sky.
  if (spread >= 0.0215 || spread >= noise.relative + 4 * std::hypot(known, error)) return;
  const double a = 1 / (known * known), b = 1 / (error * error);
  noise.relative = (noise.relative * a + spread * b) / (a + b);
  noise.relativeError = 1 / std::sqrt(a + b);
}

}  // namespace

double LevelNoise::at(double level) const {
  return std::hypot(additive, level * (relative + 1.5 * relativeError));
}

double logLikelihood(std::span<const double> received, double additive, double relative,
                     double nearWeight) {
  // With all levels equally likely, E[1 / (1 + σr·N(0, 1))] of them are received in a unit of x.
  const double squared = relative * relative;
  const double crowding = 1 + squared + 3 * squared * squared;
  double sum = 0;
  for (const double x : received) {
    const double nearest = std::round(x);
    const double reach = std::clamp(std::ceil(4 * std::hypot(additive, x * relative)), 1.0, 20.0);
    double density = kStray;
    for (double k = std::max(nearest - reach, 0.0); k <= nearest + reach; k += 1) {
      const double weight = k < 1 ? nearWeight : 1;
      const double variance = additive * additive + k * k * relative * relative;
      const double square = (x - k) * (x - k) / (2 * variance);
      if (square < 30)
        density += weight * kInverseRootTwoPi * std::exp(-square) / std::sqrt(variance);
    }
    sum += std::log(density / crowding);
  }
  return sum;
}

LevelNoise fitNoise(std::span<const float> levels) {
  const Evidence evidence = evidenceOf(levels);
  const std::vector<double> low = thinned(evidence.low, kMostCells);
  const auto fit = [&](bool wide) {
    const Grid grid = relativeGrid(wide);
    if (evidence.near.size() < kEnough) return fitBoth(evidence, grid);
    const double additive = untruncated(std::sqrt(meanSquare(evidence.near)));
    const Moments relative =
        momentsOf(grid, relativeLogs(low, nearWeight(evidence), additive, grid));
    const double doubt = additive / std::sqrt(2 * double(evidence.near.size()));
    const double left = fromAdditive(low, additive, doubt, relative.mean);
    return LevelNoise{additive, relative.mean, std::hypot(relative.deviation, left)};
  };
  LevelNoise noise = fit(false);
  if (noise.additive > kMostAdditive || noise.relative > 0.95 * kMostRelative) noise = fit(true);
  noise.relativeError = std::max(noise.relativeError, 0.00015);
  fusePlateau(evidence.high, noise);
  return noise;
}

}  // namespace fathom
