#pragma once

#include <string>
#include <vector>

#include "app/pipeline/pipeline.h"
#include "core/degradation.h"
#include "core/protocol.h"

namespace fathom {

/// The experiment being edited: everything that undo brings back.
struct ExperimentState {
  LowChoice low = LowChoice::kReal;  ///< preferred; see lowFor
  Degradation degradation;
  std::vector<MethodChoice> methods;  ///< those that are shown, in order
  std::string protocol = "clip-20";

  bool operator==(const ExperimentState&) const = default;
};

/// The map that a sample is looked at with: the preferred one where the sample has it, else the
/// other. An empty window would only make the user press the one button that is left.
inline LowChoice lowFor(const ExperimentState& state, const SampleFacts& facts) {
  if (state.low == LowChoice::kReal && facts.hasLow) return LowChoice::kReal;
  return facts.hasTruth ? LowChoice::kSimulated : LowChoice::kReal;
}

}  // namespace fathom
