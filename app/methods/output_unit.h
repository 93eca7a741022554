#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/progress.h"
#include "core/upsampler.h"

namespace fathom {

/// What the numbers are that a method of a user's gives.
enum class OutputUnit { kMetres, kLevels, kRelativeDepth, kRelativeInverse };
/// "metres", "levels", "relative_depth", "relative_inverse". Throws BadInput.
OutputUnit outputUnitFromText(const std::string& text);

/// The inner map under which a relative result is kept that is a line of inverse depth (larger is
/// nearer); a chain hands it on. One that is a line of depth is kept as "relative_depth" and not
/// handed on: the next method would take it upside down, and gets the fitted metres anyway.
inline constexpr const char* kRelativeMap = "relative";

/// A prediction from what a method of a user's gave. Relative maps are fitted to the transmitted
/// map as models/alignment does by default, and kept as an inner map. Pixels that are not finite
/// are missing.
/// @param values  H×W floating point
/// Throws BadInput where the size is not the picture's or no value is finite; Cancelled.
Prediction predictionOf(const at::Tensor& values, OutputUnit unit, const UpsamplerInput& input,
                        const Progress& progress);

}  // namespace fathom
