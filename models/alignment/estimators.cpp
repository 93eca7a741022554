#include "models/alignment/estimators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace fathom {
namespace {

constexpr double kRobustDeviation = 1.4826;  // of a median distance, for normal errors
constexpr double kHuber = 1.345;             // 95 % efficient for normal errors
constexpr int kMostRounds = 100;

std::vector<double> distances(const Points& points, Line line) {
  std::vector<double> result(points.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = std::abs(points.y[i] - line.at(points.x[i]));
  }
  return result;
}

bool same(Line a, Line b) {
  const auto close = [](double p, double q) {
    return std::abs(p - q) <= 1e-12 * std::max(std::abs(p), std::abs(q));
  };
  return close(a.scale, b.scale) && close(a.shift, b.shift);
}

std::optional<Line> finiteOrNothing(Line line) {
  if (!std::isfinite(line.scale) || !std::isfinite(line.shift)) return std::nullopt;
  return line;
}

/// Σw, Σwx, Σwy.
struct Sums {
  double w = 0, x = 0, y = 0;
};

std::optional<Line> throughOrigin(const Points& points, std::span<const double> weights) {
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double w = weights.empty() ? 1.0 : weights[i];
    xx += w * points.x[i] * points.x[i];
    xy += w * points.x[i] * points.y[i];
  }
  if (!(xx > 0)) return std::nullopt;
  return finiteOrNothing({xy / xx, 0});
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

double agreement(const Points& points, Line line) {
  double largest = 0;
  for (const double y : points.y) largest = std::max(largest, std::abs(y));
  return std::max(2.5 * kRobustDeviation * median(distances(points, line)), 1e-12 * largest);
}

std::optional<Line> leastSquares(const Points& points, Shift shift,
                                 std::span<const double> weights) {
  if (shift == Shift::kNone) return throughOrigin(points, weights);
  Sums sums;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double w = weights.empty() ? 1.0 : weights[i];
    sums.w += w;
    sums.x += w * points.x[i];
    sums.y += w * points.y[i];
  }
  if (!(sums.w > 0)) return std::nullopt;
  // About the means: the determinant of the plain normal equations loses every digit where x
  // varies little.
  const double meanX = sums.x / sums.w, meanY = sums.y / sums.w;
  double xx = 0, xy = 0, size = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double w = weights.empty() ? 1.0 : weights[i];
    const double dx = points.x[i] - meanX;
    xx += w * dx * dx;
    xy += w * dx * (points.y[i] - meanY);
    size += w * points.x[i] * points.x[i];
  }
  if (!(xx > 1e-24 * size)) return std::nullopt;
  return finiteOrNothing({xy / xx, meanY - xy / xx * meanX});
}

std::optional<Line> trimmedLeastSquares(const Points& points, Shift shift, double trim) {
  std::optional<Line> line = leastSquares(points, shift);
  const double kept = std::ceil((1 - trim) * static_cast<double>(points.size()));
  const auto keep = std::max<std::size_t>(static_cast<std::size_t>(std::max(kept, 0.0)), 2);
  if (keep >= points.size()) return line;
  std::vector<std::size_t> order(points.size()), before;
  for (int round = 0; round < kMostRounds && line; ++round) {
    const std::vector<double> far = distances(points, *line);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(keep);
    std::nth_element(order.begin(), end, order.end(), [&](std::size_t a, std::size_t b) {
      return far[a] != far[b] ? far[a] < far[b] : a < b;
    });
    std::vector<std::size_t> chosen(order.begin(), end);
    std::sort(chosen.begin(), chosen.end());
    if (chosen == before) break;
    Points best;
    for (const std::size_t i : chosen) best.add(points.x[i], points.y[i]);
    line = leastSquares(best, shift);
    before = std::move(chosen);
  }
  return line;
}

std::optional<Line> huber(const Points& points, Shift shift) {
  std::optional<Line> line = leastSquares(points, shift);
  std::vector<double> weights(points.size());
  for (int round = 0; round < kMostRounds && line; ++round) {
    const std::vector<double> far = distances(points, *line);
    const double cut = kHuber * kRobustDeviation * median(far);
    if (!(cut > 0)) return line;  // half of the points lie on it
    for (std::size_t i = 0; i < far.size(); ++i) weights[i] = far[i] <= cut ? 1.0 : cut / far[i];
    const Line before = *line;
    line = leastSquares(points, shift, weights);
    if (line && same(*line, before)) break;
  }
  return line;
}

std::optional<Line> medianRatio(const Points& points, Shift shift) {
  if (points.size() == 0) return std::nullopt;
  if (shift == Shift::kNone) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (points.x[i] != 0) ratios.push_back(points.y[i] / points.x[i]);
    }
    return finiteOrNothing({median(std::move(ratios)), 0});
  }
  const auto spread = [](const std::vector<double>& values, double middle) {
    double sum = 0;
    for (const double value : values) sum += std::abs(value - middle);
    return sum;
  };
  const double x = median(points.x), y = median(points.y);
  const double scale = spread(points.y, y) / spread(points.x, x);
  return finiteOrNothing({scale, y - scale * x});
}

std::optional<Line> boundedLeastSquares(const Points& points, std::span<const double> bounded,
                                        double bound, bool above, Shift shift) {
  std::optional<Line> line = leastSquares(points, shift);
  if (!line) line = leastSquares(points, Shift::kNone);
  std::vector<bool> active(bounded.size(), false);
  for (int round = 0; round < kMostRounds && line; ++round) {
    Points all = points;
    std::vector<bool> now(bounded.size());
    for (std::size_t i = 0; i < bounded.size(); ++i) {
      const double value = line->at(bounded[i]);
      now[i] = above ? value < bound : value > bound;
      if (now[i]) all.add(bounded[i], bound);
    }
    if (now == active) break;
    active = std::move(now);
    const std::optional<Line> next = leastSquares(all, shift);
    if (!next) break;
    line = next;
  }
  return line;
}

}  // namespace fathom
