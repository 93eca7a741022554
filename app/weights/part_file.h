#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/progress.h"
#include "core/sha256.h"

namespace fathom {

/// What has arrived of a download: NAME.part, and in NAME.part.json what it is a part of. It
/// survives until it is published or discarded, and one process at a time works on it.
class PartFile {
 public:
  /// Opens or makes it. Throws FileError: no permission, another Fathom is downloading it.
  explicit PartFile(std::filesystem::path path);
  /// Leaves it for later, unless it is empty.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  std::int64_t size() const { return size_; }
  /// The ETag or date of what it is a part of, as HTTP wants it back; empty where unknown.
  const std::string& validator() const { return validator_; }

  /// Hashes what an earlier run has left. To be called before append. Throws Cancelled.
  void hashWhatIsThere(const Progress& progress);
  /// Empty again, to be filled from something with this validator.
  void restart(const std::string& validator);
  /// Throws FileError and keeps what is there: disk full.
  void append(const char* bytes, std::size_t count);

  /// Of everything appended, 64 hexadecimal digits.
  std::string sha256() const;
  /// Becomes `target`, whole and on the disk. The end of this object's use.
  void publish(const std::filesystem::path& target);
  /// Deletes it. The end of this object's use.
  void discard();

 private:
  void open();
  std::filesystem::path notesPath() const;
  void readNotes();

  std::filesystem::path path_;
  int descriptor_ = -1;
  bool there_ = true;
  std::int64_t size_ = 0;
  std::string validator_;
  Sha256 hash_;
};

}  // namespace fathom
