#include "datasets/codecs/hdf5.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "datasets/codecs/hdf5_reader.h"
#include "datasets/codecs/input_file.h"

namespace fathom {
namespace {

constexpr std::uint64_t kMostMemory = 2ull << 30;
constexpr rlim_t kMostSeconds = 30;

/// What goes over the pipe: one of these, then text or values.
struct Message {
  std::uint8_t failed = 0, whole = 0;
  std::uint32_t remedyBytes = 0;
  std::uint64_t bytes = 0;  ///< of the problem's text, or of the values
  std::int64_t height = 0, width = 0;
};

void sendAll(int to, const void* bytes, std::size_t count) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t sent = ::write(to, next, count);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) ::_exit(1);
    next += sent;
    count -= static_cast<std::size_t>(sent);
  }
}

void limitMemory() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t pages = 0;
  statm >> pages;
  const rlim_t most = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + kMostMemory;
  const rlimit memory{most, most}, time{kMostSeconds, kMostSeconds}, core{0, 0};
  ::setrlimit(RLIMIT_AS, &memory);
  ::setrlimit(RLIMIT_CPU, &time);
  ::setrlimit(RLIMIT_CORE, &core);
}

/// The reading process, from its beginning to its end.
[[noreturn]] void readAndSend(int to, const std::string& file, const std::string& dataset,
                              bool values) {
  for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) ::signal(number, SIG_DFL);
  limitMemory();
  ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);  // network drives often refuse locks
  Message message;
  try {
    const Hdf5Dataset found = readHdf5Here(file, dataset, values);
    const Size size = mapSize(found.shape, file);
    message = {0, found.whole, 0, found.values.size() * sizeof(float), size.height, size.width};
    sendAll(to, &message, sizeof message);
    sendAll(to, found.values.data(), message.bytes);
  } catch (const Error& error) {
    message.failed = 1;
    message.bytes = error.problem().size();
    message.remedyBytes = static_cast<std::uint32_t>(error.remedy().size());
    sendAll(to, &message, sizeof message);
    sendAll(to, error.problem().data(), error.problem().size());
    sendAll(to, error.remedy().data(), error.remedy().size());
  } catch (...) {
    ::_exit(2);
  }
  ::_exit(0);
}

/// The process that reads, from the other's point of view.
class Reader {
 public:
  Reader(const std::string& file, const std::string& dataset, bool values) : file_(file) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("no pipe could be made for reading it");
    process_ = ::fork();
    if (process_ == 0) {
      // Whoever waits for the end of another pipe waits for nothing that is open here.
      ::dup2(ends[1], 3);
      ::closefrom(4);
      readAndSend(3, file, dataset, values);
    }
    ::close(ends[1]);
    from_ = ends[0];
    if (process_ < 0) {
      ::close(from_);
      fail("no process could be started for reading it");
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    ::close(from_);
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }

  void read(void* to, std::size_t count) {
    char* next = static_cast<char*>(to);
    while (count > 0) {
      pollfd waiting{from_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, 2 * static_cast<int>(kMostSeconds) * 1000);
      if (ready < 0 && errno == EINTR) continue;
      if (ready == 0) fail("took more than a minute to read");
      const ssize_t got = ::read(from_, next, count);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail("made the HDF5 library fail: it is damaged");
      next += got;
      count -= static_cast<std::size_t>(got);
    }
  }

  [[noreturn]] void fail(const char* problem) const {
    throw FileError(problem, file_, "Write the file again");
  }

 private:
  std::string file_;
  int from_ = -1;
  pid_t process_ = -1;
};

StoredDepth fetch(const std::filesystem::path& path, const std::string& dataset, bool values) {
  const InputFile probe(path);  // not there, no permission, a folder: as for all files
  Reader reader(probe.name(), dataset, values);
  Message message;
  reader.read(&message, sizeof message);
  if (message.failed) {
    std::string problem(message.bytes, '\0'), remedy(message.remedyBytes, '\0');
    reader.read(problem.data(), problem.size());
    reader.read(remedy.data(), remedy.size());
    throw FileError(problem, probe.name(), remedy);
  }
  const Size size = mapSize({message.height, message.width}, probe.name());
  if (!values) {
    // A tensor of this size without memory behind it.
    return {at::empty({1}, at::TensorOptions(at::kFloat)).expand({size.height, size.width}), false};
  }
  at::Tensor made = at::empty({size.height, size.width}, at::TensorOptions(at::kFloat));
  if (message.bytes != made.nbytes()) reader.fail("gave another number of values than announced");
  reader.read(made.data_ptr(), made.nbytes());
  return {std::move(made), message.whole != 0};
}

}  // namespace

StoredDepth readHdf5(const std::filesystem::path& path, const std::string& dataset) {
  return fetch(path, dataset, true);
}

Size hdf5Size(const std::filesystem::path& path, const std::string& dataset) {
  const at::Tensor shape = fetch(path, dataset, false).values;
  return {shape.size(0), shape.size(1)};
}

}  // namespace fathom
