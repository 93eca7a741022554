#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "app/weights/catalogue.h"
#include "core/progress.h"

namespace fathom {

struct FetchOptions {
  std::filesystem::path folder;             ///< see weightsFolder; made where it is missing
  bool acceptLicence = false;               ///< the user accepts it now; remembered in the folder
  std::chrono::milliseconds stall{30'000};  ///< longest silence of a server
  int retries = 4;  ///< after a lost connection, as long as nothing new arrives
  std::chrono::milliseconds backoff{1000};  ///< before the first retry; then twice as long, …
};

/// How a file's SHA-256 was judged.
enum class HashCheck {
  kPublished,   ///< equal to the one on the publisher's page
  kThirdParty,  ///< equal to one that somebody else has found
  kAsBefore,    ///< equal to that of an earlier download
  kFirstSeen,   ///< nothing to compare with; recorded now
  kNone,        ///< the file was here already, and there is nothing to compare it with
};

/// "as published", …
std::string textOf(HashCheck check);

struct FetchReport {
  std::filesystem::path file;
  std::int64_t bytes = 0;
  std::string sha256;
  HashCheck check = HashCheck::kNone;
  bool alreadyHere = false;
  std::int64_t resumedFrom = 0;  ///< bytes that an earlier run had left
};

/// Downloads an entry into the weights folder: resumed where an earlier run was stopped, checked
/// against size and hash, published whole or not at all. Blocks in an event loop of its own: call
/// it on a worker thread, or where no other loop runs. No request is made where the file is here.
///
/// Throws MissingResource where it can only be had by hand, BadInput where the licence is not
/// accepted, FileError (disk full, no permission, wrong bytes), Error (network), Cancelled. What
/// has arrived is kept unless it is known to be wrong.
FetchReport fetchWeights(const WeightsEntry& entry, const FetchOptions& options,
                         const Progress& progress = {});

}  // namespace fathom
