#include "app/pipeline/stage_cache.h"

namespace fathom {

std::shared_ptr<const void> StageCache::findAny(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = byKey_.find(key);
  if (found == byKey_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->stage;
}

void StageCache::put(const std::string& key, std::shared_ptr<const void> stage,
                     std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (const auto old = byKey_.find(key); old != byKey_.end()) {
    held_ -= old->second->bytes;
    entries_.erase(old->second);
    byKey_.erase(old);
  }
  if (bytes > budget_) return;
  while (held_ + bytes > budget_) {
    held_ -= entries_.back().bytes;
    byKey_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front({key, std::move(stage), bytes});
  byKey_[key] = entries_.begin();
  held_ += bytes;
}

std::size_t StageCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

}  // namespace fathom
