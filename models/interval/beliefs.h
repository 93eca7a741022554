#pragma once

#include <vector>

#include "models/interval/cells.h"
#include "models/interval/vote.h"

namespace fathom {

/// What is known of each cell besides its depth: a standard deviation and where it lies with 95 %.
Ballots beliefsOf(const IntervalCells& cells, const LevelNoise& noise,
                  const std::vector<double>& depth, double metresPerLevel);

}  // namespace fathom
