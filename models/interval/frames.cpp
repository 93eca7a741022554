#include "models/interval/frames.h"

#include <algorithm>
#include <cmath>

#include "core/device.h"
#include "core/error.h"
#include "core/parallel.h"
#include "models/interval/path_smoothing.h"
#include "models/interval/plane_sweep.h"

namespace fathom {
namespace {

constexpr double kNearest = 1.0 / 40;  ///< levels
constexpr int kSampled = 2;            ///< each so many rows and columns of cells show trust
constexpr int kEnough = 30;            ///< cells

/// Between which depths a neighbour's cell and those around it lie, m: at edges they do not agree,
/// and a cell stands for pixels up to half a cell away.
struct CellBounds {
  Size size;
  std::vector<double> least, greatest;
};
CellBounds boundsOf(const IntervalCells& cells, double metresPerLevel) {
  CellBounds bounds{cells.size, {}, {}};
  for (std::int64_t row = 0; row < cells.size.height; ++row) {
    for (std::int64_t column = 0; column < cells.size.width; ++column) {
      double least = 1e30, greatest = 0;
      for (std::int64_t i = std::max<std::int64_t>(row - 1, 0);
           i <= std::min(row + 1, cells.size.height - 1); ++i) {
        for (std::int64_t j = std::max<std::int64_t>(column - 1, 0);
             j <= std::min(column + 1, cells.size.width - 1); ++j) {
          const std::size_t at = cells.at(i, j);
          const bool known = cells.state[at] != CellState::kUnknown;
          least = std::min(least, known ? cells.least[at] * metresPerLevel : 0);
          greatest = std::max(greatest, known ? (cells.greatest[at] + 1) * metresPerLevel : 1e30);
        }
      }
      bounds.least.push_back(least);
      bounds.greatest.push_back(greatest);
    }
  }
  return bounds;
}

/// A neighbour, looked at.
struct Looked {
  SweptView swept;
  CellBounds bounds;
  CellAxis rows, columns;
  SweepCosts costs;
  double trust = 0;
};

struct Depths {
  std::vector<double> inverse, log;
};
Depths depthsTried(double metresPerLevel, int count) {
  Depths depths;
  const double least = std::log(kNearest * metresPerLevel), greatest = std::log(metresPerLevel);
  for (int d = 0; d < count; ++d) {
    depths.log.push_back(least + (greatest - least) * d / (count - 1));
    depths.inverse.push_back(std::exp(-depths.log.back()));
  }
  return depths;
}

PictureBytes bytes(const at::Tensor& rgb) {
  const auto* first = rgb.const_data_ptr<unsigned char>();
  const std::int64_t plane = rgb.size(1) * rgb.size(2);
  return {first, first + plane, first + 2 * plane, {rgb.size(1), rgb.size(2)}};
}

/// How many more cells look alike at a depth before the camera than at one behind it: where the
/// pose is wrong, both are chance.
double trustIn(const SweepReference& reference, const Looked& neighbour,
               const std::vector<double>& inverse, const FramesConstants& c,
               const Progress& progress) {
  std::vector<double> behind;
  for (const double each : inverse) behind.push_back(-each);
  const SweepCosts decoy = sweepCosts(reference, neighbour.swept, behind, kSampled, progress);
  const auto least = [&](const SweepCosts& costs, std::size_t cell) {
    const float* first = costs.cost.data() + cell * costs.depths;
    return *std::min_element(first, first + costs.depths);
  };
  double more = 0, all = 0;
  for (std::size_t i = 0; i < decoy.seen.size(); ++i) {
    if (!decoy.seen[i] || !neighbour.costs.seen[i]) continue;
    const float one = least(neighbour.costs, i), other = least(decoy, i);
    if (one > c.unlike && other > c.unlike) continue;  // plain
    all += 1;
    more += (one < c.alike ? 1 : 0) - (other < c.alike ? 1 : 0);
  }
  if (all < kEnough) return 0;
  return std::clamp((more / all - c.doubted) / (c.believed - c.doubted), 0.0, 1.0);
}

/// What a neighbour's cells say about depths of a reference's cell.
class LevelEvidence {
 public:
  LevelEvidence(const Looked& neighbour, const FramesConstants& c) : n_(neighbour), c_(c) {}

  double operator()(double u, double v, double inverse) const {
    const auto& r = n_.swept.view.rotation;
    const auto& t = n_.swept.view.translation;
    const Intrinsics& camera = n_.swept.camera;
    const double z = r[6] * u + r[7] * v + r[8] + inverse * t[2];
    if (!(z > 0)) return 0;
    const double x = (r[0] * u + r[1] * v + r[2] + inverse * t[0]) / z;
    const double y = (r[3] * u + r[4] * v + r[5] + inverse * t[1]) / z;
    const double px = camera.fx * x + camera.cx, py = camera.fy * y + camera.cy;
    const Size seen{static_cast<std::int64_t>(n_.rows.nearest.size()),
                    static_cast<std::int64_t>(n_.columns.nearest.size())};
    if (!(px >= 0 && py >= 0 && px < double(seen.width) && py < double(seen.height))) return 0;
    const int row = n_.rows.nearest[static_cast<std::size_t>(py)];
    const int column = n_.columns.nearest[static_cast<std::size_t>(px)];
    const auto at = static_cast<std::size_t>(row * n_.bounds.size.width + column);
    const double depth = z / inverse;
    if (depth < n_.bounds.least[at] * (1 - c_.slack)) return c_.through;
    return depth > n_.bounds.greatest[at] * (1 + c_.slack) ? c_.behind : 0;
  }

 private:
  const Looked& n_;
  const FramesConstants& c_;
};

class Around {
 public:
  Around(const UpsamplerInput& input, const Intrinsics& camera, const IntervalCells& cells,
         const CellAxis& rows, const CellAxis& columns, const FramesConstants& constants,
         const Progress& progress)
      : input_(input),
        reference_{greyPyramid(bytes(input.rgb), progress), camera, cells, rows, columns},
        c_(constants),
        depths_(depthsTried(input.low.metresPerLevel, constants.depths)),
        progress_(progress) {}

  std::vector<double> look() {
    std::vector<double> trust;
    for (const NeighbourFrame& frame : input_.neighbours) {
      std::optional<Looked> looked = lookAt(frame);
      trust.push_back(looked ? looked->trust : 0);
      if (trust.back() > 0) looked_.push_back(std::move(*looked));
    }
    return trust;
  }

  bool any() const { return !looked_.empty(); }

  /// What the frames say of each cell at each depth.
  std::vector<float> energies() const {
    const IntervalCells& cells = reference_.cells;
    std::vector<float> energy(cells.count() * depths_.log.size(), 0.F);
    parallelFor(cells.size.height, 1, progress_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        for (std::int64_t column = 0; column < cells.size.width; ++column) {
          const std::size_t at = cells.at(row, column);
          if (cells.state[at] != CellState::kNear) continue;
          float* out = energy.data() + at * depths_.log.size();
          addPhoto(at, out);
          addLevels(row, column, out);
        }
      }
    });
    return energy;
  }

  const Depths& depths() const { return depths_; }

  /// Cells that a neighbour of use sees.
  std::vector<char> seen() const {
    std::vector<char> any(reference_.cells.count(), 0);
    for (const Looked& each : looked_) {
      for (std::size_t i = 0; i < any.size(); ++i) any[i] = any[i] || each.costs.seen[i] ? 1 : 0;
    }
    return any;
  }

 private:
  std::optional<Looked> lookAt(const NeighbourFrame& frame) const {
    const auto view = relativeView(*input_.pose, frame.pose);
    if (!view) return {};
    if (!frame.rgb.defined() || frame.rgb.dim() != 3 || frame.rgb.size(0) != 3 ||
        frame.rgb.scalar_type() != at::kByte || frame.rgb.numel() == 0) {
      throw BadInput("a neighbour's picture is a 3×H×W tensor of bytes", "neighbouring frame");
    }
    checkCovers(frame.low, {frame.rgb.size(1), frame.rgb.size(2)});
    if (!(frame.intrinsics.fx > 0 && frame.intrinsics.fy > 0)) return {};
    const at::Tensor rgb = onCpu(frame.rgb), levels = onCpu(frame.low.levels);
    Looked looked{{greyPyramid(bytes(rgb), progress_), frame.intrinsics, *view}, {}, {}, {}, {}, 0};
    looked.costs = sweepCosts(reference_, looked.swept, depths_.inverse, 1, progress_);
    looked.trust = trustIn(reference_, looked, depths_.inverse, c_, progress_);
    const std::span<const float> received(levels.const_data_ptr<float>(),
                                          static_cast<std::size_t>(levels.numel()));
    const Size size = frame.low.size();
    looked.bounds = boundsOf(cellsOf(received, size, fitNoise(received)), frame.low.metresPerLevel);
    looked.rows = cellAxis(size.height, rgb.size(1), frame.low.factorY, frame.low.phaseY);
    looked.columns = cellAxis(size.width, rgb.size(2), frame.low.factorX, frame.low.phaseX);
    return looked;
  }

  /// The better half of the neighbours that see the cell: the others may not see the surface.
  void addPhoto(std::size_t at, float* out) const {
    std::vector<const Looked*> seeing;
    for (const Looked& each : looked_) {
      if (each.costs.seen[at]) seeing.push_back(&each);
    }
    if (seeing.empty()) return;
    const std::size_t half = (seeing.size() + 1) / 2;
    std::vector<float> costs(seeing.size());
    for (std::size_t d = 0; d < depths_.log.size(); ++d) {
      for (std::size_t n = 0; n < seeing.size(); ++n) {
        const float cost = seeing[n]->costs.cost[at * depths_.log.size() + d];
        const auto most = static_cast<float>(c_.unlike);
        costs[n] = static_cast<float>(seeing[n]->trust) * std::min(cost, most) +
                   static_cast<float>(1 - seeing[n]->trust) * most;
      }
      std::partial_sort(costs.begin(), costs.begin() + std::ptrdiff_t(half), costs.end());
      float sum = 0;
      for (std::size_t n = 0; n < half; ++n) sum += costs[n];
      out[d] += static_cast<float>(c_.photo) * sum / static_cast<float>(half);
    }
  }

  void addLevels(std::int64_t row, std::int64_t column, float* out) const {
    const Intrinsics& camera = reference_.camera;
    const double u =
        (reference_.columns.pixel[static_cast<std::size_t>(column)] - camera.cx) / camera.fx;
    const double v = (reference_.rows.pixel[static_cast<std::size_t>(row)] - camera.cy) / camera.fy;
    for (std::size_t d = 0; d < depths_.log.size(); ++d) {
      double sum = 0;
      for (const Looked& each : looked_) {
        sum += each.trust * LevelEvidence(each, c_)(u, v, depths_.inverse[d]);
      }
      out[d] += static_cast<float>(std::min(sum, c_.mostThrough));
    }
  }

  const UpsamplerInput& input_;
  SweepReference reference_;
  const FramesConstants& c_;
  Depths depths_;
  const Progress& progress_;
  std::vector<Looked> looked_;
};

/// Where the posterior of a cell lies, ln m.
struct Posterior {
  double median, spread, least, greatest;
};
Posterior posteriorOf(const float* energy, const Depths& depths, double temperature) {
  const std::size_t count = depths.log.size();
  const float lowest = *std::min_element(energy, energy + count);
  std::vector<double> weight(count);
  double total = 0, mean = 0, square = 0;
  for (std::size_t d = 0; d < count; ++d) {
    weight[d] = std::exp(-(energy[d] - lowest) / temperature);
    total += weight[d];
    mean += weight[d] * depths.log[d];
    square += weight[d] * depths.log[d] * depths.log[d];
  }
  mean /= total;
  const double step = depths.log[1] - depths.log[0];
  const auto quantile = [&](double share) {
    double sum = 0;
    for (std::size_t d = 0; d < count; ++d) {
      if (sum + weight[d] >= share * total) {
        return depths.log[d] + step * ((share * total - sum) / weight[d] - 0.5);
      }
      sum += weight[d];
    }
    return depths.log.back();
  };
  return {quantile(0.5), std::sqrt(std::max(square / total - mean * mean, 0.0)), quantile(0.025),
          quantile(0.975)};
}

/// Whatever the guess of one picture gets wrong it gets wrong in many cells at once, so it counts
/// for less than a guess for each cell would.
void addPrior(const FramesPrior& prior, const std::vector<char>& free, const Depths& depths,
              const FramesConstants& c, std::vector<float>& energy) {
  const std::size_t count = depths.log.size();
  const double weight = c.prior * std::pow(c.roomPrior / c.prior, prior.doubt);
  for (std::size_t i = 0; i < free.size(); ++i) {
    if (!free[i]) continue;
    const double middle = std::log(prior.depth[i]);
    for (std::size_t d = 0; d < count; ++d) {
      const double off = (depths.log[d] - middle) / prior.spread[i];
      energy[i * count + d] +=
          static_cast<float>(weight * (c.freedom + 1) / 2 * std::log1p(off * off / c.freedom));
    }
  }
}

/// The cell's depth, deviation and interval from its posterior.
void believe(FramesBelief& belief, std::size_t cell, const Posterior& found, double farthest,
             const FramesConstants& c) {
  const double sigma = std::hypot(found.spread, c.leastSpread);
  const double z = std::min(std::exp(found.median), farthest);
  belief.depth[cell] = z;
  belief.deviation[cell] = (std::min(farthest, z * std::exp(sigma)) - z * std::exp(-sigma)) / 2;
  belief.lower[cell] = std::exp(found.least - 2 * c.leastSpread);
  belief.upper[cell] = std::min(farthest, std::exp(found.greatest + 2 * c.leastSpread));
}

}  // namespace

FramesBelief lookAround(const UpsamplerInput& input, const Intrinsics& camera,
                        const IntervalCells& cells, const CellAxis& rows, const CellAxis& columns,
                        const LabPicture& lab, const FramesPrior& prior, const FramesConstants& c,
                        const Progress& progress) {
  FramesBelief belief;
  if (!input.pose || input.neighbours.empty()) return belief;
  Around around(input, camera, cells, rows, columns, c, progress);
  belief.trust = around.look();
  if (!around.any()) return belief;
  std::vector<char> free;
  for (const CellState state : cells.state) free.push_back(state == CellState::kNear ? 1 : 0);
  const std::size_t count = around.depths().log.size();
  std::vector<float> energy = around.energies();
  addPrior(prior, free, around.depths(), c, energy);
  energy = smoothAlongPaths(
      energy, count, free, cells.size, lab, rows, columns,
      {static_cast<float>(c.step), static_cast<float>(c.jump), c.colour, c.edge}, progress);
  for (auto* values : {&belief.depth, &belief.deviation, &belief.lower, &belief.upper}) {
    values->assign(cells.count(), 0.0);
  }
  belief.seen = around.seen();
  for (std::size_t i = 0; i < cells.count(); ++i) {
    if (!free[i]) continue;
    const Posterior found = posteriorOf(energy.data() + i * count, around.depths(), c.temperature);
    believe(belief, i, found, input.low.metresPerLevel, c);
  }
  return belief;
}

}  // namespace fathom
