#include "app/methods/prediction_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "datasets/codecs/depth_file.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// Files by sample; more than one is a problem of its own.
using BySample = std::map<std::string, std::vector<PredictionFile>>;

/// What is wrong with a file's size; empty where nothing is.
std::string sizeProblem(const fs::path& file, Size wanted, const std::string& dataset) {
  try {
    const Size size = depthSize(file, dataset);
    if (size == wanted) return {};
    return fmt::format("is {}×{}, but the picture is {}×{}", size.width, size.height, wanted.width,
                       wanted.height);
  } catch (const Error& error) {
    return error.problem();
  }
}

std::vector<std::string> namesOf(const std::vector<PredictionFile>& files) {
  std::vector<std::string> names;
  for (const PredictionFile& file : files) names.push_back(file.path.filename().string());
  return names;
}

void compareOne(PredictionReport& report, const std::vector<PredictionFile>& files,
                const SampleSource& source, std::size_t index, const std::string& dataset,
                bool sizes, const Progress& progress) {
  ++report.found;
  const PredictionFile& first = files.front();
  if (files.size() > 1) {
    report.wrong.push_back(
        {first.sample, first.path,
         fmt::format("and {} are both there", files[1].path.filename().string())});
    return;
  }
  const auto wrong = [&](const fs::path& file, const std::string& problem) {
    if (!problem.empty()) report.wrong.push_back({first.sample, file, problem});
  };
  const std::vector<fs::path> sigmas = uncertaintyFiles(first.path);
  report.uncertain += !sigmas.empty();
  if (sigmas.size() > 1)
    wrong(sigmas[0], fmt::format("and {} are both there", sigmas[1].filename().string()));
  if (!sizes) return;
  try {
    const Size wanted = source.pictureSize(index, {progress.stop, {}});
    wrong(first.path, sizeProblem(first.path, wanted, dataset));
    for (const fs::path& sigma : sigmas) wrong(sigma, sizeProblem(sigma, wanted, {}));
  } catch (const Error& error) {
    wrong(first.path, fmt::format("cannot be compared: {}", error.what()));
  }
}

}  // namespace

std::string some(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 6;
  const std::size_t shown = std::min(names.size(), kMost);
  std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + shown, ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

PredictionReport comparePredictions(const PredictionFolder& folder, const SampleSource& source,
                                    const std::string& dataset, bool sizes,
                                    const Progress& progress) {
  BySample files;
  for (PredictionFile& file : folder.list()) files[file.sample].push_back(std::move(file));
  PredictionReport report;
  report.samples = source.size();
  for (std::size_t index = 0; index < source.size(); ++index) {
    const std::string id = source.id(index);
    progress.at(static_cast<double>(index) / static_cast<double>(source.size()), id);
    const auto found = files.find(id);
    if (found == files.end()) {
      report.missing.push_back(id);
      continue;
    }
    compareOne(report, found->second, source, index, dataset, sizes, progress);
    files.erase(found);
  }
  for (auto& [sample, extra] : files) {
    report.extra.insert(report.extra.end(), extra.begin(), extra.end());
  }
  return report;
}

std::string describe(const PredictionReport& report) {
  std::string text = fmt::format("{} samples: {} predictions", report.samples, report.found);
  if (report.uncertain > 0) text += fmt::format(", {} with uncertainty", report.uncertain);
  if (!report.missing.empty()) {
    text += fmt::format(", {} missing ({})", report.missing.size(), some(report.missing));
  }
  if (!report.extra.empty()) {
    text += fmt::format(", {} extra files ({})", report.extra.size(), some(namesOf(report.extra)));
  }
  for (const PredictionReport::Note& note : report.wrong) {
    text += fmt::format("\n{}: {} {}", note.sample, note.file.string(), note.problem);
  }
  return text;
}

std::string predictionReportJson(const PredictionReport& report) {
  using Json = nlohmann::ordered_json;
  Json json{{"samples", report.samples},
            {"found", report.found},
            {"uncertain", report.uncertain},
            {"missing", report.missing}};
  json["extra"] = namesOf(report.extra);
  json["wrong"] = Json::array();
  for (const PredictionReport::Note& note : report.wrong) {
    json["wrong"].push_back(
        {{"sample", note.sample}, {"file", note.file.string()}, {"problem", note.problem}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fathom
