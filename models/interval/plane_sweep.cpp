#include "models/interval/plane_sweep.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/parallel.h"

namespace fathom {
namespace {

constexpr int kLevels = 4;
constexpr int kReach = 3;  ///< values of a patch on each side
constexpr int kSide = 2 * kReach + 1;
constexpr int kPatch = kSide * kSide;
constexpr float kNoise = 6;        ///< variance of grey that means nothing
constexpr double kCoarsest = 1.5;  ///< values of a level from one depth to the next
constexpr double kNearest = 0.05;  ///< least z' / z

using Patch = std::array<float, kPatch>;

GreyLevel halved(const GreyLevel& from) {
  GreyLevel to{{std::max<std::int64_t>(from.size.height / 2, 1),
                std::max<std::int64_t>(from.size.width / 2, 1)},
               {}};
  to.grey.resize(static_cast<std::size_t>(to.size.height * to.size.width));
  for (std::int64_t y = 0; y < to.size.height; ++y) {
    const float* top = from.grey.data() + std::min(2 * y, from.size.height - 1) * from.size.width;
    const float* low =
        from.grey.data() + std::min(2 * y + 1, from.size.height - 1) * from.size.width;
    float* out = to.grey.data() + y * to.size.width;
    for (std::int64_t x = 0; x < to.size.width; ++x) {
      const std::int64_t left = std::min(2 * x, from.size.width - 1);
      const std::int64_t right = std::min(2 * x + 1, from.size.width - 1);
      out[x] = 0.25F * (top[left] + top[right] + low[left] + low[right]);
    }
  }
  return to;
}

/// A place in a level and the steps from one value of a patch to the next.
struct Placement {
  float x, y;            ///< of the patch's middle, values from the level's first
  float xx, xy, yx, yy;  ///< d(x, y) across, d(x, y) down
};

/// Values of a patch about a place; false where a part of it is outside.
bool read(const GreyLevel& level, const Placement& at, Patch& patch) {
  const float reachX = kReach * (std::abs(at.xx) + std::abs(at.yx));
  const float reachY = kReach * (std::abs(at.xy) + std::abs(at.yy));
  const auto width = static_cast<float>(level.size.width - 1);
  const auto height = static_cast<float>(level.size.height - 1);
  if (!(at.x - reachX >= 0 && at.y - reachY >= 0 && at.x + reachX < width &&
        at.y + reachY < height)) {
    return false;
  }
  const float* grey = level.grey.data();
  const auto stride = static_cast<int>(level.size.width);
  for (int i = -kReach; i <= kReach; ++i) {
    float* out = patch.data() + (i + kReach) * kSide;
    for (int j = -kReach; j <= kReach; ++j) {
      const float x = at.x + static_cast<float>(j) * at.xx + static_cast<float>(i) * at.yx;
      const float y = at.y + static_cast<float>(j) * at.xy + static_cast<float>(i) * at.yy;
      const int left = static_cast<int>(x), top = static_cast<int>(y);
      const float u = x - static_cast<float>(left), v = y - static_cast<float>(top);
      const float* p = grey + top * stride + left;
      const float above = p[0] + u * (p[1] - p[0]);
      const float below = p[stride] + u * (p[stride + 1] - p[stride]);
      out[j + kReach] = above + v * (below - above);
    }
  }
  return true;
}

/// Takes the mean off; the mean square of what is left.
float centre(Patch& patch) {
  float sum = 0;
  for (const float each : patch) sum += each;
  const float mean = sum / kPatch;
  float squares = 0;
  for (float& each : patch) {
    each -= mean;
    squares += each * each;
  }
  return squares / kPatch;
}

/// The reference's patch about a cell in each level.
struct Reference {
  std::array<Patch, kLevels> patch;
  std::array<float, kLevels> variance{};
  std::array<char, kLevels> there{};
};

Placement inLevel(double x, double y, int level) {
  const double scale = static_cast<double>(2 << level);
  return {static_cast<float>((x + 0.5) / scale - 0.5),
          static_cast<float>((y + 0.5) / scale - 0.5),
          1,
          0,
          0,
          1};
}

class Sweeper {
 public:
  Sweeper(const SweepReference& reference, const SweptView& neighbour,
          const std::vector<double>& inverse, SweepCosts& costs)
      : reference_(reference), neighbour_(neighbour), inverse_(inverse), costs_(costs) {}

  void cell(std::int64_t row, std::int64_t column) const {
    const std::size_t at = reference_.cells.at(row, column);
    const int px = reference_.columns.pixel[static_cast<std::size_t>(column)];
    const int py = reference_.rows.pixel[static_cast<std::size_t>(row)];
    const Reference own = patchesAt(px, py);
    const Rays rays = raysOf(px, py);
    float* cost = costs_.cost.data() + at * costs_.depths;
    float sum = 0;
    std::size_t seen = 0;
    for (std::size_t d = 0; d < costs_.depths; ++d) {
      cost[d] = costOf(own, rays, d);
      if (cost[d] < 0) continue;
      sum += cost[d];
      seen += 1;
    }
    costs_.seen[at] = seen * 2 > costs_.depths ? 1 : 0;
    const float mean = seen > 0 ? sum / static_cast<float>(seen) : 1;
    for (std::size_t d = 0; d < costs_.depths; ++d) {
      if (cost[d] < 0) cost[d] = mean;
    }
  }

 private:
  /// Where a pixel's ray points in the neighbour's axes, and its change by one pixel.
  struct Rays {
    std::array<double, 3> ray, across, down;
  };
  struct Seen {
    double x, y, z;  ///< pixel; z'/z
  };

  Reference patchesAt(int px, int py) const {
    Reference own;
    for (int level = 0; level < static_cast<int>(reference_.picture.size()); ++level) {
      const auto l = static_cast<std::size_t>(level);
      own.there[l] = read(reference_.picture[l], inLevel(px, py, level), own.patch[l]) ? 1 : 0;
      if (own.there[l]) own.variance[l] = centre(own.patch[l]);
    }
    return own;
  }

  Rays raysOf(int px, int py) const {
    const Intrinsics& camera = reference_.camera;
    const double u = (px - camera.cx) / camera.fx, v = (py - camera.cy) / camera.fy;
    const auto& r = neighbour_.view.rotation;
    Rays rays{};
    for (std::size_t i = 0; i < 3; ++i) {
      rays.ray[i] = r[3 * i] * u + r[3 * i + 1] * v + r[3 * i + 2];
      rays.across[i] = r[3 * i] / camera.fx;
      rays.down[i] = r[3 * i + 1] / camera.fy;
    }
    return rays;
  }

  Seen seenAt(const Rays& rays, double inverse) const {
    const auto& t = neighbour_.view.translation;
    const Intrinsics& camera = neighbour_.camera;
    const double z = rays.ray[2] + inverse * t[2];
    return {camera.fx * (rays.ray[0] + inverse * t[0]) / z + camera.cx,
            camera.fy * (rays.ray[1] + inverse * t[1]) / z + camera.cy, z};
  }

  /// The level at which depths lie about one value apart.
  int levelAt(const Rays& rays, const Seen& here, std::size_t d) const {
    const std::size_t other = d + 1 < costs_.depths ? d + 1 : d - 1;
    const Seen next = seenAt(rays, inverse_[other]);
    double step = std::hypot(next.x - here.x, next.y - here.y) / 2;
    int level = 0;
    for (; step > kCoarsest && level + 1 < static_cast<int>(reference_.picture.size()); ++level) {
      step /= 2;
    }
    return level;
  }

  /// Negative where it is not seen.
  float costOf(const Reference& own, const Rays& rays, std::size_t d) const {
    const Seen here = seenAt(rays, inverse_[d]);
    if (!(here.z > kNearest)) return -1;
    const int level = levelAt(rays, here, d);
    const auto l = static_cast<std::size_t>(level);
    if (!own.there[l]) return -1;
    const Intrinsics& camera = neighbour_.camera;
    Placement place = inLevel(here.x, here.y, level);
    const double x = (here.x - camera.cx) / camera.fx, y = (here.y - camera.cy) / camera.fy;
    place.xx = static_cast<float>(camera.fx * (rays.across[0] - x * rays.across[2]) / here.z);
    place.xy = static_cast<float>(camera.fy * (rays.across[1] - y * rays.across[2]) / here.z);
    place.yx = static_cast<float>(camera.fx * (rays.down[0] - x * rays.down[2]) / here.z);
    place.yy = static_cast<float>(camera.fy * (rays.down[1] - y * rays.down[2]) / here.z);
    Patch patch;
    if (!read(neighbour_.picture[l], place, patch)) return -1;
    const float variance = centre(patch);
    float both = 0;
    for (std::size_t i = 0; i < kPatch; ++i) both += patch[i] * own.patch[l][i];
    both /= kPatch;
    return 1 - both / std::sqrt((variance + kNoise) * (own.variance[l] + kNoise));
  }

  const SweepReference& reference_;
  const SweptView& neighbour_;
  const std::vector<double>& inverse_;
  SweepCosts& costs_;
};

}  // namespace

GreyPyramid greyPyramid(const PictureBytes& picture, const Progress& progress) {
  progress.checkpoint();
  GreyLevel whole{picture.size, {}};
  const auto count = static_cast<std::size_t>(picture.size.height * picture.size.width);
  whole.grey.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    whole.grey[i] = 0.299F * picture.red[i] + 0.587F * picture.green[i] + 0.114F * picture.blue[i];
  }
  GreyPyramid pyramid;
  for (int level = 0; level < kLevels; ++level) {
    pyramid.push_back(halved(level == 0 ? whole : pyramid.back()));
  }
  return pyramid;
}

SweepCosts sweepCosts(const SweepReference& reference, const SweptView& neighbour,
                      const std::vector<double>& inverse, int every, const Progress& progress) {
  const IntervalCells& cells = reference.cells;
  SweepCosts costs{inverse.size(), {}, {}};
  costs.cost.assign(cells.count() * inverse.size(), 1.F);
  costs.seen.assign(cells.count(), 0);
  const Sweeper sweeper(reference, neighbour, inverse, costs);
  const std::int64_t rows = (cells.size.height + every - 1) / every;
  parallelFor(rows, 1, progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin * every; row < end * every && row < cells.size.height;
         row += every) {
      for (std::int64_t column = 0; column < cells.size.width; column += every) {
        if (cells.state[cells.at(row, column)] == CellState::kNear) sweeper.cell(row, column);
      }
    }
  });
  return costs;
}

}  // namespace fathom
