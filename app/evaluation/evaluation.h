#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "app/evaluation/choices.h"
#include "app/evaluation/low_record.h"
#include "core/degradation.h"
#include "core/progress.h"
#include "core/protocol.h"
#include "core/sample_source.h"
#include "core/score_table.h"
#include "core/upsampler.h"

namespace fathom {

/// What is to be computed: every method on every usable sample, scored under every protocol.
struct Evaluation {
  SampleSourcePtr source;
  std::vector<MethodChoice> methods;  ///< none: only the transmitted maps are made
  std::vector<Protocol> protocols;    ///< none: nothing is scored
  LowChoice low = LowChoice::kSimulated;
  Degradation degradation;       ///< for simulated maps
  at::Device device = at::kCPU;  ///< where everything is computed
  bool keepPredictions = true;   ///< put them into the results
};

/// What one method made of one sample.
struct MethodResult {
  std::string method;
  at::Tensor
      metres;  ///< H×W float32 on the CPU, NaN where the method gives no value; may be absent
  double milliseconds = 0;
};

/// All there is about one sample, once all its methods are done.
struct SampleResult {
  std::string id;
  LowRecord low;                      ///< levels on the CPU
  std::vector<MethodResult> methods;  ///< those that worked, in the order of the run
  std::vector<ScoreRow> rows;         ///< method by method, in the order of the protocols
};

/// A sample that was left out, or that (or whose method) failed, and why.
struct SampleNote {
  std::string sample;
  std::string method;  ///< empty where it is not about one method
  std::string reason;
};

/// How a run went.
struct EvaluationReport {
  std::vector<std::string> finished;      ///< ids with a result, in order
  std::vector<std::string> withoutTruth;  ///< those of them that cannot be scored
  std::vector<SampleNote> skipped;        ///< not usable in this run; no error
  std::vector<SampleNote> failed;
  std::vector<std::string> remarks;  ///< what else whoever reads the results should know
  std::size_t usable = 0;            ///< samples that the run set out to do
  std::size_t unreadable = 0;        ///< those of the failed that could not even be loaded
  bool cancelled = false;
  std::string outputProblem;  ///< why `finished` could not take a result; ended the run

  /// True where every usable sample went through every method.
  bool complete() const { return !cancelled && failed.empty() && outputProblem.empty(); }
};

/// Which samples of the source this run can use; the others go into report.skipped.
std::vector<std::size_t> usableSamples(const SampleSource& source, LowChoice low,
                                       EvaluationReport& report);

/// Runs an evaluation on the calling thread, the next sample being loaded beside it. A sample or
/// method that fails is noted and leaves the others alone. Cancelling ends the run early with
/// report.cancelled; the sample under way is dropped.
/// @param finished  called for every sample that is done, in the source's order; a FileError that
///                  it throws ends the run (report.outputProblem)
/// Throws BadInput or MissingResource before the first sample where a method cannot be made.
EvaluationReport evaluate(const Evaluation& evaluation, const UpsamplerRegistry& registry,
                          const std::function<void(const SampleResult&)>& finished,
                          const Progress& progress);

}  // namespace fathom
