#include "app/weights/fetch.h"

#include <fmt/format.h>

#include "app/weights/download.h"
#include "app/weights/part_file.h"
#include "app/weights/state.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "models/checkpoints/checkpoint.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

void checkAllowed(const WeightsEntry& entry, const FetchOptions& options) {
  if (entry.byHand()) {
    throw MissingResource("cannot be downloaded by a program", entry.name,
                          howByHand(entry, options.folder));
  }
  if (!options.acceptLicence && !licenceAccepted(entry, options.folder)) {
    throw BadInput(fmt::format("its licence is not accepted yet. {}", licenceText(entry)),
                   entry.name, "Read it; --accept-licence accepts it");
  }
}

FetchReport reportOf(const WeightsEntry& entry, const WeightsState& state,
                     const FetchOptions& options) {
  FetchReport report;
  report.file = state.file;
  report.bytes = state.bytes;
  report.alreadyHere = true;
  // A converted file, or one that the user has put there, is none of the catalogue's business.
  const bool published = state.file == options.folder / entry.storedFile();
  if (published && entry.size && *entry.size != state.bytes) {
    throw FileError(
        fmt::format("has {} bytes, but the published file has {}", state.bytes, *entry.size),
        state.file.string(), fmt::format("Remove it: fathom-cli weights remove {}", entry.name));
  }
  return report;
}

/// Throws FileError where the bytes are not those of the entry, after deleting them.
HashCheck checkHash(const WeightsEntry& entry, const FetchOptions& options, PartFile& part,
                    const std::string& found) {
  const bool known = !entry.sha256.empty();
  const std::string expected = known ? entry.sha256 : recordedHash(entry, options.folder);
  if (expected.empty()) return HashCheck::kFirstSeen;
  if (found == expected) {
    if (!known) return HashCheck::kAsBefore;
    return entry.hashFromThirdParty ? HashCheck::kThirdParty : HashCheck::kPublished;
  }
  part.discard();
  const char* whose = !known                     ? "an earlier download"
                      : entry.hashFromThirdParty ? "a third party; the publisher names none"
                                                 : "the publisher's page";
  throw FileError(
      fmt::format("the bytes that arrived are not the expected ones and were deleted: SHA-256 "
                  "expected {} (from {}), found {}",
                  expected, whose, found),
      entry.name,
      known ? "Try again; if it happens again, the published file was changed: see " + entry.page
            : "The published file was changed. If you trust the new one, delete " +
                  recordedHashPath(entry, options.folder).string());
}

/// Where no hash tells, the bytes must at least be weights. Deletes them where they are not.
void checkContent(const WeightsEntry& entry, const FetchOptions& options, PartFile& part) {
  try {
    openCheckpoint(partPath(entry, options.folder));
  } catch (const FileError& error) {
    part.discard();
    throw FileError("what arrived is no weights file and was deleted: " + error.problem(),
                    entry.name, "See " + entry.page);
  }
}

}  // namespace

std::string textOf(HashCheck check) {
  switch (check) {
    case HashCheck::kPublished:
      return "as published";
    case HashCheck::kThirdParty:
      return "as a third party has found it";
    case HashCheck::kAsBefore:
      return "as in an earlier download";
    case HashCheck::kFirstSeen:
      return "recorded; there was nothing to compare it with";
    default:
      return "not checked";
  }
}

FetchReport fetchWeights(const WeightsEntry& entry, const FetchOptions& options,
                         const Progress& progress) {
  progress.checkpoint();
  const WeightsState before = weightsState(entry, options.folder);
  if (before.place == WeightsPlace::kHere) return reportOf(entry, before, options);
  checkAllowed(entry, options);
  checkWritableFolder(options.folder);
  if (options.acceptLicence) acceptLicence(entry, options.folder);

  PartFile part(partPath(entry, options.folder));
  FetchReport report;
  report.resumedFrom = part.size();
  part.hashWhatIsThere(progress.part(0, 0));
  Download(entry, options, part, progress).run();
  report.sha256 = part.sha256();
  report.check = checkHash(entry, options, part, report.sha256);
  if (report.check == HashCheck::kFirstSeen) {
    checkContent(entry, options, part);
    recordHash(entry, options.folder, report.sha256);
  }
  report.bytes = part.size();
  report.file = options.folder / entry.storedFile();
  part.publish(report.file);
  return report;
}

}  // namespace fathom
