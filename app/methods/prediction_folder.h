#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/methods/uncertainty.h"
#include "core/depth_map.h"

namespace fathom {

/// A file that holds the prediction of one sample.
struct PredictionFile {
  std::string sample;
  std::filesystem::path path;
  std::uintmax_t bytes = 0;
  std::int64_t changed = 0;  ///< nanoseconds, of the file system's clock
  bool operator==(const PredictionFile&) const = default;
};

/// How a file's name tells its sample: "{sample}" (with any ending that readDepth knows),
/// "{sample}_depth.npy", "{sample}/depth.exr".
class PredictionPattern {
 public:
  /// Empty: "{sample}". Throws BadInput unless {sample} occurs exactly once and the rest is a
  /// relative path inside the folder.
  explicit PredictionPattern(const std::string& text = {});

  /// Paths, relative to the folder, that the sample's file may have.
  std::vector<std::filesystem::path> pathsOf(const std::string& sample) const;
  /// The sample that a relative path belongs to; nothing where it does not match.
  std::optional<std::string> sampleOf(const std::filesystem::path& path) const;
  /// How many folders deep the files lie: 0 in the folder itself.
  int depth() const;

 private:
  std::string before_, after_;
  bool anyEnding_ = false;
};

/// A folder of predictions by sample id. Looks at the disk when asked and not before: a folder of
/// any size opens at once, and a file is decoded when its sample is asked for. All members may be
/// called from several threads.
class PredictionFolder {
 public:
  /// Throws BadInput on a pattern that cannot be. The folder may appear later.
  explicit PredictionFolder(std::filesystem::path folder, const std::string& pattern = {});

  const std::filesystem::path& path() const { return folder_; }

  /// All files that match, by sample; names and sizes alone. Those that hold the uncertainty of
  /// another one are left out. Throws FileError where the folder cannot be read.
  std::vector<PredictionFile> list() const;
  /// The sample's file as it is now. Throws FileError where it has several of them.
  std::optional<PredictionFile> find(const std::string& sample) const;
  /// Changes whenever the sample's file or its uncertainty does: for keys of caches.
  std::string state(const std::string& sample) const;

  /// The sample's map as readDepth gives it. Throws FileError that names the file: missing,
  /// damaged, changed while it was being read.
  at::Tensor read(const std::string& sample, double metresPerValue = 0,
                  const std::string& dataset = {}) const;
  /// What lies beside the sample's file (readUncertainty).
  std::optional<StatedUncertainty> uncertainty(const std::string& sample,
                                               double metresPerValue = 0) const;
  /// How many files were decoded so far.
  std::size_t decoded() const { return decoded_; }

 private:
  std::filesystem::path folder_;
  PredictionPattern pattern_;
  mutable std::atomic<std::size_t> decoded_{0};
};

}  // namespace fathom
