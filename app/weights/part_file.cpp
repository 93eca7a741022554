#include "app/weights/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/atomic_file.h"
#include "core/error.h"

namespace fathom {

namespace fs = std::filesystem;
using Json = nlohmann::json;

PartFile::PartFile(fs::path path) : path_(std::move(path)) {
  open();
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) throwFileError("cannot read", path_, errno);
  size_ = status.st_size;
  readNotes();
}

PartFile::~PartFile() {
  if (there_ && size_ == 0) discard();
  if (descriptor_ >= 0) ::close(descriptor_);
}

// Another process may publish the file between our opening and locking it: then the lock is on a
// finished file, and the part has to be opened anew.
void PartFile::open() {
  for (;;) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throwFileError("cannot write", path_, errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const int number = errno;
      ::close(descriptor_);
      if (number != EWOULDBLOCK) throwFileError("cannot lock", path_, number);
      throw FileError("another Fathom is downloading this file", path_.string(),
                      "Wait until it is done");
    }
    struct stat mine {
    }, named{};
    const bool same = ::fstat(descriptor_, &mine) == 0 && ::stat(path_.c_str(), &named) == 0 &&
                      mine.st_ino == named.st_ino && mine.st_dev == named.st_dev;
    if (same) return;
    ::close(descriptor_);
  }
}

fs::path PartFile::notesPath() const {
  return path_.string() + ".json";
}

/// Damaged notes are no notes.
void PartFile::readNotes() {
  std::ifstream file(notesPath());
  const Json json = Json::parse(file, nullptr, false);
  if (!json.is_object()) return;
  const auto found = json.find("validator");
  if (found != json.end() && found->is_string()) validator_ = *found;
}

void PartFile::hashWhatIsThere(const Progress& progress) {
  std::vector<char> buffer(1 << 20);
  hash_ = {};
  for (std::int64_t at = 0; at < size_;) {
    progress.at(double(at) / double(size_), "checking what has arrived");
    const ssize_t count = ::pread(descriptor_, buffer.data(), buffer.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throwFileError("cannot read", path_, errno);
    if (count == 0) throw FileError("became shorter meanwhile", path_.string());
    hash_.add(buffer.data(), std::size_t(count));
    at += count;
  }
}

void PartFile::restart(const std::string& validator) {
  if (::ftruncate(descriptor_, 0) != 0) throwFileError("cannot write", path_, errno);
  hash_ = {};
  size_ = 0;
  validator_ = validator;
  // A byte that is no UTF-8 is replaced: such a validator matches nothing, and all begins anew.
  const Json notes{{"validator", validator}};
  writeFile(notesPath(), notes.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void PartFile::append(const char* bytes, std::size_t count) {
  try {
    writeBytes(descriptor_, bytes, count, path_);
  } catch (const FileError&) {
    // Some of it may have been written; the hash knows nothing of that.
    if (::ftruncate(descriptor_, size_) != 0) restart({});
    throw;
  }
  hash_.add(bytes, count);
  size_ += std::int64_t(count);
}

std::string PartFile::sha256() const {
  return Sha256(hash_).finish();
}

void PartFile::publish(const fs::path& target) {
  publishFile(descriptor_, path_, target);
  there_ = false;
  ::unlink(notesPath().c_str());
}

void PartFile::discard() {
  there_ = false;
  ::unlink(path_.c_str());
  ::unlink(notesPath().c_str());
}

}  // namespace fathom
