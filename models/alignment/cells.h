#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/low_depth.h"
#include "core/progress.h"
#include "models/alignment/alignment.h"
#include "models/alignment/estimators.h"

namespace fathom {

/// What a cell says about depth.
enum class CellRole {
  kNone,   ///< nothing: not finite, or without a prediction
  kNear,   ///< level 0: nearer than one level
  kRange,  ///< informative and within range: takes part in the fit
  kFar,    ///< informative, and left out as too far
};

/// One transmitted cell beside the prediction. Bounds allow for noise.
struct AlignmentCell {
  CellRole role = CellRole::kNone;
  double x = 0;                    ///< the prediction there, in the fit's space; may be NaN
  double metres = 0;               ///< the cell's centre
  double least = 0, greatest = 0;  ///< m: between which its depth lies
};

/// Throws BadInput where cells of these factors do not cover a prediction of this size, the two are
/// on different devices or a tensor is not what align() takes.
void checkCovers(const at::Tensor& prediction, const LowDepth& low);

/// The prediction as depth or inverse depth, as the fit's space wants it: H×W float64.
at::Tensor inSpace(const at::Tensor& prediction, PredictionKind kind, AlignmentSpace space);

/// All cells, row by row. @param values  H×W float64, of inSpace()
std::vector<AlignmentCell> alignmentCells(const at::Tensor& values, const LowDepth& low,
                                          const Alignment& how);

/// The y of a fit for a depth.
double inSpace(double metres, AlignmentSpace space);

/// Pixels against the enlarged map, those whose bicubic taps are all informative.
Points pixelPoints(const at::Tensor& values, const LowDepth& low, const Alignment& how,
                   const Progress& progress);

}  // namespace fathom
