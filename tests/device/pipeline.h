#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "core/depth_map.h"
#include "core/metrics.h"
#include "core/protocol.h"

namespace fathom::test {

/// What every tensor function of core and models makes of one truth: tensors by name, all on the
/// truth's device, and scores.
struct PipelineResult {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  std::vector<std::pair<std::string, double>> numbers;
};

/// @param metres  H×W float32, where everything is to run
PipelineResult runPipeline(const at::Tensor& metres);

}  // namespace fathom::test
