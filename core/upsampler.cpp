#include "core/upsampler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"

namespace fathom {

bool isWanted(const WeightsWanted& weights, const Values& values) {
  if (weights.when.empty()) return true;
  const auto found = values.find(weights.when);
  return found != values.end() && printValue(found->second) == weights.equals;
}

InnerMap relativeMap(at::Tensor values) {
  return {kRelativeMap, "Relative depth", "", std::move(values)};
}

UpsamplerInput inputOf(const Sample& sample, const LowDepth& low) {
  UpsamplerInput input{sample.rgb, low, {}};
  input.sampleId = sample.id;
  input.intrinsics = sample.intrinsics;
  input.pose = sample.pose;
  return input;
}

std::optional<NeighbourFrame> neighbourOf(const Sample& sample, const LowDepth& low) {
  if (!sample.pose || !sample.intrinsics) return {};
  return NeighbourFrame{sample.rgb, low, *sample.intrinsics, *sample.pose};
}

FramesWanted framesWanted(const UpsamplerInfo& info, const Values& values) {
  if (!info.frames) return {};
  try {
    return info.frames(checkedValues(info.settings, values, info.id));
  } catch (const BadInput&) {
    return {};
  }
}

bool UpsamplerRegistry::has(std::string_view id) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) { return entry.info.id == id; }) ||
         std::ranges::any_of(aliases_, [&](const auto& alias) { return alias.first == id; });
}

void UpsamplerRegistry::checkFree(const std::string& name) const {
  if (has(name)) throw BadInput("a method of this name is registered already", name);
}

void UpsamplerRegistry::add(UpsamplerInfo info, UpsamplerFactory factory) {
  checkFree(info.id);
  entries_.push_back({std::move(info), std::move(factory)});
}

void UpsamplerRegistry::addAlias(std::string alias, std::string id) {
  checkFree(alias);
  aliases_.emplace_back(std::move(alias), std::move(id));
}

std::vector<UpsamplerInfo> UpsamplerRegistry::list() const {
  std::vector<UpsamplerInfo> infos;
  infos.reserve(entries_.size());
  for (const Entry& entry : entries_) infos.push_back(entry.info);
  return infos;
}

const UpsamplerRegistry::Entry& UpsamplerRegistry::find(std::string_view id) const {
  for (const auto& [alias, target] : aliases_) {
    if (alias == id) id = target;
  }
  for (const Entry& entry : entries_) {
    if (entry.info.id == id) return entry;
  }
  std::vector<std::string> known;
  for (const Entry& entry : entries_) known.push_back(entry.info.id);
  for (const auto& [alias, target] : aliases_) known.push_back(alias);
  throw BadInput("there is no method of this name", std::string(id),
                 fmt::format("Known are {}", fmt::join(known, ", ")));
}

const UpsamplerInfo& UpsamplerRegistry::info(std::string_view id) const {
  return find(id).info;
}

std::size_t UpsamplerRegistry::indexOf(std::string_view id) const {
  return static_cast<std::size_t>(&find(id) - entries_.data());
}

UpsamplerPtr UpsamplerRegistry::create(std::string_view id, const Values& values) const {
  const Entry& entry = find(id);
  return entry.factory(checkedValues(entry.info.settings, values, entry.info.id));
}

}  // namespace fathom
