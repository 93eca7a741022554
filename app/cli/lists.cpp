#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/built_in_methods.h"
#include "app/cli/methods_page.h"
#include "app/cli/text.h"
#include "app/cli/verbs.h"
#include "core/degradation.h"
#include "core/error.h"
#include "core/metrics.h"
#include "core/protocol.h"
#include "models/network.h"

namespace fathom::cli {
namespace {

using Json = nlohmann::ordered_json;

template <class... Functions>
struct Overload : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overload(Functions...) -> Overload<Functions...>;

Json jsonValue(const Value& value) {
  return std::visit([](const auto& each) { return Json(each); }, value);
}

Json jsonSetting(const Setting& setting) {
  Json json{{"id", setting.name},
            {"title", setting.title},
            {"unit", setting.unit},
            {"help", setting.help}};
  std::visit(Overload{[&](const Real& real) {
                        json["type"] = "real";
                        json["least"] = real.least;
                        json["greatest"] = real.greatest;
                      },
                      [&](const Integer& integer) {
                        json["type"] = "integer";
                        json["least"] = integer.least;
                        json["greatest"] = integer.greatest;
                      },
                      [&](const Flag&) { json["type"] = "flag"; },
                      [&](const Choice& choice) {
                        json["type"] = "choice";
                        json["options"] = choice.options;
                      },
                      [&](const File&) { json["type"] = "file"; }},
             setting.kind);
  json["default"] = jsonValue(initialValue(setting));
  return json;
}

/// "0 to 1", "torch|pillow", "true|false".
std::string rangeText(const Setting& setting) {
  return std::visit(Overload{[](const Flag&) { return std::string("true|false"); },
                             [](const Choice& choice) {
                               return fmt::format("{}", fmt::join(choice.options, "|"));
                             },
                             [](const File&) { return std::string("a file"); },
                             [](const auto& number) {
                               return fmt::format("{} to {}", number.least, number.greatest);
                             }},
                    setting.kind);
}

/// "    kernel     torch|pillow; what it does", wrapped.
std::string settingLine(const Setting& setting) {
  constexpr std::size_t kIndent = 21;
  std::string text = rangeText(setting);
  if (!setting.unit.empty()) text += " " + setting.unit;
  return fmt::format("    {:16} {}\n", setting.name, wrapped(text + "; " + setting.help, kIndent));
}

std::string assignments(const std::vector<Setting>& settings, const Values& values) {
  std::string text;
  for (const Setting& setting : settings) {
    const auto value = values.find(setting.name);
    if (value == values.end()) continue;
    text +=
        fmt::format("{}{}={}", text.empty() ? "" : " ", setting.name, printValue(value->second));
  }
  return text;
}

Json jsonSettings(const std::vector<Setting>& settings) {
  Json list = Json::array();
  for (const Setting& setting : settings) list.push_back(jsonSetting(setting));
  return list;
}

Json jsonMethods() {
  const UpsamplerRegistry registry = builtInMethods();
  const std::string first = registry.info("default").id;
  Json list = Json::array();
  for (const UpsamplerInfo& info : registry.list()) {
    Json json{
        {"id", info.id},           {"title", info.title},           {"summary", info.summary},
        {"group", info.group},     {"parameters", info.parameters}, {"paper", info.paper},
        {"licence", info.licence}, {"fidelity", info.fidelity},     {"default", info.id == first}};
    json["weights"] = Json::array();
    for (const WeightsWanted& weights : info.weights) json["weights"].push_back(weights.name);
    json["settings"] = jsonSettings(info.settings);
    list.push_back(std::move(json));
  }
  return list;
}

/// Every setting of the methods once; several methods have the same ones.
std::string textSettings(const std::vector<UpsamplerInfo>& infos) {
  std::string text;
  for (const UpsamplerInfo& info : infos) {
    for (const Setting& setting : info.settings) {
      const std::string line = settingLine(setting);
      if (text.find(line) == std::string::npos) text += line;
    }
  }
  return text;
}

std::string textMethods() {
  constexpr std::size_t kIndent = 4;
  const UpsamplerRegistry registry = builtInMethods();
  std::string text;
  for (const UpsamplerInfo& info : registry.list()) {
    const std::string size =
        info.parameters > 0 ? fmt::format(" ({} parameters)", info.parameters) : "";
    text += fmt::format("{}{}\n    {}\n", info.id, size, wrapped(info.summary, kIndent));
    const std::string settings = assignments(info.settings, initialValues(info.settings));
    if (!settings.empty()) text += fmt::format("    {}\n", wrapped(settings, kIndent));
  }
  return text + fmt::format(
                    "\n\"default\" stands for {}.\n\n"
                    "Settings, changed by --set METHOD.KEY=VALUE:\n{}",
                    registry.info("default").id, textSettings(registry.list()));
}

Json jsonArchitectures() {
  Json list = Json::array();
  for (const ArchitectureInfo& info : architectures().list()) {
    list.push_back({{"id", info.id},
                    {"title", info.title},
                    {"source", info.source},
                    {"inputs", info.inputs},
                    {"outputs", info.outputs},
                    {"settings", jsonSettings(info.settings)}});
  }
  return list;
}

std::string textArchitectures() {
  constexpr std::size_t kIndent = 4;
  std::string text;
  for (const ArchitectureInfo& info : architectures().list()) {
    text += fmt::format("{}\n    {}\n    {} -> {}\n", info.id, wrapped(info.source, kIndent),
                        fmt::join(info.inputs, ", "), fmt::join(info.outputs, ", "));
    for (const Setting& setting : info.settings) text += settingLine(setting);
  }
  return text + "\nRun one with fathom-cli forward; settings by --set KEY=VALUE.\n";
}

Json jsonMetrics() {
  Json list = Json::array();
  for (const MetricInfo& info : metricInfos()) {
    list.push_back({{"id", info.id},
                    {"title", info.title},
                    {"unit", info.unit},
                    {"formula", info.formula},
                    {"direction", info.lowerIsBetter ? "lower" : "higher"},
                    {"source", info.source}});
  }
  return list;
}

std::string textMetrics() {
  std::string text =
      "p prediction, g truth, p+ = max(p, 0.001 m); means over the pixels that count.\n\n";
  for (const MetricInfo& info : metricInfos()) {
    text += fmt::format("{:8} {:5} {} is better   {}\n{:15}{}\n", info.id,
                        info.unit.empty() ? "-" : info.unit,
                        info.lowerIsBetter ? "lower " : "higher", info.formula, "", info.source);
  }
  return text;
}

Json jsonProtocols() {
  Json list = Json::array();
  for (const Protocol& protocol : protocols()) {
    list.push_back({{"id", protocol.id},
                    {"title", protocol.title},
                    {"clip", protocol.clip ? Json(*protocol.clip) : Json(nullptr)},
                    {"mask", protocol.mask ? Json(*protocol.mask) : Json(nullptr)},
                    {"help", protocol.explain()}});
  }
  return list;
}

std::string textProtocols() {
  std::string text;
  for (const Protocol& protocol : protocols()) {
    text += fmt::format("{:9} {}\n", protocol.id, protocol.explain());
  }
  return text + "\nclip-C and mask-C work with any C in metres.\n";
}

/// The knobs of a degradation but the seed, which is no part of a preset.
std::vector<Setting> parameters() {
  std::vector<Setting> settings = degradationSettings();
  std::erase_if(settings, [](const Setting& setting) { return setting.name == "seed"; });
  return settings;
}

Json jsonPresets() {
  Json list = Json::array();
  for (const DegradationPreset& preset : degradationPresets()) {
    Json values;
    const Values all = toValues(preset.values);
    for (const Setting& setting : parameters()) {
      values[setting.name] = jsonValue(all.find(setting.name)->second);
    }
    list.push_back({{"id", preset.id},
                    {"title", preset.title},
                    {"note", preset.note},
                    {"metres_per_level", preset.values.metresPerLevel()},
                    {"values", std::move(values)}});
  }
  return list;
}

std::string textPresets() {
  constexpr std::size_t kIndent = 4;
  const std::vector<Setting> settings = parameters();
  std::string text;
  for (const DegradationPreset& preset : degradationPresets()) {
    text += fmt::format("{}\n    {}\n    {}\n", preset.id, wrapped(preset.note, kIndent),
                        wrapped(assignments(settings, toValues(preset.values)), kIndent));
  }
  text += "\nParameters, changed by --degradation KEY=VALUE:\n";
  for (const Setting& setting : settings) text += settingLine(setting);
  return text;
}

struct List {
  const char* name;
  Json (*json)();
  std::string (*text)();
};
constexpr List kLists[]{{"methods", jsonMethods, textMethods},
                        {"architectures", jsonArchitectures, textArchitectures},
                        {"metrics", jsonMetrics, textMetrics},
                        {"protocols", jsonProtocols, textProtocols},
                        {"presets", jsonPresets, textPresets}};

}  // namespace

int showList(const Options& options) {
  const std::string& what = options.listed;
  if (options.markdown) {
    if (what != "methods") throw BadInput("only methods have a page", "--markdown");
    printData(methodsPage(builtInMethods()));
    return kDone;
  }
  const auto* list = std::ranges::find(kLists, what, &List::name);
  if (list == std::end(kLists)) throw BadInput("there is no list of this name", what);
  printData(options.json ? list->json().dump(2) + "\n" : list->text());
  return kDone;
}

}  // namespace fathom::cli
