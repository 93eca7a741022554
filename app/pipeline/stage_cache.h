#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace fathom {

/// Keeps the results of stages by the text of everything they depend on, least recently used out
/// first. Entries are immutable and shared: dropping one never invalidates a holder. Thread-safe.
class StageCache {
 public:
  explicit StageCache(std::size_t bytes) : budget_(bytes) {}

  /// The entry under this key, or null. The caller names the type it was put in with.
  template <class Stage>
  std::shared_ptr<const Stage> find(const std::string& key) {
    return std::static_pointer_cast<const Stage>(findAny(key));
  }
  /// An entry larger than the whole budget is not kept.
  void put(const std::string& key, std::shared_ptr<const void> stage, std::size_t bytes);

  std::size_t bytes() const;
  std::size_t budget() const { return budget_; }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const void> stage;
    std::size_t bytes;
  };
  std::shared_ptr<const void> findAny(const std::string& key);

  const std::size_t budget_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  ///< most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> byKey_;
  std::size_t held_ = 0;
};

}  // namespace fathom
