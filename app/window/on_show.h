#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/experiment/run_file.h"
#include "app/window/experiment_state.h"

namespace fathom {

/// What the window shows, as far as a run file can say it.
struct OnShow {
  std::vector<std::string> sources;  ///< absolute paths and "scenes:0-4"
  ExperimentState state;
  std::vector<MethodDefinition> own;  ///< the methods of the user's that a file may have to bring
};

/// The run file that gives the numbers of the window: the methods on show with the values that
/// differ, the definitions of those in `own` among them, and their members with run = false.
/// @param before  the file that the window came from: its device, further protocols, definitions
///                that are not shown and the wording of its paths are kept; without one noFile()
/// @param base    the folder of the file to write: sources below it are written relative to it
Experiment experimentOf(const OnShow& shown, const UpsamplerRegistry& registry,
                        const Experiment& before, const std::filesystem::path& base);

/// What experimentOf starts from where the window came from no file.
Experiment noFile();

/// What the window is to show of an experiment; the first of its protocols that the window lists,
/// else the one of `now`.
/// @param registry  knows the experiment's own methods already
/// Throws BadInput where nothing runs, and on unknown methods and values.
ExperimentState stateOf(const Experiment& experiment, const UpsamplerRegistry& registry,
                        const ExperimentState& now);

/// All values of a method's settings: those given as far as they fit, and the initial ones.
Values fittedValues(const UpsamplerInfo& info, const Values& values);

/// Whether two definitions say the same, wherever their files lie.
bool sameDefinition(const MethodDefinition& one, const MethodDefinition& other);

}  // namespace fathom
