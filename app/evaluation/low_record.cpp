#include "app/evaluation/low_record.h"

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace fathom {
namespace {

using Json = nlohmann::ordered_json;

/// Whole numbers without a decimal point, so that they can be used as indices as they are.
Json number(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

Json oneOrBoth(double x, double y) {
  return x == y ? number(x) : Json::array({number(x), number(y)});
}

}  // namespace

LowRecord makeLow(const Sample& sample, LowChoice choice, const Degradation& degradation,
                  const Progress& progress) {
  if (choice == LowChoice::kReal) {
    if (!sample.low) throw BadInput("the sample has no transmitted map of its own", sample.id);
    check(*sample.low);
    return {*sample.low, "real", {}, {}};
  }
  if (!sample.truth) throw BadInput("the sample has no truth to degrade", sample.id);
  Degraded made = degrade(*sample.truth, degradation, sample.id, progress);
  return {std::move(made.low), degradation.preset, made.sigmas, degradation.seed};
}

std::string lowJson(const LowRecord& record) {
  const LowDepth& low = record.low;
  Json json;
  json["preset"] = record.preset;
  json["sigma_r"] = record.sigmas ? Json(record.sigmas->relative) : Json(nullptr);
  json["sigma_a"] = record.sigmas ? Json(record.sigmas->additive) : Json(nullptr);
  json["seed"] = record.seed ? Json(*record.seed) : Json(nullptr);
  json["metres_per_level"] = low.metresPerLevel;
  json["factor"] = oneOrBoth(low.factorX, low.factorY);
  json["phase"] = oneOrBoth(low.phaseX, low.phaseY);
  return json.dump(2) + "\n";
}

}  // namespace fathom
