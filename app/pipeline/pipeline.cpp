#include "app/pipeline/pipeline.h"

#include <fmt/format.h>

#include "app/pipeline/subject.h"
#include "core/error.h"
#include "core/log.h"

namespace fathom {
namespace {

std::size_t bytesOf(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.nbytes() : 0;
}
std::size_t bytesOf(const DepthMap& depth) {
  return bytesOf(depth.metres) + bytesOf(depth.reason);
}
std::size_t bytesOf(const Prediction& made) {
  std::size_t bytes = bytesOf(made.depth);
  if (made.uncertainty) bytes += bytesOf(*made.uncertainty);
  if (made.interval) bytes += bytesOf(made.interval->lower) + bytesOf(made.interval->upper);
  for (const InnerMap& map : made.innerMaps) bytes += bytesOf(map.values);
  return bytes;
}

std::string printed(const Values& values) {
  std::string text;
  for (const auto& [name, value] : values) text += name + '=' + printValue(value) + ';';
  return text;
}

/// In which state a method finds what it reads beside its input.
std::string stateKey(const UpsamplerInfo& info, const std::string& sampleId, const Values& values) {
  return info.state ? "@" + info.state(sampleId, values) : std::string();
}

DepthMap moved(const DepthMap& depth, at::Device device) {
  return {depth.metres.to(device), depth.reason.to(device)};
}

void moveTo(Sample& sample, at::Device device) {
  sample.rgb = sample.rgb.to(device);
  if (sample.truth) sample.truth = moved(*sample.truth, device);
  if (sample.low) sample.low->levels = sample.low->levels.to(device);
}

}  // namespace

Pipeline::Pipeline(UpsamplerRegistry methods, std::function<at::Device()> chooseDevice,
                   std::size_t cacheBytes)
    : methods_(std::make_shared<const UpsamplerRegistry>(std::move(methods))),
      chooseDevice_(std::move(chooseDevice)),
      cache_(cacheBytes) {}

at::Device Pipeline::device() {
  std::call_once(chosen_, [this] { device_ = chooseDevice_(); });
  return device_;
}

std::string Pipeline::sourceKey(const SampleSourcePtr& source) {
  const std::lock_guard lock(sourcesMutex_);
  for (std::size_t place = 0; place < sources_.size(); ++place) {
    if (sources_[place].lock() == source) return fmt::format("source {}", place);
  }
  sources_.push_back(source);
  return fmt::format("source {}", sources_.size() - 1);
}

void Pipeline::weightsChanged(const std::string& name) {
  const std::lock_guard lock(weightsMutex_);
  ++weights_[name];
}

std::shared_ptr<const UpsamplerRegistry> Pipeline::registry() const {
  const std::lock_guard lock(methodsMutex_);
  return methods_;
}

void Pipeline::setMethods(UpsamplerRegistry methods, const std::vector<std::string>& changed) {
  {
    const std::lock_guard lock(weightsMutex_);
    for (const std::string& id : changed) ++editions_[id];
  }
  auto next = std::make_shared<const UpsamplerRegistry>(std::move(methods));
  const std::lock_guard lock(methodsMutex_);
  methods_.swap(next);  // the old one ends with the last who uses it
}

/// Which edition of itself a method is, and which state of its weights files it runs with.
std::string Pipeline::editionKey(const UpsamplerInfo& method) {
  const std::lock_guard lock(weightsMutex_);
  std::string key;
  if (const auto edition = editions_.find(method.id); edition != editions_.end()) {
    key = fmt::format("~{}", edition->second);
  }
  for (const WeightsWanted& wanted : method.weights) {
    const auto changed = weights_.find(wanted.name);
    if (changed != weights_.end()) key += fmt::format("#{}", changed->second);
  }
  return key;
}

std::shared_ptr<const LoadedSample> Pipeline::load(const SampleSourcePtr& source, std::size_t index,
                                                   const Progress& progress) {
  const std::string key = fmt::format("{}/{}", sourceKey(source), index);
  if (auto kept = cache_.find<LoadedSample>(key)) return kept;
  auto stage = std::make_shared<LoadedSample>();
  stage->key = key;
  stage->source = source;
  stage->index = index;
  stage->sample = source->load(index, progress);
  check(stage->sample);
  if (stage->sample.truth) stage->truthRange = range(*stage->sample.truth);
  moveTo(stage->sample, device());
  std::size_t bytes = bytesOf(stage->sample.rgb);
  if (stage->sample.truth) bytes += bytesOf(*stage->sample.truth);
  cache_.put(key, stage, bytes);
  return stage;
}

std::shared_ptr<const LowStage> Pipeline::low(const LoadedSample& loaded, LowChoice choice,
                                              const Degradation& degradation,
                                              const Progress& progress) {
  const Sample& sample = loaded.sample;
  const bool simulated = choice == LowChoice::kSimulated;
  if (simulated ? !sample.truth : !sample.low) return nullptr;
  const std::string key = simulated
                              ? fmt::format("{}|{}", loaded.key, printed(toValues(degradation)))
                              : loaded.key + "|real";
  if (auto kept = cache_.find<LowStage>(key)) return kept;
  auto stage = std::make_shared<LowStage>();
  stage->key = key;
  stage->simulated = simulated;
  stage->degradation = degradation;
  if (simulated) {
    Degraded degraded = degrade(*sample.truth, degradation, sample.id, progress);
    stage->low = std::move(degraded.low);
    stage->sigmas = degraded.sigmas;
  } else {
    stage->low = *sample.low;
  }
  stage->information = informationOf(stage->low);
  if (sample.truth) {
    stage->truthBelowOneLevel = shareBelowOneLevel(*sample.truth, stage->low.metresPerLevel);
  }
  cache_.put(key, stage, bytesOf(stage->low.levels) + bytesOf(stage->information.cells));
  return stage;
}

/// Through the cache, so that a neighbour's map is the one that it has when it is looked at itself.
Neighbours Pipeline::neighbours(const LoadedSample& sample, const LowStage& low,
                                FramesWanted wanted, const Progress& progress) {
  const SampleSourcePtr source = sample.source.lock();
  if (!source) return {};
  const LowChoice choice = low.simulated ? LowChoice::kSimulated : LowChoice::kReal;
  const Progress quiet{progress.stop, {}};
  return neighboursOf(*source, sample.index, wanted,
                      [&](std::size_t frame) -> std::optional<NeighbourFrame> {
                        const auto loaded = load(source, frame, quiet);
                        const auto map = this->low(*loaded, choice, low.degradation, quiet);
                        return map ? neighbourOf(loaded->sample, map->low) : std::nullopt;
                      });
}

std::shared_ptr<const MethodStage> Pipeline::run(const LoadedSample& loaded, const LowStage& low,
                                                 const MethodChoice& method,
                                                 const Progress& progress) {
  const auto registry = this->registry();
  auto stage = std::make_shared<MethodStage>();
  stage->method = method;
  if (!registry->has(method.id)) {
    stage->failure = fmt::format("There is no method {} any more.", method.id);
    return stage;
  }
  const UpsamplerInfo& info = registry->info(method.id);
  // The values name the neighbours, and the map's key all that these are made with.
  std::string key = fmt::format("{}|{}?{}{}{}", low.key, method.id, printed(method.values),
                                editionKey(info), stateKey(info, loaded.sample.id, method.values));
  if (auto kept = cache_.find<MethodStage>(key)) return kept;
  UpsamplerInput input = inputOf(loaded.sample, low.low);
  Neighbours around = neighbours(loaded, low, framesWanted(info, method.values), progress);
  input.neighbours = std::move(around.frames);
  if (!around.leftOut.empty()) {  // they may be there another time
    key += "!without " + around.leftOut;
    if (auto kept = cache_.find<MethodStage>(key)) return kept;
  }
  stage->key = key;
  std::size_t bytes = 0;
  try {
    try {
      const UpsamplerPtr upsampler = registry->create(method.id, method.values);
      stage->prediction = (*upsampler)(input, progress);
      bytes = bytesOf(*stage->prediction);
    } catch (...) {
      rethrowAsOurs(method.id);
    }
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    stage->failure = error.what();
    log().error("{}, {}: {}", loaded.sample.id, method.id,
                withoutSubject(stage->failure, loaded.sample.id));
    return stage;  // not kept: another try may succeed
  }
  cache_.put(key, stage, bytes);
  return stage;
}

std::shared_ptr<const Scores> Pipeline::score(const LoadedSample& loaded, const MethodStage& method,
                                              const Protocol& protocol, const Progress& progress) {
  if (!loaded.sample.truth || !method.prediction) return nullptr;
  const std::string key = fmt::format("{}|{}", method.key, protocol.id);
  if (auto kept = cache_.find<Scores>(key)) return kept;
  auto scores = std::make_shared<Scores>(
      fathom::score(method.prediction->depth, *loaded.sample.truth, protocol, progress));
  cache_.put(key, scores, sizeof(Scores));
  return scores;
}

}  // namespace fathom
