#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "core/sample_source.h"

namespace fathom::fixtures {

namespace fs = std::filesystem;

inline void writeBytes(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string readBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using Ids = std::vector<std::string>;
inline Ids idsOf(const SampleSource& source) {
  Ids ids;
  for (std::size_t index = 0; index < source.size(); ++index) ids.push_back(source.id(index));
  return ids;
}

/// A folder that goes away with the test.
class Folder {
 public:
  fs::path path() const { return folder_.path().toStdString(); }
  fs::path operator/(const std::string& name) const { return path() / name; }

 private:
  QTemporaryDir folder_;
};

/// The FileError that a call throws; nothing where it returns. Other exceptions pass through.
template <typename Call>
std::optional<FileError> fileError(Call&& call) {
  try {
    call();
  } catch (const FileError& error) {
    return error;
  }
  return {};
}

/// Collects warnings as long as it lives.
class Warnings {
 public:
  Warnings() {
    token_ = onLogLine([this](const LogLine& line) {
      const std::lock_guard lock(mutex_);
      if (line.level >= 3) lines_.push_back(line.text);
    });
  }
  /// How many lines hold the text.
  int with(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (const std::string& line : lines_) count += line.find(text) != std::string::npos;
    return count;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::shared_ptr<void> token_;
};

/// As long as it lives, the process cannot ask for more than `bytes` beyond what it has: a reader
/// that believes a lying header gets std::bad_alloc instead of an error of ours.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::uint64_t bytes) {
    ::getrlimit(RLIMIT_AS, &before_);
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0;
    statm >> pages;
    rlimit limit = before_;
    limit.rlim_cur = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + bytes;
    ::setrlimit(RLIMIT_AS, &limit);
  }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;
  ~MemoryLimit() { ::setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

/// Catches what libraries print on standard error.
class StandardError {
 public:
  explicit StandardError(const fs::path& file) : file_(file) {
    kept_ = ::dup(2);
    FILE* stream = std::fopen(file.c_str(), "wb");
    ::dup2(::fileno(stream), 2);
    std::fclose(stream);
  }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;
  ~StandardError() { (void)finish(); }
  /// Ends the catch and returns the text.
  std::string finish() {
    if (kept_ >= 0) {
      ::dup2(kept_, 2);
      ::close(kept_);
      kept_ = -1;
    }
    return readBytes(file_);
  }

 private:
  fs::path file_;
  int kept_ = -1;
};

}  // namespace fathom::fixtures
