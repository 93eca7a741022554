#pragma once

#include <vector>

#include "models/interval/cells.h"
#include "models/interval/constants.h"
#include "models/interval/cues.h"

namespace fathom {

/// How much inverse depth a cell gains in this picture, 1/m.
struct FieldSteps {
  double down, across, up;
};

/// The guess for cells of level 0.
struct Level0Field {
  std::vector<double> gained;   ///< R, 1/m: least inverse depth gained on the way from level 1
  std::vector<double> inverse;  ///< ρ, 1/m: all cells; meaningful where level 0 or unknown
};

/// The cheapest way to every free cell, in two rounds of rows down and up.
/// @param gained  start values: sources, and something large at free cells
void relax(std::vector<double>& gained, const std::vector<char>& free, Size size,
           const FieldSteps& steps);

/// @param focal, factor  of each axis (rows, columns), for the steps' length in radians
/// @param metresPerLevel  S; 1/S is where the field starts
Level0Field level0Field(const IntervalCells& cells, const SceneCues& cues, double metresPerLevel,
                        double cellAngleY, double cellAngleX, const IntervalConstants& constants);

}  // namespace fathom
