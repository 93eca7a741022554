#include "datasets/open.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>

#include "core/error.h"
#include "core/log.h"
#include "datasets/challenge.h"
#include "datasets/concatenated.h"
#include "datasets/folder.h"
#include "datasets/tartanair.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

std::string wanted() {
  std::string text = "Looked for: ";
  for (const Format& format : formats()) {
    if (&format != &formats().front()) text += "; ";
    text += fmt::format("{} ({})", format.name, format.looks);
  }
  return text;
}

/// Throws unless the path is a folder that can be listed and holds something.
FolderListing listNonEmpty(const fs::path& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (fs::exists(status) && !fs::is_directory(status)) {
    throw FileError("is a file, and data sets are folders", path.string(),
                    "Open the folder that it belongs to. " + wanted());
  }
  FolderListing listing = listFolder(path);
  if (listing.files.empty() && listing.folders.empty()) {
    throw FileError("is an empty folder", path.string(),
                    "Open a folder that holds samples. " + wanted());
  }
  return listing;
}

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> table{
      {"AIS/AIM 2024 challenge",
       "folders RGB_train_HR with PNG files, AI4S_train_gt and AI4S_train_inp with NPY files; "
       "likewise valid/val and test",
       openChallenge},
      {"TartanAir V1",
       "at any depth, folders image_left with 000000_left.png, depth_left with "
       "000000_left_depth.npy, pose_left.txt",
       openTartanAir},
  };
  return table;
}

SampleSourcePtr openPath(const fs::path& path, const Progress& progress) {
  const FolderListing listing = listNonEmpty(path);
  std::vector<SampleSourcePtr> sources;
  std::optional<FileError> broken;
  for (const Format& format : formats()) {
    progress.at(0, format.name);
    try {
      if (SampleSourcePtr source = format.open(path, progress)) sources.push_back(source);
    } catch (const FileError& error) {
      log().warn("{}: {}", format.name, error.what());
      if (!broken) broken = error;
    }
  }
  if (!sources.empty()) return concatenate(std::move(sources));
  if (broken) throw *broken;
  throw FileError(fmt::format("holds no samples of a known kind among its {} files and {} folders",
                              listing.files.size(), listing.folders.size()),
                  path.string(),
                  wanted() + ". Open the folder that holds these, or one level above");
}

}  // namespace fathom
