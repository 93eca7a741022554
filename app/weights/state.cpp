#include "app/weights/state.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "models/checkpoints/weights_folder.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path withSuffix(const WeightsEntry& entry, const fs::path& folder, const char* suffix) {
  return folder / (entry.name + suffix);
}

/// −1 where there is no such file.
std::int64_t sizeOf(const fs::path& path) {
  std::error_code problem;
  const auto size = fs::file_size(path, problem);
  return problem ? -1 : std::int64_t(size);
}

fs::path licencesPath(const fs::path& folder) {
  return folder / "licences.json";
}

/// The licence ids accepted, by entry. A damaged file means that nobody has accepted anything.
Json acceptedLicences(const fs::path& folder) {
  std::ifstream file(licencesPath(folder));
  Json json = Json::parse(file, nullptr, false);
  return json.is_object() ? json : Json::object();
}

}  // namespace

WeightsState weightsState(const WeightsEntry& entry, const fs::path& folder) {
  if (const auto file = storedWeights(folder, entry.name)) {
    return {WeightsPlace::kHere, *file, std::max<std::int64_t>(sizeOf(*file), 0)};
  }
  const std::int64_t part = sizeOf(partPath(entry, folder));
  if (part > 0) return {WeightsPlace::kPartly, {}, part};
  return {entry.byHand() ? WeightsPlace::kByHand : WeightsPlace::kMissing, {}, 0};
}

std::string textOf(WeightsPlace place) {
  switch (place) {
    case WeightsPlace::kHere:
      return "here";
    case WeightsPlace::kPartly:
      return "partly downloaded";
    case WeightsPlace::kByHand:
      return "by hand";
    default:
      return "missing";
  }
}

fs::path partPath(const WeightsEntry& entry, const fs::path& folder) {
  return withSuffix(entry, folder, ".part");
}

std::string howByHand(const WeightsEntry& entry, const fs::path& folder) {
  return fmt::format("Download {} by hand: it is {}, {}. Then: fathom-cli weights convert {} {}",
                     entry.file, entry.how, entry.page, entry.file,
                     withSuffix(entry, folder, ".safetensors").string());
}

std::vector<fs::path> removeWeights(const WeightsEntry& entry, const fs::path& folder) {
  std::vector<fs::path> removed;
  const auto remove = [&](const fs::path& path) {
    std::error_code problem;
    if (fs::remove(path, problem)) removed.push_back(path);
    if (problem) throwFileError("cannot remove", path, problem.value());
  };
  while (const auto file = storedWeights(folder, entry.name)) remove(*file);
  remove(partPath(entry, folder));
  remove(withSuffix(entry, folder, ".part.json"));
  return removed;
}

fs::path recordedHashPath(const WeightsEntry& entry, const fs::path& folder) {
  return withSuffix(entry, folder, ".sha256");
}

std::string recordedHash(const WeightsEntry& entry, const fs::path& folder) {
  std::ifstream file(recordedHashPath(entry, folder));
  std::array<char, 64> digits{};
  file.read(digits.data(), digits.size());
  const std::string_view hash(digits.data(), digits.size());
  const bool whole = file && hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return whole ? std::string(hash) : std::string();
}

void recordHash(const WeightsEntry& entry, const fs::path& folder, const std::string& sha256) {
  writeFile(recordedHashPath(entry, folder), fmt::format("{}  {}\n", sha256, entry.storedFile()));
}

bool licenceAccepted(const WeightsEntry& entry, const fs::path& folder) {
  const Json accepted = acceptedLicences(folder);
  const auto found = accepted.find(entry.name);
  return found != accepted.end() && *found == entry.licence.id;
}

void acceptLicence(const WeightsEntry& entry, const fs::path& folder) {
  Json accepted = acceptedLicences(folder);
  accepted[entry.name] = entry.licence.id;
  writeFile(licencesPath(folder), accepted.dump(2) + "\n");
}

std::string licenceText(const WeightsEntry& entry) {
  const WeightsLicence& licence = entry.licence;
  return fmt::format("{} is under {}{}: {}{}{}", entry.title, licence.id,
                     licence.nonCommercial ? " (not for commercial use)" : "", licence.address,
                     licence.note.empty() ? "" : ". ", licence.note);
}

std::string bytesText(std::int64_t bytes) {
  const double value = double(bytes);
  if (value >= 1e9) return fmt::format("{:.2f} GB", value / 1e9);
  if (value >= 1e6) return fmt::format("{:.1f} MB", value / 1e6);
  if (value >= 1e3) return fmt::format("{:.1f} kB", value / 1e3);
  return fmt::format("{} bytes", bytes);
}

}  // namespace fathom
