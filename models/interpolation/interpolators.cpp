#include "models/interpolation/interpolators.h"

#include "core/stopwatch.h"
#include "models/interpolation/interpolation.h"

namespace fathom {
namespace {

class Interpolator : public Upsampler {
 public:
  explicit Interpolator(Interpolation how) : how_(how) {}

  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override {
    const Stopwatch watch(input.low.levels.device());
    const Size size{input.rgb.size(1), input.rgb.size(2)};
    Prediction prediction{makePrediction(interpolate(input.low, size, how_, progress)), {}, 0};
    prediction.milliseconds = watch.milliseconds();
    return prediction;
  }

 private:
  Interpolation how_;
};

std::vector<Setting> settingsFor(bool cubic, double gain) {
  std::vector<Setting> settings;
  if (cubic) {
    settings.push_back({"kernel", "Kernel", "",
                        "torch: a = -0.75, edge taps clamped (PyTorch, OpenCV); pillow: a = -0.5, "
                        "edge taps dropped and the others renormalised",
                        Choice{{"torch", "pillow"}, "torch"}});
  }
  settings.push_back({"gain", "Gain", "m/level",
                      "metres per level to multiply by; 0 takes the transmitted map's own",
                      Real{0, 1e4, gain, false}});
  settings.push_back({"half_step", "Half step", "",
                      "adds half a level first, which undoes the bias of truncation", Flag{false}});
  settings.push_back({"phase_aware", "Phase-aware", "",
                      "places cells where they were sampled instead of on the half-pixel grid",
                      Flag{false}});
  return settings;
}

void add(UpsamplerRegistry& registry, const char* id, const char* title, const char* summary,
         Kernel kernel, double gain = 0) {
  const bool cubic = kernel == Kernel::kCubicTorch;
  UpsamplerInfo info;
  info.id = id;
  info.title = title;
  info.summary = summary;
  info.followsSliders = true;
  info.settings = settingsFor(cubic, gain);
  registry.add(std::move(info), [kernel, cubic](const Values& values) -> UpsamplerPtr {
    const bool pillow = cubic && text(values, "kernel") == "pillow";
    return std::make_shared<Interpolator>(
        Interpolation{pillow ? Kernel::kCubicPillow : kernel, real(values, "gain"),
                      flag(values, "half_step"), flag(values, "phase_aware")});
  });
}

}  // namespace

void registerInterpolators(UpsamplerRegistry& registry) {
  add(registry, "nearest", "Nearest", "Every pixel takes the nearest transmitted cell.",
      Kernel::kNearest);
  add(registry, "bilinear", "Bilinear", "Two by two cells, half-pixel grid.", Kernel::kLinear);
  add(registry, "bicubic", "Bicubic",
      "Cubic convolution of the levels in metres. The report's bicubic row does not say whether "
      "levels were rescaled first.",
      Kernel::kCubicTorch);
  add(registry, "bicubic_raw", "Bicubic, raw",
      "Cubic convolution of the levels as received (gain 1): the error is dominated by the scale.",
      Kernel::kCubicTorch, 1);
  add(registry, "lanczos", "Lanczos", "Windowed sinc with three lobes, Pillow's edges.",
      Kernel::kLanczos);
}

}  // namespace fathom
