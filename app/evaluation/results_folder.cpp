#include "app/evaluation/results_folder.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "core/error.h"
#include "datasets/codecs/npy.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 4> kTables{"scores.csv", "scores.json", "table.md", "table.tex"};
constexpr const char* kLow = "low";
constexpr const char* kPredictions = "predictions";

bool endsOn(const fs::path& path, std::initializer_list<const char*> endings) {
  const std::string extension = path.extension().string();
  return std::ranges::any_of(endings, [&](const char* each) { return extension == each; });
}

/// A file of ours by its name; ".part" is what a killed run leaves.
bool isSampleFile(const fs::directory_entry& entry, bool withJson) {
  if (!entry.is_regular_file()) return false;
  return endsOn(entry.path(), {".npy", ".part"}) || (withJson && endsOn(entry.path(), {".json"}));
}

/// The tables name the program that wrote them; the first bytes (or all of a JSON file) tell.
bool isTable(const fs::path& path) {
  if (!fs::is_regular_file(path)) return false;
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (path.filename() == "scores.csv") return text.starts_with("sample,method,protocol,");
  if (path.filename() != "scores.json") return text.find("LibTorch") != std::string::npos;
  const Json json = Json::parse(text, nullptr, false);
  return json.is_object() && json.contains("provenance") && json["provenance"].is_object() &&
         json["provenance"].value("program", Json()) == "fathom";
}

/// The sample files in low/ and predictions/*/, and the first thing there that is none.
struct Listing {
  std::vector<fs::path> files, folders;
  fs::path foreign;
};

void list(const fs::path& folder, bool withJson, Listing& listing) {
  if (!fs::is_directory(folder)) {
    listing.foreign = folder;
    return;
  }
  listing.folders.push_back(folder);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (!isSampleFile(entry, withJson)) {
      listing.foreign = entry.path();
    } else {
      listing.files.push_back(entry.path());
    }
  }
}

Listing earlierResults(const fs::path& folder) {
  Listing listing;
  for (const char* name : kTables) {
    if (!fs::exists(folder / name)) continue;
    (isTable(folder / name) ? listing.files.emplace_back() : listing.foreign) = folder / name;
  }
  if (fs::exists(folder / kLow)) list(folder / kLow, true, listing);
  const fs::path predictions = folder / kPredictions;
  if (!fs::exists(predictions)) return listing;
  if (fs::is_directory(predictions)) {
    for (const fs::directory_entry& method : fs::directory_iterator(predictions)) {
      list(method.path(), false, listing);
    }
    listing.folders.push_back(predictions);
  } else {
    listing.foreign = predictions;
  }
  return listing;
}

/// File system errors of the standard library as ours.
template <class Function>
auto asFileError(const fs::path& folder, const Function& function) {
  try {
    return function();
  } catch (const fs::filesystem_error& error) {
    throw FileError(error.code().message(),
                    error.path1().empty() ? folder.string() : error.path1().string(),
                    "Choose another folder with --out");
  }
}

Json notes(const std::vector<SampleNote>& all) {
  Json json = Json::array();
  for (const SampleNote& note : all) {
    Json each{{"sample", note.sample}};
    if (!note.method.empty()) each["method"] = note.method;
    each["reason"] = note.reason;
    json.push_back(std::move(each));
  }
  return json;
}

}  // namespace

ResultsFolder::ResultsFolder(fs::path folder) : folder_(std::move(folder)) {
  checkWritableFolder(folder_);
  const Listing earlier = asFileError(folder_, [&] { return earlierResults(folder_); });
  if (!earlier.foreign.empty()) {
    throw FileError("is in the way: results would be written there, but it is no result of Fathom",
                    earlier.foreign.string(), "Choose another folder with --out, or move it away");
  }
  replaces_ = !earlier.files.empty();
}

void ResultsFolder::removeEarlier() {
  if (!replaces_) return;
  asFileError(folder_, [&] {
    const Listing earlier = earlierResults(folder_);
    for (const fs::path& file : earlier.files) fs::remove(file);
    for (const fs::path& each : earlier.folders) {
      std::error_code notEmpty;
      fs::remove(each, notEmpty);
    }
  });
  replaces_ = false;
}

void ResultsFolder::write(const SampleResult& result, const SampleFiles& files) {
  removeEarlier();
  std::vector<fs::path> written;
  try {
    if (files.low) {
      written.push_back(folder_ / kLow / (result.id + ".npy"));
      writeNpy(written.back(), result.low.low.levels);
      written.push_back(folder_ / kLow / (result.id + ".json"));
      writeFile(written.back(), lowJson(result.low));
    }
    if (!files.predictions) return;
    for (const MethodResult& prediction : result.methods) {
      written.push_back(folder_ / kPredictions / prediction.method / (result.id + ".npy"));
      writeNpy(written.back(), prediction.metres);
    }
  } catch (...) {
    // A sample is there with all its files or not at all.
    for (const fs::path& path : written) {
      std::error_code ignored;
      fs::remove(path, ignored);
    }
    throw;
  }
}

void ResultsFolder::write(const std::vector<ScoreRow>& rows, const EvaluationReport& report,
                          const Provenance& provenance) {
  removeEarlier();
  Provenance stamped = provenance;
  if (!report.complete()) {
    stamped.more.emplace_back("incomplete",
                              fmt::format("{} of {} samples, {} failed", report.finished.size(),
                                          report.usable, report.failed.size()));
  }
  writeFile(folder_ / "scores.csv", scoresCsv(rows));
  writeFile(folder_ / "scores.json", evaluationJson(rows, report, provenance));
  writeFile(folder_ / "table.md", scoresMarkdown(rows, stamped));
  writeFile(folder_ / "table.tex", scoresLatex(rows, stamped));
}

std::string evaluationJson(const std::vector<ScoreRow>& rows, const EvaluationReport& report,
                           const Provenance& provenance) {
  const Json scores = Json::parse(scoresJson(rows, provenance));
  Json json;
  json["provenance"] = scores["provenance"];
  json["complete"] = report.complete();
  json["finished"] = report.finished;
  json["without_truth"] = report.withoutTruth;
  json["skipped"] = notes(report.skipped);
  json["failed"] = notes(report.failed);
  if (!report.remarks.empty()) json["remarks"] = report.remarks;
  json["rows"] = scores["rows"];
  json["means"] = scores["means"];
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fathom
