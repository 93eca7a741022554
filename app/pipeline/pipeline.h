#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/pipeline/choices.h"
#include "app/pipeline/neighbours.h"
#include "app/pipeline/stage_cache.h"
#include "core/degradation.h"
#include "core/information.h"
#include "core/metrics.h"
#include "core/sample_source.h"
#include "core/upsampler.h"

namespace fathom {

/// A sample, loaded and moved to the device.
struct LoadedSample {
  std::string key;  ///< everything the stage depends on, as text; so too below
  Sample sample;
  std::optional<Range> truthRange;                ///< least and greatest metres of the truth
  std::weak_ptr<const SampleSource> source = {};  ///< where it came from
  std::size_t index = 0;                          ///< and which it is there
};

/// The transmitted map of a sample and what is known of it.
struct LowStage {
  std::string key;
  LowDepth low;
  Information information;
  bool simulated = false;
  std::optional<NoiseSigmas> sigmas;         ///< as drawn; unknown for a real map
  std::optional<double> truthBelowOneLevel;  ///< share of the truth nearer than one level
  Degradation degradation = {};              ///< of a simulated map
};

/// What one method made of it; `failure` says why there is no prediction.
struct MethodStage {
  std::string key;
  MethodChoice method;
  std::optional<Prediction> prediction;
  std::string failure;
};

/// The line from a sample to its scores, stage by stage; each stage is kept by the text of its
/// inputs, so a moved slider re-runs only what depends on it. Owns no thread; all members may be
/// called from several.
class Pipeline {
 public:
  /// @param chooseDevice  asked once, by the first thread that needs the answer: to ask a GPU's
  ///                      driver takes longer than a window may take to open
  Pipeline(UpsamplerRegistry methods, std::function<at::Device()> chooseDevice,
           std::size_t cacheBytes);

  /// For the thread that calls setMethods, and valid until it does; others take registry().
  const UpsamplerRegistry& methods() const { return *methods_; }
  std::shared_ptr<const UpsamplerRegistry> registry() const;
  /// Other methods from now on. What is under way ends with those it began with.
  /// @param changed  ids that mean another method than before: their results are not used again
  void setMethods(UpsamplerRegistry methods, const std::vector<std::string>& changed);
  at::Device device();
  /// Others may keep what belongs to a stage here, under the stage's key and a word of their own.
  StageCache& cache() { return cache_; }
  /// A weights file is another one than before: what methods made with it is not used again.
  /// @param name  as in UpsamplerInfo::weights
  void weightsChanged(const std::string& name);

  /// Throws FileError, BadInput, Cancelled.
  std::shared_ptr<const LoadedSample> load(const SampleSourcePtr& source, std::size_t index,
                                           const Progress& progress);

  /// The real map where asked for and there; the simulated one where asked for and there is a
  /// truth. Null where the sample cannot give it.
  std::shared_ptr<const LowStage> low(const LoadedSample& sample, LowChoice choice,
                                      const Degradation& degradation, const Progress& progress);

  /// Never throws but Cancelled: a failure is a result that others do not suffer from. So is a
  /// method that is no longer there.
  std::shared_ptr<const MethodStage> run(const LoadedSample& sample, const LowStage& low,
                                         const MethodChoice& method, const Progress& progress);

  /// Null where there is no truth or no prediction.
  std::shared_ptr<const Scores> score(const LoadedSample& sample, const MethodStage& method,
                                      const Protocol& protocol, const Progress& progress);

 private:
  std::string sourceKey(const SampleSourcePtr& source);
  std::string editionKey(const UpsamplerInfo& method);
  Neighbours neighbours(const LoadedSample& sample, const LowStage& low, FramesWanted wanted,
                        const Progress& progress);

  mutable std::mutex methodsMutex_;
  std::shared_ptr<const UpsamplerRegistry> methods_;
  const std::function<at::Device()> chooseDevice_;
  std::once_flag chosen_;
  at::Device device_ = at::kCPU;
  StageCache cache_;
  std::mutex sourcesMutex_;
  std::vector<std::weak_ptr<const SampleSource>> sources_;  ///< a source's place is its key
  std::mutex weightsMutex_;
  std::map<std::string, int> weights_;   ///< how often each weights file has changed
  std::map<std::string, int> editions_;  ///< how often each method has
};

}  // namespace fathom
