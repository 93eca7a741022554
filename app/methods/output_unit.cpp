#include "app/methods/output_unit.h"

#include <ATen/ops/isfinite.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/shape_text.h"
#include "models/alignment/alignment.h"

namespace fathom {

OutputUnit outputUnitFromText(const std::string& text) {
  constexpr std::array kNames{"metres", "levels", "relative_depth", "relative_inverse"};
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) throw BadInput(fmt::format("\"{}\" is no unit", text), "unit");
  return static_cast<OutputUnit>(found - kNames.begin());
}

Prediction predictionOf(const at::Tensor& values, OutputUnit unit, const UpsamplerInput& input,
                        const Progress& progress) {
  const std::int64_t height = input.rgb.size(1), width = input.rgb.size(2);
  if (values.dim() != 2 || values.size(0) != height || values.size(1) != width) {
    throw BadInput(fmt::format("the result is {} (height×width), but the picture is {}×{}",
                               shapeText(values.sizes().vec()), height, width),
                   input.sampleId, "Give one value for each pixel of the picture");
  }
  const at::Tensor metres = values.to(input.rgb.device(), at::kFloat).contiguous();
  if (!at::isfinite(metres).any().item<bool>()) {
    throw BadInput("the result has no finite value at all", input.sampleId);
  }
  Prediction made;
  if (unit == OutputUnit::kMetres) {
    made.depth = makePrediction(metres);
  } else if (unit == OutputUnit::kLevels) {
    made.depth = makePrediction(metres.mul(input.low.metresPerLevel));
  } else {
    const auto kind =
        unit == OutputUnit::kRelativeDepth ? PredictionKind::kDepth : PredictionKind::kInverseDepth;
    Aligned aligned = align(metres, kind, input.low, {}, progress);
    made.depth = makePrediction(std::move(aligned.metres));
    made.stamp = std::move(aligned.stamp);
    made.innerMaps.push_back(unit == OutputUnit::kRelativeInverse
                                 ? relativeMap(metres)
                                 : InnerMap{"relative_depth", "Relative result", "", metres});
  }
  return made;
}

}  // namespace fathom
