#include "app/methods/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/methods/toml_reader.h"
#include "core/error.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

const Setting kScale{
    "scale", "Metres per value", "m",
    "what a stored value of 1 stands for; 0: values are metres, and files of whole "
    "numbers (16-bit PNG) are refused",
    Real{0, 1e6, 0}};
const Setting kUnit{"unit", "What the values are", "",
                    "metres; levels of the transmitted map; relative depth (larger is farther) or "
                    "relative inverse depth (larger is nearer), which is fitted to the "
                    "transmitted map",
                    Choice{{"metres", "levels", "relative_depth", "relative_inverse"}, "metres"}};
const Setting kDataset{"dataset", "HDF5 dataset", "",
                       "its path in each file; empty: the only two-dimensional one", File{}};

std::vector<Setting> predictionParameters() {
  return {{"folder", "Folder", "", "where the files lie, one per sample", File{}},
          {"pattern", "File names", "",
           "how a file is named, with {sample} for the sample's id; empty: the id and any ending "
           "that is known",
           File{}},
          kScale,
          kUnit,
          kDataset};
}

std::vector<Setting> commandParameters() {
  return {{"processes", "Processes", "",
           "each: one process per sample; one: a single process that is given all samples, see "
           "docs/own-methods.md",
           Choice{{"each", "one"}, "each"}},
          {"time_limit", "Time limit", "s", "for one sample, the start of the program included",
           Real{0.1, 86400, 600}},
          {"idle_limit", "Idle limit", "s",
           "a single process that nothing is asked of for so long is ended, and started again when "
           "it is needed; 0: never",
           Real{0, 86400, 300}},
          {"folder", "Working folder", "", "empty: the folder of the file that names the command",
           File{}},
          {"output", "Output", "", "format of the file that the program writes",
           Choice{{"npy", "png", "pfm", "exr", "h5"}, "npy"}},
          kScale,
          kUnit};
}

std::vector<Setting> scriptParameters() {
  return {{"file", "Module", "", "a TorchScript file, as torch.jit.save writes it",
           File{"TorchScript (*.pt *.pth *.ts)"}},
          {"manifest", "Manifest", "", "empty: the file's name with .json in place of its ending",
           File{"JSON (*.json)"}}};
}

std::vector<Setting> ensembleParameters() {
  return {{"combine", "Combined by", "",
           "mean; median; weighted: by 1/σ² of the members' own uncertainties",
           Choice{{"mean", "median", "weighted"}, "mean"}}};
}

bool isColour(const std::string& text) {
  return text.size() == 7 && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

bool isId(const std::string& text) {
  constexpr const char* kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return !text.empty() && text.size() <= 64 && text[0] != '.' && text[0] != '-' &&
         text.find_first_not_of(kLetters) == std::string::npos;
}

bool combines(MethodKind kind) {
  return kind == MethodKind::kEnsemble || kind == MethodKind::kChain;
}

/// Parameters that name a file or folder; the other File settings are plain texts.
bool isPath(const std::string& name) {
  return name == "folder" || name == "file" || name == "manifest";
}

MethodChoice readMember(const TomlValue& value, const TomlReader& owner) {
  if (const auto* id = std::get_if<std::string>(&value.data)) return {*id, {}};
  const auto* table = std::get_if<TomlTable>(&value.data);
  if (!table) owner.fail("members", "holds something that is neither an id nor a table");
  TomlReader reader(*table, owner.file(), "a member", value.line);
  MethodChoice member{reader.requiredText("id"), {}};
  member.values = reader.allValues();
  member.values.erase("id");
  return member;
}

/// A knob of the user's program: its initial value alone, or a table with its range.
Setting readSetting(const TomlEntry& entry, const TomlReader& owner) {
  Setting setting{entry.key, entry.key, "", "", {}};
  const auto* table = std::get_if<TomlTable>(&entry.value.data);
  const TomlTable alone{{"value", entry.value}};
  TomlReader reader(table ? *table : alone, owner.file(), "setting " + entry.key, entry.value.line);
  const TomlValue* value = reader.find("value");
  if (!value) reader.fail("", "has no value", "Write { value = … }");
  const auto bound = [&](const char* key, double otherwise) {
    const auto given = reader.value({key, key, "", "", Real{-1e300, 1e300, 0}});
    return given ? std::get<double>(*given) : otherwise;
  };
  if (const auto* number = std::get_if<double>(&value->data)) {
    setting.kind = Real{bound("least", -1e9), bound("greatest", 1e9), *number};
  } else if (const auto* whole = std::get_if<std::int64_t>(&value->data)) {
    setting.kind = Integer{static_cast<std::int64_t>(bound("least", -1e9)),
                           static_cast<std::int64_t>(bound("greatest", 1e9)), *whole};
  } else if (const auto* flag = std::get_if<bool>(&value->data)) {
    setting.kind = Flag{*flag};
  } else if (const auto* text = std::get_if<std::string>(&value->data)) {
    setting.kind = Choice{reader.texts("options").value_or(std::vector{*text}), *text};
  } else {
    reader.fail("value", "is not a single value");
  }
  setting.title = reader.text("title").value_or(entry.key);
  setting.unit = reader.text("unit").value_or("");
  setting.help = reader.text("help").value_or("");
  reader.finish();
  return setting;
}

TomlValue writeSetting(const Setting& setting) {
  TomlTable table{{"value", toToml(initialValue(setting))}};
  const auto add = [&](const char* key, const Value& value) {
    table.push_back({key, toToml(value)});
  };
  if (const auto* real = std::get_if<Real>(&setting.kind)) {
    if (real->least != -1e9) add("least", real->least);
    if (real->greatest != 1e9) add("greatest", real->greatest);
  } else if (const auto* whole = std::get_if<Integer>(&setting.kind)) {
    if (whole->least != -1'000'000'000) add("least", whole->least);
    if (whole->greatest != 1'000'000'000) add("greatest", whole->greatest);
  } else if (const auto* choice = std::get_if<Choice>(&setting.kind)) {
    TomlValue::Array options;
    for (const std::string& option : choice->options) options.push_back({option, 0});
    if (choice->options.size() > 1) table.push_back({"options", {options, 0}});
  }
  if (setting.title != setting.name) add("title", setting.title);
  if (!setting.unit.empty()) add("unit", setting.unit);
  if (!setting.help.empty()) add("help", setting.help);
  return table.size() == 1 ? table[0].value : TomlValue{std::move(table), 0};
}

void checkSetting(const Setting& setting, const MethodDefinition& owner) {
  const Value initial = initialValue(setting);
  checkedValues({setting}, {{setting.name, initial}}, owner.id);
  constexpr std::array kTaken{"rgb", "rgb_npy",         "low",   "info", "initial", "relative",
                              "out", "out_uncertainty", "sample"};
  const std::vector<Setting>& own = parametersOf(owner.kind);
  if (std::ranges::find(kTaken, setting.name) != kTaken.end() ||
      std::ranges::find(own, setting.name, &Setting::name) != own.end()) {
    throw BadInput(fmt::format("a setting cannot be called {}", setting.name), owner.id,
                   "That name has a meaning of its own: choose another");
  }
}

void checkCommand(const MethodDefinition& definition) {
  if (definition.command.empty() || definition.command.front().empty()) {
    throw BadInput("names no program", definition.id,
                   R"(Write command = ["python3", "method.py", "{rgb}", "{low}", "{out}"])");
  }
  for (const Setting& setting : definition.settings) checkSetting(setting, definition);
}

void checkMembers(const MethodDefinition& definition) {
  const std::size_t least = definition.kind == MethodKind::kEnsemble ? 1 : 2;
  if (definition.members.size() >= least) return;
  throw BadInput(least == 1 ? "has no members" : "a chain has at least two members", definition.id,
                 R"(Write members = ["bicubic", "interval"])");
}

/// What the kind must be told; the rest has initial values.
void checkRequired(const MethodDefinition& definition) {
  const char* required = definition.kind == MethodKind::kPredictions   ? "folder"
                         : definition.kind == MethodKind::kTorchScript ? "file"
                                                                       : "";
  if (!*required || !text(definition.parameters, required).empty()) return;
  throw BadInput(fmt::format("has no {}", required), definition.id,
                 fmt::format("Add {} = \"…\"", required));
}

void readKind(MethodDefinition& definition, TomlReader& reader) {
  std::vector<std::string> ids;
  for (const MethodKindInfo& info : methodKinds()) ids.push_back(info.id);
  const auto kind = reader.oneOf("kind", ids);
  if (!kind) reader.fail("", "has no kind", knownNames("", ids));
  const auto at = std::ranges::find(ids, *kind) - ids.begin();
  definition = newDefinition(methodKinds()[static_cast<std::size_t>(at)].kind, definition.id);
}

void readParts(MethodDefinition& definition, TomlReader& reader) {
  for (const Setting& parameter : parametersOf(definition.kind)) {
    if (const auto value = reader.value(parameter)) definition.parameters[parameter.name] = *value;
  }
  if (definition.kind == MethodKind::kCommand) {
    definition.command = reader.texts("command").value_or(std::vector<std::string>{});
    if (const TomlValue* settings = reader.find("settings")) {
      const auto* table = std::get_if<TomlTable>(&settings->data);
      if (!table) reader.fail("settings", "is no table", "Write settings = { strength = 0.5 }");
      for (const TomlEntry& each : *table) {
        definition.settings.push_back(readSetting(each, reader));
      }
    }
  }
  if (!combines(definition.kind)) return;
  const TomlValue* members = reader.find("members");
  if (!members) return;
  const auto* list = std::get_if<TomlValue::Array>(&members->data);
  if (!list) reader.fail("members", "is no list", R"(Write members = ["bicubic", "interval"])");
  for (const TomlValue& each : *list) definition.members.push_back(readMember(each, reader));
}

}  // namespace

const std::vector<MethodKindInfo>& methodKinds() {
  static const std::vector<MethodKindInfo> kinds{
      {MethodKind::kPredictions, "predictions", "Folder of predictions",
       "Files that a program of yours wrote, one per sample."},
      {MethodKind::kCommand, "command", "Command",
       "A program of yours that is started for each sample, or once for all."},
      {MethodKind::kTorchScript, "torchscript", "TorchScript module",
       "A network that PyTorch saved together with its code."},
      {MethodKind::kEnsemble, "ensemble", "Ensemble", "Several methods, combined pixel by pixel."},
      {MethodKind::kChain, "chain", "Chain", "Methods that each start from the one before."}};
  return kinds;
}

const MethodKindInfo& infoOf(MethodKind kind) {
  return *std::ranges::find(methodKinds(), kind, &MethodKindInfo::kind);
}

const std::vector<Setting>& parametersOf(MethodKind kind) {
  static const std::array<std::vector<Setting>, 5> all{predictionParameters(), commandParameters(),
                                                       scriptParameters(), ensembleParameters(),
                                                       std::vector<Setting>{}};
  return all[static_cast<std::size_t>(kind)];
}

MethodDefinition newDefinition(MethodKind kind, std::string id) {
  MethodDefinition definition;
  definition.id = std::move(id);
  definition.kind = kind;
  definition.parameters = initialValues(parametersOf(kind));
  return definition;
}

fs::path MethodDefinition::path(std::string_view parameter) const {
  const std::string& given = text(parameters, parameter);
  return given.empty() ? fs::path() : (base / given).lexically_normal();
}

void check(const MethodDefinition& definition) {
  if (!isId(definition.id)) {
    throw BadInput(fmt::format("\"{}\" is no id", definition.id), "id",
                   "An id has at most 64 letters, digits, \"_\", \"-\" and \".\", and begins with "
                   "a letter, a digit or \"_\"");
  }
  if (!definition.colour.empty() && !isColour(definition.colour)) {
    throw BadInput(fmt::format("colour \"{}\" is not \"#rrggbb\"", definition.colour),
                   definition.id, "Write six hexadecimal digits: \"#d95f02\"");
  }
  checkedValues(parametersOf(definition.kind), definition.parameters, definition.id);
  checkRequired(definition);
  if (definition.kind == MethodKind::kCommand) checkCommand(definition);
  if (combines(definition.kind)) checkMembers(definition);
}

MethodDefinition readDefinition(const TomlTable& table, const std::string& file, int line) {
  TomlReader reader(table, file, "[[method]]", line);
  MethodDefinition definition;
  definition.id = reader.requiredText("id");
  readKind(definition, reader);
  definition.base = fs::path(file).parent_path();
  definition.title = reader.text("title").value_or("");
  definition.colour = reader.text("colour").value_or("");
  if (!definition.colour.empty() && !isColour(definition.colour)) {
    reader.fail("colour", fmt::format("is \"{}\", not \"#rrggbb\"", definition.colour),
                "Write six hexadecimal digits: \"#d95f02\"");
  }
  readParts(definition, reader);
  reader.finish();
  try {
    check(definition);
  } catch (const BadInput& error) {
    const bool bySubject = reader.has(error.subject());
    reader.fail(bySubject ? error.subject() : "",
                (bySubject ? "" : definition.id + ": ") + error.problem(), error.remedy());
  }
  return definition;
}

TomlValue writeMembers(const std::vector<MethodChoice>& members) {
  TomlValue::Array list;
  for (const MethodChoice& member : members) {
    TomlTable table{{"id", {member.id, 0}}};
    for (const auto& [name, value] : member.values) table.push_back({name, toToml(value)});
    list.push_back(member.values.empty() ? table[0].value : TomlValue{std::move(table), 0});
  }
  return {std::move(list), 0};
}

std::string movedPath(const std::string& path, const fs::path& from, const fs::path& to) {
  if (path.empty() || fs::path(path).is_absolute()) return path;
  const auto whole = [](const fs::path& folder) {
    return (fs::absolute(folder.empty() ? fs::path(".") : folder) / "").lexically_normal();
  };
  const fs::path here = whole(from), there = whole(to);
  if (here == there) return path;
  std::string moved = (here / path).lexically_normal().lexically_proximate(there).string();
  if (moved.size() > 1 && moved.back() == '/') moved.pop_back();
  return moved;
}

TomlTable writeDefinition(const MethodDefinition& definition, const fs::path& base) {
  TomlTable table{{"id", {definition.id, 0}}};
  const auto add = [&](std::string key, TomlValue value) {
    table.push_back({std::move(key), std::move(value)});
  };
  if (!definition.title.empty()) add("title", {definition.title, 0});
  if (!definition.colour.empty()) add("colour", {definition.colour, 0});
  add("kind", {infoOf(definition.kind).id, 0});
  if (definition.kind == MethodKind::kCommand) {
    TomlValue::Array words;
    for (const std::string& word : definition.command) words.push_back({word, 0});
    add("command", {std::move(words), 0});
  }
  const bool moves = movedPath(".", definition.base, base) != ".";
  for (const Setting& parameter : parametersOf(definition.kind)) {
    Value value = definition.parameters.at(parameter.name);
    if (auto* path = std::get_if<std::string>(&value); path && isPath(parameter.name)) {
      // A command without a working folder works beside its file.
      const bool inBase = path->empty() && definition.kind == MethodKind::kCommand && moves;
      *path = movedPath(inBase ? "." : *path, definition.base, base);
    }
    if (value != initialValue(parameter)) add(parameter.name, toToml(value));
  }
  if (!definition.settings.empty()) {
    TomlTable settings;
    for (const Setting& each : definition.settings) {
      settings.push_back({each.name, writeSetting(each)});
    }
    add("settings", {std::move(settings), 0});
  }
  if (combines(definition.kind)) add("members", writeMembers(definition.members));
  return table;
}

}  // namespace fathom
