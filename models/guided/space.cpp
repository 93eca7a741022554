#include "models/guided/space.h"

#include <ATen/ops/clamp.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/log.h>
#include <ATen/ops/reciprocal.h>

namespace fathom {

FilterSpace filterSpaceFromText(std::string_view text) {
  if (text == "metres") return FilterSpace::kMetres;
  return text == "log" ? FilterSpace::kLog : FilterSpace::kInverse;
}

at::Tensor toSpace(const at::Tensor& metres, FilterSpace space) {
  if (space == FilterSpace::kMetres) return metres;
  const at::Tensor within = metres.clamp(kNearestMetres, kFarthestMetres);
  return space == FilterSpace::kLog ? within.log() : within.reciprocal();
}

at::Tensor toMetres(const at::Tensor& values, FilterSpace space) {
  if (space == FilterSpace::kMetres) return values;
  if (space == FilterSpace::kLog) return values.exp();
  return values.clamp(1 / kFarthestMetres, 1 / kNearestMetres).reciprocal();
}

}  // namespace fathom
