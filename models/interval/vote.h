#pragma once

#include <vector>

#include "core/progress.h"
#include "models/interval/cells.h"
#include "models/interval/constants.h"
#include "models/interval/lab.h"

namespace fathom {

/// What a cell votes for, all in m.
struct Ballots {
  Size size;
  std::vector<float> depth, deviation, lower, upper;
};

/// Where the results of a vote go: H·W values each, m.
struct Ballot {
  float *depth, *deviation, *lower, *upper;
};

/// Every pixel takes the depth that the nearest 5×5 cells agree on: their weighted median by
/// distance and likeness of colour, then the weighted mean of what is near that. The deviation is
/// that of the mixture of all voters (depths beyond 80 m count as 80 m), the interval the union of
/// the intervals of all voters with some weight. The same bytes on any number of threads.
void vote(const Ballots& ballots, const LabPicture& lab, const CellAxis& rows,
          const CellAxis& columns, double factorY, double factorX,
          const IntervalConstants& constants, const Ballot& result, const Progress& progress);

}  // namespace fathom
