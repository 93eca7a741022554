#pragma once

#include "core/upsampler.h"
#include "models/interval/beliefs.h"
#include "models/interval/constants.h"
#include "models/interval/cues.h"
#include "models/interval/field.h"
#include "models/interval/frames.h"
#include "models/interval/guide.h"
#include "models/interval/noise.h"

namespace fathom {

/// Everything that the method finds out before pixels vote.
struct IntervalAnalysis {
  LevelNoise noise;
  IntervalCells cells;
  CellAxis rows, columns;
  SceneCues cues;
  Level0Field field;
  FramesBelief frames;        ///< of the neighbouring frames, where they were of use
  GuideFit guide;             ///< of the relative or initial map, where there is one
  std::vector<double> depth;  ///< m, a cell
  LabPicture lab;
};

/// @param input  on the CPU. Throws BadInput, Cancelled.
IntervalAnalysis analyse(const UpsamplerInput& input, const IntervalConstants& constants,
                         const Progress& progress);

/// Depth, uncertainty, 95 % interval and inner maps. A relative map (larger is nearer, up to a
/// line) or an initial one gives its shape to what is nearer than one level, where it agrees with
/// the cells; the relative one comes first. Works on the CPU wherever the input is, and gives its
/// result there. Throws BadInput, Cancelled.
Prediction intervalUpsample(const UpsamplerInput& input, const IntervalConstants& constants,
                            const Progress& progress);

}  // namespace fathom
