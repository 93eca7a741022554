#include "models/guided/grid_system.h"

#include <algorithm>
#include <cmath>

#include "core/host_device.h"
#include "models/guided/guide.h"

namespace fathom {
namespace {

using Field = std::vector<float>;

/// Grids smaller than this along one side are not halved any further.
constexpr std::int64_t kSmallest = 24;

/// One strip's sums: doubles that are added in the order of the strips, whoever computed them.
class StripSums {
 public:
  StripSums(std::int64_t rows, std::int64_t columns)
      : height_(std::max<std::int64_t>(1, (1 << 15) / columns)),
        sums_(static_cast<std::size_t>((rows + height_ - 1) / height_)) {}
  /// Calls body(beginRow, endRow) for each strip and adds up what it returns.
  template <class Body>
  double over(std::int64_t rows, const Progress& progress, const Body& body) {
    parallelFor(static_cast<std::int64_t>(sums_.size()), 1, progress,
                [&](std::int64_t begin, std::int64_t end) {
                  for (std::int64_t strip = begin; strip < end; ++strip) {
                    sums_[static_cast<std::size_t>(strip)] =
                        body(strip * height_, std::min(rows, (strip + 1) * height_));
                  }
                });
    double sum = 0;
    for (const double part : sums_) sum += part;
    return sum;
  }

 private:
  std::int64_t height_;
  std::vector<double> sums_;
};

/// What the loops over rows read and write.
struct Solver {
  std::int64_t rows, columns;
  const float *data, *east, *south;
  Field diagonal;
  Field residual, direction, image;
};

Field diagonalOf(const GridSystem& system) {
  Field diagonal = system.data;
  for (std::int64_t row = 0; row < system.rows; ++row) {
    for (std::int64_t column = 0; column < system.columns; ++column) {
      const auto i = static_cast<std::size_t>(row * system.columns + column);
      const auto below = i + static_cast<std::size_t>(system.columns);
      if (column + 1 < system.columns) {
        diagonal[i] += system.east[i];
        diagonal[i + 1] += system.east[i];
      }
      if (row + 1 < system.rows) {
        diagonal[i] += system.south[i];
        diagonal[below] += system.south[i];
      }
    }
  }
  // A pixel that nothing ties to anything keeps its value.
  for (float& value : diagonal) value = std::max(value, 1e-20F);
  return diagonal;
}

/// out = A·in in one row; returns in·out.
FATHOM_CLONES double applyRow(const Solver& s, std::int64_t row, const float* in, float* out) {
  const std::int64_t columns = s.columns;
  const std::int64_t base = row * columns;
  const float* here = in + base;
  const float* above = row > 0 ? here - columns : here;
  const float* below = row + 1 < s.rows ? here + columns : here;
  const float* north = s.south + (row > 0 ? base - columns : base);
  const float* south = s.south + base;
  const float* east = s.east + base;
  const float* data = s.data + base;
  float* to = out + base;
  for (std::int64_t i = 0; i < columns; ++i) {
    to[i] = data[i] * here[i] + north[i] * (here[i] - above[i]) + south[i] * (here[i] - below[i]);
  }
  for (std::int64_t i = 0; i + 1 < columns; ++i) to[i] += east[i] * (here[i] - here[i + 1]);
  for (std::int64_t i = 1; i < columns; ++i) to[i] += east[i - 1] * (here[i] - here[i - 1]);
  double dot = 0;
  for (std::int64_t i = 0; i < columns; ++i) dot += double(here[i]) * double(to[i]);
  return dot;
}

/// u += α·direction, residual −= α·image in [begin, end); returns residual·residual/diagonal.
FATHOM_CLONES double advance(Solver& s, float* u, float alpha, std::int64_t begin,
                             std::int64_t end) {
  double dot = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    u[i] += alpha * s.direction[at];
    s.residual[at] -= alpha * s.image[at];
  }
  for (std::int64_t i = begin; i < end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    dot += double(s.residual[at]) * double(s.residual[at]) / double(s.diagonal[at]);
  }
  return dot;
}

/// direction = residual/diagonal + β·direction.
FATHOM_CLONES void turn(Solver& s, float beta, std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    s.direction[at] = s.residual[at] / s.diagonal[at] + beta * s.direction[at];
  }
}

/// Begins with nothing but the right-hand side and a place to start.
class ConjugateGradients {
 public:
  ConjugateGradients(const GridSystem& system, const Progress& progress)
      : progress_(progress),
        sums_(system.rows, system.columns),
        s_{system.rows,
           system.columns,
           system.data.data(),
           system.east.data(),
           system.south.data(),
           diagonalOf(system),
           {},
           {},
           {}} {
    s_.direction.assign(system.data.size(), 0.0F);
    s_.image.resize(system.data.size());
  }

  /// right − A·u.
  const Field& residualOf(const Field& right, const Field& u) {
    apply(u.data());
    s_.residual = right;
    for (std::size_t i = 0; i < u.size(); ++i) s_.residual[i] -= s_.image[i];
    return s_.residual;
  }

  int run(const Field& right, Field& u, const GridEnd& end) {
    double whole = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
      whole += double(right[i]) * double(right[i]) / double(s_.diagonal[i]);
    }
    residualOf(right, u);
    double rest = move(u, 0);
    float beta = 0;
    int done = 0;
    for (; done < end.iterations && rest > end.tolerance * end.tolerance * whole; ++done) {
      forRows(s_.rows, s_.columns, progress_, [&](std::int64_t from, std::int64_t to) {
        turn(s_, beta, from * s_.columns, to * s_.columns);
      });
      const double curvature = apply(s_.direction.data());
      if (!(curvature > 0)) break;
      const double next = move(u, static_cast<float>(rest / curvature));
      beta = static_cast<float>(next / rest);
      rest = next;
    }
    return done;
  }

 private:
  double apply(const float* in) {
    return sums_.over(s_.rows, progress_, [&](std::int64_t from, std::int64_t to) {
      double dot = 0;
      for (std::int64_t row = from; row < to; ++row) {
        dot += applyRow(s_, row, in, s_.image.data());
      }
      return dot;
    });
  }
  double move(Field& u, float alpha) {
    return sums_.over(s_.rows, progress_, [&](std::int64_t from, std::int64_t to) {
      return advance(s_, u.data(), alpha, from * s_.columns, to * s_.columns);
    });
  }

  const Progress& progress_;
  StripSums sums_;
  Solver s_;
};

/// Which pixel of the grid of half the size a pixel belongs to.
std::size_t parentOf(const GridSystem& fine, std::int64_t row, std::int64_t column) {
  return static_cast<std::size_t>(row / 2 * ((fine.columns + 1) / 2) + column / 2);
}

/// The same ties for pixels of twice the side.
GridSystem halved(const GridSystem& fine) {
  GridSystem coarse{(fine.rows + 1) / 2, (fine.columns + 1) / 2, {}, {}, {}, {}};
  coarse.data.assign(static_cast<std::size_t>(coarse.rows * coarse.columns), 0);
  coarse.east = coarse.south = coarse.data;
  for (std::int64_t row = 0; row < fine.rows; ++row) {
    for (std::int64_t column = 0; column < fine.columns; ++column) {
      const auto from = static_cast<std::size_t>(row * fine.columns + column);
      const std::size_t to = parentOf(fine, row, column);
      coarse.data[to] += fine.data[from];
      // Two ties side by side, each half as strong as it is twice as long.
      const bool across = column % 2 == 1 && column + 1 < fine.columns;
      const bool down = row % 2 == 1 && row + 1 < fine.rows;
      if (across) coarse.east[to] += fine.east[from] / 2;
      if (down) coarse.south[to] += fine.south[from] / 2;
    }
  }
  return coarse;
}

int solveWith(const GridSystem& system, const Field& right, Field& u, const GridEnd& end,
              const Progress& progress) {
  progress.checkpoint();
  ConjugateGradients gradients(system, progress);
  if (std::min(system.rows, system.columns) > kSmallest) {
    // What is left is a problem of the same kind; its wide shapes are found on the coarser grid.
    const Field& residual = gradients.residualOf(right, u);
    const GridSystem coarse = halved(system);
    Field coarseRight(coarse.data.size(), 0.0F), error(coarse.data.size(), 0.0F);
    const auto eachPixel = [&](const auto& body) {
      for (std::int64_t row = 0; row < system.rows; ++row) {
        for (std::int64_t column = 0; column < system.columns; ++column) {
          body(static_cast<std::size_t>(row * system.columns + column),
               parentOf(system, row, column));
        }
      }
    };
    eachPixel([&](std::size_t i, std::size_t parent) { coarseRight[parent] += residual[i]; });
    solveWith(coarse, coarseRight, error, end, progress);
    eachPixel([&](std::size_t i, std::size_t parent) { u[i] += error[parent]; });
  }
  return gradients.run(right, u, end);
}

}  // namespace

int solveGrid(const GridSystem& system, Field& u, const GridEnd& end, const Progress& progress) {
  Field right = system.data;
  for (std::size_t i = 0; i < right.size(); ++i) right[i] *= system.target[i];
  return solveWith(system, right, u, end, progress);
}

}  // namespace fathom
