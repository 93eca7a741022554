#pragma once

#include <stop_token>
#include <string>

#include "app/cli/console.h"
#include "app/cli/options.h"

// One function per verb; each returns the exit code. They throw BadInput (usage), other errors of
// core, Cancelled.
namespace fathom::cli {

int showInfo(bool json);
int showList(const Options& options);
/// degrade, upsample, evaluate and run.
int run(const Options& options, Console& console, const std::stop_token& stop);
/// predictions: a folder against sources.
int comparePredictions(const Options& options, Console& console, const std::stop_token& stop);
/// weights ACTION.
int runWeights(const Options& options, Console& console, const std::stop_token& stop);
/// forward: one bare network on raw tensors.
int runForward(const Options& options, Console& console, const std::stop_token& stop);
/// conformance: every network against its reference's numbers.
int runConformance(const Options& options, Console& console, const std::stop_token& stop);

}  // namespace fathom::cli
