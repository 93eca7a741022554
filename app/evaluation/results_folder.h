#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/evaluation/evaluation.h"
#include "core/provenance.h"
#include "core/score_table.h"

namespace fathom {

/// Which files a run writes for each sample.
struct SampleFiles {
  bool low = true;          ///< low/SAMPLE.npy and low/SAMPLE.json
  bool predictions = true;  ///< predictions/METHOD/SAMPLE.npy
};

/// The folder that a run writes to. It holds the results of one run: scores.csv, scores.json,
/// table.md, table.tex, low/ and predictions/. Those of an earlier run are removed when the first
/// result of this one is written, never before; other files in the folder are not touched.
class ResultsFolder {
 public:
  /// Makes the folder if missing. Throws FileError where files cannot be made in it, or where one
  /// of the names above is taken by something that is no result of ours.
  explicit ResultsFolder(std::filesystem::path folder);

  const std::filesystem::path& path() const { return folder_; }
  /// True where results of an earlier run are there and will be replaced.
  bool replaces() const { return replaces_; }

  /// All files of one sample, or none of them. Throws FileError.
  void write(const SampleResult& result, const SampleFiles& files);
  /// scores.csv, scores.json, table.md and table.tex. Throws FileError.
  void write(const std::vector<ScoreRow>& rows, const EvaluationReport& report,
             const Provenance& provenance);

 private:
  void removeEarlier();

  std::filesystem::path folder_;
  bool replaces_ = false;
};

/// What scores.json holds: core's provenance, rows and means, and how the run went ("complete",
/// "finished", "without_truth", "skipped", "failed").
std::string evaluationJson(const std::vector<ScoreRow>& rows, const EvaluationReport& report,
                           const Provenance& provenance);

}  // namespace fathom
