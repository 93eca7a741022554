#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/checkpoints/mapped_file.h"

namespace fathom {

/// The files inside a zip file as PyTorch writes it: stored, not encrypted, not
/// split; compressed ones are only listed. Everything that the file says twice must agree. Names
/// look into the mapping.
class ZipArchive {
 public:
  struct Entry {
    std::string_view name;
    std::uint64_t offset = 0;  ///< of the content, from the start of the file
    std::uint64_t size = 0;    ///< as it lies in the file
    bool compressed = false;   ///< its content cannot be had
    std::uint32_t crc = 0;
    std::uint64_t header = 0;  ///< offset of what precedes the content
  };

  /// Reads all names and places, no content. Throws FileError.
  explicit ZipArchive(MappedFilePtr file);

  const std::vector<Entry>& entries() const { return entries_; }
  /// Index of the entry of this name; nothing where there is none.
  std::optional<std::size_t> find(std::string_view name) const;
  /// False where the file was written without checksums (all are zero), which PyTorch offers.
  bool hasChecksums() const { return hasChecksums_; }
  /// The content, compared with its checksum the first time. Throws FileError. Thread-safe.
  std::string_view content(std::size_t entry) const;

 private:
  struct Directory {
    std::uint64_t start = 0, size = 0, entries = 0;
  };
  Directory findDirectory() const;
  Directory findLargeDirectory(std::uint64_t locator, const Directory& small) const;
  std::uint64_t readEntry(std::uint64_t at, const Directory& directory);
  void checkLocalHeader(Entry& entry, std::string_view central) const;
  void checkOverlaps(std::uint64_t directoryStart) const;
  [[noreturn]] void damaged(const std::string& what) const;

  MappedFilePtr file_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string_view, std::size_t> byName_;
  bool hasChecksums_ = true;
  mutable std::vector<std::atomic<bool>> verified_;
};

}  // namespace fathom
