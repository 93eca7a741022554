#pragma once

#include <cstdint>
#include <vector>

#include "core/progress.h"

namespace fathom {

/// Total generalised variation of second order with a diffusion tensor: the minimum over u and v of
///   alpha1·Σ|T(∇u − v)| + alpha0·Σ|∇v| + ½·Σ weight·(u − target)²
/// with forward differences that are 0 at the picture's end. All arrays have rows·columns entries.
struct TgvProblem {
  std::int64_t rows = 0, columns = 0;
  std::vector<float> weight, target;  ///< weights ≥ 0
  std::vector<float> xx, xy, yy;      ///< T, symmetric, of a norm of at most 1
  float alpha0 = 17, alpha1 = 1.2F;
};

/// T = exp(−beta·|∇I|^gamma)·n·nᵀ + m·mᵀ with n the direction of ∇I and m across it, from a
/// luminance in [0, 1]: into problem.xx, xy, yy.
void setTensor(TgvProblem& problem, const std::vector<float>& luminance, double beta, double gamma);

/// The two unknowns, v by its components to the right and down.
struct TgvSolution {
  std::vector<float> u, v1, v2;
};

/// First-order primal-dual iterations, v beginning at 0. The same bytes on any number of threads.
/// Throws Cancelled.
/// @param start  rows·columns: u at the beginning
TgvSolution solveTgv(const TgvProblem& problem, const std::vector<float>& start, int iterations,
                     const Progress& progress);

}  // namespace fathom
