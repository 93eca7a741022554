#include <signal.h>

#include <optional>

#include "app/cli/interrupt.h"
#include "app/cli/options.h"
#include "app/cli/verbs.h"
#include "core/error.h"
#include "core/log.h"

namespace fathom::cli {
namespace {

int dispatch(const Options& options, Console& console, const std::stop_token& stop) {
  switch (options.verb) {
    case Verb::kInfo:
      return showInfo(options.json);
    case Verb::kList:
      return showList(options);
    case Verb::kWeights:
      return runWeights(options, console, stop);
    case Verb::kPredictions:
      return comparePredictions(options, console, stop);
    case Verb::kForward:
      return runForward(options, console, stop);
    case Verb::kConformance:
      return runConformance(options, console, stop);
    default:
      return run(options, console, stop);
  }
}

/// Errors become a text and an exit code here and nowhere else.
int guarded(const Options& options, Console& console, const std::stop_token& stop) {
  try {
    return dispatch(options, console, stop);
  } catch (const Cancelled&) {
    log().warn("cancelled; nothing was finished");
    return kCancelled;
  } catch (const BadInput& error) {
    log().error("{}", describe(error));
    return kUsage;
  } catch (const std::exception& error) {
    log().error("{}", describe(error));
    return kSomeFailed;
  }
}

}  // namespace
}  // namespace fathom::cli

int main(int count, char** arguments) {
  using namespace fathom::cli;
  // A file that grows beyond the shell's limit is an error like a full disk, not a death.
  ::signal(SIGXFSZ, SIG_IGN);
  const Interrupt interrupt;
  std::optional<int> exit;
  const Options options = readOptions(count, arguments, exit);
  if (exit) return *exit;
  Console console(options.logLevel);
  return guarded(options, console, interrupt.token());
}
