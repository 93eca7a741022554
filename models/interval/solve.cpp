#include "models/interval/solve.h"

#include <algorithm>
#include <cmath>

namespace fathom {
namespace {

constexpr double kGap = 0.25;  ///< relative jump of level at which neighbours part

/// min Σ weight (u_i − u_j)² + pull Σ (u − centre)² with least ≤ u ≤ greatest, u = ln depth.
struct Problem {
  Size size;
  std::vector<double> u, least, greatest, centre, pull;
  std::vector<char> free;
  std::vector<double> right, below;  ///< weights to the neighbours there; 0 at the border

  explicit Problem(Size of) : size(of) {
    const auto count = static_cast<std::size_t>(of.height * of.width);
    for (auto* values : {&u, &least, &greatest, &centre, &pull, &right, &below}) {
      values->assign(count, 0.0);
    }
    free.assign(count, 0);
  }
};

void placeCells(Problem& problem, const IntervalCells& cells, const Level0Field& field,
                double metresPerLevel, const IntervalConstants& constants) {
  for (std::size_t i = 0; i < cells.count(); ++i) {
    const double guess = 1 / field.inverse[i];
    double least = guess, greatest = guess, centre = guess;
    if (cells.state[i] == CellState::kInformative) {
      const bool sure = cells.least[i] == cells.greatest[i];
      least = std::max(cells.least[i], 1.0) * metresPerLevel;
      greatest = (cells.greatest[i] + 1) * metresPerLevel;
      centre = ((sure ? cells.level[i] : cells.received[i]) + 0.5) * metresPerLevel;
    } else if (cells.state[i] == CellState::kUnknown) {
      least = metresPerLevel * 1e-3;
      greatest = metresPerLevel * 1e9;
    }
    problem.free[i] = cells.state[i] == CellState::kNear ? 0 : 1;
    // An unknown cell has no opinion of its own.
    problem.pull[i] = cells.state[i] == CellState::kUnknown ? 1e-6 : constants.pull;
    problem.least[i] = std::log(least);
    problem.greatest[i] = std::log(greatest);
    problem.centre[i] = std::clamp(std::log(centre), problem.least[i], problem.greatest[i]);
  }
  problem.u = problem.centre;
}

/// How alike two cells are in colour and level.
double bond(const IntervalCells& cells, const LabPicture& lab, const CellAxis& rows,
            const CellAxis& columns, std::size_t one, std::size_t other,
            const IntervalConstants& constants) {
  const auto pixel = [&](std::size_t cell) {
    const auto width = static_cast<std::size_t>(cells.size.width);
    return static_cast<std::size_t>(rows.pixel[cell / width] * lab.size.width +
                                    columns.pixel[cell % width]);
  };
  const std::size_t p = pixel(one), q = pixel(other);
  const double l = lab.l[p] - lab.l[q], a = lab.a[p] - lab.a[q], b = lab.b[p] - lab.b[q];
  const double colour =
      std::exp(-(l * l + a * a + b * b) / (2 * constants.colour * constants.colour));
  const bool unknown =
      cells.state[one] == CellState::kUnknown || cells.state[other] == CellState::kUnknown;
  if (unknown) return colour + constants.bond;
  const double x = cells.level[one], y = cells.level[other];
  const double gap = std::max(std::abs(x - y) - 1, 0.0) / std::max(std::min(x, y), 0.5);
  return (colour + constants.bond) * std::exp(-(gap / kGap) * (gap / kGap));
}

void bindCells(Problem& problem, const IntervalCells& cells, const LabPicture& lab,
               const CellAxis& rows, const CellAxis& columns, const IntervalConstants& constants) {
  const Size size = cells.size;
  for (std::int64_t i = 0; i < size.height; ++i) {
    for (std::int64_t j = 0; j < size.width; ++j) {
      const std::size_t here = cells.at(i, j);
      const auto to = [&](std::int64_t row, std::int64_t column) {
        const std::size_t there = cells.at(row, column);
        // Between two fixed cells nobody asks.
        if (!problem.free[here] && !problem.free[there]) return 0.0;
        return bond(cells, lab, rows, columns, here, there, constants);
      };
      if (j + 1 < size.width) problem.right[here] = to(i, j + 1);
      if (i + 1 < size.height) problem.below[here] = to(i + 1, j);
    }
  }
}

void sweep(Problem& p, std::int64_t parity, double overRelaxation) {
  const std::int64_t width = p.size.width;
  for (std::int64_t i = 0; i < p.size.height; ++i) {
    for (std::int64_t j = (i + parity) & 1; j < width; j += 2) {
      const auto at = static_cast<std::size_t>(i * width + j);
      if (!p.free[at]) continue;
      double weights = p.pull[at], sum = p.pull[at] * p.centre[at];
      const auto add = [&](double weight, std::size_t from) {
        weights += weight;
        sum += weight * p.u[from];
      };
      if (j > 0) add(p.right[at - 1], at - 1);
      if (j + 1 < width) add(p.right[at], at + 1);
      if (i > 0) add(p.below[at - size_t(width)], at - size_t(width));
      if (i + 1 < p.size.height) add(p.below[at], at + size_t(width));
      const double next = p.u[at] + overRelaxation * (sum / weights - p.u[at]);
      p.u[at] = std::clamp(next, p.least[at], p.greatest[at]);
    }
  }
}

}  // namespace

std::vector<double> solveCells(const IntervalCells& cells, const Level0Field& field,
                               double metresPerLevel, const LabPicture& lab, const CellAxis& rows,
                               const CellAxis& columns, const IntervalConstants& constants,
                               const Progress& progress) {
  Problem problem(cells.size);
  placeCells(problem, cells, field, metresPerLevel, constants);
  bindCells(problem, cells, lab, rows, columns, constants);
  for (int i = 0; i < constants.sweeps; ++i) {
    progress.checkpoint();
    sweep(problem, 0, constants.overRelaxation);
    sweep(problem, 1, constants.overRelaxation);
  }
  for (double& u : problem.u) u = std::exp(u);
  return problem.u;
}

}  // namespace fathom
