// The estimators that draw or pair points: Theil–Sen and random sample consensus.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "core/philox.h"
#include "models/alignment/estimators.h"

namespace fathom {
namespace {

constexpr std::uint32_t kThinStream = 0x7468696eu, kDrawStream = 0x64726177u;

Words4 wordsOf(std::uint32_t index, std::uint32_t stream, std::uint64_t seed) {
  return philox({{index, 0, stream, 0}}, static_cast<std::uint32_t>(seed),
                static_cast<std::uint32_t>(seed >> 32));
}

/// At most `most` of the points, one drawn of each of as many equal stretches: even steps would
/// meet the columns of an image again and again.
Points thinned(const Points& points, std::size_t most, std::uint64_t seed) {
  if (points.size() <= most) return points;
  Points result;
  for (std::size_t j = 0; j < most; ++j) {
    const double u = openUnit(wordsOf(static_cast<std::uint32_t>(j), kThinStream, seed).v[0]);
    const double position = (static_cast<double>(j) + u) * static_cast<double>(points.size()) /
                            static_cast<double>(most);
    const auto i = std::min(static_cast<std::size_t>(position), points.size() - 1);
    result.add(points.x[i], points.y[i]);
  }
  return result;
}

/// Order statistics of the slopes of all pairs, without keeping the slopes (11.5 million of them
/// for 60×80 cells): a histogram of their leading 16 bits says in which bucket a rank lies, and
/// only that bucket is collected.
class PairSlopes {
 public:
  PairSlopes(const Points& points, const Progress& progress) : points_(points) {
    forEach(progress, [this](double slope) {
      ++counts_[bucketOf(slope)];
      ++total_;
    });
  }

  std::uint64_t total() const { return total_; }

  double median(const Progress& progress) const {
    const std::uint64_t low = (total_ - 1) / 2, high = total_ / 2;
    const auto [first, before] = bucketAt(low);
    const std::size_t last = bucketAt(high).bucket;
    std::vector<double> slopes;
    slopes.reserve(counts_[first] + (last > first ? counts_[last] : 0));
    forEach(progress, [&](double slope) {
      const std::size_t bucket = bucketOf(slope);
      if (bucket >= first && bucket <= last) slopes.push_back(slope);
    });
    const auto at = [&](std::uint64_t rank) {
      const auto place = slopes.begin() + static_cast<std::ptrdiff_t>(rank - before);
      std::nth_element(slopes.begin(), place, slopes.end());
      return *place;
    };
    const double lower = at(low);
    return low == high ? lower : (lower + at(high)) / 2;
  }

 private:
  struct Place {
    std::size_t bucket;
    std::uint64_t before;  ///< how many slopes lie in buckets below
  };

  /// The leading bits of a double, turned so that they are ordered as the numbers are.
  static std::size_t bucketOf(double slope) {
    const auto bits = std::bit_cast<std::uint64_t>(slope);
    const std::uint64_t turned = (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
    return static_cast<std::size_t>(turned >> 48);
  }

  Place bucketAt(std::uint64_t rank) const {
    Place place{0, 0};
    while (place.before + counts_[place.bucket] <= rank) place.before += counts_[place.bucket++];
    return place;
  }

  template <class Function>
  void forEach(const Progress& progress, Function&& function) const {
    const std::size_t n = points_.size();
    for (std::size_t i = 0; i + 1 < n; ++i) {
      if (i % 256 == 0) progress.checkpoint();
      for (std::size_t j = i + 1; j < n; ++j) {
        const double dx = points_.x[j] - points_.x[i];
        if (dx != 0) function((points_.y[j] - points_.y[i]) / dx);
      }
    }
  }

  const Points& points_;
  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(std::size_t{1} << 16);
  std::uint64_t total_ = 0;
};

std::optional<Line> lineThroughDraw(const Points& points, Shift shift, Words4 words) {
  const std::uint64_t n = points.size();
  const std::uint64_t i = (words.v[0] * n) >> 32;
  if (shift == Shift::kNone) {
    if (points.x[i] == 0) return std::nullopt;
    return Line{points.y[i] / points.x[i], 0};
  }
  if (n < 2) return std::nullopt;
  const std::uint64_t j = (i + 1 + ((words.v[1] * (n - 1)) >> 32)) % n;
  const double dx = points.x[j] - points.x[i];
  if (dx == 0) return std::nullopt;
  const double scale = (points.y[j] - points.y[i]) / dx;
  return Line{scale, points.y[i] - scale * points.x[i]};
}

/// Smaller is better: the sum of squared distances, none above the tolerance.
double clippedSquares(const Points& points, Line line, double tolerance) {
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double far = std::min(std::abs(points.y[i] - line.at(points.x[i])), tolerance);
    sum += far * far;
  }
  return sum;
}

double medianDistance(const Points& points, Line line, std::vector<double>& scratch) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    scratch[i] = std::abs(points.y[i] - line.at(points.x[i]));
  }
  const auto middle = scratch.begin() + static_cast<std::ptrdiff_t>(scratch.size() / 2);
  std::nth_element(scratch.begin(), middle, scratch.end());
  return *middle;
}

template <class Badness>
std::optional<Line> leastBad(const std::vector<Line>& lines, const Progress& progress,
                             Badness&& badness) {
  std::optional<Line> best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i % 16 == 0) progress.checkpoint();
    const double bad = badness(lines[i]);
    if (bad < least) {
      least = bad;
      best = lines[i];
    }
  }
  return best;
}

std::vector<Line> drawnLines(const Points& points, Shift shift, const Ransac& how) {
  std::vector<Line> lines;
  for (int draw = 0; draw < how.draws; ++draw) {
    const Words4 words = wordsOf(static_cast<std::uint32_t>(draw), kDrawStream, how.seed);
    const std::optional<Line> line = lineThroughDraw(points, shift, words);
    if (line && line->scale > 0 && std::isfinite(line->scale)) lines.push_back(*line);
  }
  return lines;
}

}  // namespace

std::optional<Line> theilSen(const Points& points, Shift shift, std::uint64_t seed,
                             const Progress& progress) {
  if (shift == Shift::kNone) return medianRatio(points, shift);
  const Points few = thinned(points, kMostPaired, seed);
  const PairSlopes slopes(few, progress);
  if (slopes.total() == 0) return std::nullopt;
  const double scale = slopes.median(progress);
  std::vector<double> shifts(few.size());
  for (std::size_t i = 0; i < shifts.size(); ++i) shifts[i] = few.y[i] - scale * few.x[i];
  const Line line{scale, median(std::move(shifts))};
  if (!std::isfinite(line.scale) || !std::isfinite(line.shift)) return std::nullopt;
  return line;
}

std::optional<Line> ransac(const Points& points, Shift shift, const Ransac& how,
                           const Progress& progress) {
  if (points.size() == 0) return std::nullopt;
  const Points few = thinned(points, kMostPaired, how.seed);
  const std::vector<Line> lines = drawnLines(few, shift, how);
  double tolerance = how.tolerance;
  if (!(tolerance > 0)) {
    std::vector<double> scratch(few.size());
    const auto middling =
        leastBad(lines, progress, [&](Line line) { return medianDistance(few, line, scratch); });
    if (!middling) return std::nullopt;
    tolerance = std::max(agreement(few, *middling), how.leastTolerance);
  }
  std::optional<Line> best =
      leastBad(lines, progress, [&](Line line) { return clippedSquares(few, line, tolerance); });
  // Twice: the first fit is better than two drawn points, and may win or lose some others.
  for (int round = 0; round < 2 && best; ++round) {
    Points agreeing;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (std::abs(points.y[i] - best->at(points.x[i])) <= tolerance) {
        agreeing.add(points.x[i], points.y[i]);
      }
    }
    const std::optional<Line> refined = leastSquares(agreeing, shift);
    if (!refined || !(refined->scale > 0)) break;
    best = refined;
  }
  return best;
}

}  // namespace fathom
