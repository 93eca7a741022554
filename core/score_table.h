#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/metrics.h"
#include "core/provenance.h"

namespace fathom {

/// Whether numbers with this stamp are a result: those of random weights are none, and are ranked
/// nowhere.
bool isResult(std::string_view stamp);

/// Metrics of one method on one sample under one protocol.
struct ScoreRow {
  std::string sample, method, protocol;
  Scores scores;
  std::string stamp = {};  ///< Prediction::stamp: stands beside the method in every table
};

/// Means of per-image values of one method under one protocol; an undefined value of an image is
/// left out of that metric's mean, `counted` says how many entered.
struct MeanRow {
  std::string method, protocol;
  std::array<double, kMetricCount> means{};
  std::array<std::int64_t, kMetricCount> counted{};
  std::int64_t samples = 0;
  std::int64_t pixels = 0;        ///< over all samples
  std::int64_t withoutValue = 0;  ///< over all samples
  std::string stamp;              ///< all that was said of any of them
};

/// In the order in which methods and protocols first appear.
std::vector<MeanRow> meanRows(const std::vector<ScoreRow>& rows);

/// "sample,method,protocol,MAE,…,SILog,pixels"; undefined is an empty cell; the shortest text that
/// reads back to the same float64. First line is the header; no provenance (see score.json). A last
/// column "stamp" follows where any row has one.
std::string scoresCsv(const std::vector<ScoreRow>& rows);
/// {"provenance": …, "rows": […], "means": […]}; undefined is null.
std::string scoresJson(const std::vector<ScoreRow>& rows, const Provenance& provenance);
/// Means per method, one table per protocol, best value in bold.
std::string scoresMarkdown(const std::vector<ScoreRow>& rows, const Provenance& provenance);
/// The same with booktabs, ready for \input; best in bold, second best underlined.
std::string scoresLatex(const std::vector<ScoreRow>& rows, const Provenance& provenance);

}  // namespace fathom
