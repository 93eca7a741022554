#include "datasets/codecs/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.h"

namespace fathom {
namespace {

const char* remedyFor(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return "Check the path; was the file moved or renamed?";
    case EACCES:
    case EPERM:
      return "You have no permission to read it: change its permissions or copy it";
    default:
      return "";
  }
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path) : name_(path.string()) {
  // O_NONBLOCK: opening a pipe that nobody writes to would otherwise wait for ever.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) {
    const int number = errno;
    fail(fmt::format("cannot be opened: {}", std::strerror(number)), remedyFor(number));
  }
  struct stat about {};
  const bool known = ::fstat(descriptor_, &about) == 0;
  if (!known || !S_ISREG(about.st_mode)) {
    ::close(descriptor_);  // the destructor does not run for what the constructor throws
    if (known && S_ISDIR(about.st_mode)) fail("is a folder, not a file");
    fail("is not a regular file", "Copy what it gives into a file first");
  }
  size_ = static_cast<std::uint64_t>(about.st_size);
}

InputFile::~InputFile() {
  ::close(descriptor_);
}

std::size_t InputFile::readSome(std::uint64_t offset, void* to, std::size_t count) const {
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = ::pread(descriptor_, static_cast<char*>(to) + done, count - done,
                                static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      fail(fmt::format("cannot be read: {}", std::strerror(errno)),
           "Check the disk or the network drive it is on");
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void InputFile::readAt(std::uint64_t offset, void* to, std::size_t count) const {
  const std::size_t got = readSome(offset, to, count);
  if (got == count) return;
  fail(fmt::format("ends after {} bytes where {} are needed", offset + got, offset + count),
       "The file is cut short: copy or download it again");
}

void InputFile::fail(std::string problem, std::string remedy) const {
  throw FileError(std::move(problem), name_, std::move(remedy));
}

}  // namespace fathom
