#include "core/low_depth.h"

#include <cmath>

#include "core/error.h"

namespace fathom {

void check(const LowDepth& low) {
  if (!low.levels.defined() || low.levels.dim() != 2 || low.levels.scalar_type() != at::kFloat ||
      low.levels.numel() == 0) {
    throw BadInput("a transmitted map is a two-dimensional float32 tensor with at least one cell");
  }
  const auto positive = [](double value) { return std::isfinite(value) && value > 0; };
  if (!positive(low.metresPerLevel) || !positive(low.factorX) || !positive(low.factorY)) {
    throw BadInput("metres per level and factors of a transmitted map must be above 0");
  }
  if (!std::isfinite(low.phaseX) || !std::isfinite(low.phaseY)) {
    throw BadInput("the sampling phase of a transmitted map must be a finite number");
  }
}

}  // namespace fathom
