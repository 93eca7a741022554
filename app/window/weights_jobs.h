#pragma once

#include <filesystem>
#include <string>

#include "app/weights/catalogue.h"
#include "core/progress.h"

// What can be done with a weights file that is here. Blocking: for worker threads.
namespace fathom {

/// Reads the whole file: its hash, checksums and values (see verifyWeights). @return what was
/// found, as a sentence Throws FileError where something is wrong, Cancelled.
std::string verifyStoredWeights(const std::filesystem::path& file,
                                const std::filesystem::path& folder, const Progress& progress);

/// Links a user's file into the folder under the entry's name; the file itself stays where it is.
/// @return what was done, as a sentence
/// Throws FileError where it is no weights file, BadInput where one of that name is there already.
std::string adoptWeights(const WeightsEntry& entry, const std::filesystem::path& file,
                         const std::filesystem::path& folder, const Progress& progress);

}  // namespace fathom
