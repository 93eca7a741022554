#include "app/methods/script_manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/methods/toml_reader.h"
#include "core/error.h"

namespace fathom {
namespace {

using Json = nlohmann::json;

/// One object of the manifest: every key is asked for, the rest is an error.
class Part {
 public:
  Part(const Json& json, std::string file, std::string name)
      : json_(json), file_(std::move(file)), name_(std::move(name)) {
    if (!json_.is_object()) fail("", "is no object");
  }

  const Json* find(const char* key) {
    known_.emplace_back(key);
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }
  void number(const char* key, double& to) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number() || !std::isfinite(value->get<double>())) fail(key, "is no number");
    to = value->get<double>();
  }
  void whole(const char* key, int& to, int least, int greatest) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number_integer() || *value < least || *value > greatest) {
      fail(key, fmt::format("is no whole number from {} to {}", least, greatest));
    }
    to = value->get<int>();
  }
  void choice(const char* key, std::string& to, const std::vector<std::string>& options) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_string() ||
        std::ranges::find(options, value->get<std::string>()) == options.end()) {
      fail(key, fmt::format("is not one of {}", fmt::join(options, ", ")));
    }
    to = value->get<std::string>();
  }
  void three(const char* key, std::array<double, 3>& to) {
    const Json* value = find(key);
    if (!value) return;
    const auto isNumber = [](const Json& each) { return each.is_number(); };
    if (!value->is_array() || value->size() != 3 || !std::ranges::all_of(*value, isNumber)) {
      fail(key, "is not a list of three numbers");
    }
    for (std::size_t i = 0; i < 3; ++i) to[i] = (*value)[i].get<double>();
  }
  void finish() const {
    for (const auto& [key, value] : json_.items()) {
      if (std::ranges::find(known_, key) == known_.end()) {
        throw BadInput(fmt::format("the manifest has an unknown key \"{}{}\"", name_, key), file_,
                       knownNames(key, known_));
      }
    }
  }
  [[noreturn]] void fail(const std::string& key, const std::string& problem) const {
    throw BadInput(fmt::format("the manifest's {}{} {}", name_, key, problem), file_,
                   "See docs/own-methods.md");
  }

 private:
  const Json& json_;
  std::string file_, name_;
  std::vector<std::string> known_;
};

void readInputs(ScriptManifest& manifest, Part& part) {
  const Json* inputs = part.find("inputs");
  if (!inputs) return;
  manifest.inputs.clear();
  if (!inputs->is_array() || inputs->empty()) part.fail("inputs", "is no list of names");
  for (const Json& each : *inputs) {
    const std::string name = each.is_string() ? each.get<std::string>() : std::string();
    if (name != "rgb" && name != "low" && name != "initial") {
      part.fail("inputs", "holds something that is not one of rgb, low, initial");
    }
    manifest.inputs.push_back(name);
  }
}

void readRgb(ScriptManifest& manifest, const Json& json, const std::string& file) {
  Part part(json, file, "rgb.");
  part.number("scale", manifest.rgbScale);
  part.three("mean", manifest.mean);
  part.three("std", manifest.std);
  if (std::ranges::any_of(manifest.std, [](double each) { return !(std::abs(each) > 0); })) {
    part.fail("std", "has a 0");
  }
  part.finish();
}

void readLow(ScriptManifest& manifest, const Json& json, const std::string& file) {
  Part part(json, file, "low.");
  std::string unit = "metres", size = "low";
  part.choice("unit", unit, {"metres", "levels"});
  part.number("scale", manifest.lowScale);
  part.choice("size", size, {"low", "picture"});
  part.choice("interpolation", manifest.interpolation, {"nearest", "bilinear", "bicubic"});
  part.finish();
  manifest.lowInMetres = unit == "metres";
  manifest.lowEnlarged = size == "picture";
}

void readOutput(ScriptManifest& manifest, const Json& json, const std::string& file) {
  Part part(json, file, "output.");
  std::string unit = "metres";
  part.choice("unit", unit, {"metres", "levels", "relative_depth", "relative_inverse"});
  part.number("scale", manifest.outputScale);
  part.whole("index", manifest.outputIndex, 0, 100);
  part.whole("uncertainty", manifest.uncertaintyIndex, 0, 100);
  part.finish();
  manifest.unit = outputUnitFromText(unit);
}

}  // namespace

ScriptManifest parseManifest(std::string_view text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) throw BadInput("the manifest is no JSON", file);
  ScriptManifest manifest;
  Part part(json, file, "");
  readInputs(manifest, part);
  part.whole("multiple_of", manifest.multipleOf, 1, 1024);
  if (const Json* rgb = part.find("rgb")) readRgb(manifest, *rgb, file);
  if (const Json* low = part.find("low")) readLow(manifest, *low, file);
  if (const Json* output = part.find("output")) readOutput(manifest, *output, file);
  part.finish();
  return manifest;
}

ScriptManifest readManifest(const std::filesystem::path& file) {
  return parseManifest(readTextFile(file.string()), file.string());
}

}  // namespace fathom
