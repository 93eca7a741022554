#include "app/evaluation/choices.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace fathom {
namespace {

/// One KEY=VALUE; an unknown key is refused with the list of known ones.
void assign(Values& values, const std::vector<Setting>& settings, std::string_view key,
            std::string_view text, std::string_view owner) {
  const auto setting = std::ranges::find(settings, key, &Setting::name);
  if (setting == settings.end()) {
    checkedValues(settings, {{std::string(key), std::string(text)}}, owner);
  } else {
    values[setting->name] = parseValue(*setting, text);
  }
}

struct KeyAndText {
  std::string_view key, text;
};
KeyAndText splitAssignment(std::string_view given, std::string_view form) {
  const std::size_t equals = given.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw BadInput("is not an assignment", std::string(given), fmt::format("Write {}", form));
  }
  return {given.substr(0, equals), given.substr(equals + 1)};
}

void applySetting(std::vector<MethodChoice>& methods, const UpsamplerRegistry& registry,
                  std::string_view given) {
  constexpr std::string_view kForm = "METHOD.KEY=VALUE, for example bicubic.kernel=pillow";
  const auto [name, text] = splitAssignment(given, kForm);
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    throw BadInput("names no method", std::string(given), fmt::format("Write {}", kForm));
  }
  const UpsamplerInfo& info = registry.info(name.substr(0, dot));
  const auto method = std::ranges::find(methods, info.id, &MethodChoice::id);
  if (method == methods.end()) {
    throw BadInput("sets something of a method that does not run", std::string(given),
                   fmt::format("Add {} to --methods", info.id));
  }
  assign(method->values, info.settings, name.substr(dot + 1), text, info.id);
}

}  // namespace

std::string describe(const MethodChoice& method) {
  std::string text = method.id;
  for (const auto& [name, value] : method.values) {
    text += fmt::format(" {}={}", name, printValue(value));
  }
  return text;
}

std::vector<MethodChoice> chooseMethods(const UpsamplerRegistry& registry,
                                        const std::vector<std::string>& ids,
                                        const std::vector<std::string>& settings) {
  std::vector<MethodChoice> methods;
  for (const std::string& id : ids) {
    const UpsamplerInfo& info = registry.info(id);
    if (std::ranges::find(methods, info.id, &MethodChoice::id) == methods.end()) {
      methods.push_back({info.id, {}});
    }
  }
  if (methods.empty()) {
    throw BadInput("no method is named", "--methods", "See fathom-cli list methods");
  }
  for (const std::string& setting : settings) applySetting(methods, registry, setting);
  return methods;
}

Degradation chooseDegradation(const std::string& preset, const std::vector<std::string>& changes,
                              std::uint64_t seed) {
  Values values = toValues(degradationPreset(preset));
  values.erase("seed");
  std::vector<Setting> settings = degradationSettings();
  std::erase_if(settings, [](const Setting& setting) { return setting.name == "seed"; });
  for (const std::string& change : changes) {
    const auto [key, text] = splitAssignment(change, "KEY=VALUE, for example factor=4");
    if (key == "seed") throw BadInput("the seed has an option of its own", change, "Use --seed");
    assign(values, settings, key, text, "degradation");
  }
  Degradation degradation = degradationFromValues(values);
  degradation.seed = seed;
  degradation.check();
  return degradation;
}

std::vector<Protocol> chooseProtocols(const std::vector<std::string>& ids) {
  std::vector<Protocol> chosen;
  for (const std::string& id : ids) {
    Protocol protocol = protocolFromText(id);
    if (std::ranges::find(chosen, protocol.id, &Protocol::id) == chosen.end()) {
      chosen.push_back(std::move(protocol));
    }
  }
  if (chosen.empty()) {
    throw BadInput("no protocol is named", "--protocol", "See fathom-cli list protocols");
  }
  return chosen;
}

}  // namespace fathom
