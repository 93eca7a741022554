#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fathom {

/// The names in one folder, sorted; links count as what they point to, broken ones not at all.
struct FolderListing {
  std::vector<std::string> files, folders;
};

/// Lists a folder. Throws FileError that says whether it is not there, not a folder or not
/// readable.
FolderListing listFolder(const std::filesystem::path& folder);

/// The absolute path without "." and "..", links kept, no slash at the end.
std::filesystem::path tidyPath(const std::filesystem::path& path);

/// What to call a folder: the last part of its absolute path, "/" for the root.
std::string folderName(const std::filesystem::path& folder);

/// The text with everything but letters, digits, '.', '_' and '-' replaced by '_', fit for a file
/// name on any system. Never empty, never begins with a dot.
std::string fileSafe(std::string_view text);

/// The number in a name without its extension ("0042", "frame_7"), where it holds exactly one:
/// with two ("0001_x8") a choice would be a guess.
std::optional<std::int64_t> numberIn(std::string_view stem);

/// "a, b, c and 4 more", for messages.
std::string listed(const std::vector<std::string>& names, std::size_t most = 5);

}  // namespace fathom
