#include "core/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// The rename itself lasts only once the folder is on the disk; some file systems refuse this.
void syncFolder(const fs::path& folder) {
  const int descriptor =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)::fsync(descriptor);
  ::close(descriptor);
}

/// A temporary file beside the target that vanishes unless it is published.
class Temporary {
 public:
  explicit Temporary(const fs::path& target) : target_(target) {
    static std::atomic<unsigned> counter{0};
    path_ = target;
    path_ += fmt::format(".{}-{}.part", ::getpid(), counter++);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throwFileError("cannot write", target_, errno);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!published_) ::unlink(path_.c_str());
  }

  void append(const void* bytes, std::size_t count) {
    writeBytes(descriptor_, bytes, count, target_);
  }

  void publish() {
    publishFile(descriptor_, path_, target_);
    published_ = true;
  }

 private:
  fs::path target_, path_;
  int descriptor_ = -1;
  bool published_ = false;
};

void makeFolder(const fs::path& folder) {
  if (folder.empty()) return;
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) throwFileError("cannot make the folder", folder, problem.value());
}

}  // namespace

void throwFileError(const char* what, const fs::path& path, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  const bool denied = number == EACCES || number == EPERM || number == EROFS;
  throw FileError(fmt::format("{}: {}", what, std::strerror(number)), path.string(),
                  full     ? "Free some space and try again; nothing that was there is lost"
                  : denied ? "Choose a folder that you may write to"
                           : "");
}

void writeBytes(int descriptor, const void* bytes, std::size_t count, const fs::path& path) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::write(descriptor, next, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      throwFileError("cannot write", path, errno);
    }
    next += written;
    count -= static_cast<std::size_t>(written);
  }
}

void publishFile(int descriptor, const fs::path& path, const fs::path& target) {
  if (::fsync(descriptor) != 0 || ::rename(path.c_str(), target.c_str()) != 0) {
    throwFileError("cannot write", target, errno);
  }
  syncFolder(target.parent_path());
}

void writeFile(const fs::path& path, const std::function<void(const Append&)>& write) {
  makeFolder(path.parent_path());
  Temporary file(path);
  write([&](const void* bytes, std::size_t count) { file.append(bytes, count); });
  file.publish();
}

void writeFile(const fs::path& path, std::string_view bytes) {
  writeFile(path, [&](const Append& append) { append(bytes.data(), bytes.size()); });
}

void checkWritableFolder(const fs::path& folder) {
  makeFolder(folder);
  if (!fs::is_directory(folder)) {
    throw FileError("is not a folder", folder.string(), "Name a folder for the results");
  }
  const Temporary probe(folder / "probe");
}

}  // namespace fathom
