#include "datasets/challenge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "datasets/codecs/image.h"
#include "datasets/concatenated.h"
#include "datasets/folder.h"
#include "datasets/views.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

enum Part : std::size_t { kColour, kTruth, kLow, kParts };

/// What the name of an inner folder says.
struct Role {
  std::size_t split;  // index into kSplits
  Part part;
};

constexpr std::array<const char*, 3> kSplits{"train", "valid", "test"};

/// The colour folders say "valid" where the others say "val"; both are taken everywhere.
std::optional<Role> roleOf(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 4> kNames{
      {{"train", 0}, {"valid", 1}, {"val", 1}, {"test", 2}}};
  for (const auto& [word, split] : kNames) {
    if (name == fmt::format("RGB_{}_HR", word)) return Role{split, kColour};
    if (name == fmt::format("AI4S_{}_gt", word)) return Role{split, kTruth};
    if (name == fmt::format("AI4S_{}_inp", word)) return Role{split, kLow};
  }
  return {};
}

/// The inner folders of one challenge folder, by split and part; empty where there is none.
struct Layout {
  fs::path root;
  std::array<std::array<std::string, kParts>, kSplits.size()> folders;
  std::optional<std::size_t> onlySplit;

  bool found() const {
    return std::ranges::any_of(folders, [](const auto& parts) {
      return std::ranges::any_of(parts, [](const std::string& name) { return !name.empty(); });
    });
  }
};

Layout layoutOf(const fs::path& root) {
  Layout layout{root, {}, {}};
  for (const std::string& name : listFolder(root).folders) {
    const std::optional<Role> role = roleOf(name);
    if (!role) continue;
    std::string& place = layout.folders[role->split][role->part];
    if (!place.empty()) {
      log().warn("{}: {} and {} are the same part; the first is used", root.string(), place, name);
      continue;
    }
    place = name;
  }
  return layout;
}

std::vector<Layout> findLayouts(const fs::path& folder, const Progress& progress) {
  const fs::path tidy = tidyPath(folder);
  if (Layout own = layoutOf(tidy); own.found()) return {own};
  if (const auto role = roleOf(folderName(tidy))) {
    Layout outer = layoutOf(tidy.parent_path());
    outer.onlySplit = role->split;
    return {outer};
  }
  std::vector<Layout> layouts;
  for (const std::string& name : listFolder(tidy).folders) {
    progress.checkpoint();
    try {
      if (Layout inner = layoutOf(tidy / name); inner.found()) layouts.push_back(inner);
    } catch (const FileError& error) {
      log().warn("left out: {}", error.what());
    }
  }
  return layouts;
}

bool hasExtension(const fs::path& name, Part part) {
  std::string extension = name.extension().string();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (part != kColour) return extension == ".npy";
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

/// File names by the number in them. What has no number, or one that is taken, is logged.
std::map<std::int64_t, std::string> numberedFiles(const fs::path& folder, Part part) {
  std::map<std::int64_t, std::string> numbered;
  std::vector<std::string> unclear, doubled;
  for (std::string& name : listFolder(folder).files) {
    if (!hasExtension(name, part)) continue;
    const auto number = numberIn(fs::path(name).stem().string());
    if (!number) {
      unclear.push_back(std::move(name));
    } else if (!numbered.try_emplace(*number, name).second) {
      doubled.push_back(std::move(name));
    }
  }
  if (!unclear.empty()) {
    log().warn("{}: left out for want of one number in the name: {}", folder.string(),
               listed(unclear));
  }
  if (!doubled.empty()) {
    log().warn("{}: left out because another file has the same number: {}", folder.string(),
               listed(doubled));
  }
  return numbered;
}

struct Entry {
  std::int64_t number = 0;
  std::size_t split = 0;
  std::array<std::string, kParts> files;  // names; empty where missing
};

class ChallengeSource : public SampleSource {
 public:
  ChallengeSource(Layout layout, std::vector<Entry> entries)
      : layout_(std::move(layout)), entries_(std::move(entries)) {}

  std::string title() const override {
    const std::string name = folderName(layout_.root);
    return layout_.onlySplit ? fmt::format("{} ({})", name, kSplits[*layout_.onlySplit]) : name;
  }
  std::size_t size() const override { return entries_.size(); }
  std::string id(std::size_t index) const override {
    const Entry& entry = entries_.at(index);
    return fmt::format("{}-{:04}", kSplits[entry.split], entry.number);
  }
  SampleFacts facts(std::size_t index) const override {
    const Entry& entry = entries_.at(index);
    return {!entry.files[kTruth].empty(), !entry.files[kLow].empty()};
  }

  Sample load(std::size_t index, const Progress& progress) const override {
    const Entry& entry = entries_.at(index);
    progress.checkpoint();
    Sample sample;
    sample.id = id(index);
    const fs::path colour = path(entry, kColour);
    sample.rgb = readRgb(colour);
    progress.checkpoint();
    if (!entry.files[kTruth].empty()) {
      sample.truth = readTruth(path(entry, kTruth), colour, sample.size());
    }
    if (!entry.files[kLow].empty()) {
      sample.low = readLow(path(entry, kLow), colour, sample.size(), kChallengeMetresPerLevel);
    }
    sample.intrinsics = tartanAirCamera(sample.size());
    return sample;
  }

  Size pictureSize(std::size_t index, const Progress&) const override {
    return imageSize(path(entries_.at(index), kColour));
  }
  Thumbnail thumbnail(std::size_t index) const override {
    return readThumbnail(path(entries_.at(index), kColour));
  }

 private:
  fs::path path(const Entry& entry, Part part) const {
    return layout_.root / layout_.folders[entry.split][part] / entry.files[part];
  }

  Layout layout_;
  std::vector<Entry> entries_;
};

/// Says which depth files have no colour image, by name: they are no samples.
void logOrphans(const Layout& layout, const std::map<std::int64_t, Entry>& entries) {
  for (const Part part : {kTruth, kLow}) {
    std::vector<std::string> names;
    std::size_t split = 0;
    for (const auto& [number, entry] : entries) {
      split = entry.split;
      if (entry.files[kColour].empty() && !entry.files[part].empty()) {
        names.push_back(entry.files[part]);
      }
    }
    if (names.empty()) continue;
    log().warn("{}: no colour image has the number of {}",
               (layout.root / layout.folders[split][part]).string(), listed(names, 10));
  }
}

std::vector<Entry> entriesOf(const Layout& layout, std::size_t split) {
  std::map<std::int64_t, Entry> entries;
  for (const Part part : {kColour, kTruth, kLow}) {
    const std::string& folder = layout.folders[split][part];
    if (folder.empty()) continue;
    for (auto& [number, name] : numberedFiles(layout.root / folder, part)) {
      Entry& entry = entries[number];
      entry.number = number;
      entry.split = split;
      entry.files[part] = std::move(name);
    }
  }
  logOrphans(layout, entries);
  std::vector<Entry> samples;
  for (auto& [number, entry] : entries) {
    if (!entry.files[kColour].empty()) samples.push_back(std::move(entry));
  }
  return samples;
}

SampleSourcePtr openLayout(Layout layout, const Progress& progress) {
  std::vector<Entry> entries;
  for (std::size_t split = 0; split < kSplits.size(); ++split) {
    if (layout.onlySplit.value_or(split) != split) continue;
    progress.checkpoint();
    std::ranges::move(entriesOf(layout, split), std::back_inserter(entries));
  }
  if (entries.empty()) {
    throw FileError("has the challenge's folders, but no numbered colour image in them",
                    layout.root.string(),
                    "Put the PNG files into RGB_train_HR, RGB_valid_HR or RGB_test_HR beside the "
                    "AI4S folders");
  }
  return std::make_shared<ChallengeSource>(std::move(layout), std::move(entries));
}

}  // namespace

SampleSourcePtr openChallenge(const fs::path& folder, const Progress& progress) {
  std::vector<SampleSourcePtr> sources;
  std::optional<FileError> broken;
  for (Layout& layout : findLayouts(folder, progress)) {
    try {
      sources.push_back(openLayout(std::move(layout), progress));
    } catch (const FileError& error) {
      log().warn("left out: {}", error.what());
      broken = error;
    }
  }
  if (!sources.empty()) return concatenate(std::move(sources));
  if (broken) throw *broken;
  return nullptr;
}

}  // namespace fathom
