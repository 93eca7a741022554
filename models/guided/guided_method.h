#pragma once

#include <functional>
#include <optional>

#include "core/upsampler.h"
#include "models/guided/start.h"

namespace fathom {

/// What a guided filter works on, all of it on the CPU and contiguous.
struct GuidedJob {
  at::Tensor rgb;  ///< 3×H×W uint8
  LowDepth low;
  std::optional<Cells> cells;  ///< absent where it refines the result of another method
  DenseStart start;            ///< the cells enlarged, or that result

  Size size() const { return {rgb.size(1), rgb.size(2)}; }
};

/// Gives H×W float32 in the filter's space; everything finite. Throws Cancelled.
using GuidedSolve =
    std::function<at::Tensor(const GuidedJob& job, const Values& values, const Progress& progress)>;

/// The values as a data term: the cells at their own pixels where `data` is "samples" and there are
/// cells, else the start with its confidence.
DenseStart dataOf(const GuidedJob& job, const Values& values);
/// The setting "data" that dataOf() reads.
Setting dataSetting(const char* initial);

/// Adds a method: group, shared settings (`space`, `level_zero`) and what surrounds every guided
/// filter (checks, start, spaces, inner maps) are put around `solve`.
void addGuided(UpsamplerRegistry& registry, UpsamplerInfo info, const char* space,
               GuidedSolve solve);

}  // namespace fathom
