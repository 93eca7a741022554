#include "core/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>
#include <list>
#include <mutex>

namespace fathom {
namespace {

using Function = std::function<void(const LogLine&)>;

/// Hands every line to whoever listens. Its own mutex (spdlog's) guards the list.
class ListenerSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::list<Function>::iterator add(Function function) {
    const std::lock_guard lock(mutex_);
    return listeners_.insert(listeners_.end(), std::move(function));
  }
  void remove(std::list<Function>::iterator listener) {
    const std::lock_guard lock(mutex_);
    listeners_.erase(listener);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t time;
    spdlog::pattern_formatter("%H:%M:%S", spdlog::pattern_time_type::local, "")
        .format(message, time);
    const LogLine line{static_cast<int>(message.level), fmt::to_string(time),
                       std::string(message.payload.data(), message.payload.size())};
    for (const Function& listener : listeners_) listener(line);
  }
  void flush_() override {}

 private:
  std::list<Function> listeners_;
};

struct Sinks {
  std::shared_ptr<spdlog::sinks::dist_sink_mt> all =
      std::make_shared<spdlog::sinks::dist_sink_mt>();
  std::shared_ptr<ListenerSink> listeners = std::make_shared<ListenerSink>();
  std::shared_ptr<spdlog::logger> logger = std::make_shared<spdlog::logger>("fathom", all);
  Sinks() {
    all->add_sink(listeners);
    logger->flush_on(spdlog::level::warn);
  }
};

Sinks& sinks() {
  static Sinks only;
  return only;
}

/// 5 files of 5 MB: the current one and 4 older ones.
constexpr std::size_t kFileBytes = 5u << 20, kOlderFiles = 4;

}  // namespace

spdlog::logger& log() {
  return *sinks().logger;
}

void startLogging(const LogOptions& options) {
  std::vector<spdlog::sink_ptr> wanted{sinks().listeners};
  std::string problem;
  if (options.standardError) {
    auto terminal = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    terminal->set_pattern("%^%l%$: %v");
    wanted.push_back(std::move(terminal));
  }
  if (!options.folder.empty()) {
    try {
      auto file = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
          options.folder + "/fathom.log", kFileBytes, kOlderFiles);
      file->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l [%t] %v");
      wanted.push_back(std::move(file));
    } catch (const spdlog::spdlog_ex& error) {
      problem = error.what();
    }
  }
  sinks().all->set_sinks(std::move(wanted));
  log().set_level(static_cast<spdlog::level::level_enum>(options.level));
  if (!problem.empty()) log().warn("no log file: {}", problem);
}

std::shared_ptr<void> onLogLine(Function function) {
  const auto listener = sinks().listeners->add(std::move(function));
  return {nullptr, [listener](void*) { sinks().listeners->remove(listener); }};
}

std::string stateFolder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state) {
    return std::string(state) + "/fathom";
  }
  const char* home = std::getenv("HOME");
  return home && *home ? std::string(home) + "/.local/state/fathom" : std::string();
}

}  // namespace fathom
