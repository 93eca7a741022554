#include "app/experiment/run_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "app/methods/own_methods.h"
#include "app/methods/toml_reader.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/protocol.h"
#include "datasets/scenes/scene_source.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReal = "real";
constexpr const char* kSimulated = "simulated";

std::vector<Setting> changeableDegradation() {
  std::vector<Setting> settings = degradationSettings();
  std::erase_if(settings, [](const Setting& setting) { return setting.name == "seed"; });
  return settings;
}

/// TOML's whole numbers end at 2^63: larger seeds are texts.
std::uint64_t readSeed(TomlReader& reader) {
  const TomlValue* value = reader.find("seed");
  if (!value) return Experiment{}.seed;
  if (const auto* whole = std::get_if<std::int64_t>(&value->data); whole && *whole >= 0) {
    return static_cast<std::uint64_t>(*whole);
  }
  if (const auto* text = std::get_if<std::string>(&value->data)) {
    std::uint64_t seed = 0;
    const auto [rest, problem] = std::from_chars(text->data(), text->data() + text->size(), seed);
    if (problem == std::errc() && rest == text->data() + text->size()) return seed;
  }
  reader.fail("seed", "is no whole number of at least 0");
}

void readDegradation(Experiment& experiment, TomlReader& file) {
  const TomlValue* value = file.find("degradation");
  if (!value) return;
  const auto* table = std::get_if<TomlTable>(&value->data);
  if (!table) file.fail("degradation", "is no table", "Write [degradation] on a line of its own");
  TomlReader reader(*table, file.file(), "[degradation]", value->line);
  std::vector<std::string> presets;
  for (const DegradationPreset& preset : degradationPresets()) presets.push_back(preset.id);
  experiment.preset = reader.oneOf("preset", presets).value_or(experiment.preset);
  if (reader.has("seed")) reader.fail("seed", "does not belong here", "Write it above all tables");
  for (const Setting& setting : changeableDegradation()) {
    if (const auto changed = reader.value(setting)) experiment.degradation[setting.name] = *changed;
  }
  reader.finish();
  try {
    (void)experiment.resolvedDegradation();
  } catch (const BadInput& error) {
    reader.fail("", error.what());
  }
}

ExperimentMethod readMethod(const TomlValue& value, const TomlReader& file) {
  const auto* table = std::get_if<TomlTable>(&value.data);
  if (!table) file.fail("method", "is no table", "Write [[method]] on a line of its own");
  TomlReader reader(*table, file.file(), "[[method]]", value.line);
  ExperimentMethod method;
  method.run = reader.flag("run").value_or(true);
  method.choice.id = reader.requiredText("id");
  if (reader.has("kind")) {
    TomlTable rest = *table;
    std::erase_if(rest, [](const TomlEntry& entry) { return entry.key == "run"; });
    method.definition = readDefinition(rest, file.file(), value.line);
    return method;
  }
  if (const TomlValue* settings = reader.find("settings")) {
    const auto* values = std::get_if<TomlTable>(&settings->data);
    if (!values) reader.fail("settings", "is no table", "Write settings = { kernel = \"pillow\" }");
    method.choice.values = TomlReader(*values, file.file(), "settings", settings->line).allValues();
  }
  (void)reader.find("kind");  // for the list of what is known
  reader.finish();
  return method;
}

void readMethods(Experiment& experiment, TomlReader& file) {
  const TomlValue* value = file.find("method");
  if (!value) return;
  const auto* list = std::get_if<TomlValue::Array>(&value->data);
  if (!list) file.fail("method", "is one table", "Write [[method]], with two brackets");
  for (const TomlValue& each : *list) {
    ExperimentMethod method = readMethod(each, file);
    const bool again = std::ranges::any_of(experiment.methods, [&](const ExperimentMethod& other) {
      return other.choice.id == method.choice.id;
    });
    if (again) {
      throw BadInput(fmt::format("there is a method \"{}\" already", method.choice.id),
                     fmt::format("{}:{}", file.file(), each.line), "Give it another id");
    }
    experiment.methods.push_back(std::move(method));
  }
}

void readProtocols(Experiment& experiment, TomlReader& file) {
  const auto given = file.texts("protocols");
  if (!given) return;
  if (given->empty()) file.fail("protocols", "is empty", R"(Write protocols = ["plain"])");
  for (const std::string& id : *given) {
    try {
      (void)protocolFromText(id);
    } catch (const BadInput& error) {
      file.fail("protocols", fmt::format("names \"{}\": {}", id, error.problem()), error.remedy());
    }
  }
  experiment.protocols = *given;
}

TomlValue textsToToml(const std::vector<std::string>& texts) {
  TomlValue::Array list;
  for (const std::string& text : texts) list.push_back({text, 0});
  return {std::move(list), 0};
}

TomlTable methodTable(const ExperimentMethod& method, const fs::path& base) {
  TomlTable table;
  if (method.definition) {
    table = writeDefinition(*method.definition, base);
  } else {
    table.push_back({"id", {method.choice.id, 0}});
    TomlTable settings;
    for (const auto& [name, value] : method.choice.values)
      settings.push_back({name, toToml(value)});
    if (!settings.empty()) table.push_back({"settings", {std::move(settings), 0}});
  }
  if (!method.run) table.push_back({"run", {false, 0}});
  return table;
}

TomlValue seedToToml(std::uint64_t seed) {
  const bool fits = seed <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (fits) return {static_cast<std::int64_t>(seed), 0};
  return {fmt::format("{}", seed), 0};
}

}  // namespace

std::vector<MethodDefinition> Experiment::definitions() const {
  std::vector<MethodDefinition> all;
  for (const ExperimentMethod& method : methods) {
    if (method.definition) all.push_back(*method.definition);
  }
  return all;
}

std::vector<std::string> Experiment::resolvedSources() const {
  std::vector<std::string> resolved;
  for (const std::string& source : sources) {
    resolved.push_back(namesScenes(source) ? source : (base / source).lexically_normal().string());
  }
  return resolved;
}

Degradation Experiment::resolvedDegradation() const {
  Values values = toValues(degradationPreset(preset));
  values.erase("seed");
  for (const auto& [name, value] : degradation) values.insert_or_assign(name, value);
  values = checkedValues(changeableDegradation(), values, "degradation");
  Degradation resolved = degradationFromValues(values);
  resolved.seed = seed;
  resolved.check();
  return resolved;
}

std::vector<MethodChoice> Experiment::resolvedMethods(const UpsamplerRegistry& registry) const {
  std::vector<MethodChoice> chosen;
  for (const ExperimentMethod& method : methods) {
    if (method.run) chosen.push_back(resolvedChoice(registry, method.choice));
  }
  if (chosen.empty()) {
    throw BadInput("no method runs", "", "Add a [[method]] with an id, such as \"bicubic\"");
  }
  return chosen;
}

Experiment parseExperiment(std::string_view text, const std::string& file) {
  const TomlTable table = parseToml(text, file);
  TomlReader reader(table, file);
  Experiment experiment;
  experiment.base = fs::path(file).parent_path();
  experiment.sources = reader.texts("sources").value_or(experiment.sources);
  if (const auto low = reader.oneOf("low", {kReal, kSimulated})) {
    experiment.low = *low == kReal ? LowChoice::kReal : LowChoice::kSimulated;
  }
  experiment.seed = readSeed(reader);
  readProtocols(experiment, reader);
  experiment.device = reader.text("device").value_or(experiment.device);
  experiment.savePredictions = reader.flag("save_predictions").value_or(false);
  readDegradation(experiment, reader);
  readMethods(experiment, reader);
  reader.finish();
  return experiment;
}

Experiment readExperiment(const fs::path& file) {
  return parseExperiment(readTextFile(file.string()), file.string());
}

std::string printExperiment(const Experiment& experiment, const fs::path& base) {
  TomlTable table;
  const auto add = [&](const char* key, TomlValue value) {
    table.push_back({key, std::move(value)});
  };
  std::vector<std::string> sources;
  for (const std::string& source : experiment.sources) {
    sources.push_back(namesScenes(source) ? source : movedPath(source, experiment.base, base));
  }
  add("sources", textsToToml(sources));
  if (experiment.low) {
    add("low", {std::string(*experiment.low == LowChoice::kReal ? kReal : kSimulated), 0});
  }
  add("seed", seedToToml(experiment.seed));
  add("protocols", textsToToml(experiment.protocols));
  add("device", {experiment.device, 0});
  if (experiment.savePredictions) add("save_predictions", {true, 0});
  TomlTable degradation{{"preset", {experiment.preset, 0}}};
  for (const auto& [name, value] : experiment.degradation) {
    degradation.push_back({name, toToml(value)});
  }
  add("degradation", {std::move(degradation), 0});
  TomlValue::Array methods;
  for (const ExperimentMethod& method : experiment.methods) {
    methods.push_back({methodTable(method, base), 0});
  }
  if (!methods.empty()) add("method", {std::move(methods), 0});
  return printToml(table);
}

void writeExperiment(const Experiment& experiment, const fs::path& file) {
  writeFile(file, printExperiment(experiment, file.parent_path()));
}

std::vector<MethodDefinition> readMethodFile(const fs::path& file) {
  std::vector<MethodDefinition> definitions = readExperiment(file).definitions();
  if (definitions.empty()) {
    throw BadInput("brings no method", file.string(),
                   "Add a [[method]] table with an id and a kind, see docs/own-methods.md");
  }
  return definitions;
}

}  // namespace fathom
