#include "app/cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/error.h"
#include "core/log.h"

namespace fathom::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenDraws = std::chrono::milliseconds(100);

int terminalColumns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

/// Lines of information stand for themselves, the others say what they are.
std::string logText(const LogLine& line, bool coloured) {
  constexpr int kDebug = 1, kWarning = 3;
  if (line.level > kDebug && line.level < kWarning) return line.text + "\n";
  const bool warning = line.level == kWarning;
  const char* word = line.level <= kDebug ? "debug" : warning ? "warning" : "error";
  if (!coloured || line.level <= kDebug) return fmt::format("{}: {}\n", word, line.text);
  return fmt::format("\x1b[{}m{}:\x1b[0m {}\n", warning ? "33" : "31", word, line.text);
}

}  // namespace

Console::Console(int level) {
  const char* kind = std::getenv("TERM");
  terminal_ = ::isatty(STDERR_FILENO) && kind && std::string_view(kind) != "dumb";
  bar_ = terminal_ && level <= 2;
  startLogging({"", false, level});
  listening_ = onLogLine([this](const LogLine& line) {
    const std::lock_guard lock(mutex_);
    const std::string below = line_;
    erase();
    std::fputs(logText(line, terminal_ && !std::getenv("NO_COLOR")).c_str(), stderr);
    std::fputs(below.c_str(), stderr);
    line_ = below;
  });
}

Console::~Console() {
  listening_.reset();
  clear();
}

Progress Console::progress(std::stop_token stop) {
  if (!bar_) return {std::move(stop), {}};
  begun_ = Clock::now();
  drawn_ = {};
  left_ = {};
  return {std::move(stop), [this](double part, std::string_view doing) { draw(part, doing); }};
}

void Console::draw(double part, std::string_view doing) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  const auto left = left_.at(part, std::chrono::duration<double>(now - begun_).count());
  if (now - drawn_ < kBetweenDraws) return;
  drawn_ = now;
  erase();
  line_ = progressLine(part, doing, left, terminalColumns());
  std::fputs(line_.c_str(), stderr);
}

void Console::clear() {
  const std::lock_guard lock(mutex_);
  erase();
}

void Console::erase() {
  if (!line_.empty()) std::fputs("\r\x1b[K", stderr);
  line_.clear();
}

void printData(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return;
  throw FileError(fmt::format("cannot write: {}", std::strerror(errno)), "standard output");
}

}  // namespace fathom::cli
