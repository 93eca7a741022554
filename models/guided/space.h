#pragma once

#include <ATen/core/Tensor.h>

#include <string_view>

namespace fathom {

/// In what a filter averages depth. Depth reaches from a hand's breadth to the sky at 65504 m: an
/// average of metres is the sky wherever a little of it comes in, one of inverse depth is not.
enum class FilterSpace { kMetres, kLog, kInverse };

/// "metres", "log", "inverse".
FilterSpace filterSpaceFromText(std::string_view text);

/// What is nearer counts as this in the spaces that have no place for 0, and what is farther as
/// the second; metres stay as they are.
inline constexpr float kNearestMetres = 0.1F, kFarthestMetres = 1e6F;

/// H×W float32 metres (finite) as the space has them, and back.
at::Tensor toSpace(const at::Tensor& metres, FilterSpace space);
at::Tensor toMetres(const at::Tensor& values, FilterSpace space);

}  // namespace fathom
