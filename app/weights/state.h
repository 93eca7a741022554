#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/weights/catalogue.h"

// What of an entry lies in the weights folder. Reads names and sizes alone, so it may be called
// for a whole list.
namespace fathom {

enum class WeightsPlace {
  kHere,     ///< complete, though not checked again
  kPartly,   ///< a download was interrupted and can go on
  kMissing,  ///< can be downloaded
  kByHand,   ///< missing, and no download is possible
};

struct WeightsState {
  WeightsPlace place = WeightsPlace::kMissing;
  std::filesystem::path file;  ///< of kHere
  std::int64_t bytes = 0;      ///< of the file, or of the part that is there
};

WeightsState weightsState(const WeightsEntry& entry, const std::filesystem::path& folder);

/// "here", "partly downloaded", "missing", "by hand".
std::string textOf(WeightsPlace place);

/// What has arrived of a download: NAME.part.
std::filesystem::path partPath(const WeightsEntry& entry, const std::filesystem::path& folder);

/// How to get a file that has no address, as a sentence with the commands to run.
std::string howByHand(const WeightsEntry& entry, const std::filesystem::path& folder);

/// Deletes an entry's files and what was downloaded of them. A hash that was found by downloading
/// stays, so that a file that was changed meanwhile is noticed.
/// @return what was deleted
/// Throws FileError.
std::vector<std::filesystem::path> removeWeights(const WeightsEntry& entry,
                                                 const std::filesystem::path& folder);

/// The SHA-256 that an earlier download of an entry without a known one has found; may be empty.
std::string recordedHash(const WeightsEntry& entry, const std::filesystem::path& folder);
/// Keeps it beside the file, as sha256sum does: NAME.sha256. Throws FileError.
void recordHash(const WeightsEntry& entry, const std::filesystem::path& folder,
                const std::string& sha256);
std::filesystem::path recordedHashPath(const WeightsEntry& entry,
                                       const std::filesystem::path& folder);

/// Whether the entry's licence, as it stands in the catalogue, was accepted earlier.
bool licenceAccepted(const WeightsEntry& entry, const std::filesystem::path& folder);
/// Remembers it in licences.json in the folder. Throws FileError.
void acceptLicence(const WeightsEntry& entry, const std::filesystem::path& folder);
/// "Depth Anything V2 Base is under CC-BY-NC-4.0 (not for commercial use): https://…".
std::string licenceText(const WeightsEntry& entry);

/// "99.2 MB".
std::string bytesText(std::int64_t bytes);

}  // namespace fathom
