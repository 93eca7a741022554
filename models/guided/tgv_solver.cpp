#include "models/guided/tgv_solver.h"

#include <algorithm>
#include <cmath>

#include "core/host_device.h"
#include "models/guided/guide.h"

namespace fathom {
namespace {

using Field = std::vector<float>;

/// The operator's squared norm is at most 12, so these two steps' product may be 1/12. Depth within
/// [0, 1] changes by far less than alpha1 from pixel to pixel: the dual takes the longer steps.
constexpr float kBalance = 8;
const float kDualStep = kBalance / std::sqrt(12.0F);
const float kPrimalStep = 1 / (kBalance * std::sqrt(12.0F));

/// Everything that iterates. `ahead` are the extrapolated primal variables, `force` is T·p.
struct State {
  Field u, v1, v2, ahead, ahead1, ahead2;
  Field p1, p2, q1, q2, q3, q4, force1, force2;

  explicit State(const Field& start) : u(start), ahead(start) {
    for (Field* field :
         {&v1, &v2, &ahead1, &ahead2, &p1, &p2, &q1, &q2, &q3, &q4, &force1, &force2}) {
      field->assign(start.size(), 0.0F);
    }
  }
};

/// How much a vector of this squared length must shrink to be within `bound`.
inline float shrink(float squared, float bound) {
  return 1 / std::max(1.0F, std::sqrt(squared) / bound);
}

/// One row of the dual's step: offsets to neighbours are 0 at the picture's end.
FATHOM_CLONES void dualRow(const TgvProblem& problem, State& s, std::int64_t row) {
  const std::int64_t columns = problem.columns, base = row * columns;
  const std::int64_t below = row + 1 < problem.rows ? columns : 0;
  const float *u = s.ahead.data() + base, *v1 = s.ahead1.data() + base,
              *v2 = s.ahead2.data() + base;
  const float *xx = problem.xx.data() + base, *xy = problem.xy.data() + base,
              *yy = problem.yy.data() + base;
  float *p1 = s.p1.data() + base, *p2 = s.p2.data() + base, *q1 = s.q1.data() + base,
        *q2 = s.q2.data() + base, *q3 = s.q3.data() + base, *q4 = s.q4.data() + base;
  float *force1 = s.force1.data() + base, *force2 = s.force2.data() + base;
  const float step = kDualStep, alpha0 = problem.alpha0, alpha1 = problem.alpha1;
  const auto pixel = [&](std::int64_t i, std::int64_t right) {
    const float gx = u[i + right] - u[i] - v1[i], gy = u[i + below] - u[i] - v2[i];
    const float a = p1[i] + step * (xx[i] * gx + xy[i] * gy);
    const float b = p2[i] + step * (xy[i] * gx + yy[i] * gy);
    const float less = shrink(a * a + b * b, alpha1);
    p1[i] = a * less;
    p2[i] = b * less;
    force1[i] = xx[i] * p1[i] + xy[i] * p2[i];
    force2[i] = xy[i] * p1[i] + yy[i] * p2[i];
    const float c = q1[i] + step * (v1[i + right] - v1[i]);
    const float d = q2[i] + step * (v1[i + below] - v1[i]);
    const float e = q3[i] + step * (v2[i + right] - v2[i]);
    const float f = q4[i] + step * (v2[i + below] - v2[i]);
    const float shorter = shrink(c * c + d * d + e * e + f * f, alpha0);
    q1[i] = c * shorter;
    q2[i] = d * shorter;
    q3[i] = e * shorter;
    q4[i] = f * shorter;
  };
#pragma GCC ivdep
  for (std::int64_t i = 0; i < columns - 1; ++i) pixel(i, 1);
  pixel(columns - 1, 0);
}

FATHOM_CLONES void primalRow(const TgvProblem& problem, State& s, std::int64_t row) {
  const std::int64_t columns = problem.columns, base = row * columns;
  // The divergence at the picture's first row has nothing above, at its last nothing of its own.
  const std::int64_t above = row > 0 ? columns : 0;
  const float up = row > 0 ? 1.0F : 0.0F, own = row + 1 < problem.rows ? 1.0F : 0.0F;
  const float *weight = problem.weight.data() + base, *target = problem.target.data() + base;
  const float *force1 = s.force1.data() + base, *force2 = s.force2.data() + base;
  const float *q1 = s.q1.data() + base, *q2 = s.q2.data() + base, *q3 = s.q3.data() + base,
              *q4 = s.q4.data() + base;
  float *u = s.u.data() + base, *v1 = s.v1.data() + base, *v2 = s.v2.data() + base;
  float *ahead = s.ahead.data() + base, *ahead1 = s.ahead1.data() + base,
        *ahead2 = s.ahead2.data() + base;
  const float step = kPrimalStep;
  const auto pixel = [&](std::int64_t i, std::int64_t left, float before, float here) {
    const float divergence =
        here * force1[i] - before * force1[i - left] + own * force2[i] - up * force2[i - above];
    const float divergence1 =
        here * q1[i] - before * q1[i - left] + own * q2[i] - up * q2[i - above];
    const float divergence2 =
        here * q3[i] - before * q3[i - left] + own * q4[i] - up * q4[i - above];
    const float pull = step * weight[i];
    const float next = (u[i] + step * divergence + pull * target[i]) / (1 + pull);
    const float next1 = v1[i] + step * (force1[i] + divergence1);
    const float next2 = v2[i] + step * (force2[i] + divergence2);
    ahead[i] = 2 * next - u[i];
    ahead1[i] = 2 * next1 - v1[i];
    ahead2[i] = 2 * next2 - v2[i];
    u[i] = next;
    v1[i] = next1;
    v2[i] = next2;
  };
  pixel(0, 0, 0, columns > 1 ? 1.0F : 0.0F);
#pragma GCC ivdep
  for (std::int64_t i = 1; i < columns - 1; ++i) pixel(i, 1, 1, 1);
  if (columns > 1) pixel(columns - 1, 1, 1, 0);
}

}  // namespace

void setTensor(TgvProblem& problem, const Field& luminance, double beta, double gamma) {
  const std::int64_t rows = problem.rows, columns = problem.columns;
  problem.xx.assign(luminance.size(), 1.0F);
  problem.yy = problem.xx;
  problem.xy.assign(luminance.size(), 0.0F);
  const auto light = [&](std::int64_t row, std::int64_t column) {
    const std::int64_t r = std::clamp<std::int64_t>(row, 0, rows - 1);
    return luminance[static_cast<std::size_t>(r * columns +
                                              std::clamp<std::int64_t>(column, 0, columns - 1))];
  };
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; ++column) {
      // Where u's own forward differences are, so that the tensor meets the step it is about.
      const float dx = light(row, column + 1) - light(row, column);
      const float dy = light(row + 1, column) - light(row, column);
      const float length = std::sqrt(dx * dx + dy * dy);
      if (length < 1e-6F) continue;
      const float x = dx / length, y = dy / length;
      const auto across = static_cast<float>(std::exp(-beta * std::pow(double(length), gamma)));
      const auto i = static_cast<std::size_t>(row * columns + column);
      problem.xx[i] = across * x * x + y * y;
      problem.xy[i] = (across - 1) * x * y;
      problem.yy[i] = across * y * y + x * x;
    }
  }
}

TgvSolution solveTgv(const TgvProblem& problem, const Field& start, int iterations,
                     const Progress& progress) {
  State state(start);
  for (int i = 0; i < iterations; ++i) {
    progress.at(double(i) / iterations, "iterating");
    forRows(problem.rows, problem.columns, progress, [&](std::int64_t from, std::int64_t to) {
      for (std::int64_t row = from; row < to; ++row) dualRow(problem, state, row);
    });
    forRows(problem.rows, problem.columns, progress, [&](std::int64_t from, std::int64_t to) {
      for (std::int64_t row = from; row < to; ++row) primalRow(problem, state, row);
    });
  }
  return {std::move(state.u), std::move(state.v1), std::move(state.v2)};
}

}  // namespace fathom
