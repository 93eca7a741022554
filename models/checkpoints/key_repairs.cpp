#include "models/checkpoints/key_repairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "models/checkpoints/hugging_face_keys.h"

namespace fathom {
namespace {

constexpr std::size_t kSamples = 16;     // names of a file that are compared with all wanted ones
constexpr std::size_t kPlacesTried = 4;  // prefixes tried, most frequent first

bool everyStartsWith(const KeyReading& reading, std::string_view prefix) {
  return !reading.keys.empty() &&
         std::all_of(reading.keys.begin(), reading.keys.end(),
                     [&](const auto& key) { return key.name.starts_with(prefix); });
}

void strip(KeyReading& reading, std::string_view prefix) {
  bool changed = false;
  for (auto& key : reading.keys) {
    if (!key.name.starts_with(prefix)) continue;
    key.name.erase(0, prefix.size());
    changed = true;
  }
  if (changed) reading.steps.push_back(fmt::format("prefix \"{}\" removed", prefix));
}

bool anyStartsWith(const KeyReading& reading, std::string_view prefix) {
  return std::any_of(reading.keys.begin(), reading.keys.end(),
                     [&](const auto& key) { return key.name.starts_with(prefix); });
}

/// torch.compile puts its name before a module wherever that stands in the tree.
void removeEverywhere(KeyReading& reading, std::string_view part) {
  bool changed = false;
  for (auto& key : reading.keys) {
    for (std::size_t at; (at = key.name.find(part)) != std::string::npos; changed = true) {
      key.name.erase(at, part.size());
    }
  }
  if (changed) reading.steps.push_back(fmt::format("\"{}\" removed", part));
}

/// DataParallel and DDP ("module."), compile ("_orig_mod.") and trainers, in any nesting.
KeyReading withoutWrappers(KeyReading reading) {
  removeEverywhere(reading, "_orig_mod.");
  for (bool again = true; again;) {
    again = false;
    if (anyStartsWith(reading, "module.")) {
      strip(reading, "module.");
      again = true;
    }
    for (const char* prefix : {"model.", "network.", "net.", "pipeline."}) {
      if (!everyStartsWith(reading, prefix)) continue;
      strip(reading, prefix);
      again = true;
    }
  }
  return reading;
}

/// SGNet called two layers after panchromatic pictures before it was published.
std::optional<KeyReading> fromOldSgnet(const KeyReading& reading) {
  KeyReading result = reading;
  bool changed = false;
  for (auto& key : result.keys) {
    for (const auto& [old, now] :
         {std::pair{".panprocess.", ".rgbprocess."}, std::pair{".panpre.", ".rgbpre."}}) {
      const std::size_t at = key.name.find(old);
      if (at == std::string::npos) continue;
      key.name.replace(at, std::string_view(old).size(), now);
      changed = true;
    }
  }
  if (!changed) return {};
  result.steps.push_back("SGNet's old names translated (panprocess, panpre)");
  return result;
}

/// Two names that became one cannot be told apart.
bool isUnique(const KeyReading& reading) {
  std::set<std::pair<std::string_view, int>> seen;
  return std::all_of(reading.keys.begin(), reading.keys.end(),
                     [&](const auto& key) { return seen.emplace(key.name, key.part).second; });
}

/// "a.b.c" is "a.b." before "c"; nothing where the name does not end so.
std::optional<std::string> before(const std::string& whole, const std::string& end) {
  if (whole.size() <= end.size() + 1 || !whole.ends_with(end)) return {};
  const std::size_t length = whole.size() - end.size();
  if (whole[length - 1] != '.') return {};
  return whole.substr(0, length);
}

}  // namespace

std::vector<KeyReading> keyReadings(const std::vector<TensorInfo>& tensors) {
  KeyReading plain;
  plain.keys.reserve(tensors.size());
  for (const TensorInfo& info : tensors) plain.keys.push_back({info.key, -1});
  std::vector<KeyReading> all = {plain};
  if (KeyReading bare = withoutWrappers(plain); !bare.steps.empty()) all.push_back(bare);
  for (std::size_t i = 0, count = all.size(); i < count; ++i) {
    if (auto translated = fromHuggingFace(all[i])) all.push_back(std::move(*translated));
    if (auto translated = fromOldSgnet(all[i])) all.push_back(std::move(*translated));
  }
  std::erase_if(all, [](const KeyReading& reading) { return !isUnique(reading); });
  return all;
}

std::vector<KeyReading> placedReadings(const KeyReading& reading,
                                       const std::vector<TensorInfo>& wanted) {
  std::map<std::string, int> added, removed;
  const std::size_t step = std::max<std::size_t>(1, reading.keys.size() / kSamples);
  for (std::size_t i = 0; i < reading.keys.size(); i += step) {
    for (const TensorInfo& info : wanted) {
      if (const auto prefix = before(info.key, reading.keys[i].name)) ++added[*prefix];
      if (const auto prefix = before(reading.keys[i].name, info.key)) ++removed[*prefix];
    }
  }
  const auto best = [](const std::map<std::string, int>& votes) {
    std::vector<std::pair<std::string, int>> order(votes.begin(), votes.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    order.resize(std::min(order.size(), kPlacesTried));
    return order;
  };
  std::vector<KeyReading> all;
  for (const auto& [prefix, votes] : best(added)) {
    KeyReading placed = reading;
    for (auto& key : placed.keys) key.name.insert(0, prefix);
    placed.steps.push_back(fmt::format("prefix \"{}\" added", prefix));
    all.push_back(std::move(placed));
  }
  for (const auto& [prefix, votes] : best(removed)) {
    KeyReading placed = reading;
    strip(placed, prefix);
    if (isUnique(placed)) all.push_back(std::move(placed));
  }
  return all;
}

std::string harmlessWhenMissing(const std::string& wantedKey) {
  if (wantedKey.ends_with("num_batches_tracked")) return "counts training steps";
  if (wantedKey.ends_with("relative_position_index")) return "follows from the window's size";
  return {};
}

bool isSwinClassifier(const KeyReading& reading) {
  return std::any_of(reading.keys.begin(), reading.keys.end(), [](const auto& key) {
    return key.name.ends_with("layers.0.blocks.0.attn.relative_position_bias_table");
  });
}

std::string harmlessWhenUnused(const std::string& key, bool swin) {
  if (key.ends_with("num_batches_tracked")) return "counts training steps";
  if (key.ends_with("relative_position_index") || key.ends_with(".attn_mask")) {
    return "follows from the window's size";
  }
  if (key.find("decode_head.fusion_blocks.0.res_conv_unit1.") != std::string::npos) {
    return "a unit that the original does not have and nothing uses";
  }
  const auto last = [&](std::string_view name) {
    const bool ends = key.ends_with(name);
    return ends && (key.size() == name.size() || key[key.size() - name.size() - 1] == '.');
  };
  if (swin && key.find("layers.") == std::string::npos &&
      (last("head.weight") || last("head.bias") || last("norm.weight") || last("norm.bias"))) {
    return "belongs to the classifier";
  }
  return {};
}

}  // namespace fathom
