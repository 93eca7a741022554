#pragma once

#include <vector>

#include "core/progress.h"
#include "models/interval/cells.h"
#include "models/interval/lab.h"

namespace fathom {

/// What it costs neighbouring cells to differ by so many depths: `step` each, `jump` at most; both
/// fall to `edge` of themselves where colours differ by more than about `colour` ΔLab.
struct PathPenalties {
  float step, jump;
  double colour, edge;
};

/// Semi-global smoothing: for each cell and depth the least energy of all that lies on the eight
/// straight ways to the cell, its own counted once. Ways end at cells that take no part.
/// @param energy  a cell after another, `depths` each
/// @param free    cells that take part
std::vector<float> smoothAlongPaths(const std::vector<float>& energy, std::size_t depths,
                                    const std::vector<char>& free, Size size, const LabPicture& lab,
                                    const CellAxis& rows, const CellAxis& columns,
                                    const PathPenalties& penalties, const Progress& progress);

}  // namespace fathom
