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

/// A prediction from what a method of a user's gave. Relative maps are fitted to the transmitted
/// map as models/alignment does by default, and kept as an inner map: a line of inverse depth as
/// relativeMap(), which a chain hands on; a line of depth as "relative_depth", which it does not:
/// the next method would take it upside down, and gets the fitted metres anyway. Pixels that are
/// not finite are missing.
/// @param values  H×W floating point
/// Throws BadInput where the size is not the picture's or no value is finite; Cancelled.
Prediction predictionOf(const at::Tensor& values, OutputUnit unit, const UpsamplerInput& input,
                        const Progress& progress);

}  // namespace fathom
