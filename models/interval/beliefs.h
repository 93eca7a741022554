#pragma once

#include <vector>

#include "models/interval/cells.h"
#include "models/interval/constants.h"
#include "models/interval/vote.h"

namespace fathom {

/// What is known of each cell besides its depth: a standard deviation and where it lies with 95 %.
/// The field is sure where it starts, at one level, and wrong in proportion to what it gained.
/// @param doubt  0 in a street or a meadow, 1 in a room, where the field knows the middle only
Ballots beliefsOf(const IntervalCells& cells, const LevelNoise& noise,
                  const std::vector<double>& depth, double metresPerLevel, double doubt,
                  const IntervalConstants& constants);

}  // namespace fathom
