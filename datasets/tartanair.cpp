#include "datasets/tartanair.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "datasets/codecs/image.h"
#include "datasets/codecs/poses.h"
#include "datasets/folder.h"
#include "datasets/views.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr const char* kImages = "image_left";
constexpr const char* kDepths = "depth_left";
constexpr const char* kPoses = "pose_left.txt";
constexpr std::string_view kImageEnd = "_left.png", kDepthEnd = "_left_depth.npy";
constexpr int kDeepest = 8;

/// A frame is its number and how many digits its file name has; a tree holds hundreds of thousands.
struct Frame {
  std::uint32_t number = 0;
  std::uint16_t digits = 6;
  bool depth = false;

  std::string text() const { return fmt::format("{:0{}}", number, digits); }
  /// By number and spelling, so that an image and its depth compare equal.
  std::pair<std::uint32_t, std::uint16_t> key() const { return {number, digits}; }
};

/// The frames among file names that are digits and then `end`, in the order of their numbers.
std::vector<Frame> framesNamed(const std::vector<std::string>& names, std::string_view end) {
  std::vector<Frame> frames;
  for (const std::string& name : names) {
    if (!name.ends_with(end)) continue;
    const std::string_view digits = std::string_view(name).substr(0, name.size() - end.size());
    Frame frame;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), frame.number);
    if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) continue;
    frame.digits = static_cast<std::uint16_t>(digits.size());
    frames.push_back(frame);
  }
  std::ranges::sort(frames, {}, &Frame::key);
  return frames;
}

/// A folder of frames. Its poses are read when the first of its frames is loaded.
class Trajectory {
 public:
  Trajectory(fs::path folder, std::vector<Frame> frames)
      : folder_(std::move(folder)), frames_(std::move(frames)) {}

  const fs::path& folder() const { return folder_; }
  const std::vector<Frame>& frames() const { return frames_; }
  fs::path image(const Frame& frame) const {
    return folder_ / kImages / (frame.text() + std::string(kImageEnd));
  }
  fs::path depth(const Frame& frame) const {
    return folder_ / kDepths / (frame.text() + std::string(kDepthEnd));
  }
  std::optional<Pose> pose(const Frame& frame) const {
    std::call_once(posesRead_, [this] { loadPoses(); });
    return frame.number < poses_.size() ? poses_[frame.number] : std::nullopt;
  }

 private:
  void loadPoses() const {
    const fs::path file = folder_ / kPoses;
    try {
      poses_ = readPoses(file);
    } catch (const FileError& error) {
      log().warn("no poses: {}", error.what());
      return;
    }
    const auto without = std::ranges::count_if(frames_, [this](const Frame& frame) {
      return frame.number >= poses_.size() || !poses_[frame.number];
    });
    if (without == 0) return;
    log().warn("{}: {} of {} frames have no usable pose in its {} lines", file.string(), without,
               frames_.size(), poses_.size());
  }

  fs::path folder_;
  std::vector<Frame> frames_;
  mutable std::once_flag posesRead_;
  mutable std::vector<std::optional<Pose>> poses_;
};

using Trajectories = std::vector<std::unique_ptr<Trajectory>>;

/// Finds trajectories without opening or asking for a single file: folders are listed, that is all.
class Search {
 public:
  explicit Search(const Progress& progress) : progress_(progress) {}

  Trajectories run(const fs::path& root) {
    visit(root, listFolder(root), 0);
    return std::move(found_);
  }

 private:
  void visit(const fs::path& folder, const FolderListing& listing, int depth) {
    progress_.at(0, folder.string());
    if (!firstVisit(folder)) return;
    if (std::ranges::binary_search(listing.folders, kImages) && addTrajectory(folder, listing)) {
      return;
    }
    if (depth == kDeepest) return;
    for (const std::string& name : listing.folders) {
      if (name.starts_with('.')) continue;
      visitInner(folder / name, depth + 1);
    }
  }

  void visitInner(const fs::path& folder, int depth) {
    FolderListing listing;
    try {
      listing = listFolder(folder);
    } catch (const FileError& error) {
      log().warn("left out: {}", error.what());
      return;
    }
    visit(folder, listing, depth);
  }

  /// False where a link has led back to a folder that was seen before.
  bool firstVisit(const fs::path& folder) {
    struct stat about {};
    if (::stat(folder.c_str(), &about) != 0) return false;
    return visited_.emplace(about.st_dev, about.st_ino).second;
  }

  /// False where image_left holds no frame: then it is a folder like any other.
  bool addTrajectory(const fs::path& folder, const FolderListing& listing) {
    std::vector<Frame> frames = framesNamed(listFolder(folder / kImages).files, kImageEnd);
    if (frames.empty()) return false;
    const auto doubled = std::ranges::unique(frames, {}, &Frame::number);
    if (!doubled.empty()) {
      log().warn("{}: {} images have the number of another one and are left out",
                 (folder / kImages).string(), doubled.size());
      frames.erase(doubled.begin(), doubled.end());
    }
    if (std::ranges::binary_search(listing.folders, kDepths)) {
      const auto depths = framesNamed(listFolder(folder / kDepths).files, kDepthEnd);
      for (Frame& frame : frames) {
        frame.depth = std::ranges::binary_search(depths, frame.key(), {}, &Frame::key);
      }
    }
    found_.push_back(std::make_unique<Trajectory>(folder, std::move(frames)));
    return true;
  }

  const Progress& progress_;
  std::set<std::pair<dev_t, ino_t>> visited_;
  Trajectories found_;
};

bool isDifficulty(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return name == "easy" || name == "hard";
}

/// The part of the id in front of the frame's number.
std::string nameOf(const fs::path& trajectory, const fs::path& root) {
  const fs::path difficulty = trajectory.parent_path(), environment = difficulty.parent_path();
  std::vector<std::string> parts;
  if (isDifficulty(difficulty.filename().string()) && environment.has_filename()) {
    parts = {environment.filename().string(), difficulty.filename().string(),
             trajectory.filename().string()};
  } else if (trajectory == root) {
    parts = {folderName(root)};
  } else {
    for (const fs::path& part : trajectory.lexically_relative(root)) parts.push_back(part.string());
  }
  return fileSafe(fmt::format("{}", fmt::join(parts, "-")));
}

/// One name per trajectory. Copies of one trajectory in two places get a number.
std::vector<std::string> uniqueNames(const Trajectories& trajectories, const fs::path& root) {
  std::vector<std::string> names;
  std::set<std::string> used;
  for (const auto& trajectory : trajectories) {
    const std::string name = nameOf(trajectory->folder(), root);
    std::string unique = name;
    for (int number = 2; !used.insert(unique).second; ++number) {
      unique = fmt::format("{}-{}", name, number);
    }
    names.push_back(std::move(unique));
  }
  return names;
}

class TartanAirSource : public SampleSource {
 public:
  TartanAirSource(const fs::path& root, Trajectories trajectories)
      : title_(folderName(root)),
        names_(uniqueNames(trajectories, root)),
        trajectories_(std::move(trajectories)) {
    std::size_t end = 0;
    for (const auto& trajectory : trajectories_)
      ends_.push_back(end += trajectory->frames().size());
  }

  std::string title() const override { return title_; }
  std::size_t size() const override { return ends_.back(); }
  std::string id(std::size_t index) const override {
    const Place place = locate(index);
    return fmt::format("{}-{:06}", place.name, place.frame.number);
  }
  SampleFacts facts(std::size_t index) const override { return {locate(index).frame.depth, false}; }

  Sample load(std::size_t index, const Progress& progress) const override {
    const Place place = locate(index);
    progress.checkpoint();
    Sample sample;
    sample.id = id(index);
    const fs::path image = place.trajectory.image(place.frame);
    sample.rgb = readRgb(image);
    progress.checkpoint();
    if (place.frame.depth) {
      sample.truth = readTruth(place.trajectory.depth(place.frame), image, sample.size());
    }
    sample.intrinsics = tartanAirCamera(sample.size());
    sample.pose = place.trajectory.pose(place.frame);
    return sample;
  }

  Size pictureSize(std::size_t index, const Progress&) const override {
    const Place place = locate(index);
    return imageSize(place.trajectory.image(place.frame));
  }
  Thumbnail thumbnail(std::size_t index) const override {
    const Place place = locate(index);
    return readThumbnail(place.trajectory.image(place.frame));
  }
  /// By the order of the frames that are there, not by their numbers.
  std::vector<std::size_t> framesAround(std::size_t index, FramesWanted wanted) const override {
    const Place place = locate(index);
    return framesOfSpan(index, place.first, place.trajectory.frames().size(), wanted);
  }

 private:
  struct Place {
    const Trajectory& trajectory;
    const std::string& name;
    const Frame& frame;
    std::size_t first;  ///< sample of the trajectory
  };
  Place locate(std::size_t index) const {
    if (index >= size()) throw BadInput(fmt::format("there is no sample {} of {}", index, size()));
    const auto end = std::ranges::upper_bound(ends_, index);
    const auto part = static_cast<std::size_t>(end - ends_.begin());
    const std::size_t first = part == 0 ? 0 : ends_[part - 1];
    return {*trajectories_[part], names_[part], trajectories_[part]->frames()[index - first],
            first};
  }

  std::string title_;
  std::vector<std::string> names_;
  Trajectories trajectories_;
  std::vector<std::size_t> ends_;
};

}  // namespace

SampleSourcePtr openTartanAir(const fs::path& folder, const Progress& progress) {
  fs::path root = tidyPath(folder);
  if (folderName(root) == kImages || folderName(root) == kDepths) root = root.parent_path();
  Trajectories trajectories = Search(progress).run(root);
  if (trajectories.empty()) return nullptr;
  return std::make_shared<TartanAirSource>(root, std::move(trajectories));
}

}  // namespace fathom
