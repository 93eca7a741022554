#include "models/alignment/interval_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace fathom {
namespace {

constexpr int kMostSelections = 8, kMostRounds = 60, kMostHalvings = 30;
/// Beyond so many σ the mass of an interval is that of its near bound.
constexpr double kTail = 8;
/// Of fewer σ than this an interval is a point: its bounds would cancel.
constexpr double kPoint = 1e-4;

/// (scale, shift, 1) / σ. In these the likelihood is concave (Olsen's parameters): it has one peak,
/// and Newton's steps lead there.
using Parameters = std::array<double, 3>;

double density(double z) {
  return std::isfinite(z) ? std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) : 0;
}

/// The logarithm of the normal mass between two bounds, with what its derivatives are made of.
struct Mass {
  double log = 0;
  double atLeast = 0, atGreatest = 0;  ///< density at the bounds, over the mass
};

Mass massBetween(double least, double greatest) {
  // Mirrored to where the complementary error function keeps its digits.
  if (greatest < 0) {
    const Mass mirrored = massBetween(-greatest, -least);
    return {mirrored.log, mirrored.atGreatest, mirrored.atLeast};
  }
  if (least > kTail) return {-least * least / 2 - std::log(least), least + 1 / least, 0};
  const double mass =
      (std::erfc(least / std::numbers::sqrt2) - std::erfc(greatest / std::numbers::sqrt2)) / 2;
  return {std::log(mass), density(least) / mass, density(greatest) / mass};
}

/// The likelihood about some parameters: value, gradient, and minus the second derivatives.
struct Likelihood {
  double value = 0;
  Parameters slope{};
  std::array<Parameters, 3> curvature{};

  void addSlope(double weight, const Parameters& along) {
    for (std::size_t i = 0; i < 3; ++i) slope[i] += weight * along[i];
  }
  void addCurvature(double weight, const Parameters& a, const Parameters& b) {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t k = 0; k < 3; ++k) curvature[i][k] += weight * a[i] * b[k];
    }
  }

  void addPoint(const Interval& interval, double y, const Parameters& at) {
    const double z = y * at[2] - at[0] * interval.x - at[1], w = interval.weight;
    const Parameters along{-interval.x, -1, y};
    value += w * (std::log(at[2]) - z * z / 2);
    addSlope(-w * z, along);
    addCurvature(w, along, along);
    slope[2] += w / at[2];
    curvature[2][2] += w / (at[2] * at[2]);
  }

  void add(const Interval& interval, const Parameters& at) {
    const double line = at[0] * interval.x + at[1], w = interval.weight;
    const double least = interval.least * at[2] - line;
    const double greatest = interval.greatest * at[2] - line;
    if (greatest - least < kPoint) {
      addPoint(interval, (interval.least + interval.greatest) / 2, at);
      return;
    }
    const Mass mass = massBetween(least, greatest);
    const double p = mass.atLeast, q = mass.atGreatest;
    value += w * mass.log;
    // An infinite bound has no density, and infinity times that is to be 0.
    const Parameters low{-interval.x, -1, p > 0 ? interval.least : 0};
    const Parameters high{-interval.x, -1, q > 0 ? interval.greatest : 0};
    addSlope(-w * p, low);
    addSlope(w * q, high);
    addCurvature(w * (p > 0 ? p * p - least * p : 0), low, low);
    addCurvature(w * (q > 0 ? q * q + greatest * q : 0), high, high);
    addCurvature(-w * p * q, low, high);
    addCurvature(-w * p * q, high, low);
  }
};

Likelihood likelihoodAt(const std::vector<Interval>& intervals, const Parameters& at) {
  Likelihood all;
  for (const Interval& interval : intervals) all.add(interval, at);
  return all;
}

/// Solves curvature · step = slope over the free parameters by elimination; nothing where the
/// curvature is not positive.
Parameters newtonStep(Likelihood at, const std::array<bool, 3>& free) {
  auto& matrix = at.curvature;
  Parameters& step = at.slope;
  for (std::size_t i = 0; i < 3; ++i) {
    if (free[i]) continue;
    for (std::size_t k = 0; k < 3; ++k) matrix[i][k] = matrix[k][i] = i == k ? 1 : 0;
    step[i] = 0;
  }
  const Parameters scale{matrix[0][0], matrix[1][1], matrix[2][2]};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(matrix[i][i] > 1e-14 * scale[i])) return {};
    for (std::size_t row = i + 1; row < 3; ++row) {
      const double factor = matrix[row][i] / matrix[i][i];
      for (std::size_t k = i; k < 3; ++k) matrix[row][k] -= factor * matrix[i][k];
      step[row] -= factor * step[i];
    }
  }
  for (std::size_t i = 3; i-- > 0;) {
    for (std::size_t k = i + 1; k < 3; ++k) step[i] -= matrix[i][k] * step[k];
    step[i] /= matrix[i][i];
  }
  return step;
}

/// To the peak, as long as 1/σ stays below its bound.
Parameters climbed(const std::vector<Interval>& intervals, Parameters at, Shift shift,
                   double most) {
  Likelihood here = likelihoodAt(intervals, at);
  for (int round = 0; round < kMostRounds; ++round) {
    const bool bounded = at[2] >= most && here.slope[2] > 0;
    const Parameters step = newtonStep(here, {true, shift == Shift::kFree, !bounded});
    bool better = false;
    for (int halving = 0; halving < kMostHalvings && !better; ++halving) {
      Parameters next = at;
      for (std::size_t i = 0; i < 3; ++i) next[i] += std::ldexp(step[i], -halving);
      if (!(next[2] > 0)) continue;
      next[2] = std::min(next[2], most);
      const Likelihood there = likelihoodAt(intervals, next);
      if (!(there.value > here.value)) continue;
      better = there.value - here.value > 1e-10 * std::abs(here.value);
      at = next;
      here = there;
      if (!better) return at;
    }
    if (!better) break;
  }
  return at;
}

/// How far a value lies outside of an interval.
double outside(const Interval& interval, double value) {
  return std::max({0.0, interval.least - value, value - interval.greatest});
}

}  // namespace

Line intervalFit(std::span<const Interval> intervals, Line start, Shift shift, double sigma,
                 double leastSigma, double cut) {
  if (!(leastSigma > 0) || !std::isfinite(sigma)) return start;
  const double first = 1 / std::max(sigma, leastSigma);
  Line line = start;
  std::vector<bool> before;
  for (int selection = 0; selection < kMostSelections; ++selection) {
    // Wide at first: a start flattened by coarse steps misses cells that agree with the peak.
    const double reach = cut * std::max(1, 4 >> selection);
    std::vector<bool> chosen;
    std::vector<Interval> kept;
    for (const Interval& interval : intervals) {
      chosen.push_back(outside(interval, line.at(interval.x)) <= reach);
      if (chosen.back()) kept.push_back(interval);
    }
    if (kept.empty()) break;
    if (chosen == before) continue;
    const Parameters found =
        climbed(kept, {line.scale * first, line.shift * first, first}, shift, 1 / leastSigma);
    line = {found[0] / found[2], found[1] / found[2]};
    if (!std::isfinite(line.scale) || !std::isfinite(line.shift)) return start;
    before = std::move(chosen);
  }
  return line;
}

}  // namespace fathom
