#include "app/methods/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.h"

extern char** environ;

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTail = 4096;

void closeOne(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

/// High numbers: those that the program gets are given out below.
int raised(int descriptor) {
  const int high = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 20);
  ::close(descriptor);
  return high;
}

struct Pipe {
  int read = -1, write = -1;
};
Pipe makePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw Error(fmt::format("no pipe could be made: {}", std::strerror(errno)), "",
                "Close other programs");
  }
  return {raised(ends[0]), raised(ends[1])};
}

/// posix_spawn's list of what happens in the new process before the program begins.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  void give(int descriptor, int as) {
    ::posix_spawn_file_actions_adddup2(&actions_, descriptor, as);
  }
  void nothingAs(int as) {
    ::posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDONLY, 0);
  }
  void workIn(const fs::path& folder) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A write to a program that has ended is no reason to end too.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
  ~NoPipeSignal() {
    const timespec now{};
    if (!::sigismember(&before_, SIGPIPE)) {
      while (::sigtimedwait(&pipe_, nullptr, &now) == SIGPIPE) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{}, before_{};
};

int millisecondsUntil(Process::Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Process::Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace

fs::path leashProgram() {
  std::error_code unknown;
  const fs::path here = fs::read_symlink("/proc/self/exe", unknown).parent_path();
  for (const fs::path& place : {here, here.parent_path() / "bin", here.parent_path() / "libexec"}) {
    fs::path program = place / "fathom-leash";
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  throw MissingResource("the program that watches over commands is missing",
                        (here / "fathom-leash").string(), "Install Fathom again");
}

Process::Process(const ProcessPlan& plan)
    : program_(plan.command.empty() ? "" : plan.command.front()), folder_(plan.folder.string()) {
  if (program_.empty()) throw BadInput("names no program", "command");
  if (!plan.folder.empty() && !fs::is_directory(plan.folder)) {
    throw MissingResource("the working folder is not there", folder_, "Check the folder's path");
  }
  const std::string leash = leashProgram().string();
  try {
    start(plan, leash);
  } catch (...) {
    closeAll();
    throw;
  }
}

void Process::start(const ProcessPlan& plan, const std::string& leash) {
  const Pipe hold = makePipe();
  hold_ = hold.write;
  const Pipe status = makePipe(), output = makePipe(), error = makePipe();
  status_ = status.read;
  output_.descriptor = output.read;
  error_.descriptor = error.read;
  const Pipe input = plan.takesInput ? makePipe() : Pipe{};
  input_ = input.write;
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  FileActions actions;
  if (!plan.folder.empty()) actions.workIn(plan.folder);
  if (plan.takesInput) {
    actions.give(input.read, 0);
  } else {
    actions.nothingAs(0);
  }
  actions.give(output.write, 1);
  actions.give(error.write, 2);
  actions.give(hold.read, 3);
  actions.give(status.write, 4);
  std::vector<std::string> words{leash, plan.scratch.string(),
                                 fmt::format("{}", plan.grace.count())};
  words.insert(words.end(), plan.command.begin(), plan.command.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process = -1;
  const int problem =
      ::posix_spawn(&process, leash.c_str(), actions.get(), nullptr, arguments.data(), environ);
  for (const int descriptor : {hold.read, status.write, output.write, error.write, input.read}) {
    if (descriptor >= 0) ::close(descriptor);
  }
  if (problem != 0) {
    throw Error(fmt::format("cannot be started: {}", std::strerror(problem)), program_);
  }
  leash_ = process;
  for (const int descriptor : {status_, output_.descriptor, error_.descriptor, input_}) {
    if (descriptor >= 0) ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  }
}

Process::~Process() {
  end();
  closeAll();
}

void Process::closeAll() {
  for (int* descriptor :
       {&output_.descriptor, &error_.descriptor, &input_, &hold_, &status_, &wake_}) {
    closeOne(*descriptor);
  }
}

/// True where there was something to take.
bool Process::takeIn(Stream& stream) {
  std::array<char, 64 * 1024> bytes;
  const ssize_t got = ::read(stream.descriptor, bytes.data(), bytes.size());
  if (got < 0 && errno == EINTR) return true;
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) {
    closeOne(stream.descriptor);
    return false;
  }
  const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
  stream.tail += text;
  if (stream.tail.size() > 2 * kTail) stream.tail.erase(0, stream.tail.size() - kTail);
  if (&stream == &output_) lines_.take(text);
  return true;
}

void Process::takeStatus() {
  std::array<int, 2> message{};
  const ssize_t got = ::read(status_, message.data(), sizeof message);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got == sizeof message && message[0] == 1) {
    startProblem_ = message[1];
    return;
  }
  if (got == sizeof message) {
    waitStatus_ = message[1];
  } else {
    waitStatus_ = SIGKILL;  // the leash itself was killed
  }
  closeOne(status_);
  ended_ = true;
}

/// What is still in the pipes of a tree that is gone.
void Process::drain() {
  for (Stream* stream : {&output_, &error_}) {
    while (stream->open() && takeIn(*stream)) {
    }
  }
}

/// One round of waiting. True where something happened.
bool Process::pump(int milliseconds, bool wantsToWrite) {
  std::array<pollfd, 5> waiting{{{wake_, POLLIN, 0},
                                 {status_, POLLIN, 0},
                                 {output_.descriptor, POLLIN, 0},
                                 {error_.descriptor, POLLIN, 0},
                                 {wantsToWrite ? input_ : -1, POLLOUT, 0}}};
  const int ready = ::poll(waiting.data(), waiting.size(), milliseconds);
  if (ready <= 0) return ready < 0;
  if (waiting[2].revents) takeIn(output_);
  if (waiting[3].revents) takeIn(error_);
  if (waiting[1].revents) takeStatus();
  writable_ = waiting[4].revents != 0;
  return true;
}

Process::Event Process::wait(Clock::time_point until, const std::stop_token& stop) {
  const std::stop_callback wakeUp(stop, [this] { (void)::eventfd_write(wake_, 1); });
  bool looked = false;  // at least once, also where the time is over already
  while (true) {
    if (stop.stop_requested()) throw Cancelled();
    if (auto line = lines_.next()) {
      line_ = std::move(*line);
      return Event::kLine;
    }
    if (ended_) {
      if (startProblem_ != 0) {
        throw MissingResource(fmt::format("cannot be started: {}", std::strerror(startProblem_)),
                              program_, "Check the program's name and that it may be run");
      }
      drain();
      if (lines_.empty()) return Event::kEnded;
      continue;
    }
    const int left = millisecondsUntil(until);
    if (left == 0 && looked) return Event::kTimeOut;
    looked = true;
    pump(left, false);
  }
}

bool Process::send(std::string_view text, Clock::time_point until, const std::stop_token& stop) {
  const std::stop_callback wakeUp(stop, [this] { (void)::eventfd_write(wake_, 1); });
  const NoPipeSignal silent;
  while (!text.empty() && !ended_ && input_ >= 0) {
    if (stop.stop_requested()) throw Cancelled();
    const int left = millisecondsUntil(until);
    if (left == 0) return false;
    pump(left, true);
    if (!writable_) continue;
    const ssize_t sent = ::write(input_, text.data(), text.size());
    if (sent < 0 && errno != EINTR && errno != EAGAIN) return true;
    if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Process::end() {
  if (leash_ < 0) return;
  closeOne(hold_);
  closeOne(input_);
  const auto until = Clock::now() + std::chrono::seconds(15);
  while (!ended_ && millisecondsUntil(until) > 0) pump(millisecondsUntil(until), false);
  if (!ended_) ::kill(leash_, SIGKILL);
  while (::waitpid(leash_, nullptr, 0) < 0 && errno == EINTR) {
  }
  leash_ = -1;
  ended_ = true;
  drain();
}

std::optional<int> Process::exitCode() const {
  return WIFEXITED(waitStatus_) ? std::optional(WEXITSTATUS(waitStatus_)) : std::nullopt;
}

std::string Process::fate() const {
  if (const auto code = exitCode()) return fmt::format("ended with exit code {}", *code);
  const int number = WTERMSIG(waitStatus_);
  return fmt::format("was ended by signal {} ({})", number, ::strsignal(number));
}

std::string Process::lastWords() const {
  const std::string error = readable(error_.tail);
  return error.empty() ? readable(output_.tail) : error;
}

}  // namespace fathom
