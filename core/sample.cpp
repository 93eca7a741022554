#include "core/sample.h"

#include <fmt/format.h>

#include "core/error.h"

namespace fathom {

void check(const Sample& sample) {
  const at::Tensor& rgb = sample.rgb;
  if (!rgb.defined() || rgb.dim() != 3 || rgb.size(0) != 3 || rgb.scalar_type() != at::kByte) {
    throw BadInput("the colour image must be 3×H×W uint8", sample.id);
  }
  if (rgb.numel() == 0) throw BadInput("the colour image has no pixel", sample.id);
  if (sample.truth && sample.truth->size() != sample.size()) {
    const Size truth = sample.truth->size(), seen = sample.size();
    throw BadInput(fmt::format("the colour image is {}×{} but the true depth is {}×{}", seen.width,
                               seen.height, truth.width, truth.height),
                   sample.id, "The two must be of one view and one size; check the pairing");
  }
  if (sample.low) check(*sample.low);
}

}  // namespace fathom
