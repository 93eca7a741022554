#include "models/checkpoints/load_plan.h"

#include <ATen/ops/cat.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "core/error.h"
#include "models/checkpoints/element_types.h"
#include "models/checkpoints/key_repairs.h"

namespace fathom {
namespace {

constexpr std::size_t kNamesShown = 6;

using Wanted = std::unordered_map<std::string_view, std::size_t>;

/// The tensors of one file for each wanted one, under one reading of its names.
class Matching {
 public:
  Matching(const Checkpoint& file, KeyReading reading, const std::vector<TensorInfo>& wanted,
           const Wanted& byKey)
      : file_(&file), wanted_(&wanted), reading_(std::move(reading)) {
    for (std::size_t i = 0; i < reading_.keys.size(); ++i) {
      const auto found = byKey.find(reading_.keys[i].name);
      if (found == byKey.end()) {
        unused_.push_back(i);
        continue;
      }
      const auto part = static_cast<std::size_t>(std::max(0, reading_.keys[i].part));
      auto& parts = parts_[found->second];
      if (parts.size() <= part) parts.resize(part + 1, kNone);
      if (parts[part] != kNone) {
        unused_.push_back(i);  // a whole and a part of it at once
      } else {
        parts[part] = i;
      }
    }
    for (const auto& [want, parts] : parts_) fitting_ += problemOf(want, parts).empty();
  }

  /// More fitting tensors are better, then fewer unused ones.
  bool betterThan(const Matching& other) const {
    if (fitting_ != other.fitting_) return fitting_ > other.fitting_;
    return unused_.size() < other.unused_.size();
  }

  bool isPerfect() const { return unused_.empty() && fitting_ == reading_.keys.size(); }

  void addTo(LoadPlan& plan, const CheckpointPtr& file, std::vector<bool>& misshaped) const;

 private:
  static constexpr auto kNone = static_cast<std::size_t>(-1);
  using Parts = std::vector<std::size_t>;

  std::string problemOf(std::size_t want, const Parts& parts) const;
  void addUnused(LoadPlan& plan) const;

  const Checkpoint* file_;
  const std::vector<TensorInfo>* wanted_;
  KeyReading reading_;
  std::unordered_map<std::size_t, Parts> parts_;
  std::vector<std::size_t> unused_;
  std::size_t fitting_ = 0;
};

/// What is wrong with these parts for this wanted tensor; empty where they fit.
std::string Matching::problemOf(std::size_t want, const Parts& parts) const {
  const TensorInfo& wanted = (*wanted_)[want];
  std::vector<std::int64_t> shape;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (parts[p] == kNone) return fmt::format("{}: a part of it is missing", wanted.key);
    const TensorInfo& held = file_->tensors()[parts[p]];
    const bool isPart = reading_.keys[parts[p]].part >= 0;
    if (isFloatingElement(held.type) != isFloatingElement(wanted.type) ||
        c10::isComplexType(held.type) != c10::isComplexType(wanted.type)) {
      return fmt::format("{}: wanted {}, the file holds {}", wanted.key, elementName(wanted.type),
                         elementName(held.type));
    }
    if (p == 0) {
      shape = held.shape;
      if (isPart && (shape.empty() || parts.size() != 3)) {
        return fmt::format("{}: a part of it is missing", wanted.key);
      }
    } else if (!held.shape.empty() && held.shape.size() == shape.size() &&
               std::equal(shape.begin() + 1, shape.end(), held.shape.begin() + 1)) {
      shape[0] += held.shape[0];
    } else {
      return fmt::format("{}: its parts do not fit together", wanted.key);
    }
  }
  if (shape == wanted.shape) return {};
  return fmt::format("{}: wanted {}, the file holds {}", wanted.key, shapeText(wanted.shape),
                     shapeText(shape));
}

void Matching::addTo(LoadPlan& plan, const CheckpointPtr& file,
                     std::vector<bool>& misshaped) const {
  const std::string name = file->path().filename().string();
  for (const std::string& step : reading_.steps) {
    plan.repairs.push_back(fmt::format("{}: {}", name, step));
  }
  for (std::size_t want = 0; want < wanted_->size(); ++want) {
    const auto found = parts_.find(want);
    if (found == parts_.end()) continue;
    auto& parts = plan.sources[want].parts;
    const std::string problem = problemOf(want, found->second);
    if (!problem.empty()) {
      plan.misshaped.push_back(problem);
      misshaped[want] = true;
    } else if (!parts.empty()) {
      plan.unexpected.push_back(fmt::format("{} (in {} and {})", (*wanted_)[want].key,
                                            parts[0].first->path().filename().string(), name));
    } else {
      for (const std::size_t index : found->second) parts.emplace_back(file, index);
    }
  }
  addUnused(plan);
}

void Matching::addUnused(LoadPlan& plan) const {
  const bool swin = isSwinClassifier(reading_);
  std::map<std::string, std::size_t> left;
  for (const std::size_t i : unused_) {
    const std::string reason = harmlessWhenUnused(reading_.keys[i].name, swin);
    if (reason.empty()) {
      plan.unexpected.push_back(file_->tensors()[i].key);
    } else {
      ++left[reason];
    }
  }
  for (const auto& [reason, count] : left) {
    plan.repairs.push_back(fmt::format("{}: {} tensor{} left out: {}",
                                       file_->path().filename().string(), count,
                                       count == 1 ? "" : "s", reason));
  }
}

Matching bestMatching(const Checkpoint& file, const std::vector<TensorInfo>& wanted,
                      const Wanted& byKey) {
  std::vector<KeyReading> readings = keyReadings(file.tensors());
  // The unchanged names come first and win every draw.
  Matching best(file, readings.front(), wanted, byKey);
  const auto consider = [&](const KeyReading& reading) {
    if (best.isPerfect()) return;
    Matching matching(file, reading, wanted, byKey);
    if (matching.betterThan(best)) best = std::move(matching);
  };
  for (std::size_t i = 1; i < readings.size(); ++i) consider(readings[i]);
  for (const KeyReading& reading : readings) {
    for (const KeyReading& placed : placedReadings(reading, wanted)) consider(placed);
  }
  return best;
}

std::string listed(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kNamesShown);
  std::string text =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + std::ptrdiff_t(shown), ", "));
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

}  // namespace

LoadPlan planLoad(const std::vector<CheckpointPtr>& files, const std::vector<TensorInfo>& wanted) {
  LoadPlan plan;
  plan.sources.resize(wanted.size());
  Wanted byKey;
  for (std::size_t i = 0; i < wanted.size(); ++i) byKey.emplace(wanted[i].key, i);
  std::vector<bool> misshaped(wanted.size(), false);
  for (const CheckpointPtr& file : files) {
    bestMatching(*file, wanted, byKey).addTo(plan, file, misshaped);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!plan.sources[i].parts.empty()) continue;
    if (misshaped[i]) continue;
    const std::string reason = harmlessWhenMissing(wanted[i].key);
    if (reason.empty()) {
      plan.missing.push_back(wanted[i].key);
    } else {
      plan.kept.push_back(wanted[i].key);
    }
  }
  if (!plan.kept.empty()) {
    plan.repairs.push_back(
        fmt::format("{} tensors made anew: {}", plan.kept.size(), listed(plan.kept)));
  }
  return plan;
}

std::string describe(const LoadPlan& plan) {
  std::vector<std::string> lines;
  const auto add = [&](const char* what, const std::vector<std::string>& names) {
    if (!names.empty())
      lines.push_back(fmt::format("{} {}: {}", names.size(), what, listed(names)));
  };
  add("of the network's tensors missing", plan.missing);
  add("of another shape or type", plan.misshaped);
  add("that the network does not have", plan.unexpected);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

at::Tensor readSource(const LoadPlan::Source& source) {
  if (source.parts.empty()) throw BadInput("no file holds this tensor");
  std::vector<at::Tensor> parts;
  for (const auto& [file, index] : source.parts) parts.push_back(file->read(index));
  return parts.size() == 1 ? parts[0] : at::cat(parts, 0);
}

}  // namespace fathom
