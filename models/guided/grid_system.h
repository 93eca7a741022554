#pragma once

#include <cstdint>
#include <vector>

#include "core/progress.h"

namespace fathom {

/// Least squares on a grid of pixels: the minimum of
///   Σ data·(u − target)² + Σ east·(u − u to the right)² + Σ south·(u − u below)².
/// All arrays have rows·columns entries, ≥ 0; the last column of `east` and the last row of `south`
/// are ignored. At least one `data` is above 0.
struct GridSystem {
  std::int64_t rows = 0, columns = 0;
  std::vector<float> data, target, east, south;
};

/// When the iterations end.
struct GridEnd {
  int iterations = 100;
  double tolerance = 1e-5;  ///< of the residual's norm, relative to the right-hand side's
};

/// Conjugate gradients with the diagonal as preconditioner, begun on grids of half the size (and
/// half of that …) so that the wide shapes are there before the fine grid starts. The same bytes on
/// any number of threads. Throws Cancelled.
/// @param u  rows·columns: where to start, and the result
/// @return iterations done on the finest grid
int solveGrid(const GridSystem& system, std::vector<float>& u, const GridEnd& end,
              const Progress& progress);

}  // namespace fathom
