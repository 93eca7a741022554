#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <new>
#include <string>

#include "tests/models/checkpoints_support.h"

/// Files that may do anything are read in a child with little memory and time.
namespace fathom::test {

/// What opening a file must not exceed beyond twice its tensors: 64 MiB.
constexpr std::uint64_t kMemoryBound = std::uint64_t{64} << 20;

/// Bytes of address space that this process has mapped.
inline std::uint64_t mappedBytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  return pages * std::uint64_t(::sysconf(_SC_PAGESIZE));
}

/// "ok DIGEST", "error" for one of our errors, "memory" or "other" for what must not happen.
inline std::string outcomeOf(const fs::path& path) {
  try {
    const CheckpointPtr file = openCheckpoint(path);
    return "ok " + sha256(listing(*file));
  } catch (const OutOfMemory&) {
    return "memory";
  } catch (const Error&) {
    return "error";
  } catch (const std::bad_alloc&) {
    return "memory";
  } catch (...) {
    return "other";
  }
}

/// outcomeOf in a child that may map `bound` bytes more than this process and compute for some
/// seconds; "crash" and "hang" where it did not come back.
inline std::string outcomeInChild(const fs::path& path, std::uint64_t bound, int seconds = 10) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
#ifndef FATHOM_SANITIZED
    const rlim_t limit = mappedBytes() + bound;
    const rlimit memory{limit, limit};
    ::setrlimit(RLIMIT_AS, &memory);
#endif
    const rlimit time{rlim_t(seconds), rlim_t(seconds)};
    ::setrlimit(RLIMIT_CPU, &time);
    const rlimit core{0, 0};
    ::setrlimit(RLIMIT_CORE, &core);
    for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGXCPU}) ::signal(signal, SIG_DFL);
    const std::string outcome = outcomeOf(path);
    (void)!::write(ends[1], outcome.data(), outcome.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  char buffer[200];
  std::string outcome;
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    outcome.append(buffer, std::size_t(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL ? "hang" : "crash";
  }
  return outcome;
}

}  // namespace fathom::test
