#include "datasets/folder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "core/error.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void failToList(const fs::path& folder, const std::error_code& problem) {
  const bool denied = problem == std::errc::permission_denied;
  std::error_code ignored;
  const bool file = problem == std::errc::not_a_directory && fs::exists(folder, ignored);
  const bool absent = problem == std::errc::no_such_file_or_directory ||
                      (problem == std::errc::not_a_directory && !file);
  throw FileError(file     ? "is not a folder"
                  : absent ? "is not there"
                           : fmt::format("cannot be listed: {}", problem.message()),
                  folder.string(),
                  denied   ? "You have no permission to look into it: change its permissions"
                  : absent ? "Check the path; was it moved or renamed?"
                           : "");
}

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

FolderListing listFolder(const fs::path& folder) {
  FolderListing listing;
  std::error_code problem;
  fs::directory_iterator entry(folder, problem);
  for (; !problem && entry != fs::directory_iterator(); entry.increment(problem)) {
    std::error_code broken;  // of a single entry: a link to nowhere
    if (entry->is_directory(broken)) {
      listing.folders.push_back(entry->path().filename().string());
    } else if (entry->is_regular_file(broken)) {
      listing.files.push_back(entry->path().filename().string());
    }
  }
  if (problem) failToList(folder, problem);
  std::ranges::sort(listing.files);
  std::ranges::sort(listing.folders);
  return listing;
}

fs::path tidyPath(const fs::path& path) {
  std::error_code problem;  // no current folder: the path stays as it is
  const fs::path whole = fs::absolute(path, problem);
  const fs::path tidy = (problem ? path : whole).lexically_normal();
  return tidy.has_filename() || !tidy.has_relative_path() ? tidy : tidy.parent_path();
}

std::string folderName(const fs::path& folder) {
  const fs::path tidy = tidyPath(folder);
  return tidy.has_filename() ? tidy.filename().string() : tidy.string();
}

std::string fileSafe(std::string_view text) {
  std::string safe(text);
  for (char& c : safe) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !isDigit(c) && c != '.' && c != '_' && c != '-') c = '_';
  }
  if (safe.empty() || safe.front() == '.') safe.insert(safe.begin(), '_');
  return safe;
}

std::optional<std::int64_t> numberIn(std::string_view stem) {
  const auto begin = std::ranges::find_if(stem, isDigit);
  const auto end = std::find_if_not(begin, stem.end(), isDigit);
  if (begin == end || std::find_if(end, stem.end(), isDigit) != stem.end()) return {};
  std::int64_t number = 0;
  const auto result = std::from_chars(&*begin, &*begin + (end - begin), number);
  if (result.ec != std::errc()) return {};
  return number;
}

std::string listed(const std::vector<std::string>& names, std::size_t most) {
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + most, ", "),
                     names.size() - most);
}

}  // namespace fathom
