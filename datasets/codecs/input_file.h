#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace fathom {

/// A regular file that is open for reading. Every failure is a FileError that names it.
class InputFile {
 public:
  /// Throws FileError: not there, no permission, a folder, a pipe or a device.
  explicit InputFile(const std::filesystem::path& path);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  const std::string& name() const { return name_; }
  /// Bytes, as they were when the file was opened.
  std::uint64_t size() const { return size_; }

  /// Reads exactly `count` bytes from `offset` on. Throws FileError where the file ends before.
  void readAt(std::uint64_t offset, void* to, std::size_t count) const;
  /// Reads what there is, `count` bytes at most. Returns the number of bytes read.
  std::size_t readSome(std::uint64_t offset, void* to, std::size_t count) const;

  /// Throws FileError about this file.
  [[noreturn]] void fail(std::string problem, std::string remedy = {}) const;

 private:
  std::string name_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace fathom
