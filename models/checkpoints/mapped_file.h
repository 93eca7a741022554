#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace fathom {

/// A regular file as read-only memory, for as long as somebody holds it. Its bytes are those of
/// the disk: a file that another program cuts meanwhile takes the memory away, so weights are
/// replaced by renaming (core/atomic_file.h), never in place.
class MappedFile {
 public:
  /// Throws FileError where the path is no readable regular file.
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  const std::filesystem::path& path() const { return path_; }
  std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }
  std::uint64_t size() const { return size_; }

 private:
  explicit MappedFile(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
  void* start_ = nullptr;
  std::size_t size_ = 0;
};

using MappedFilePtr = std::shared_ptr<const MappedFile>;

/// Throws FileError: the file's content is not what it should be.
[[noreturn]] void throwDamaged(const std::filesystem::path& path, const std::string& what);

}  // namespace fathom
