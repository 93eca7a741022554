#include <fmt/format.h>

#include <algorithm>

#include "app/cli/plan.h"
#include "app/cli/score_summary.h"
#include "app/cli/verbs.h"
#include "app/evaluation/evaluation.h"
#include "app/evaluation/results_folder.h"
#include "app/methods/prediction_report.h"
#include "app/pipeline/subject.h"
#include "app/sources.h"
#include "core/error.h"
#include "core/log.h"

namespace fathom::cli {
namespace {

bool hasAnyLow(const SampleSource& source) {
  for (std::size_t index = 0; index < source.size(); ++index) {
    if (source.facts(index).hasLow) return true;
  }
  return false;
}

LowChoice lowChoiceOf(const Plan& plan, const SampleSource& source) {
  if (plan.low) return *plan.low;
  const bool real = hasAnyLow(source);
  log().info(real ? "transmitted maps: those of the data (--low real)"
                  : "transmitted maps: simulated, the data has none (--low simulated)");
  return real ? LowChoice::kReal : LowChoice::kSimulated;
}

std::string count(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

/// One line for each reason, with the samples that were left out for it.
void noteSkipped(const std::vector<SampleNote>& skipped) {
  std::vector<std::string> reasons;
  for (const SampleNote& note : skipped) {
    if (std::ranges::find(reasons, note.reason) == reasons.end()) reasons.push_back(note.reason);
  }
  for (const std::string& reason : reasons) {
    std::vector<std::string> ids;
    for (const SampleNote& note : skipped) {
      if (note.reason == reason) ids.push_back(note.sample);
    }
    log().info("skipped ({}): {}", reason, some(ids));
  }
}

/// What -v tells of a sample.
void tell(const SampleResult& result) {
  std::string text = result.id;
  if (const auto& sigmas = result.low.sigmas) {
    text += fmt::format(": sigma_r {:.5f}, sigma_a {:.5f}", sigmas->relative, sigmas->additive);
  }
  for (const MethodResult& method : result.methods) {
    text += fmt::format(", {} {:.1f} ms", method.method, method.milliseconds);
  }
  log().debug("{}", text);
}

/// What is known at the end of a run.
struct Outcome {
  std::vector<ScoreRow> rows;
  EvaluationReport report;
  std::vector<std::string> sourceProblems;
};

Outcome compute(const Plan& plan, const Options& options, ResultsFolder& folder,
                const Progress& progress) {
  const SampleFiles files{options.verb != Verb::kUpsample, plan.evaluation.keepPredictions};
  Outcome outcome;
  outcome.report = evaluate(
      plan.evaluation, plan.registry,
      [&](const SampleResult& result) {
        folder.write(result, files);
        tell(result);
        outcome.rows.insert(outcome.rows.end(), result.rows.begin(), result.rows.end());
      },
      progress);
  return outcome;
}

/// The tables, as files and on standard output. A problem is kept in the report.
void publish(Outcome& outcome, const Options& options, const Plan& plan, ResultsFolder& folder) {
  if (!scores(options) || outcome.report.finished.empty()) return;
  const Provenance provenance = provenanceOf(plan);
  try {
    folder.write(outcome.rows, outcome.report, provenance);
    printData(options.json ? evaluationJson(outcome.rows, outcome.report, provenance)
                           : scoreSummary(outcome.rows));
  } catch (const FileError& error) {
    if (outcome.report.outputProblem.empty()) outcome.report.outputProblem = describe(error);
  }
}

void say(const Outcome& outcome, const Options& options) {
  const EvaluationReport& report = outcome.report;
  noteSkipped(report.skipped);
  if (!report.withoutTruth.empty() && scores(options)) {
    log().info("without truth, so not scored: {}", some(report.withoutTruth));
    if (outcome.rows.empty()) log().warn("no sample has truth: the tables are empty");
  }
  for (const std::string& problem : outcome.sourceProblems) log().error("not read: {}", problem);
  for (const SampleNote& note : report.failed) {
    log().error("{}{}{} failed: {}", note.sample, note.method.empty() ? "" : ", ", note.method,
                withoutSubject(note.reason, note.sample));
  }
  if (!report.outputProblem.empty()) log().error("{}", report.outputProblem);
  const std::string done =
      fmt::format("{} of {}", report.finished.size(), count(report.usable, "sample"));
  if (report.cancelled) {
    log().warn("cancelled: {} done, in {}", done, options.run.out);
  } else {
    log().info("{} done, in {}", done, options.run.out);
  }
}

int exitOf(const Outcome& outcome) {
  const EvaluationReport& report = outcome.report;
  if (report.cancelled) return kCancelled;
  if (!report.outputProblem.empty()) return kSomeFailed;
  if (report.finished.empty() && report.unreadable == report.failed.size()) return kNothingReadable;
  return report.failed.empty() && outcome.sourceProblems.empty() ? kDone : kSomeFailed;
}

/// True where the run has something to do; else says why not.
bool anythingUsable(const SampleSource& source, LowChoice low) {
  EvaluationReport report;
  if (!usableSamples(source, low, report).empty()) return true;
  noteSkipped(report.skipped);
  const bool real = low == LowChoice::kReal;
  log().error("none of the {} can be used: {}", count(source.size(), "sample"),
              source.size() == 0 ? "the source is empty"
              : real             ? "none has a transmitted map of its own; try --low simulated"
                     : "none has a truth to simulate a transmitted map from; try --low real");
  return false;
}

}  // namespace

int run(const Options& options, Console& console, const std::stop_token& stop) {
  Plan plan = makePlan(options);
  OpenedSources opened = openSources(plan.sources, console.progress(stop));
  console.clear();
  if (!opened.source) {
    for (const std::string& problem : opened.problems) log().error("{}", problem);
    return kNothingReadable;
  }
  plan.evaluation.source = opened.source;
  plan.evaluation.low = lowChoiceOf(plan, *opened.source);
  if (!anythingUsable(*opened.source, plan.evaluation.low)) return kNothingReadable;
  const auto remarks = predictionRemarks(plan, *opened.source, {stop, {}});
  for (const std::string& remark : remarks) log().warn("{}", remark);
  ResultsFolder folder(options.run.out);
  if (folder.replaces()) log().info("{}: replacing the results of an earlier run", options.run.out);
  Outcome outcome = compute(plan, options, folder, console.progress(stop));
  console.clear();
  outcome.report.remarks = remarks;
  outcome.sourceProblems = std::move(opened.problems);
  publish(outcome, options, plan, folder);
  say(outcome, options);
  return exitOf(outcome);
}

}  // namespace fathom::cli
