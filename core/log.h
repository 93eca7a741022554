#pragma once

#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <string>

namespace fathom {

/// The one logger of the house. Silent until startLogging; every thread may use it.
spdlog::logger& log();

/// What a log panel shows.
struct LogLine {
  int level = 0;  ///< spdlog's: 2 info, 3 warning, 4 error
  std::string time, text;
};

/// Where lines go besides the panel.
struct LogOptions {
  std::string folder;         ///< rotating file fathom.log, 5 × 5 MB; none where empty
  bool standardError = true;  ///< coloured on a terminal
  int level = 2;              ///< spdlog's: 1 debug, 2 info, 3 warning, 4 error
};
/// Throws nothing: a log file that cannot be opened is said once on standard error.
void startLogging(const LogOptions& options);

/// Calls the function for every line from now on, on the thread that logs. Returns a token;
/// dropping it ends the calls.
std::shared_ptr<void> onLogLine(std::function<void(const LogLine&)> function);

/// The user's state folder: $XDG_STATE_HOME/fathom or ~/.local/state/fathom.
std::string stateFolder();

}  // namespace fathom
