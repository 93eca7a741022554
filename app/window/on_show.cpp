#include "app/window/on_show.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "datasets/scenes/scene_span.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// The preset that the values are nearest to, and what differs.
void describeDegradation(Experiment& experiment, const Degradation& degradation) {
  const Values wanted = toValues(degradation);
  std::size_t fewest = wanted.size() + 1;
  for (const DegradationPreset& preset : degradationPresets()) {
    const Values values = toValues(preset.values);
    Values changed;
    for (const auto& [name, value] : wanted) {
      if (name != "seed" && values.at(name) != value) changed[name] = value;
    }
    if (changed.size() >= fewest) continue;
    fewest = changed.size();
    experiment.preset = preset.id;
    experiment.degradation = std::move(changed);
  }
  experiment.seed = degradation.seed;
}

/// As the file had it; else relative where it lies below the file's folder.
std::string writtenSource(const std::string& source, const Experiment& before,
                          const fs::path& base) {
  if (namesScenes(source)) return source;
  const std::vector<std::string> resolved = before.resolvedSources();
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    if (resolved[i] == source) return movedPath(before.sources[i], before.base, base);
  }
  const std::string relative = fs::path(source).lexically_relative(base).string();
  const bool below =
      !base.empty() && !relative.empty() && relative != ".." && !relative.starts_with("../");
  return below ? relative : source;
}

bool isListed(const std::string& protocol) {
  return std::ranges::find(protocols(), protocol, &Protocol::id) != protocols().end();
}

/// The window takes the first of a file that it lists.
std::vector<std::string> writtenProtocols(const std::string& shown, std::vector<std::string> all) {
  if (const auto first = std::ranges::find_if(all, isListed); first != all.end() && *first == shown)
    return all;
  std::erase(all, shown);
  all.insert(all.begin(), shown);
  return all;
}

Values changedValues(const UpsamplerInfo& info, const Values& values) {
  Values changed;
  for (const auto& [name, initial] : initialValues(info.settings)) {
    const auto given = values.find(name);
    if (given != values.end() && given->second != initial) changed.insert(*given);
  }
  return changed;
}

/// The definitions as a file must have them to give what is shown.
class Definitions {
 public:
  explicit Definitions(const std::vector<MethodDefinition>& own) : all_(own) {}

  MethodDefinition* find(const std::string& id) {
    const auto found = std::ranges::find(all_, id, &MethodDefinition::id);
    return found == all_.end() ? nullptr : &*found;
  }

  /// A method that a file brings has no values beside its definition: they become the initial ones.
  /// Whoever has it as a member goes on with the old ones.
  void fold(MethodDefinition& definition, const UpsamplerInfo& info, const Values& changed) {
    const Values initial = initialValues(info.settings);
    for (const auto& [name, value] : changed) {
      for (MethodDefinition& each : all_) {
        for (MethodChoice& member : each.members) {
          if (member.id == definition.id) member.values.try_emplace(name, initial.at(name));
        }
      }
      if (definition.parameters.contains(name)) definition.parameters[name] = value;
    }
    definition.settings = withInitialValues(definition.settings, changed);
  }

 private:
  std::vector<MethodDefinition> all_;
};

}  // namespace

Values fittedValues(const UpsamplerInfo& info, const Values& values) {
  Values fitted = initialValues(info.settings);
  for (const Setting& setting : info.settings) {
    const auto given = values.find(setting.name);
    if (given == values.end()) continue;
    try {
      checkedValues({setting}, {{setting.name, given->second}}, info.id);
      fitted[setting.name] = given->second;
    } catch (const BadInput&) {
      // Another kind or range than before.
    }
  }
  return fitted;
}

bool sameDefinition(const MethodDefinition& one, const MethodDefinition& other) {
  const auto text = [](const MethodDefinition& each) {
    // From one folder, so that relative paths can be compared.
    return printToml({{"method", {writeDefinition(each, "/"), 0}}});
  };
  return text(one) == text(other);
}

Experiment experimentOf(const OnShow& shown, const UpsamplerRegistry& registry,
                        const Experiment& before, const fs::path& base) {
  Experiment made;
  made.base = base;
  made.device = before.device;
  made.savePredictions = before.savePredictions;
  for (const std::string& source : shown.sources) {
    made.sources.push_back(writtenSource(source, before, base));
  }
  if (shown.state.low == LowChoice::kSimulated) {
    made.low = LowChoice::kSimulated;
  } else if (before.low == LowChoice::kReal) {
    made.low = LowChoice::kReal;
  }
  describeDegradation(made, shown.state.degradation);
  made.protocols = writtenProtocols(shown.state.protocol, before.protocols);

  Definitions definitions(shown.own);
  for (const MethodChoice& choice : shown.state.methods) {
    const UpsamplerInfo& info = registry.info(choice.id);
    const Values changed = changedValues(info, choice.values);
    MethodDefinition* definition = definitions.find(choice.id);
    if (definition) definitions.fold(*definition, info, changed);
    made.methods.push_back({{choice.id, definition ? Values{} : changed}, {}, true});
  }
  std::set<std::string> there;
  for (const ExperimentMethod& method : made.methods) there.insert(method.choice.id);
  const auto addHidden = [&](const std::string& id) {
    if (definitions.find(id) && there.insert(id).second) {
      made.methods.push_back({{id, {}}, {}, false});
    }
  };
  for (const ExperimentMethod& method : before.methods) {
    if (method.definition) addHidden(method.choice.id);
  }
  for (std::size_t i = 0; i < made.methods.size(); ++i) {  // grows: members have members
    const MethodDefinition* definition = definitions.find(made.methods[i].choice.id);
    if (!definition) continue;
    made.methods[i].definition = *definition;
    for (const MethodChoice& member : definition->members) addHidden(member.id);
  }
  return made;
}

Experiment noFile() {
  Experiment none;
  none.protocols.clear();
  return none;
}

ExperimentState stateOf(const Experiment& experiment, const UpsamplerRegistry& registry,
                        const ExperimentState& now) {
  ExperimentState state = now;
  state.low = experiment.low.value_or(LowChoice::kReal);
  state.degradation = experiment.resolvedDegradation();
  state.methods.clear();
  for (const MethodChoice& choice : experiment.resolvedMethods(registry)) {
    const auto again = std::ranges::find(state.methods, choice.id, &MethodChoice::id);
    if (again != state.methods.end()) continue;  // under an alias
    const UpsamplerInfo& info = registry.info(choice.id);
    state.methods.push_back({choice.id, checkedValues(info.settings, choice.values, choice.id)});
  }
  const auto listed = std::ranges::find_if(experiment.protocols, isListed);
  if (listed != experiment.protocols.end()) state.protocol = *listed;
  return state;
}

}  // namespace fathom
