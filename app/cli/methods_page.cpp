#include "app/cli/methods_page.h"

#include <fmt/format.h>

#include <cmath>

namespace fathom::cli {
namespace {

constexpr Size kSize{480, 640};

std::string orDash(double value, const char* format) {
  return std::isnan(value) ? "–" : fmt::format(fmt::runtime(format), value);
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (auto place = std::ptrdiff_t(text.size()) - 3; place > 0; place -= 3) {
    text.insert(std::size_t(place), ",");
  }
  return text;
}

/// Runs of the picture where the method says so (mirror averaging) count twice.
std::string macsOf(const UpsamplerInfo& info) {
  if (!info.costs) return "–";
  Values single = initialValues(info.settings);
  single["mirror"] = false;
  return fmt::format("{:.1f}", info.costs(kSize, single, {}).macs / 1e9);
}

std::string row(const UpsamplerInfo& info) {
  const PublishedFigures report = info.published.value_or(PublishedFigures{});
  return fmt::format("| [{}](#{}) | {} | {} | {} | {} | {} | {} |\n", info.title, info.id,
                     info.parameters > 0 ? grouped(info.parameters) : "0",
                     orDash(report.megaParameters, "{:g} M"), macsOf(info),
                     orDash(report.gigaMacs, "{:g}"), orDash(report.mae, "{:g}"),
                     orDash(report.rmse, "{:g}"));
}

std::string defaultOf(const Setting& setting) {
  const std::string text = printValue(initialValue(setting));
  return text.empty() ? "" : fmt::format("`{}`", text);
}

std::string settingsTable(const UpsamplerInfo& info) {
  if (info.settings.empty()) return {};
  std::string text = "\n| setting | default | unit | what it does |\n|---|---|---|---|\n";
  for (const Setting& setting : info.settings) {
    text += fmt::format("| `{}` | {} | {} | {} |\n", setting.name, defaultOf(setting), setting.unit,
                        setting.help);
  }
  return text;
}

std::string section(const UpsamplerInfo& info) {
  std::string text = fmt::format("\n### {}\n\n{}: {}\n", info.id, info.title, info.summary);
  const auto line = [&](const char* what, const std::string& said) {
    if (!said.empty()) text += fmt::format("\n**{}** {}\n", what, said);
  };
  line("Source.", info.paper);
  line("Licence.", info.licence);
  line("Published and inferred.", info.fidelity);
  std::string weights;
  for (const WeightsWanted& wanted : info.weights) {
    weights += fmt::format("{}`{}`{}", weights.empty() ? "" : ", ", wanted.name,
                           wanted.when.empty() || wanted.equals == "relative"
                               ? ""
                               : fmt::format(" ({}={})", wanted.when, wanted.equals));
  }
  line("Weights.", weights);
  return text + settingsTable(info);
}

constexpr const char* kHead = R"(# Methods

Made by `fathom-cli list methods --markdown` from the methods' own descriptions; a test holds this page against them.

Parameters and multiply-adds are counted from the modules as they run. Multiply-adds (convolutions, linear layers,
products of attention and correlation) are for one pass over a 640×480 picture with the initial settings, without mirror
averaging; guides that run along are included. The report (AIM 2024 challenge on compressed depth upsampling, Table 1)
states its figures at sizes of each team's choice, and scores from a protocol and test images that are not public: they are
shown for orientation, not to be compared with scores of other images.

| method | parameters | report | MACs, G | report | report's MAE, m | report's RMSE, m |
|---|---:|---:|---:|---:|---:|---:|
)";

}  // namespace

std::string methodsPage(const UpsamplerRegistry& registry) {
  std::string page = kHead;
  for (const UpsamplerInfo& info : registry.list()) page += row(info);
  std::string group;
  for (const UpsamplerInfo& info : registry.list()) {
    if (info.group != group) page += fmt::format("\n## {}\n", group = info.group);
    page += section(info);
  }
  return page;
}

}  // namespace fathom::cli
