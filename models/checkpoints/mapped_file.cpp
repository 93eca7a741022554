#include "models/checkpoints/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace fathom {
namespace {

struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

[[noreturn]] void fail(const std::filesystem::path& path, int number) {
  throw FileError(fmt::format("cannot read: {}", std::strerror(number)), path.string(),
                  number == ENOENT ? "Check the path" : "");
}

}  // namespace

MappedFilePtr MappedFile::open(const std::filesystem::path& path) {
  // Not blocking: a pipe that nobody writes to would hold us for ever.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0) fail(path, errno);
  struct stat status {};
  if (::fstat(file.number, &status) != 0) fail(path, errno);
  if (!S_ISREG(status.st_mode)) {
    throw FileError("is not a file", path.string(), "Name a weights file");
  }
  std::shared_ptr<MappedFile> mapped(new MappedFile(path));
  if (status.st_size == 0) return mapped;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
  if (start == MAP_FAILED) fail(path, errno);
  mapped->start_ = start;
  mapped->size_ = size;
  return mapped;
}

MappedFile::~MappedFile() {
  if (start_ != nullptr) ::munmap(start_, size_);
}

void throwDamaged(const std::filesystem::path& path, const std::string& what) {
  throw FileError(what, path.string(), "Get the file again: this copy is damaged or incomplete");
}

}  // namespace fathom
