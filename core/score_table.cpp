#include "core/score_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace fathom {
namespace {

/// Shortest text that reads back to the same number; nothing where undefined.
std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

nlohmann::ordered_json jsonNumber(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json jsonMetrics(const std::array<double, kMetricCount>& values) {
  nlohmann::ordered_json metrics;
  for (const MetricInfo& info : metricInfos()) {
    metrics[info.id] = jsonNumber(values[static_cast<std::size_t>(info.metric)]);
  }
  return metrics;
}

nlohmann::ordered_json jsonProvenance(const Provenance& provenance) {
  nlohmann::ordered_json json{{"program", provenance.program}, {"version", provenance.version},
                              {"commit", provenance.commit},   {"torch", provenance.torch},
                              {"device", provenance.device},   {"seed", provenance.seed}};
  for (const auto& [key, value] : provenance.more) json[key] = value;
  return json;
}

/// Adds a remark that is not among those there yet.
void addStamp(std::string& stamp, const std::string& more) {
  if (more.empty() || stamp.find(more) != std::string::npos) return;
  stamp += (stamp.empty() ? "" : ", ") + more;
}

nlohmann::ordered_json jsonMean(const MeanRow& mean) {
  nlohmann::ordered_json json{{"method", mean.method},
                              {"protocol", mean.protocol},
                              {"samples", mean.samples},
                              {"pixels", mean.pixels},
                              {"without_value", mean.withoutValue}};
  if (!mean.stamp.empty()) json["stamp"] = mean.stamp;
  json.update(jsonMetrics(mean.means));
  return json;
}

MeanRow& rowOf(std::vector<MeanRow>& means, const ScoreRow& row) {
  const auto found = std::ranges::find_if(means, [&](const MeanRow& mean) {
    return mean.method == row.method && mean.protocol == row.protocol;
  });
  if (found != means.end()) return *found;
  MeanRow fresh;
  fresh.method = row.method;
  fresh.protocol = row.protocol;
  return means.emplace_back(std::move(fresh));
}

}  // namespace

bool isResult(std::string_view stamp) {
  return stamp.find("random weights") == std::string_view::npos;
}

std::vector<MeanRow> meanRows(const std::vector<ScoreRow>& rows) {
  std::vector<MeanRow> means;
  for (const ScoreRow& row : rows) {
    MeanRow& mean = rowOf(means, row);
    ++mean.samples;
    mean.pixels += row.scores.pixels;
    mean.withoutValue += row.scores.withoutValue;
    addStamp(mean.stamp, row.stamp);
    for (std::size_t i = 0; i < kMetricCount; ++i) {
      if (!std::isfinite(row.scores.values[i])) continue;
      mean.means[i] += row.scores.values[i];
      ++mean.counted[i];
    }
  }
  for (MeanRow& mean : means) {
    for (std::size_t i = 0; i < kMetricCount; ++i) {
      mean.means[i] = mean.counted[i] ? mean.means[i] / static_cast<double>(mean.counted[i])
                                      : std::numeric_limits<double>::quiet_NaN();
    }
  }
  return means;
}

std::string scoresCsv(const std::vector<ScoreRow>& rows) {
  std::string text = "sample,method,protocol";
  for (const MetricInfo& info : metricInfos()) text += "," + info.id;
  const bool stamped =
      std::ranges::any_of(rows, [](const ScoreRow& row) { return !row.stamp.empty(); });
  text += stamped ? ",pixels,stamp\n" : ",pixels\n";
  for (const ScoreRow& row : rows) {
    text += quoted(row.sample) + "," + quoted(row.method) + "," + quoted(row.protocol);
    for (const MetricInfo& info : metricInfos()) text += "," + number(row.scores[info.metric]);
    text += fmt::format(",{}", row.scores.pixels);
    text += stamped ? "," + quoted(row.stamp) + "\n" : "\n";
  }
  return text;
}

std::string scoresJson(const std::vector<ScoreRow>& rows, const Provenance& provenance) {
  nlohmann::ordered_json json;
  json["provenance"] = jsonProvenance(provenance);
  json["rows"] = nlohmann::ordered_json::array();
  for (const ScoreRow& row : rows) {
    nlohmann::ordered_json each{
        {"sample", row.sample}, {"method", row.method}, {"protocol", row.protocol}};
    each.update(jsonMetrics(row.scores.values));
    each["pixels"] = row.scores.pixels;
    each["without_value"] = row.scores.withoutValue;
    if (!row.stamp.empty()) each["stamp"] = row.stamp;
    json["rows"].push_back(std::move(each));
  }
  json["means"] = nlohmann::ordered_json::array();
  for (const MeanRow& mean : meanRows(rows)) json["means"].push_back(jsonMean(mean));
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace fathom
