#include "app/evaluation/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

#include "app/evaluation/prefetch.h"
#include "app/pipeline/neighbours.h"
#include "app/pipeline/stage_cache.h"
#include "core/device.h"
#include "core/error.h"

namespace fathom {
namespace {

constexpr std::size_t kNeighbourBytes = 512U << 20;

struct BuiltMethod {
  std::string id;
  FramesWanted frames;
  UpsamplerPtr upsampler;
};

/// The text of the exception being handled; cancelling goes on.
std::string currentReason(const std::string& subject) {
  try {
    rethrowAsOurs(subject);
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    return describe(error);
  }
}

/// Why a run cannot use a sample; empty where it can.
const char* whyUnusable(bool hasTruth, bool hasLow, LowChoice choice) {
  if (choice == LowChoice::kReal) return hasLow ? "" : "no transmitted map of its own";
  return hasTruth ? "" : "no truth to make a transmitted map from";
}

Sample onDevice(Sample sample, at::Device device) {
  sample.rgb = sample.rgb.to(device);
  if (sample.truth) {
    sample.truth->metres = sample.truth->metres.to(device);
    sample.truth->reason = sample.truth->reason.to(device);
  }
  if (sample.low) sample.low->levels = sample.low->levels.to(device);
  return sample;
}

at::Tensor valuesOf(const DepthMap& depth) {
  constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
  return onCpu(depth.metres.masked_fill(counts(depth).logical_not(), kNothing));
}

class Run {
 public:
  Run(const Evaluation& evaluation, const UpsamplerRegistry& registry, EvaluationReport& report)
      : evaluation_(evaluation), report_(report) {
    for (const MethodChoice& method : evaluation.methods) {
      methods_.push_back({method.id, framesWanted(registry.info(method.id), method.values),
                          registry.create(method.id, method.values)});
    }
  }

  /// The result of one sample; nothing where it failed or turned out not to be usable.
  std::optional<SampleResult> one(std::size_t index, Prefetch& samples, const Progress& progress) {
    const std::string id = evaluation_.source->id(index);
    index_ = index;
    SampleResult result;
    result.id = id;
    const std::optional<Sample> sample = load(id, samples);
    if (!sample) return {};
    try {
      result.low = makeLow(*sample, evaluation_.low, evaluation_.degradation, progress);
    } catch (...) {
      report_.failed.push_back({id, "", currentReason(id)});
      return {};
    }
    for (std::size_t i = 0; i < methods_.size(); ++i) {
      progress.at(static_cast<double>(i) / static_cast<double>(methods_.size()), methods_[i].id);
      apply(methods_[i], *sample, result, progress);
    }
    if (result.methods.empty() && !methods_.empty()) return {};
    progress.checkpoint();
    if (!sample->truth) report_.withoutTruth.push_back(id);
    result.low.low.levels = onCpu(result.low.low.levels);
    return result;
  }

 private:
  std::optional<Sample> load(const std::string& id, Prefetch& samples) {
    try {
      Sample sample = samples.next();
      check(sample);
      const char* unusable =
          whyUnusable(sample.truth.has_value(), sample.low.has_value(), evaluation_.low);
      if (!*unusable) return onDevice(std::move(sample), evaluation_.device);
      report_.skipped.push_back({id, "", unusable});
    } catch (...) {
      report_.failed.push_back({id, "", currentReason(id)});
      ++report_.unreadable;
    }
    return {};
  }

  void apply(const BuiltMethod& method, const Sample& sample, SampleResult& result,
             const Progress& progress) {
    try {
      const Progress quiet{progress.stop, {}};
      UpsamplerInput input = inputOf(sample, result.low.low);
      input.neighbours = neighbours(method.frames, quiet);
      const Prediction made = (*method.upsampler)(input, quiet);
      std::vector<ScoreRow> rows;
      for (const Protocol& protocol : evaluation_.protocols) {
        if (!sample.truth) break;
        rows.push_back({result.id, method.id, protocol.id,
                        score(made.depth, *sample.truth, protocol, quiet), made.stamp});
      }
      at::Tensor metres;
      if (evaluation_.keepPredictions) metres = valuesOf(made.depth);
      result.methods.push_back({method.id, std::move(metres), made.milliseconds});
      std::ranges::move(rows, std::back_inserter(result.rows));
    } catch (...) {
      report_.failed.push_back({result.id, method.id, currentReason(result.id)});
    }
  }

  /// Their maps are made as when they are looked at themselves.
  std::vector<NeighbourFrame> neighbours(FramesWanted wanted, const Progress& progress) {
    const auto frameAt = [&](std::size_t index) -> std::optional<NeighbourFrame> {
      const std::string key = std::to_string(index);
      if (const auto kept = frames_.find<NeighbourFrame>(key)) return *kept;
      const Sample sample = onDevice(evaluation_.source->load(index, progress), evaluation_.device);
      check(sample);
      const LowRecord low = makeLow(sample, evaluation_.low, evaluation_.degradation, progress);
      const auto frame = neighbourOf(sample, low.low);
      if (!frame) return {};
      frames_.put(key, std::make_shared<const NeighbourFrame>(*frame), frame->rgb.nbytes());
      return frame;
    };
    return neighboursOf(*evaluation_.source, index_, wanted, frameAt).frames;
  }

  const Evaluation& evaluation_;
  std::size_t index_ = 0;  ///< of the sample under way
  StageCache frames_{kNeighbourBytes};
  EvaluationReport& report_;
  std::vector<BuiltMethod> methods_;
};

/// Progress of one sample of many that says which: "3/200 scene-0002-000 bicubic".
Progress sampleProgress(const Progress& whole, std::size_t at, std::size_t count,
                        const std::string& id) {
  if (!whole.report) return whole;
  const double from = static_cast<double>(at) / static_cast<double>(count);
  const Progress part = whole.part(from, from + 1.0 / static_cast<double>(count));
  return {whole.stop, [part, at, count, id](double inner, std::string_view doing) {
            part.report(inner, fmt::format("{}/{} {} {}", at + 1, count, id, doing));
          }};
}

}  // namespace

std::vector<std::size_t> usableSamples(const SampleSource& source, LowChoice low,
                                       EvaluationReport& report) {
  std::vector<std::size_t> usable;
  for (std::size_t index = 0; index < source.size(); ++index) {
    const SampleFacts facts = source.facts(index);
    const char* unusable = whyUnusable(facts.hasTruth, facts.hasLow, low);
    if (*unusable) {
      report.skipped.push_back({source.id(index), "", unusable});
    } else {
      usable.push_back(index);
    }
  }
  return usable;
}

EvaluationReport evaluate(const Evaluation& evaluation, const UpsamplerRegistry& registry,
                          const std::function<void(const SampleResult&)>& finished,
                          const Progress& progress) {
  EvaluationReport report;
  Run run(evaluation, registry, report);
  const std::vector<std::size_t> usable = usableSamples(*evaluation.source, evaluation.low, report);
  report.usable = usable.size();
  Prefetch samples(evaluation.source, usable, progress.stop);
  try {
    for (std::size_t at = 0; at < usable.size(); ++at) {
      const std::string id = evaluation.source->id(usable[at]);
      const Progress part = sampleProgress(progress, at, usable.size(), id);
      part.at(0);
      const std::optional<SampleResult> result = run.one(usable[at], samples, part);
      if (!result) continue;
      finished(*result);
      report.finished.push_back(id);
    }
    if (progress.report) progress.report(1, "");
  } catch (const Cancelled&) {
    report.cancelled = true;
  } catch (const FileError& error) {
    report.outputProblem = describe(error);
  }
  return report;
}

}  // namespace fathom
