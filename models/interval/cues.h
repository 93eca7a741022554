#pragma once

#include <vector>

#include "core/depth_map.h"
#include "core/progress.h"
#include "models/interval/cells.h"
#include "models/interval/constants.h"

namespace fathom {

/// Three planes of bytes, red, green and blue, each row by row.
struct PictureBytes {
  const unsigned char *red, *green, *blue;
  Size size;
};

/// What the picture says about the kind of scene, looked at where cells are of level 0.
struct SceneCues {
  double fine = -7;        ///< ln energy of the finest band of ln grey
  double slope = 0;        ///< of the bands' ln energies, one octave a step
  double far = 0;          ///< share of all cells that are informative
  double farAbove = 0;     ///< share of the cells in the first row that are
  double naturalness = 0;  ///< 0 built, 1 vegetation: rich in the finest texture
  double room = 0;         ///< 1: a built scene with hardly anything farther than one level
  double detail = 1;       ///< factor on the inverse depth of a built scene
};

/// @param focal  pixels; the picture is looked at as if from a focal length of 320 pixels
SceneCues sceneCues(const PictureBytes& picture, double focal, const IntervalCells& cells,
                    const CellAxis& rows, const CellAxis& columns,
                    const IntervalConstants& constants, const Progress& progress);

/// How far one sees on average, m: the mean of free ways of which this share is longer than S.
/// @param far  share of cells that are farther than S
double freePath(double far, double metresPerLevel);

/// Naturalness, room and detail of a scene from its energy, slope and shares.
void judge(SceneCues& cues, const IntervalConstants& constants);

}  // namespace fathom
