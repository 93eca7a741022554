#pragma once

#include <vector>

#include "models/interval/cells.h"
#include "models/interval/constants.h"
#include "models/interval/field.h"

namespace fathom {

/// How the map of another method is brought into the level-0 cells: ρ = scale·nearness + shift.
struct GuideFit {
  double scale = 0, shift = 0;
  double trust = 0;  ///< 0: of no use here, the field stays; 1: its shape replaces the field's

  double inverse(double nearness) const { return scale * nearness + shift; }
};

/// Fits a map of nearness (larger is nearer, up to a line) to what the cells say: informative ones
/// give a range, level 0 gives "nearer than one level", and the range of the field, not
/// its pattern, says about how near. Robust to maps that are wrong in places; a map that does not
/// tell near from far cells apart, or only upside down, gets no trust.
/// @param nearness  a cell each; NaN where there is none
/// @param metric    nearness is 1/depth in metres, and its scale counts as evidence as well
/// @param spread    how wrong the field may be, ln of depth
/// @param room      1 in a room, of which the field knows the middle only
GuideFit fitGuide(const std::vector<double>& nearness, bool metric, const IntervalCells& cells,
                  const Level0Field& field, double metresPerLevel, double spread, double room);

/// The field with the guide's shape, by its trust.
void applyGuide(const GuideFit& guide, const std::vector<double>& nearness,
                const IntervalCells& cells, double metresPerLevel, Level0Field& field);

/// One of the two, by equal ratios, and never farther than one level.
double guidedInverse(const GuideFit& guide, double nearness, double inverse, double metresPerLevel);

}  // namespace fathom
