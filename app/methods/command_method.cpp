#include "app/methods/command_method.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "app/methods/command_line.h"
#include "app/methods/output_unit.h"
#include "core/error.h"
#include "core/log.h"
#include "core/stopwatch.h"
#include "datasets/codecs/depth_file.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;
using Clock = Process::Clock;

Values ownSettings(const MethodDefinition& definition, const Values& values) {
  Values own;
  for (const Setting& setting : definition.settings) {
    own.emplace(setting.name, values.at(setting.name));
  }
  return own;
}

std::map<std::string, std::string> placeholders(const MethodDefinition& definition,
                                                const Values& values) {
  std::map<std::string, std::string> filled;
  for (const auto& [name, value] : ownSettings(definition, values)) {
    filled.emplace(name, printValue(value));
  }
  return filled;
}

fs::path workingFolder(const MethodDefinition& definition) {
  const fs::path folder = definition.path("folder");
  return folder.empty() ? definition.base : folder;
}

Clock::time_point deadline(const Values& values) {
  return Clock::now() +
         std::chrono::milliseconds(static_cast<std::int64_t>(real(values, "time_limit") * 1000));
}

std::string endingOf(const Values& values) {
  return "." + text(values, "output");
}

/// What the program printed, for the end of an error's text.
std::string said(const Process& process) {
  const std::string words = process.lastWords();
  return words.empty() ? "It printed nothing" : "It printed last:\n" + words;
}

[[noreturn]] void fail(const std::string& sample, const std::string& problem,
                       const Process& process) {
  throw BadInput("the program " + problem, sample, said(process));
}

[[noreturn]] void failByTime(const std::string& sample, const Values& values,
                             const Process& process) {
  fail(sample, fmt::format("was ended: it took more than {} s", real(values, "time_limit")),
       process);
}

/// A result; its uncertainty is unchecked.
CommandResult readResult(const fs::path& out, const Values& values, const std::string& sample,
                         const Process& process) {
  if (!fs::exists(out)) fail(sample, "wrote no result", process);
  const double scale = real(values, "scale");
  try {
    return {readDepth(out, scale), readUncertainty(out, scale)};
  } catch (const FileError& error) {
    fail(sample, fmt::format("wrote a result that cannot be used: {}", error.problem()), process);
  }
}

}  // namespace

void checkCommand(const MethodDefinition& definition) {
  auto known = placeholders(definition, initialValues(definition.settings));
  const bool each = text(definition.parameters, "processes") == "each";
  if (each) {
    for (const char* name : {"rgb", "rgb_npy", "low", "info", "initial", "relative", "out",
                             "out_uncertainty", "sample"})
      known[name] = "";
  }
  (void)fillCommand(definition.command, known);
  if (each && !usesPlaceholder(definition.command, "out")) {
    throw BadInput("the command never learns where to write: it has no {out}", definition.id,
                   "Add \"{out}\" to its arguments");
  }
}

std::string commandState(const MethodDefinition& definition) {
  std::string state;
  for (const std::string& word : definition.command) {
    struct stat about {};
    const fs::path path = workingFolder(definition) / word;
    if (word.empty() || ::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
    state += fmt::format("{}:{}.{};", about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
  }
  return state;
}

CommandMethod::CommandMethod(MethodDefinition definition, Values values,
                             std::shared_ptr<CommandServer> server)
    : definition_(std::move(definition)), values_(std::move(values)), server_(std::move(server)) {
  checkCommand(definition_);
}

CommandResult CommandMethod::runOnce(const UpsamplerInput& input, const Progress& progress) const {
  const ScratchFolder scratch;
  const ExchangeFiles files = exchangeFiles(scratch.path(), endingOf(values_));
  writeInputs(files, input, ownSettings(definition_, values_));
  progress.at(0.1, "waiting for the program");
  auto known = placeholders(definition_, values_);
  known.insert({{"rgb", files.rgb.string()},
                {"rgb_npy", files.rgbNpy.string()},
                {"low", files.low.string()},
                {"info", files.info.string()},
                {"initial", input.initial ? files.initial.string() : std::string()},
                {"relative", input.relative ? files.relative.string() : std::string()},
                {"out", files.out.string()},
                {"out_uncertainty", files.outUncertainty.string()},
                {"sample", input.sampleId}});
  Process process(
      {fillCommand(definition_.command, known), workingFolder(definition_), scratch.path(), false});
  const auto until = deadline(values_);
  auto event = Process::Event::kLine;
  while (event == Process::Event::kLine && Clock::now() < until) {
    event = process.wait(until, progress.stop);
  }
  if (event != Process::Event::kEnded) {
    process.end();
    failByTime(input.sampleId, values_, process);
  }
  if (process.exitCode() != 0) fail(input.sampleId, process.fate(), process);
  return readResult(files.out, values_, input.sampleId, process);
}

Prediction CommandMethod::operator()(const UpsamplerInput& input, const Progress& progress) const {
  const Stopwatch watch(input.rgb.device());
  const CommandResult result =
      server_ ? server_->run(input, values_, progress) : runOnce(input, progress);
  const double milliseconds = watch.milliseconds();
  progress.at(0.9, "reading its result");
  Prediction made =
      predictionOf(result.values, outputUnitFromText(text(values_, "unit")), input, progress);
  addUncertainty(made, result.sigma, input.sampleId);
  made.milliseconds = milliseconds;
  return made;
}

void CommandServer::start(const std::vector<std::string>& command) {
  process_.reset();
  scratch_.emplace();
  process_ = std::make_unique<Process>(
      ProcessPlan{command, workingFolder(definition_), scratch_->path(), true});
  command_ = command;
  if (!watcher_.joinable())
    watcher_ = std::jthread([this](const std::stop_token& stop) { watchIdleness(stop); });
}

void CommandServer::awaitAnswer(const std::string& sample, Clock::time_point until,
                                const Progress& progress) {
  while (true) {
    const auto event = process_->wait(until, progress.stop);
    if (event == Process::Event::kEnded) {
      fail(sample, process_->fate() + " without an answer", *process_);
    }
    if (event == Process::Event::kTimeOut || Clock::now() >= until) {
      process_->end();
      fail(sample, "was ended: it did not answer in time", *process_);
    }
    const Answer answer = answerOf(process_->line(), sample);
    if (answer.kind == Answer::Kind::kDone) return;
    if (answer.kind == Answer::Kind::kFailed) {
      throw BadInput(fmt::format("the program says: {}", answer.said), sample);
    }
    if (answer.kind == Answer::Kind::kDoneWithAnother) {
      process_->end();
      fail(sample, fmt::format("answered for another sample (\"{}\")", answer.said), *process_);
    }
    log().debug("{}: {}", definition_.id, process_->line().substr(0, 500));
  }
}

void CommandServer::request(const UpsamplerInput& input, const Values& values,
                            const Progress& progress) {
  const auto until = deadline(values);
  const ExchangeFiles files = exchangeFiles(scratch_->path(), endingOf(values));
  nlohmann::ordered_json json = writeInputs(files, input, ownSettings(definition_, values));
  json["rgb"] = files.rgb.string();
  json["rgb_npy"] = files.rgbNpy.string();
  json["low"] = files.low.string();
  json["info"] = files.info.string();
  const auto orNull = [](bool given, const fs::path& path) {
    return given ? nlohmann::ordered_json(path.string()) : nlohmann::ordered_json(nullptr);
  };
  json["initial"] = orNull(input.initial.has_value(), files.initial);
  json["relative"] = orNull(input.relative.has_value(), files.relative);
  json["out"] = files.out.string();
  json["out_uncertainty"] = files.outUncertainty.string();
  progress.at(0.1, "waiting for the program");
  if (!process_->send(textOf(json, false), until, progress.stop)) {
    process_->end();
    fail(input.sampleId, "was ended: it does not read its input", *process_);
  }
  awaitAnswer(input.sampleId, until, progress);
}

/// Once this goes, the process has so many seconds until it is ended for being idle.
class CommandServer::IdleClock {
 public:
  IdleClock(CommandServer& server, double seconds) : server_(server), seconds_(seconds) {}
  IdleClock(const IdleClock&) = delete;
  IdleClock& operator=(const IdleClock&) = delete;
  ~IdleClock() {
    server_.idleEnd_.reset();
    if (seconds_ > 0)
      server_.idleEnd_ =
          Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(seconds_ * 1000));
    server_.used_.notify_all();
  }

 private:
  CommandServer& server_;
  double seconds_;
};

void CommandServer::watchIdleness(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto until = idleEnd_;
    const auto isAnother = [&] { return idleEnd_ != until; };
    if (!until) {
      used_.wait(lock, stop, isAnother);
    } else if (!used_.wait_until(lock, stop, *until, isAnother) && !stop.stop_requested()) {
      log().debug("{}: ended, nothing was asked of it", definition_.id);
      process_.reset();
      scratch_.reset();
      idleEnd_.reset();
    }
  }
}

/// Whether the process is there for another sample. What it printed meanwhile is no answer.
bool CommandServer::ready() {
  if (!process_ || !process_->running()) return false;
  auto event = Process::Event::kLine;
  for (int line = 0; event == Process::Event::kLine && line < 100'000; ++line) {
    event = process_->wait(Clock::now(), {});
  }
  return event == Process::Event::kTimeOut;
}

CommandResult CommandServer::run(const UpsamplerInput& input, const Values& values,
                                 const Progress& progress) {
  std::unique_lock lock(mutex_, std::defer_lock);
  while (!lock.try_lock_for(std::chrono::milliseconds(50))) progress.checkpoint();
  const auto command = fillCommand(definition_.command, placeholders(definition_, values));
  if (command != command_ || !ready()) start(command);
  const IdleClock clock(*this, real(values, "idle_limit"));
  try {
    request(input, values, progress);
    return readResult(exchangeFiles(scratch_->path(), endingOf(values)).out, values, input.sampleId,
                      *process_);
  } catch (...) {
    // Whatever it is doing now is not wanted; one that said that it failed may go on.
    if (progress.stop.stop_requested()) process_->end();
    throw;
  }
}

}  // namespace fathom
