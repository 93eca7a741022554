#include "datasets/concatenated.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "datasets/folder.h"

namespace fathom {
namespace {

class Concatenated : public SampleSource {
 public:
  Concatenated(std::vector<SampleSourcePtr> sources, std::vector<std::string> prefixes)
      : sources_(std::move(sources)), prefixes_(std::move(prefixes)) {
    std::size_t end = 0;
    for (const SampleSourcePtr& source : sources_) ends_.push_back(end += source->size());
  }

  std::string title() const override {
    std::vector<std::string> titles;
    for (const SampleSourcePtr& source : sources_) titles.push_back(source->title());
    return listed(titles, 3);
  }
  std::size_t size() const override { return ends_.back(); }
  std::string id(std::size_t index) const override {
    const auto [part, inner] = locate(index);
    return prefixes_[part] + sources_[part]->id(inner);
  }
  SampleFacts facts(std::size_t index) const override {
    const auto [part, inner] = locate(index);
    return sources_[part]->facts(inner);
  }
  Sample load(std::size_t index, const Progress& progress) const override {
    const auto [part, inner] = locate(index);
    Sample sample = sources_[part]->load(inner, progress);
    sample.id = prefixes_[part] + sample.id;
    return sample;
  }
  Size pictureSize(std::size_t index, const Progress& progress) const override {
    const auto [part, inner] = locate(index);
    return sources_[part]->pictureSize(inner, progress);
  }
  Thumbnail thumbnail(std::size_t index) const override {
    const auto [part, inner] = locate(index);
    return sources_[part]->thumbnail(inner);
  }
  std::vector<std::size_t> framesAround(std::size_t index, FramesWanted wanted) const override {
    const auto [part, inner] = locate(index);
    std::vector<std::size_t> frames = sources_[part]->framesAround(inner, wanted);
    for (std::size_t& frame : frames) frame += index - inner;
    return frames;
  }

 private:
  struct Place {
    std::size_t part, inner;
  };
  Place locate(std::size_t index) const {
    if (index >= size()) throw BadInput(fmt::format("there is no sample {} of {}", index, size()));
    const auto end = std::ranges::upper_bound(ends_, index);
    const auto part = static_cast<std::size_t>(end - ends_.begin());
    return {part, part == 0 ? index : index - ends_[part - 1]};
  }

  std::vector<SampleSourcePtr> sources_;
  std::vector<std::string> prefixes_;
  std::vector<std::size_t> ends_;
};

/// The sources whose ids are not all their own.
std::set<std::size_t> clashing(const std::vector<SampleSourcePtr>& sources) {
  std::unordered_map<std::string, std::size_t> owners;
  std::set<std::size_t> found;
  for (std::size_t part = 0; part < sources.size(); ++part) {
    for (std::size_t inner = 0; inner < sources[part]->size(); ++inner) {
      const auto [owner, fresh] = owners.try_emplace(sources[part]->id(inner), part);
      if (!fresh && owner->second != part) found.insert({owner->second, part});
    }
  }
  return found;
}

bool idsAreUnique(const Concatenated& all) {
  std::set<std::string> seen;
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (!seen.insert(all.id(index)).second) return false;
  }
  return true;
}

/// Titles in front of the clashing sources' ids; a title that an earlier source has gets a number.
std::vector<std::string> prefixesFor(const std::vector<SampleSourcePtr>& sources) {
  std::vector<std::string> prefixes(sources.size());
  std::set<std::string> used;
  for (const std::size_t part : clashing(sources)) {
    const std::string title = fileSafe(sources[part]->title());
    std::string prefix = title + "-";
    for (int number = 2; !used.insert(prefix).second; ++number) {
      prefix = fmt::format("{}-{}-", title, number);
    }
    prefixes[part] = prefix;
  }
  return prefixes;
}

}  // namespace

SampleSourcePtr concatenate(std::vector<SampleSourcePtr> sources) {
  if (sources.empty() || std::ranges::count(sources, nullptr) > 0) {
    throw BadInput("there is no source to read samples from");
  }
  if (sources.size() == 1) return sources.front();
  auto all = std::make_shared<Concatenated>(sources, prefixesFor(sources));
  if (idsAreUnique(*all)) return all;
  // A prefixed id met one that was unique before: then every source gets its position.
  std::vector<std::string> numbers;
  for (std::size_t part = 1; part <= sources.size(); ++part) {
    numbers.push_back(fmt::format("{}-", part));
  }
  return std::make_shared<Concatenated>(std::move(sources), std::move(numbers));
}

}  // namespace fathom
