#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/methods/definition.h"
#include "app/pipeline/choices.h"
#include "core/degradation.h"
#include "core/upsampler.h"

namespace fathom {

/// One [[method]] of an experiment: a method that Fathom knows, or one that the file brings.
struct ExperimentMethod {
  MethodChoice choice;  ///< id and values that differ; of a definition: the id alone
  std::optional<MethodDefinition> definition;  ///< absent: the method is a known one
  bool run = true;                             ///< false: only a member of ensembles and chains
};

/// What a run file says: sources × degradation × methods × protocols. The window and the command
/// line run the same one.
struct Experiment {
  std::vector<std::string> sources;  ///< "scenes:0-4", or paths as written (see base)
  std::optional<LowChoice> low;      ///< absent: the data's own maps where there are any
  std::string preset = "challenge-measured";
  Values degradation;  ///< parameters that differ from the preset's; never the seed
  std::uint64_t seed = 1;
  std::vector<ExperimentMethod> methods;
  std::vector<std::string> protocols{"plain", "clip-20"};
  std::string device = "cpu";
  bool savePredictions = false;
  std::filesystem::path base;  ///< relative paths start here: the folder of the run file

  /// The definitions of its methods, in order.
  std::vector<MethodDefinition> definitions() const;
  /// The sources with their paths made to start in the current folder.
  std::vector<std::string> resolvedSources() const;
  /// The preset with its changes and the seed. Throws BadInput.
  Degradation resolvedDegradation() const;
  /// What runs, checked against the methods that are known by now (the definitions among them).
  /// Throws BadInput that names the method and what is known, and where nothing runs.
  std::vector<MethodChoice> resolvedMethods(const UpsamplerRegistry& registry) const;
};

/// Reads a run file's text.
/// @param file  for errors, which are BadInput "FILE:LINE: …"; its folder becomes the base
/// Throws BadInput: no TOML, unknown keys (with the nearest known one), wrong types, values out of
/// range, unknown presets and protocols, two methods of one id.
Experiment parseExperiment(std::string_view text, const std::string& file);
/// Throws FileError too.
Experiment readExperiment(const std::filesystem::path& file);

/// The text that parseExperiment reads back to the same experiment.
/// @param base  the folder of the file it goes to; relative paths are turned to start there
std::string printExperiment(const Experiment& experiment, const std::filesystem::path& base);
/// The old file or the complete new one. Throws FileError.
void writeExperiment(const Experiment& experiment, const std::filesystem::path& file);

/// Only the [[method]] tables of a file that bring a method: a file of methods, or a run file
/// whose other parts are of no interest. Throws like readExperiment, and BadInput where there is
/// none.
std::vector<MethodDefinition> readMethodFile(const std::filesystem::path& file);

}  // namespace fathom
