#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/methods/definition.h"
#include "app/methods/exchange.h"
#include "app/methods/process.h"
#include "app/methods/uncertainty.h"
#include "core/upsampler.h"

namespace fathom {

/// What a program wrote for a sample.
struct CommandResult {
  at::Tensor values;
  std::optional<StatedUncertainty> sigma;
};

/// The one process that is given all samples; shared by the methods made of one definition. Starts
/// with the first sample, and again after a failure. When nothing is asked of it for the setting
/// `idle_limit` it is ended, and started again when it is needed.
class CommandServer {
 public:
  explicit CommandServer(MethodDefinition definition) : definition_(std::move(definition)) {}

  /// Has one sample done and reads what the program made of it. One caller at a time, the others
  /// wait. Throws like CommandMethod.
  CommandResult run(const UpsamplerInput& input, const Values& values, const Progress& progress);

 private:
  class IdleClock;
  bool ready();
  void watchIdleness(const std::stop_token& stop);
  void start(const std::vector<std::string>& command);
  void request(const UpsamplerInput& input, const Values& values, const Progress& progress);
  void awaitAnswer(const std::string& sample, Process::Clock::time_point until,
                   const Progress& progress);

  const MethodDefinition definition_;
  std::timed_mutex mutex_;
  std::optional<ScratchFolder> scratch_;
  std::unique_ptr<Process> process_;
  std::vector<std::string> command_;  ///< of the process
  std::condition_variable_any used_;
  std::optional<Process::Clock::time_point> idleEnd_;
  std::jthread watcher_;  ///< ends before the rest goes
};

/// A program of the user's as a method. Its inputs are files in a folder of their own, see
/// exchange.h; docs/own-methods.md says what a program must do.
class CommandMethod : public Upsampler {
 public:
  /// @param values  as checked against the method's settings
  /// @param server  null: one process per sample
  CommandMethod(MethodDefinition definition, Values values, std::shared_ptr<CommandServer> server);

  /// Throws BadInput where the program fails (its exit code and last words), writes nothing, half
  /// a file, another shape or nothing finite, or takes too long; MissingResource where it cannot
  /// be started; Cancelled. Nothing that it started runs on after that.
  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override;

 private:
  CommandResult runOnce(const UpsamplerInput& input, const Progress& progress) const;

  MethodDefinition definition_;
  Values values_;
  std::shared_ptr<CommandServer> server_;
};

/// Throws BadInput on placeholders that nothing fills, and where a command per sample never learns
/// where to write.
void checkCommand(const MethodDefinition& definition);

/// Changes when a file that the command names (the script) does: for keys of caches.
std::string commandState(const MethodDefinition& definition);

}  // namespace fathom
