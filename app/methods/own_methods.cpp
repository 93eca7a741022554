#include "app/methods/own_methods.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "app/methods/combined.h"
#include "app/methods/command_line.h"
#include "app/methods/command_method.h"
#include "app/methods/output_unit.h"
#include "app/methods/prediction_folder.h"
#include "app/methods/script_method.h"
#include "app/methods/toml_reader.h"
#include "core/error.h"

namespace fathom {
namespace {

/// Files that are there already, as a method.
class PredictionMethod : public Upsampler {
 public:
  PredictionMethod(std::shared_ptr<const PredictionFolder> folder, std::string dataset,
                   Values values)
      : folder_(std::move(folder)), dataset_(std::move(dataset)), values_(std::move(values)) {}

  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override {
    progress.at(0, "reading");
    const at::Tensor read = folder_->read(input.sampleId, real(values_, "scale"), dataset_);
    Prediction made =
        predictionOf(read, outputUnitFromText(text(values_, "unit")), input, progress);
    addUncertainty(made, folder_->uncertainty(input.sampleId, real(values_, "scale")),
                   input.sampleId);
    return made;
  }

 private:
  std::shared_ptr<const PredictionFolder> folder_;
  std::string dataset_;
  Values values_;
};

/// Parameters that a run may change: all but names of files.
std::vector<Setting> liveSettings(const MethodDefinition& definition) {
  std::vector<Setting> settings =
      withInitialValues(parametersOf(definition.kind), definition.parameters);
  std::erase_if(settings,
                [](const Setting& setting) { return std::holds_alternative<File>(setting.kind); });
  settings.insert(settings.end(), definition.settings.begin(), definition.settings.end());
  return settings;
}

UpsamplerInfo plainInfo(const MethodDefinition& definition) {
  UpsamplerInfo info;
  info.id = definition.id;
  info.title = definition.title.empty() ? definition.id : definition.title;
  info.summary = infoOf(definition.kind).summary;
  info.settings = liveSettings(definition);
  info.group = "Your own";
  info.colour = definition.colour;
  return info;
}

struct Method {
  UpsamplerInfo info;
  UpsamplerFactory factory;
};

Method predictions(const MethodDefinition& definition) {
  const auto folder = std::make_shared<const PredictionFolder>(
      definition.path("folder"), text(definition.parameters, "pattern"));
  Method method{plainInfo(definition), {}};
  method.info.summary = fmt::format("Predictions in {}.", folder->path().string());
  method.info.state = [folder](const std::string& sample, const Values&) {
    return folder->state(sample);
  };
  method.factory = [folder,
                    dataset = text(definition.parameters, "dataset")](const Values& values) {
    return std::make_shared<PredictionMethod>(folder, dataset, values);
  };
  return method;
}

Method command(const MethodDefinition& definition) {
  checkCommand(definition);
  const auto server = std::make_shared<CommandServer>(definition);
  Method method{plainInfo(definition), {}};
  method.info.summary = fmt::format("Runs {}.", joinCommand(definition.command));
  method.info.refines = text(definition.parameters, "processes") == "one" ||
                        usesPlaceholder(definition.command, "initial") ||
                        usesPlaceholder(definition.command, "relative");
  method.info.state = [definition](const std::string&, const Values&) {
    return commandState(definition);
  };
  method.factory = [definition, server](const Values& values) {
    const bool one = text(values, "processes") == "one";
    return std::make_shared<CommandMethod>(definition, values, one ? server : nullptr);
  };
  return method;
}

bool takesInitial(const MethodDefinition& definition) {
  try {
    return std::ranges::count(readManifest(manifestPath(definition)).inputs, "initial") > 0;
  } catch (const Error&) {
    return false;  // said when the method is made
  }
}

Method script(const MethodDefinition& definition, const std::shared_ptr<Consent>& consent) {
  const auto store = std::make_shared<ScriptStore>(definition, consent);
  Method method{plainInfo(definition), {}};
  method.info.summary = fmt::format("The TorchScript module {}.", definition.path("file").string());
  method.info.refines = takesInitial(definition);
  method.info.state = [store](const std::string&, const Values&) { return store->state(); };
  method.factory = [store](const Values&) { return std::make_shared<ScriptMethod>(store->get()); };
  return method;
}

using Known = std::shared_ptr<const UpsamplerRegistry>;

std::vector<Member> membersOf(const UpsamplerRegistry& known,
                              const std::vector<MethodChoice>& choices) {
  std::vector<Member> members;
  for (const MethodChoice& choice : choices) {
    members.push_back(
        {choice.id, known.info(choice.id).title, known.create(choice.id, choice.values)});
  }
  return members;
}

/// What an ensemble or a chain has of its members: weights, costs, state.
void inherit(UpsamplerInfo& info, const Known& known, const std::vector<MethodChoice>& members) {
  info.group = "Combined";
  std::vector<std::string> titles;
  info.followsSliders = true;
  for (const MethodChoice& member : members) {
    const UpsamplerInfo& of = known->info(member.id);
    titles.push_back(of.title);
    info.parameters += of.parameters;
    info.followsSliders = info.followsSliders && of.followsSliders;
    const Values values = checkedValues(of.settings, member.values, of.id);
    for (const WeightsWanted& weights : of.weights) {
      if (isWanted(weights, values)) info.weights.push_back({"", weights.name, weights.title});
    }
  }
  info.summary = fmt::format("{} Members: {}.", info.summary, fmt::join(titles, ", "));
  info.costs = [known, members](Size size, const Values&, const Progress& progress) {
    Costs sum;
    for (const MethodChoice& member : members) {
      const UpsamplerInfo& of = known->info(member.id);
      if (!of.costs) continue;
      const Costs costs =
          of.costs(size, checkedValues(of.settings, member.values, of.id), progress);
      sum.parameters += costs.parameters;
      sum.macs += costs.macs;
    }
    return sum;
  };
  // All members are given the same frames: those that the first one wants that wants any.
  info.frames = [known, members](const Values&) {
    for (const MethodChoice& member : members) {
      const FramesWanted wanted = framesWanted(known->info(member.id), member.values);
      if (wanted.eachSide > 0) return wanted;
    }
    return FramesWanted{};
  };
  info.state = [known, members](const std::string& sample, const Values&) {
    std::string state;
    for (const MethodChoice& member : members) {
      const UpsamplerInfo& of = known->info(member.id);
      if (of.state) {
        state += of.state(sample, checkedValues(of.settings, member.values, of.id)) + "|";
      }
    }
    return state;
  };
}

Method combined(const MethodDefinition& definition, const Known& known) {
  std::vector<MethodChoice> members;
  for (const MethodChoice& member : definition.members) {
    members.push_back(resolvedChoice(*known, member));
  }
  Method method{plainInfo(definition), {}};
  inherit(method.info, known, members);
  const auto refines = [&](const MethodChoice& member) { return known->info(member.id).refines; };
  if (definition.kind == MethodKind::kEnsemble) {
    method.info.refines = std::ranges::all_of(members, refines);
    method.factory = [known, members](const Values& values) {
      return std::make_shared<Ensemble>(membersOf(*known, members),
                                        combinationFromText(text(values, "combine")));
    };
    return method;
  }
  for (std::size_t i = 1; i < members.size(); ++i) {
    if (refines(members[i])) continue;
    throw BadInput(
        fmt::format("{} cannot start from the result of {}", members[i].id, members[i - 1].id),
        definition.id, "Only methods that refine can come second in a chain");
  }
  method.info.refines = refines(members.front());
  method.factory = [known, members](const Values&) {
    return std::make_shared<Chain>(membersOf(*known, members));
  };
  return method;
}

/// Makes the methods of all definitions, members before what they are members of.
class Builder {
 public:
  Builder(const UpsamplerRegistry& registry, const std::vector<MethodDefinition>& definitions,
          std::shared_ptr<Consent> consent)
      : known_(registry), consent_(std::move(consent)) {
    for (const MethodDefinition& definition : definitions) {
      if (!definitions_.emplace(definition.id, &definition).second) {
        throw BadInput("there are two methods of this id", definition.id);
      }
    }
  }

  const Method& build(const std::string& id) {
    const auto done = made_.find(id);
    if (done != made_.end()) return done->second;
    if (std::ranges::find(under_, id) != under_.end()) {
      throw BadInput(fmt::format("is a member of itself: {} → {}", fmt::join(under_, " → "), id),
                     id, "Take one of the members out");
    }
    under_.push_back(id);
    const MethodDefinition& definition = *definitions_.at(id);
    for (const MethodChoice& member : definition.members) {
      if (definitions_.contains(member.id)) build(member.id);
    }
    Method method = make(definition);
    known_.add(method.info, method.factory);
    under_.pop_back();
    return made_.emplace(id, std::move(method)).first->second;
  }

 private:
  Method make(const MethodDefinition& definition) {
    try {
      check(definition);
      switch (definition.kind) {
        case MethodKind::kPredictions:
          return predictions(definition);
        case MethodKind::kCommand:
          return command(definition);
        case MethodKind::kTorchScript:
          return script(definition, consent_);
        default:
          return combined(definition, std::make_shared<const UpsamplerRegistry>(known_));
      }
    } catch (const BadInput& error) {
      if (error.subject() == definition.id) throw;
      throw BadInput(error.subject() + ": " + error.problem(), definition.id, error.remedy());
    }
  }

  UpsamplerRegistry known_;
  std::shared_ptr<Consent> consent_;
  std::map<std::string, const MethodDefinition*> definitions_;
  std::map<std::string, Method> made_;
  std::vector<std::string> under_;  ///< being made, outermost first
};

}  // namespace

void addOwnMethods(UpsamplerRegistry& registry, const std::vector<MethodDefinition>& definitions,
                   std::shared_ptr<Consent> consent) {
  Builder builder(registry, definitions, std::move(consent));
  UpsamplerRegistry added = registry;
  for (const MethodDefinition& definition : definitions) {
    const Method& method = builder.build(definition.id);
    added.add(method.info, method.factory);
  }
  registry = std::move(added);
}

MethodChoice resolvedChoice(const UpsamplerRegistry& registry, const MethodChoice& choice) {
  const UpsamplerInfo& info = registry.info(choice.id);
  MethodChoice resolved{info.id, choice.values};
  for (auto& [name, value] : resolved.values) {
    const auto setting = std::ranges::find(info.settings, name, &Setting::name);
    const auto* whole = std::get_if<std::int64_t>(&value);
    if (setting == info.settings.end()) {
      std::vector<std::string> known;
      for (const Setting& each : info.settings) known.push_back(each.name);
      throw BadInput(fmt::format("there is no setting \"{}\"", name), info.id,
                     knownNames(name, known));
    }
    if (whole && std::holds_alternative<Real>(setting->kind)) value = static_cast<double>(*whole);
  }
  (void)checkedValues(info.settings, resolved.values, info.id);
  return resolved;
}

}  // namespace fathom
