#include "app/sources.h"

#include <utility>

#include "core/error.h"
#include "datasets/concatenated.h"
#include "datasets/open.h"
#include "datasets/scenes/scene_source.h"

namespace fathom {

SampleSourcePtr openSource(const std::string& name, const Progress& progress) {
  return namesScenes(name) ? openScenes(name) : openPath(name, progress);
}

OpenedSources openSources(const std::vector<std::string>& names, const Progress& progress) {
  if (names.empty()) {
    throw BadInput("no source is named", "", "Name a folder of samples or scenes:0-9");
  }
  OpenedSources opened;
  std::vector<SampleSourcePtr> parts;
  for (const std::string& name : names) {
    progress.checkpoint();
    try {
      parts.push_back(openSource(name, progress));
    } catch (const FileError& error) {
      opened.problems.push_back(describe(error));
    }
  }
  if (!parts.empty()) opened.source = concatenate(std::move(parts));
  return opened;
}

}  // namespace fathom
