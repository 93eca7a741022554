#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/sample.h"

namespace fathom {

/// A small RGB picture for lists: width·height·3 bytes, rows from the top.
struct Thumbnail {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
};

/// What is known of a sample without loading it.
struct SampleFacts {
  bool hasTruth = false;
  bool hasLow = false;  ///< a real transmitted map
};

/// An ordered collection of samples with random access. All members may be called from several
/// threads at once; every failure names the file and what to do (FileError).
class SampleSource {
 public:
  virtual ~SampleSource() = default;
  /// What to call the collection in a title bar: a folder's name, "embedded scenes".
  virtual std::string title() const = 0;
  virtual std::size_t size() const = 0;
  virtual std::string id(std::size_t index) const = 0;
  virtual SampleFacts facts(std::size_t index) const = 0;
  virtual Sample load(std::size_t index, const Progress& progress) const = 0;
  /// Of the sample's picture, read off a file's header where the source can; else the sample is
  /// loaded.
  virtual Size pictureSize(std::size_t index, const Progress& progress) const;
  /// At most about 96×72 pixels; cheap enough for a list that is being scrolled.
  virtual Thumbnail thumbnail(std::size_t index) const = 0;
  /// The samples of the same trajectory that lie `stride`, 2·stride … eachSide·stride frames before
  /// and behind this one, the nearest first; fewer near the trajectory's ends, none where the
  /// source knows of no trajectory. Cheap; nothing is loaded.
  virtual std::vector<std::size_t> framesAround(std::size_t index, FramesWanted wanted) const;
};

/// The frames around one of a trajectory whose frames are the samples first … first + count − 1.
std::vector<std::size_t> framesOfSpan(std::size_t index, std::size_t first, std::size_t count,
                                      FramesWanted wanted);

using SampleSourcePtr = std::shared_ptr<const SampleSource>;

/// Shrinks a 3×H×W uint8 CPU image into a thumbnail that fits the given box (box averages).
Thumbnail makeThumbnail(const at::Tensor& rgb, int maxWidth = 96, int maxHeight = 72);

}  // namespace fathom
