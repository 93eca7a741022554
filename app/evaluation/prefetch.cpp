#include "app/evaluation/prefetch.h"

#include "core/error.h"

namespace fathom {

Prefetch::Prefetch(SampleSourcePtr source, std::vector<std::size_t> order, std::stop_token stop)
    : source_(std::move(source)),
      order_(std::move(order)),
      thread_([this](const std::stop_token& token) { run(token); }),
      stopped_(std::move(stop), [this] { thread_.request_stop(); }) {}

void Prefetch::run(const std::stop_token& stop) {
  for (const std::size_t index : order_) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !ready_; })) return;
    }
    Loaded loaded;
    try {
      loaded = source_->load(index, {stop, {}});
    } catch (...) {
      loaded = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    ready_ = std::move(loaded);
    changed_.notify_all();
  }
}

Sample Prefetch::next() {
  Loaded loaded;
  {
    std::unique_lock lock(mutex_);
    const bool ready =
        changed_.wait(lock, thread_.get_stop_token(), [this] { return ready_.has_value(); });
    if (!ready || thread_.get_stop_token().stop_requested()) throw Cancelled();
    loaded = std::move(*ready_);
    ready_.reset();
    changed_.notify_all();
  }
  if (const auto* problem = std::get_if<std::exception_ptr>(&loaded)) {
    std::rethrow_exception(*problem);
  }
  return std::get<Sample>(std::move(loaded));
}

}  // namespace fathom
