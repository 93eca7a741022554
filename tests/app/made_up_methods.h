#pragma once

#include <ATen/ops/full.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "core/error.h"
#include "core/upsampler.h"
#include "models/registry.h"

/// Holds up whoever comes by until it is opened.
class Gate {
 public:
  std::atomic<int> entered{0};  ///< how many came so far
  std::atomic<int> turned{0};   ///< how many were called off while they waited

  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    wake_.notify_all();
  }
  /// Throws Cancelled where the work is called off before the gate opens.
  void wait(const fathom::Progress& progress) {
    std::unique_lock lock(mutex_);
    ++entered;
    if (wake_.wait(lock, progress.stop, [this] { return open_; })) return;
    ++turned;
    throw fathom::Cancelled();
  }
  /// Deaf to whoever calls the work off.
  void wait() { wait({}); }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool open_ = false;
};

/// A method of one value everywhere, whose run can be anything.
class MadeUpMethod : public fathom::Upsampler {
 public:
  using Before = std::function<void(const fathom::Progress&)>;
  MadeUpMethod(double metres, Before before) : metres_(metres), before_(std::move(before)) {}
  fathom::Prediction operator()(const fathom::UpsamplerInput& input,
                                const fathom::Progress& progress) const override {
    progress.checkpoint();
    if (before_) before_(progress);
    return {fathom::makePrediction(
                at::full({input.rgb.size(1), input.rgb.size(2)}, metres_, at::kFloat)),
            {},
            1.5};
  }

 private:
  double metres_;
  Before before_;
};

/// Adds a method; `fast` ones follow sliders.
inline void addMethod(fathom::UpsamplerRegistry& registry, const std::string& id, bool fast,
                      double metres, MadeUpMethod::Before before = {}) {
  fathom::UpsamplerInfo info;
  info.id = info.title = id;
  info.summary = "made up";
  info.followsSliders = fast;
  registry.add(info, [metres, before](const fathom::Values&) {
    return std::make_shared<MadeUpMethod>(metres, before);
  });
}

/// The real methods and: "fast" (7 m), "broken" (fast, always fails), "patient" (heavy, 9 m, waits
/// at the gate).
inline fathom::UpsamplerRegistry madeUpMethods(Gate& gate) {
  fathom::UpsamplerRegistry registry;
  fathom::registerModels(registry);
  addMethod(registry, "fast", true, 7);
  addMethod(registry, "broken", true, 0, [](const fathom::Progress&) {
    throw fathom::MissingResource("no such weights", "broken", "get them");
  });
  addMethod(registry, "patient", false, 9,
            [&gate](const fathom::Progress& progress) { gate.wait(progress); });
  return registry;
}
