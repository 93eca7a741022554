#include "datasets/scenes/scene_cache.h"

#include <chrono>

#include "datasets/scenes/kinds.h"

namespace fathom::scenes {

BuiltScene::BuiltScene(int number, TreeQuality quality)
    : scene(buildScene(number)), tracer(scene, quality) {}

std::list<SceneCache::Entry>::iterator SceneCache::find(int number) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [number](const Entry& entry) { return entry.number == number; });
}

BuiltScenePtr SceneCache::get(int number) {
  std::promise<BuiltScenePtr> promise;
  std::shared_future<BuiltScenePtr> scene;
  bool mine = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = find(number);
    mine = found == entries_.end();
    if (mine) {
      entries_.push_front({number, promise.get_future().share()});
      if (entries_.size() > capacity_) entries_.pop_back();
    } else {
      entries_.splice(entries_.begin(), entries_, found);
    }
    scene = entries_.front().scene;
  }
  if (!mine) return scene.get();
  try {
    promise.set_value(std::make_shared<const BuiltScene>(number, quality_));
  } catch (...) {
    // Whoever waits learns of it; who comes later tries again.
    promise.set_exception(std::current_exception());
    const std::lock_guard lock(mutex_);
    if (const auto found = find(number); found != entries_.end()) entries_.erase(found);
  }
  return scene.get();
}

BuiltScenePtr SceneCache::peek(int number) {
  const std::lock_guard lock(mutex_);
  const auto found = find(number);
  if (found == entries_.end()) return nullptr;
  if (found->scene.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return nullptr;
  return found->scene.get();
}

std::size_t SceneCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace fathom::scenes
