#pragma once

#include <ATen/ops/full.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "core/error.h"
#include "core/upsampler.h"
#include "models/checkpoints/weights_folder.h"
#include "models/interpolation/interpolators.h"

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
  MadeUpMethod(double metres, Before before, std::string stamp = {})
      : metres_(metres), before_(std::move(before)), stamp_(std::move(stamp)) {}
  fathom::Prediction operator()(const fathom::UpsamplerInput& input,
                                const fathom::Progress& progress) const override {
    progress.checkpoint();
    if (before_) before_(progress);
    return {fathom::makePrediction(
                at::full({input.rgb.size(1), input.rgb.size(2)}, metres_, at::kFloat)),
            {},
            1.5,
            stamp_};
  }

 private:
  double metres_;
  Before before_;
  std::string stamp_;
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

/// A method with a weights file of this name, without which it fails. It is heavy, gives 5 m, and
/// with random weights says so. A million parameters, and a multiply-add for each and each pixel.
inline void addNetwork(fathom::UpsamplerRegistry& registry, const std::string& id,
                       const std::string& weights, MadeUpMethod::Before before = {}) {
  fathom::UpsamplerInfo info;
  info.id = id;
  info.title = "Network " + id;
  info.summary = "A made-up network.";
  info.group = "Networks";
  info.paper = "A. Author, Made-up networks, 2024";
  info.licence = "MIT";
  info.fidelity = "Nothing of it is published.";
  info.parameters = 1'000'000;
  info.settings = {
      {"weights", "Weights", "", "Empty: from the weights folder",
       fathom::File{"Weights (*.safetensors)"}},
      {"random_weights", "Random weights", "", "To measure costs", fathom::Flag{false}}};
  info.weights = {{"weights", weights, "Weights of " + id}};
  info.costs = [](fathom::Size size, const fathom::Values&, const fathom::Progress&) {
    return fathom::Costs{1'000'000, 1e6 * double(size.width * size.height)};
  };
  info.published = fathom::PublishedFigures{0.212, 0.375, 0.9, 300};
  registry.add(info, [weights, before](const fathom::Values& values) {
    const bool random = fathom::flag(values, "random_weights");
    const std::string chosen = fathom::text(values, "weights");
    return std::make_shared<MadeUpMethod>(
        5,
        [=](const fathom::Progress& progress) {
          if (!random) fathom::findWeights(weights, chosen);
          if (before) before(progress);
        },
        random ? "random weights" : "");
  });
}

/// The interpolators and: "fast" (7 m), "broken" (fast, always fails), "patient" (heavy, 9 m, waits
/// at the gate), "net" (a network that wants the weights "made_up"), "stamped" (fast, 6 m, said to
/// be "tiled 512").
inline fathom::UpsamplerRegistry madeUpMethods(Gate& gate) {
  fathom::UpsamplerRegistry registry;
  fathom::registerInterpolators(registry);
  addMethod(registry, "fast", true, 7);
  addMethod(registry, "broken", true, 0, [](const fathom::Progress&) {
    throw fathom::MissingResource("no such weights", "broken", "get them");
  });
  addMethod(registry, "patient", false, 9,
            [&gate](const fathom::Progress& progress) { gate.wait(progress); });
  addNetwork(registry, "net", "made_up");
  fathom::UpsamplerInfo stamped;
  stamped.id = stamped.title = "stamped";
  stamped.followsSliders = true;
  registry.add(stamped, [](const fathom::Values&) {
    return std::make_shared<MadeUpMethod>(6, nullptr, "tiled 512");
  });
  return registry;
}
