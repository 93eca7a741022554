// The tables for people: Markdown and LaTeX. Means of per-image values, one table per protocol.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/score_table.h"

namespace fathom {
namespace {

struct Table {
  std::string protocol;
  std::vector<MeanRow> rows;
  bool sameSamples = true;  ///< every method was scored on the same ones
};

/// Which samples each method was scored on under a protocol: equal numbers may hide other samples.
bool sameSamples(const std::vector<ScoreRow>& rows, const std::string& protocol) {
  std::map<std::string_view, std::set<std::string_view>> samples;
  for (const ScoreRow& row : rows) {
    if (row.protocol == protocol) samples[row.method].insert(row.sample);
  }
  return std::ranges::all_of(
      samples, [&](const auto& each) { return each.second == samples.begin()->second; });
}

std::vector<Table> tablesOf(const std::vector<ScoreRow>& rows) {
  std::vector<Table> tables;
  for (MeanRow& mean : meanRows(rows)) {
    auto found = std::ranges::find(tables, mean.protocol, &Table::protocol);
    if (found == tables.end()) {
      found =
          tables.insert(tables.end(), Table{mean.protocol, {}, sameSamples(rows, mean.protocol)});
    }
    found->rows.push_back(std::move(mean));
  }
  return tables;
}

/// Place of a row's value in its column: 0 best, 1 second, −1 any other or undefined.
int place(const Table& table, const MetricInfo& info, const MeanRow& row) {
  const auto at = [&](const MeanRow& each) {
    const double value = each.means[static_cast<std::size_t>(info.metric)];
    return info.lowerIsBetter ? value : -value;
  };
  if (!std::isfinite(at(row)) || table.rows.size() < 2 || !isResult(row.stamp)) return -1;
  std::vector<double> distinct;
  for (const MeanRow& each : table.rows) {
    if (std::isfinite(at(each)) && isResult(each.stamp)) distinct.push_back(at(each));
  }
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const auto rank = std::ranges::find(distinct, at(row)) - distinct.begin();
  return rank < 2 ? static_cast<int>(rank) : -1;
}

std::string shortNumber(double value) {
  if (!std::isfinite(value)) return "–";
  const double size = std::abs(value);
  return fmt::format("{:.{}f}", value, size >= 1000 ? 1 : size >= 100 ? 2 : size >= 1 ? 3 : 4);
}

/// True where methods were scored on different samples or left pixels without a value: then their
/// means must not be compared without saying so.
bool unevenCoverage(const Table& table) {
  return !table.sameSamples ||
         std::ranges::any_of(table.rows, [](const MeanRow& row) { return row.withoutValue > 0; });
}

std::string coverageNote(const Table& table) {
  std::string note = table.sameSamples ? "" : "methods were scored on different samples";
  for (const MeanRow& row : table.rows) {
    note += fmt::format("{}{}: {} samples, {} pixels without a value", note.empty() ? "" : "; ",
                        row.method, row.samples, row.withoutValue);
  }
  return note;
}

/// The method, and what must be said wherever its numbers stand.
std::string methodText(const MeanRow& row) {
  return row.stamp.empty() ? row.method : fmt::format("{} ({})", row.method, row.stamp);
}

std::string markdownEscaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result;
}

std::string arrow(const MetricInfo& info) {
  return info.lowerIsBetter ? "↓" : "↑";
}

std::string latexEscaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || c == '~' || c == '^') {
      result += c == '\\' ? "\\textbackslash{}" : c == '~' ? "\\textasciitilde{}" : "\\^{}";
      continue;
    }
    if (std::string_view("_%&#${}").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

const char* latexTitle(const MetricInfo& info) {
  switch (info.metric) {
    case Metric::kDelta1:
      return "$\\delta_1$";
    case Metric::kDelta2:
      return "$\\delta_2$";
    case Metric::kDelta3:
      return "$\\delta_3$";
    default:
      return info.title.c_str();
  }
}

void appendLatexRow(std::string& text, const Table& table, const MeanRow& row) {
  text += latexEscaped(methodText(row));
  for (const MetricInfo& info : metricInfos()) {
    const double value = row.means[static_cast<std::size_t>(info.metric)];
    const std::string printed = std::isfinite(value) ? shortNumber(value) : "--";
    const int rank = place(table, info, row);
    text += rank == 0   ? " & \\textbf{" + printed + "}"
            : rank == 1 ? " & \\underline{" + printed + "}"
                        : " & " + printed;
  }
  text += " \\\\\n";
}

}  // namespace

std::string scoresMarkdown(const std::vector<ScoreRow>& rows, const Provenance& provenance) {
  std::string text;
  for (const Table& table : tablesOf(rows)) {
    text += fmt::format("## {}\n\nMeans of per-image values; {}.\n\n| method |", table.protocol,
                        protocolFromText(table.protocol).explain());
    for (const MetricInfo& info : metricInfos()) {
      text += fmt::format(" {} {}{} |", info.title, info.unit.empty() ? "" : info.unit + " ",
                          arrow(info));
    }
    text += " samples |\n|---|";
    for (std::size_t i = 0; i <= kMetricCount; ++i) text += "---:|";
    for (const MeanRow& row : table.rows) {
      text += "\n| " + markdownEscaped(methodText(row)) + " |";
      for (const MetricInfo& info : metricInfos()) {
        const std::string value = shortNumber(row.means[static_cast<std::size_t>(info.metric)]);
        text += place(table, info, row) == 0 ? " **" + value + "** |" : " " + value + " |";
      }
      text += fmt::format(" {} |", row.samples);
    }
    text += "\n\n";
    if (unevenCoverage(table)) {
      text += fmt::format("Coverage differs, so means are not comparable: {}.\n\n",
                          coverageNote(table));
    }
  }
  return text + oneLine(provenance) + "\n";
}

std::string scoresLatex(const std::vector<ScoreRow>& rows, const Provenance& provenance) {
  std::string text = "% " + oneLine(provenance) + "\n% needs \\usepackage{booktabs}\n";
  for (const Table& table : tablesOf(rows)) {
    text += fmt::format("% protocol {}: {}\n\\begin{{tabular}}{{l", table.protocol,
                        protocolFromText(table.protocol).explain());
    text.append(kMetricCount, 'r');
    text += "}\n\\toprule\nMethod";
    for (const MetricInfo& info : metricInfos()) {
      text += fmt::format(" & {} ${}$", latexTitle(info),
                          info.lowerIsBetter ? "\\downarrow" : "\\uparrow");
    }
    text += " \\\\\n\\midrule\n";
    for (const MeanRow& row : table.rows) appendLatexRow(text, table, row);
    text += "\\bottomrule\n\\end{tabular}\n";
    if (unevenCoverage(table)) text += "% coverage differs: " + coverageNote(table) + "\n";
  }
  return text;
}

}  // namespace fathom
