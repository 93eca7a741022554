#include <fmt/format.h>

#include <QCoreApplication>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/text.h"
#include "app/cli/verbs.h"
#include "app/weights/fetch.h"
#include "app/weights/inspection.h"
#include "app/weights/state.h"
#include "core/error.h"
#include "core/log.h"
#include "models/checkpoints/element_types.h"
#include "models/checkpoints/weights_folder.h"

namespace fathom::cli {
namespace {

using Json = nlohmann::ordered_json;

/// What every action needs.
struct Setting {
  std::filesystem::path folder = weightsFolder();
  Catalogue catalogue = loadCatalogue(folder);
};

Json orNull(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json jsonEntry(const WeightsEntry& entry, const WeightsState& state) {
  const char* from = entry.sha256.empty() ? "" : entry.hashFromThirdParty ? "third party" : "page";
  return {{"id", entry.name},
          {"title", entry.title},
          {"file", entry.file},
          {"address", orNull(entry.address)},
          {"page", entry.page},
          {"how", orNull(entry.how)},
          {"size", entry.size ? Json(*entry.size) : Json(nullptr)},
          {"sha256", orNull(entry.sha256)},
          {"sha256_from", orNull(from)},
          {"licence",
           {{"id", entry.licence.id},
            {"address", entry.licence.address},
            {"non_commercial", entry.licence.nonCommercial},
            {"note", orNull(entry.licence.note)}}},
          {"architecture", orNull(entry.architecture)},
          {"part", orNull(entry.part)},
          {"settings", entry.settings},
          {"state", textOf(state.place)},
          {"path", orNull(state.file.string())},
          {"bytes", state.bytes}};
}

/// "99.2 MB", "12.0 of 99.2 MB", "" where nobody knows.
std::string sizeText(const WeightsEntry& entry, const WeightsState& state) {
  if (state.place == WeightsPlace::kHere) return bytesText(state.bytes);
  const std::string whole = entry.size ? bytesText(*entry.size) : "?";
  if (state.place == WeightsPlace::kPartly) {
    return fmt::format("{} of {}", bytesText(state.bytes), whole);
  }
  return whole;
}

int list(const Setting& setting, bool json) {
  Json all = Json::array();
  std::string text;
  std::size_t width = 0;
  for (const WeightsEntry& entry : setting.catalogue.entries()) {
    width = std::max(width, entry.name.size());
  }
  for (const WeightsEntry& entry : setting.catalogue.entries()) {
    const WeightsState state = weightsState(entry, setting.folder);
    all.push_back(jsonEntry(entry, state));
    text += fmt::format("{:{}}  {:17}  {:12}  {:>9}  {}\n", entry.name, width, textOf(state.place),
                        entry.licence.id, sizeText(entry, state), entry.title);
  }
  text += fmt::format("\nIn {}.\n", setting.folder.string());
  printData(json ? all.dump(2) + "\n" : text);
  return kDone;
}

std::vector<WeightsEntry> chosen(const Setting& setting, const std::vector<std::string>& names) {
  std::vector<WeightsEntry> entries;
  for (const std::string& name : names) entries.push_back(setting.catalogue.find(name));
  return entries;
}

/// All licences are settled before the first request.
void checkLicences(const std::vector<WeightsEntry>& entries, const Setting& setting,
                   bool accepted) {
  std::string open;
  for (const WeightsEntry& entry : entries) {
    const WeightsPlace place = weightsState(entry, setting.folder).place;
    if (entry.byHand() || place == WeightsPlace::kHere) continue;
    if (accepted) log().info("{}", licenceText(entry));
    if (accepted || licenceAccepted(entry, setting.folder)) continue;
    open += (open.empty() ? "" : "; ") + licenceText(entry);
  }
  if (!open.empty()) {
    throw BadInput(fmt::format("not accepted yet: {}", open), {},
                   "Read it, and accept it with --accept-licence");
  }
}

Json jsonReport(const WeightsEntry& entry, const FetchReport& report) {
  return {{"id", entry.name},
          {"path", report.file.string()},
          {"bytes", report.bytes},
          {"sha256", orNull(report.sha256)},
          {"check", textOf(report.check)},
          {"already_here", report.alreadyHere},
          {"resumed_from", report.resumedFrom}};
}

std::string reportText(const WeightsEntry& entry, const FetchReport& report) {
  if (report.alreadyHere) {
    return fmt::format("{} is here already: {}", entry.name, report.file.string());
  }
  return fmt::format("{}: {}, {}, SHA-256 {} ({})", entry.name, report.file.string(),
                     bytesText(report.bytes), report.sha256, textOf(report.check));
}

/// One file that cannot be had does not keep the others from coming.
int fetch(const Setting& setting, const Options& given, Console& console,
          const std::stop_token& stop) {
  const std::vector<WeightsEntry> entries = chosen(setting, given.weights.names);
  FetchOptions options;
  options.folder = setting.folder;
  options.acceptLicence = given.weights.acceptLicence;
  options.stall = std::chrono::milliseconds(std::int64_t(given.weights.timeout * 1000));
  options.retries = given.weights.retries;
  checkLicences(entries, setting, options.acceptLicence);
  Json reports = Json::array();
  int code = kDone;
  for (const WeightsEntry& entry : entries) {
    try {
      const FetchReport report = fetchWeights(entry, options, console.progress(stop));
      console.clear();
      reports.push_back(jsonReport(entry, report));
      log().info("{}", reportText(entry, report));
    } catch (const Cancelled&) {
      console.clear();
      const std::int64_t kept = weightsState(entry, setting.folder).bytes;
      log().warn("cancelled; {} of {} are kept, and the same command goes on from there",
                 bytesText(kept), entry.name);
      return kCancelled;
    } catch (const Error& error) {
      console.clear();
      log().error("{}", describe(error));
      code = kSomeFailed;
    }
  }
  if (given.json) printData(reports.dump(2) + "\n");
  return code;
}

int remove(const Setting& setting, const Options& given) {
  Json removed = Json::array();
  for (const WeightsEntry& entry : chosen(setting, given.weights.names)) {
    const auto paths = removeWeights(entry, setting.folder);
    if (paths.empty()) log().warn("{}: there is nothing to remove", entry.name);
    for (const auto& path : paths) {
      removed.push_back(path.string());
      log().info("removed {}", path.string());
    }
  }
  if (given.json) printData(removed.dump(2) + "\n");
  return kDone;
}

/// A file, or the stored one of a name of the catalogue.
std::filesystem::path fileOf(const Setting& setting, const std::string& argument) {
  std::error_code ignored;
  if (std::filesystem::exists(argument, ignored)) return argument;
  return storedWeights(setting.folder, argument).value_or(argument);
}

Json jsonTensor(const TensorInfo& info) {
  return {{"key", info.key}, {"type", elementName(info.type)}, {"shape", info.shape}};
}

/// Without the codes by which a file could write to somebody's terminal whatever it likes.
std::string printable(std::string text) {
  const auto isControl = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::ranges::replace_if(text, isControl, '?');
  return text;
}

int inspect(const Setting& setting, const Options& given, const Progress& progress) {
  const WeightsSummary summary = inspectWeights(fileOf(setting, given.weights.file), progress);
  Json json{{"path", summary.path.string()}, {"format", summary.format},
            {"bytes", summary.bytes},        {"parameters", summary.parameters},
            {"metadata", summary.metadata},  {"notes", summary.notes}};
  json["tensors"] = Json::array();
  std::string text =
      fmt::format("{}: {}, {}, {} tensors, {} parameters\n", summary.path.string(), summary.format,
                  bytesText(summary.bytes), summary.tensors.size(), summary.parameters);
  for (const std::string& note : summary.notes) text += printable(note) + "\n";
  for (const auto& [key, value] : summary.metadata) text += printable(key + " = " + value) + "\n";
  for (const TensorInfo& info : summary.tensors) {
    json["tensors"].push_back(jsonTensor(info));
    text += fmt::format("  {}  {} {}\n", printable(info.key), elementName(info.type),
                        shapeText(info.shape));
  }
  const auto replace = Json::error_handler_t::replace;
  printData(given.json ? json.dump(2, ' ', false, replace) + "\n" : text);
  return kDone;
}

int verify(const Setting& setting, const Options& given, const Progress& progress) {
  const auto path = fileOf(setting, given.weights.file);
  const WeightsVerdict verdict = verifyWeights(path, setting.catalogue, setting.folder, progress);
  if (given.json) {
    const Json json{{"path", path.string()},
                    {"sha256", verdict.sha256},
                    {"published", orNull(verdict.published)},
                    {"tensors", verdict.tensors},
                    {"problems", verdict.problems}};
    printData(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  } else {
    const std::string known =
        verdict.published.empty() ? "is not in the catalogue" : "is " + verdict.published;
    printData(fmt::format("{}: {} tensors read, SHA-256 {} {}\n", path.string(), verdict.tensors,
                          verdict.sha256, known));
  }
  for (const std::string& problem : verdict.problems) {
    log().error("{}: {}", path.string(), printable(problem));
  }
  return verdict.problems.empty() ? kDone : kSomeFailed;
}

int convert(const Setting& setting, const Options& given, const Progress& progress) {
  const auto from = fileOf(setting, given.weights.file);
  const std::filesystem::path to = given.weights.out;
  convertWeights(from, to, progress);
  if (given.json) printData(Json{{"path", to.string()}}.dump(2) + "\n");
  log().info("written: {}", to.string());
  return kDone;
}

}  // namespace

int runWeights(const Options& options, Console& console, const std::stop_token& stop) {
  const Setting setting;
  const std::string& action = options.weights.action;
  if (action == "list") return list(setting, options.json);
  if (action == "remove") return remove(setting, options);
  const Progress progress = console.progress(stop);
  if (action == "inspect") return inspect(setting, options, progress);
  if (action == "verify") return verify(setting, options, progress);
  if (action == "convert") return convert(setting, options, progress);
  // Qt's event loops want one of these.
  int count = 1;
  char name[] = "fathom-cli";
  char* arguments[] = {name, nullptr};
  const QCoreApplication application(count, arguments);
  return fetch(setting, options, console, stop);
}

}  // namespace fathom::cli
