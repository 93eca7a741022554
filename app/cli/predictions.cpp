// A folder of predictions held against samples.
#include "app/cli/verbs.h"
#include "app/methods/prediction_report.h"
#include "app/sources.h"
#include "core/error.h"
#include "core/log.h"

namespace fathom::cli {

int comparePredictions(const Options& options, Console& console, const std::stop_token& stop) {
  const RunOptions& given = options.run;
  const PredictionFolder folder(given.folder, given.pattern);
  const OpenedSources opened = openSources(given.sources, console.progress(stop));
  console.clear();
  for (const std::string& problem : opened.problems) log().error("not read: {}", problem);
  if (!opened.source) return kNothingReadable;
  const PredictionReport report = fathom::comparePredictions(folder, *opened.source, given.dataset,
                                                             true, console.progress(stop));
  console.clear();
  printData(options.json ? predictionReportJson(report) : describe(report) + "\n");
  return report.complete() && opened.problems.empty() ? kDone : kSomeFailed;
}

}  // namespace fathom::cli
