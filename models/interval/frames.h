#pragma once

#include <string>
#include <vector>

#include "core/upsampler.h"
#include "models/interval/cells.h"
#include "models/interval/frames_constants.h"
#include "models/interval/lab.h"

namespace fathom {

/// What is known of each cell of level 0 after other frames were looked at; m.
struct FramesBelief {
  std::vector<double> depth, deviation, lower, upper;  ///< empty where no frame was of use
  std::vector<char> seen;                              ///< cells that a neighbour of use sees
  std::vector<double> trust;                           ///< of each neighbour, 0 to 1
  bool used() const { return !depth.empty(); }
};

/// What the single picture says.
struct FramesPrior {
  const std::vector<double>& depth;   ///< m, a cell
  const std::vector<double>& spread;  ///< ln of depth, a cell
  double doubt;                       ///< 1 in a room, of which it knows the middle only
};

/// @param camera  of the reference
FramesBelief lookAround(const UpsamplerInput& input, const Intrinsics& camera,
                        const IntervalCells& cells, const CellAxis& rows, const CellAxis& columns,
                        const LabPicture& lab, const FramesPrior& prior,
                        const FramesConstants& constants, const Progress& progress);

}  // namespace fathom
