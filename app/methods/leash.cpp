// A small program that stands between Fathom and a program of the user's. It holds the other end
// of a pipe: when Fathom lets go of it, on purpose or by dying, everything that the program has
// started is ended, whatever it did to get away (sessions of its own, orphans, deaf to signals).
//
//   fathom-leash FOLDER GRACE PROGRAM ARGUMENTS…
//
// Descriptor 3 is the pipe, 4 takes two numbers: 0 and the program's wait status, or 1 and the
// error number where it could not be started. FOLDER (if not empty) is removed once Fathom has let
// go. GRACE: milliseconds between asking to end and ending.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kHold = 3, kStatus = 4;

void tell(int what, int number) {
  const std::array<int, 2> message{what, number};
  (void)!::write(kStatus, message.data(), sizeof message);
}

/// The parent of a process; 0 where it is gone.
int parentOf(const std::string& process) {
  std::array<char, 512> text{};
  FILE* file = std::fopen(("/proc/" + process + "/stat").c_str(), "re");
  if (!file) return 0;
  const std::size_t got = std::fread(text.data(), 1, text.size() - 1, file);
  std::fclose(file);
  // "12 (a name, with brackets and all) S 11 …"
  const std::string line(text.data(), got);
  const std::size_t bracket = line.rfind(')');
  return bracket == std::string::npos ? 0 : std::atoi(line.c_str() + bracket + 3);
}

/// Sends a signal to every child of this process, adopted ones among them.
void signalChildren(int number) {
  DIR* all = ::opendir("/proc");
  if (!all) return;
  const int own = ::getpid();
  while (const dirent* entry = ::readdir(all)) {
    const int process = std::atoi(entry->d_name);
    if (process > 0 && parentOf(entry->d_name) == own) ::kill(process, number);
  }
  ::closedir(all);
}

class Leash {
 public:
  explicit Leash(int grace) : grace_(grace) {
    sigset_t watched;
    ::sigemptyset(&watched);
    for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&watched, number);
    ::sigprocmask(SIG_BLOCK, &watched, &before_);
    signals_ = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans come here
  }

  bool start(char** program) {
    child_ = ::fork();
    if (child_ != 0) return child_ > 0;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setsid();
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    for (int number = 1; number < 32; ++number) ::signal(number, SIG_DFL);
    ::execvp(program[0], program);
    tell(1, errno);
    ::_exit(127);
  }

  /// Until the program has ended or Fathom lets go.
  void hold() {
    while (!ended_) {
      std::array<pollfd, 2> waiting{{{kHold, POLLIN, 0}, {signals_, POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
      if (waiting[0].revents || asksToEnd()) return;
      reap();
    }
  }

  /// Asks, waits, then ends everything that is left. Returns the program's wait status.
  int finish() {
    if (!ended_) {
      ::kill(-child_, SIGTERM);
      const auto until = Clock::now() + std::chrono::milliseconds(grace_);
      while (!ended_ && Clock::now() < until) {
        ::poll(nullptr, 0, 2);
        reap();
      }
    }
    const auto until = Clock::now() + std::chrono::seconds(10);
    while (reap() && Clock::now() < until) {
      signalChildren(SIGKILL);
      ::poll(nullptr, 0, 1);
    }
    return status_;
  }

 private:
  bool asksToEnd() {
    signalfd_siginfo info{};
    bool asked = false;
    while (::read(signals_, &info, sizeof info) == sizeof info) {
      asked = asked || info.ssi_signo != SIGCHLD;
    }
    return asked;
  }

  /// Collects who has ended. False where no child is left.
  bool reap() {
    int status = 0;
    while (true) {
      const pid_t process = ::waitpid(-1, &status, WNOHANG);
      if (process == 0) return true;
      if (process < 0) return errno == EINTR;
      if (process != child_) continue;
      ended_ = true;
      status_ = status;
    }
  }

  int grace_, signals_ = -1, status_ = 0;
  pid_t child_ = -1;
  bool ended_ = false;
  sigset_t before_{};
};

/// The program's own ends of the pipes are for it alone.
void letGoOfStreams() {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int stream = 0; stream <= 2; ++stream) ::dup2(nothing, stream);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4 || ::fcntl(kHold, F_GETFD) < 0 || ::fcntl(kStatus, F_GETFD) < 0) {
    std::fprintf(stderr, "fathom-leash is started by Fathom, not by hand\n");
    return 2;
  }
  for (int descriptor = 3; descriptor < 4096; ++descriptor) {
    if (descriptor <= kStatus) {
      ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    } else {
      ::close(descriptor);
    }
  }
  ::signal(SIGPIPE, SIG_IGN);
  Leash leash(std::atoi(arguments[2]));
  if (!leash.start(arguments + 3)) {
    tell(1, errno);
    return 1;
  }
  letGoOfStreams();
  leash.hold();
  tell(0, leash.finish());
  if (arguments[1][0] == '\0') return 0;
  // Fathom still reads what lies there, until it lets go.
  pollfd letsGo{kHold, POLLIN, 0};
  while (::poll(&letsGo, 1, -1) < 0 && errno == EINTR) {
  }
  std::error_code ignored;
  std::filesystem::remove_all(arguments[1], ignored);
  return 0;
}
