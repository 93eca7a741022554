#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/methods/answer_lines.h"

namespace fathom {

/// What to start.
struct ProcessPlan {
  std::vector<std::string> command;      ///< program (looked for in PATH) and arguments; no shell
  std::filesystem::path folder;          ///< to work in; empty: the current one
  std::filesystem::path scratch;         ///< removed once the process has ended; empty: none
  bool takesInput = false;               ///< it is written to; else its input is empty
  std::chrono::milliseconds grace{100};  ///< between asking it to end and ending it
};

/// A program of the user's, held on a leash (app/methods/leash.cpp): when this object goes, or
/// Fathom dies, it and everything it has started end. Its output is read whole, whatever it
/// prints, and only the end of it kept. One thread at a time.
class Process {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts it. Throws MissingResource where there is no such program or folder or it may not be
  /// run, Error where the system refuses.
  explicit Process(const ProcessPlan& plan);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  /// Ends it as end() does.
  ~Process();

  enum class Event { kLine, kEnded, kTimeOut };
  /// Waits for a line on its standard output, its end, or the time limit. Lines longer than 64 KB
  /// count as noise. Throws Cancelled at once where the work is no longer wanted, MissingResource
  /// where it turns out that the program could not be started.
  Event wait(Clock::time_point until, const std::stop_token& stop);
  /// After kLine, without its end.
  const std::string& line() const { return line_; }

  /// Writes to its standard input what it takes until the time limit; a program that has ended
  /// takes anything. False where time ran out. Throws Cancelled.
  bool send(std::string_view text, Clock::time_point until, const std::stop_token& stop);

  /// Ends it and everything it has started, and waits for that.
  void end();
  bool running() const { return !ended_; }

  /// Once it has ended: its exit code; nothing where a signal ended it.
  std::optional<int> exitCode() const;
  /// "ended with exit code 3", "was ended by signal 11 (Segmentation fault)".
  std::string fate() const;
  /// The last lines that it printed on standard error, or where there are none on standard output;
  /// without control characters. At most about 2,000 bytes.
  std::string lastWords() const;

 private:
  struct Stream {
    int descriptor = -1;
    std::string tail;  ///< the end of all that was printed
    bool open() const { return descriptor >= 0; }
  };
  void start(const ProcessPlan& plan, const std::string& leash);
  bool pump(int milliseconds, bool wantsToWrite);
  bool takeIn(Stream& stream);
  void takeStatus();
  void drain();
  void closeAll();

  std::string program_, folder_;
  Stream output_, error_;
  int input_ = -1, hold_ = -1, status_ = -1, wake_ = -1;
  int leash_ = -1;  ///< process id
  bool ended_ = false;
  int startProblem_ = 0, waitStatus_ = 0;
  bool writable_ = false;
  LineSplitter lines_;
  std::string line_;
};

/// Where fathom-leash is: beside the running program, or in bin/ beside its folder. Throws
/// MissingResource.
std::filesystem::path leashProgram();

}  // namespace fathom
