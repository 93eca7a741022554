#pragma once

#include <vector>

#include "core/progress.h"
#include "models/interval/cells.h"
#include "models/interval/constants.h"
#include "models/interval/field.h"
#include "models/interval/lab.h"

namespace fathom {

/// Depth of every cell, m: informative ones smoothed inside their intervals among neighbours of
/// like colour and level, cells of level 0 as the field says, unknown ones after their neighbours.
/// @param lab  of the picture; it is read at the pixels at which cells were sampled
std::vector<double> solveCells(const IntervalCells& cells, const Level0Field& field,
                               double metresPerLevel, const LabPicture& lab, const CellAxis& rows,
                               const CellAxis& columns, const IntervalConstants& constants,
                               const Progress& progress);

}  // namespace fathom
