#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "app/evaluation/evaluation.h"
#include "app/methods/definition.h"
#include "core/provenance.h"
#include "core/upsampler.h"

namespace fathom::cli {

/// What is to be done, whether options said it or a run file.
struct Plan {
  UpsamplerRegistry registry;  ///< with the methods that files bring
  std::vector<MethodDefinition> definitions;
  std::vector<std::string> sources;
  std::optional<LowChoice> low;  ///< absent: the data's own maps where there are any
  Evaluation evaluation;         ///< all but the source and which maps
  std::string preset;
  std::vector<std::string> degradation;  ///< "KEY=VALUE" that differ from the preset's
  std::string runFile, runFileHash;      ///< empty where options said it all
};

/// Reads run file and method files, remembers --allow-code. Throws BadInput, FileError.
Plan makePlan(const Options& options);

/// Whether the verb scores what it makes.
bool scores(const Options& options);

/// All that is known of where the results come from.
Provenance provenanceOf(const Plan& plan);

/// What there is to say before a run of folders of predictions: one text per method whose folder
/// lacks a sample or holds something else.
std::vector<std::string> predictionRemarks(const Plan& plan, const SampleSource& source,
                                           const Progress& progress);

}  // namespace fathom::cli
