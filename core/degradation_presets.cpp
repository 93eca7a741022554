#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/degradation.h"
#include "core/error.h"

namespace fathom {
namespace {

Degradation paperLiteral() {
  Degradation values;
  values.preset = "paper-literal";
  values.drawSigmas = false;
  values.sigmaRelative = std::sqrt(0.02);
  values.sigmaAdditive = std::sqrt(0.05);
  values.clipBelowZero = false;
  return values;
}

const std::vector<std::string> kSamplings{"nearest-exact", "bilinear", "bicubic", "area"};

Setting realSetting(const char* name, const char* title, const char* unit, const char* help,
                    Real kind) {
  return {name, title, unit, help, kind};
}
Setting wholeSetting(const char* name, const char* title, const char* help, Integer kind) {
  return {name, title, "", help, kind};
}

}  // namespace

const std::vector<DegradationPreset>& degradationPresets() {
  static const std::vector<DegradationPreset> presets{
      {"challenge-measured", "Challenge, as measured",
       "What the AIS 2024 challenge's real pairs hold: 16 to 12 bits by truncation, every 8th pixel "
       "at (8i + 4, 8j + 4), per-image sigma_r in (0, 0.02) and sigma_a in (0, 0.05) levels, "
       "clipped below at 0.",
       Degradation{}},
      {"paper-literal", "Paper, taken literally",
       "The AIM 2024 report's text read literally: variances 0.02 (relative) and 0.05 (additive), "
       "the same for every image, not clipped. The text does not settle whether it means variances "
       "or standard deviations, nor whether values below 0 are clipped; real files do not match it.",
       paperLiteral()},
  };
  return presets;
}

const Degradation& degradationPreset(std::string_view id) {
  std::vector<std::string> known;
  for (const DegradationPreset& preset : degradationPresets()) {
    if (preset.id == id) return preset.values;
    known.push_back(preset.id);
  }
  throw BadInput("there is no preset of this name", std::string(id),
                 fmt::format("Known are {}", fmt::join(known, ", ")));
}

const std::vector<Setting>& degradationSettings() {
  static const std::vector<Setting> settings{
      wholeSetting("source_bits", "Source bits", "bits of the code before compression",
                   {1, 32, 16}),
      wholeSetting("target_bits", "Target bits", "bits of the transmitted code", {1, 24, 12}),
      realSetting("metres_per_code", "Code scale", "m", "metres that one source code stands for",
                  {1e-4, 1e3, 1, true}),
      {"rounding", "Rounding", "", "how a value becomes a code",
       Choice{{"truncate", "round"}, "truncate"}},
      wholeSetting("factor", "Factor", "how many times smaller the map is, in each direction",
                   {1, 16, 8}),
      {"sampling", "Sampling", "", "how a cell is made of its pixels",
       Choice{kSamplings, "nearest-exact"}},
      wholeSetting("phase", "Phase", "which of its pixels a cell is sampled at; -1 is the centre",
                   {-1, 15, -1}),
      {"draw_sigmas", "Draw σ per image", "",
       "each image gets its own σ between 0 and the values below", Flag{true}},
      realSetting("sigma_r", "σ relative", "", "noise in proportion to the level",
                  {0, 0.5, 0.02, false}),
      realSetting("sigma_a", "σ additive", "levels", "noise independent of the level",
                  {0, 2, 0.05, false}),
      {"clip", "Clip below 0", "", "negative levels become 0", Flag{true}},
      wholeSetting("seed", "Seed", "same seed, same noise", {0, 2147483647, 1}),
  };
  return settings;
}

Values toValues(const Degradation& values) {
  return {{"source_bits", std::int64_t{values.sourceBits}},
          {"target_bits", std::int64_t{values.targetBits}},
          {"metres_per_code", values.metresPerCode},
          {"rounding", std::string(values.rounding == Rounding::kRound ? "round" : "truncate")},
          {"factor", std::int64_t{values.factor}},
          {"sampling", kSamplings[static_cast<std::size_t>(values.sampling)]},
          {"phase", std::int64_t{values.phase}},
          {"draw_sigmas", values.drawSigmas},
          {"sigma_r", values.sigmaRelative},
          {"sigma_a", values.sigmaAdditive},
          {"clip", values.clipBelowZero},
          {"seed", static_cast<std::int64_t>(values.seed)}};
}

Degradation degradationFromValues(const Values& given) {
  const Values values = checkedValues(degradationSettings(), given, "degradation");
  Degradation result;
  result.sourceBits = static_cast<int>(integer(values, "source_bits"));
  result.targetBits = static_cast<int>(integer(values, "target_bits"));
  result.metresPerCode = real(values, "metres_per_code");
  result.rounding = text(values, "rounding") == "round" ? Rounding::kRound : Rounding::kTruncate;
  result.factor = static_cast<int>(integer(values, "factor"));
  for (std::size_t i = 0; i < kSamplings.size(); ++i) {
    if (text(values, "sampling") == kSamplings[i]) result.sampling = static_cast<Sampling>(i);
  }
  // A phase beyond a factor that was made smaller is its last pixel, so that sliders never clash.
  result.phase = std::min(static_cast<int>(integer(values, "phase")), result.factor - 1);
  result.drawSigmas = flag(values, "draw_sigmas");
  result.sigmaRelative = real(values, "sigma_r");
  result.sigmaAdditive = real(values, "sigma_a");
  result.clipBelowZero = flag(values, "clip");
  result.seed = static_cast<std::uint64_t>(integer(values, "seed"));
  result.preset = "custom";
  for (const DegradationPreset& preset : degradationPresets()) {
    Degradation same = preset.values;
    same.seed = result.seed;
    result.preset = preset.id;
    if (same == result) return result;
  }
  result.preset = "custom";
  result.check();
  return result;
}

}  // namespace fathom
