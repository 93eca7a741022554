#pragma once

#include <future>
#include <list>
#include <memory>
#include <mutex>

#include "datasets/scenes/tracer.h"

namespace fathom::scenes {

/// A scene that can be rendered. Immutable once made, so any number of threads may share it.
struct BuiltScene {
  BuiltScene(int number, TreeQuality quality);
  const Scene scene;
  const Tracer tracer;
};
using BuiltScenePtr = std::shared_ptr<const BuiltScene>;

/// The scenes used last, so that the frames of a sequence share one geometry. Thread-safe; two
/// threads that want the same scene at once wait for one build.
class SceneCache {
 public:
  SceneCache(std::size_t capacity, TreeQuality quality) : capacity_(capacity), quality_(quality) {}

  BuiltScenePtr get(int number);
  /// The scene if it is there and ready, else null; builds nothing.
  BuiltScenePtr peek(int number);
  std::size_t size() const;

 private:
  struct Entry {
    int number;
    std::shared_future<BuiltScenePtr> scene;
  };
  std::list<Entry>::iterator find(int number);

  const std::size_t capacity_;
  const TreeQuality quality_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the one used last comes first
};

}  // namespace fathom::scenes
