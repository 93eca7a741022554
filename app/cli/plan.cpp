#include "app/cli/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "app/built_in_methods.h"
#include "app/experiment/run_file.h"
#include "app/methods/own_methods.h"
#include "app/methods/prediction_report.h"
#include "core/device.h"
#include "core/error.h"
#include "core/log.h"
#include "core/sha256.h"

namespace fathom::cli {
namespace {

/// Somebody at a terminal can be asked; nobody else.
bool askAtTerminal(const std::filesystem::path& file, const std::string& sha256) {
  if (!::isatty(STDIN_FILENO) || !::isatty(STDERR_FILENO)) return false;
  std::cerr << file.string() << " is a TorchScript file, which is a program.\nSHA-256 " << sha256
            << "\nMay it run, now and from now on? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::shared_ptr<Consent> consentOf(const Options& options) {
  auto consent = std::make_shared<Consent>(Consent::usualStore(), askAtTerminal);
  for (const std::string& each : options.run.allowedCode) {
    const AllowedCode code = allowedCodeFromText(each);
    consent->allow(code.sha256, code.name);
    log().info("allowed to run from now on: {} ({})", code.name, code.sha256);
  }
  return consent;
}

void addDefinitions(Plan& plan, const Options& options, std::vector<MethodDefinition> definitions) {
  plan.definitions = std::move(definitions);
  addOwnMethods(plan.registry, plan.definitions, consentOf(options));
}

void planFromFile(Plan& plan, const Options& options) {
  const RunOptions& given = options.run;
  const Experiment experiment = readExperiment(given.runFile);
  addDefinitions(plan, options, experiment.definitions());
  plan.sources = experiment.resolvedSources();
  if (plan.sources.empty()) {
    throw BadInput("names no sources", given.runFile, "Add sources = [\"scenes:0-4\"]");
  }
  plan.low = experiment.low;
  plan.preset = experiment.preset;
  for (const auto& [name, value] : experiment.degradation) {
    plan.degradation.push_back(name + "=" + printValue(value));
  }
  plan.evaluation.methods = experiment.resolvedMethods(plan.registry);
  plan.evaluation.protocols = chooseProtocols(experiment.protocols);
  plan.evaluation.degradation = experiment.resolvedDegradation();
  plan.evaluation.device =
      deviceFromText(given.runDevice.empty() ? experiment.device : given.runDevice);
  plan.evaluation.keepPredictions = experiment.savePredictions || given.savePredictions;
  plan.runFile = given.runFile;
  plan.runFileHash = sha256OfFile(given.runFile);
}

void planFromOptions(Plan& plan, const Options& options) {
  const RunOptions& given = options.run;
  std::vector<MethodDefinition> definitions;
  for (const std::string& file : given.methodFiles) {
    std::ranges::move(readMethodFile(file), std::back_inserter(definitions));
  }
  addDefinitions(plan, options, std::move(definitions));
  plan.sources = given.sources;
  if (options.verb == Verb::kDegrade || given.low == "simulated") {
    plan.low = LowChoice::kSimulated;
  } else if (given.low == "real") {
    plan.low = LowChoice::kReal;
  }
  plan.preset = given.preset;
  plan.degradation = given.degradation;
  Evaluation& evaluation = plan.evaluation;
  evaluation.degradation = chooseDegradation(given.preset, given.degradation, given.seed);
  if (options.verb != Verb::kDegrade) {
    evaluation.methods = chooseMethods(plan.registry, given.methods, given.settings);
  }
  if (options.verb == Verb::kEvaluate) evaluation.protocols = chooseProtocols(given.protocols);
  evaluation.device = deviceFromText(given.device);
  evaluation.keepPredictions = options.verb == Verb::kUpsample || given.savePredictions;
}

}  // namespace

Plan makePlan(const Options& options) {
  Plan plan;
  plan.registry = builtInMethods();
  if (options.verb == Verb::kRun) {
    planFromFile(plan, options);
  } else {
    planFromOptions(plan, options);
  }
  return plan;
}

bool scores(const Options& options) {
  return options.verb == Verb::kEvaluate || options.verb == Verb::kRun;
}

Provenance provenanceOf(const Plan& plan) {
  const Evaluation& evaluation = plan.evaluation;
  Provenance made = makeProvenance(describeDevice(evaluation.device), evaluation.degradation.seed);
  const bool real = evaluation.low == LowChoice::kReal;
  const auto joined = [](const std::vector<std::string>& all) {
    return fmt::format("{}", fmt::join(all, ", "));
  };
  std::vector<std::string> methods;
  for (const MethodChoice& method : evaluation.methods) methods.push_back(describe(method));
  if (!plan.runFile.empty()) {
    made.more.emplace_back(
        "run_file", fmt::format("{} (SHA-256 {})", plan.runFile, plan.runFileHash.substr(0, 16)));
  }
  made.more.emplace_back("source", joined(plan.sources));
  made.more.emplace_back("low", real ? "real" : "simulated");
  if (!real) {
    made.more.emplace_back("preset", plan.preset);
    if (!plan.degradation.empty()) {
      made.more.emplace_back("degradation", joined(plan.degradation));
    }
  }
  made.more.emplace_back("methods", joined(methods));
  return made;
}

std::vector<std::string> predictionRemarks(const Plan& plan, const SampleSource& source,
                                           const Progress& progress) {
  std::vector<std::string> remarks;
  for (const MethodDefinition& definition : plan.definitions) {
    if (definition.kind != MethodKind::kPredictions) continue;
    try {
      const PredictionFolder folder(definition.path("folder"),
                                    text(definition.parameters, "pattern"));
      const PredictionReport report = comparePredictions(
          folder, source, text(definition.parameters, "dataset"), false, progress);
      if (report.complete() && report.extra.empty()) continue;
      remarks.push_back(definition.id + ": " + describe(report));
    } catch (const FileError& error) {
      remarks.push_back(definition.id + ": " + describe(error));
    }
  }
  return remarks;
}

}  // namespace fathom::cli
