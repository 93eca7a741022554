#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/low_depth.h"
#include "core/progress.h"
#include "models/guided/space.h"

namespace fathom {

/// What a cell of level 0 counts as: all that it says is "nearer than one level".
enum class LevelZero {
  kHalf,      ///< half a level, as every other level
  kZero,      ///< 0 m, as a plain interpolation takes it
  kExcluded,  ///< half a level, but hardly believed: its neighbours decide
};
/// "half", "zero", "excluded".
LevelZero levelZeroFromText(std::string_view text);

/// How much an excluded cell is believed, beside 1 for the others.
inline constexpr float kExcludedConfidence = 0.01F;

/// The transmitted cells as a filter takes them.
struct Cells {
  at::Tensor values;      ///< h×w float32, in the filter's space; finite
  at::Tensor confidence;  ///< h×w float32, 0 (not finite) to 1
  /// The pixel row of each cell row and the pixel column of each cell column, where it was sampled;
  /// −1 where that lies outside the picture.
  std::vector<std::int64_t> rows, columns;
};

/// Cells that round to level 1 or more stand for the middle of their level: (level + ½) · metres
/// per level. @param low  on the CPU. Throws BadInput where no cell is finite.
Cells cellsOf(const LowDepth& low, Size size, LevelZero levelZero, FilterSpace space);

/// A map of the picture's size to start from, without holes.
struct DenseStart {
  at::Tensor values;      ///< H×W float32, in the filter's space; finite
  at::Tensor confidence;  ///< H×W float32, 0 to 1; 0 where the value is only filled in
};

/// The cells enlarged linearly from where they were sampled (never beyond their values, as a cubic
/// would be beside the sky).
DenseStart enlarge(const Cells& cells, const LowDepth& low, Size size, const Progress& progress);

/// The result of another method: believed where it is finite.
/// @param metres  H×W float32 on the CPU. Throws BadInput where nothing is finite.
DenseStart startFrom(const at::Tensor& metres, FilterSpace space);

/// The cells at their pixels alone, and the enlarged map's values without confidence between them.
DenseStart scattered(const Cells& cells, const DenseStart& enlarged);

/// Fills in what has no confidence from what has, near things first: a pyramid of weighted means.
void fillUnknown(at::Tensor& values, const at::Tensor& confidence);

}  // namespace fathom
