#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "app/cli/progress_bar.h"
#include "core/progress.h"

namespace fathom::cli {

/// Standard error: lines of the log, and below them a progress bar where it is a terminal.
/// Data goes to standard output, see printData.
class Console {
 public:
  /// Starts the log. @param level  spdlog's; no bar where it leaves out information
  explicit Console(int level);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// A Progress that is seen until clear().
  Progress progress(std::stop_token stop);
  void clear();

 private:
  void draw(double part, std::string_view doing);
  void erase();

  std::mutex mutex_;
  bool terminal_ = false, bar_ = false;
  std::string line_;  // as it stands on the terminal; empty: none
  std::chrono::steady_clock::time_point begun_, drawn_;
  TimeLeft left_;
  std::shared_ptr<void> listening_;
};

/// Writes to standard output. Throws FileError where it cannot be written (disk full, closed).
void printData(std::string_view text);

}  // namespace fathom::cli
