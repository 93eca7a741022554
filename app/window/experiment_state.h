#pragma once

#include <string>
#include <vector>

#include "app/pipeline/pipeline.h"
#include "core/degradation.h"
#include "core/protocol.h"

namespace fathom {

/// The experiment being edited: everything that undo brings back.
struct ExperimentState {
  LowChoice low = LowChoice::kSimulated;
  Degradation degradation;
  std::vector<MethodChoice> methods;  ///< those that are shown, in order
  std::string protocol = "clip-20";

  bool operator==(const ExperimentState&) const = default;
};

}  // namespace fathom
