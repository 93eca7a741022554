#include "app/cli/score_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/protocol.h"

namespace fathom::cli {
namespace {

constexpr std::array kShown{Metric::kMae,     Metric::kRmse,   Metric::kAbsRel,
                            Metric::kRmseLog, Metric::kDelta1, Metric::kSiLog};

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.4g}", value) : "-";
}

}  // namespace

std::string scoreSummary(const std::vector<ScoreRow>& rows) {
  const std::vector<MeanRow> means = meanRows(rows);
  std::vector<std::string> order;
  std::size_t width = 6;
  for (const MeanRow& mean : means) {
    if (std::ranges::find(order, mean.protocol) == order.end()) order.push_back(mean.protocol);
    width = std::max(width, mean.method.size());
  }
  std::string text;
  for (const std::string& protocol : order) {
    text += fmt::format("{}{}: {}\n{:{}}", text.empty() ? "" : "\n", protocol,
                        protocolFromText(protocol).explain(), "method", width);
    for (const Metric metric : kShown) {
      text += fmt::format(" {:>9}", metricInfos()[static_cast<std::size_t>(metric)].id);
    }
    text += "  samples\n";
    for (const MeanRow& mean : means) {
      if (mean.protocol != protocol) continue;
      text += fmt::format("{:{}}", mean.method, width);
      for (const Metric metric : kShown) {
        text += fmt::format(" {:>9}", number(mean.means[static_cast<std::size_t>(metric)]));
      }
      text += fmt::format("  {:>7}{}\n", mean.samples,
                          mean.stamp.empty() ? "" : "  (" + mean.stamp + ")");
    }
  }
  return text;
}

}  // namespace fathom::cli
