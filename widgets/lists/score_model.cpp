#include "widgets/lists/score_model.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

#include "core/score_table.h"
#include "widgets/lists/score_text.h"

namespace fathom {
namespace {

const MetricInfo& metricOf(int column) {
  return metricInfos()[static_cast<std::size_t>(column - ScoreModel::kFirstMetric)];
}

bool isMetric(int column) {
  return column >= ScoreModel::kFirstMetric && column < ScoreModel::kPixelsColumn;
}

bool isCost(int column) {
  return column == ScoreModel::kParametersColumn || column == ScoreModel::kMacsColumn;
}

/// Why there are no scores, or what must be said of them.
const QString& stateOf(const ScoreTableRow& row) {
  return row.state.isEmpty() ? row.stamp : row.state;
}

QString fromStd(const std::string& text) {
  return QString::fromStdString(text);
}

QString headText(int column) {
  if (column == ScoreModel::kMethodColumn) return ScoreModel::tr("Method");
  if (column == ScoreModel::kPixelsColumn) return ScoreModel::tr("Pixels");
  if (column == ScoreModel::kTimeColumn) return ScoreModel::tr("Time");
  if (column == ScoreModel::kParametersColumn) return ScoreModel::tr("Params");
  if (column == ScoreModel::kMacsColumn) return ScoreModel::tr("MACs");
  const MetricInfo& info = metricOf(column);
  const QString arrow = info.lowerIsBetter ? QStringLiteral("↓") : QStringLiteral("↑");
  return (fromStd(info.title) + ' ' + arrow + ' ' + fromStd(info.unit)).trimmed();
}

QString headToolTip(int column) {
  if (column == ScoreModel::kMethodColumn) return {};
  if (column == ScoreModel::kPixelsColumn) {
    return ScoreModel::tr("Pixels that entered the means");
  }
  if (column == ScoreModel::kTimeColumn) {
    return ScoreModel::tr("Time of the method itself on this sample");
  }
  if (column == ScoreModel::kParametersColumn) return ScoreModel::tr("Trained parameters");
  if (column == ScoreModel::kMacsColumn) {
    return ScoreModel::tr("Multiply-adds on this sample, with these settings");
  }
  const MetricInfo& info = metricOf(column);
  return QStringList{
      fromStd(info.formula),
      info.lowerIsBetter ? ScoreModel::tr("Lower is better") : ScoreModel::tr("Higher is better"),
      fromStd(info.source), ScoreModel::tr("Click sorts, right click chooses columns")}
      .join('\n');
}

QString columnId(int column) {
  if (column == ScoreModel::kMethodColumn) return QStringLiteral("method");
  if (column == ScoreModel::kPixelsColumn) return QStringLiteral("pixels");
  if (column == ScoreModel::kTimeColumn) return QStringLiteral("time_ms");
  if (column == ScoreModel::kParametersColumn) return QStringLiteral("parameters");
  if (column == ScoreModel::kMacsColumn) return QStringLiteral("macs");
  return fromStd(metricOf(column).id);
}

/// No tab or line break may split a cell.
QString cell(QString text) {
  return text.replace('\t', ' ').replace('\n', ' ');
}

}  // namespace

void ScoreModel::setRows(std::vector<ScoreTableRow> rows, ScoreContext context) {
  const auto sameMethods =
      std::ranges::equal(rows, rows_, {}, &ScoreTableRow::id, &ScoreTableRow::id);
  // The same methods with new numbers is what a moved slider gives: selection and order stay.
  if (!sameMethods) beginResetModel();
  rows_ = std::move(rows);
  context_ = std::move(context);
  findBest();
  if (!sameMethods) {
    endResetModel();
  } else if (!rows_.empty()) {
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
  }
}

int ScoreModel::rowOf(std::string_view id) const {
  const auto found = std::ranges::find(rows_, id, &ScoreTableRow::id);
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

void ScoreModel::findBest() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  best_.assign(static_cast<std::size_t>(columnCount()), none);
  decimals_.assign(static_cast<std::size_t>(columnCount()), 0);
  for (int column = kFirstMetric; column < kPixelsColumn; ++column) {
    std::vector<double> defined, ranked;
    for (int row = 0; row < rowCount(); ++row) {
      const double value = number(row, column);
      if (!std::isfinite(value)) continue;
      defined.push_back(value);
      if (isRanked(row)) ranked.push_back(value);
    }
    const auto at = static_cast<std::size_t>(column);
    decimals_[at] = columnDecimals(defined);
    if (ranked.size() < 2) continue;
    const auto [least, greatest] = std::ranges::minmax(ranked);
    if (least < greatest) best_[at] = metricOf(column).lowerIsBetter ? least : greatest;
  }
}

/// Random weights give no result that could be the best.
bool ScoreModel::isRanked(int row) const {
  return isResult(rows_[static_cast<std::size_t>(row)].stamp.toStdString());
}

bool ScoreModel::isBest(int row, int column) const {
  return number(row, column) == best_[static_cast<std::size_t>(column)] && isRanked(row);
}

double ScoreModel::number(int row, int column) const {
  const ScoreTableRow& method = rows_[static_cast<std::size_t>(row)];
  if (isMetric(column)) return method.scores[metricOf(column).metric];
  if (column == kTimeColumn) return method.milliseconds;
  if (column == kParametersColumn) return method.parameters;
  if (column == kMacsColumn) return method.macs;
  const bool scored = std::ranges::any_of(method.scores.values, [](double v) { return v == v; });
  if (column == kPixelsColumn && (scored || method.scores.pixels > 0)) {
    return static_cast<double>(method.scores.pixels);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

QString ScoreModel::shownText(int row, int column) const {
  if (column == kMethodColumn) return rows_[static_cast<std::size_t>(row)].title;
  if (column == kTimeColumn) return durationText(number(row, column));
  if (isCost(column)) return countText(number(row, column));
  return scoreText(number(row, column), decimals_[static_cast<std::size_t>(column)]);
}

QString ScoreModel::whyUndefined(const ScoreTableRow& row) const {
  if (!row.state.isEmpty()) return row.state;
  if (!context_.undefinedReason.isEmpty()) return context_.undefinedReason;
  if (row.scores.withoutValue > 0 && row.scores.pixels == 0) {
    return tr("The method gave no value for any pixel that counts");
  }
  return row.scores.pixels == 0 ? tr("No pixel counts under this protocol")
                                : tr("Not defined for these values");
}

QString ScoreModel::toolTip(int row, int column) const {
  const ScoreTableRow& method = rows_[static_cast<std::size_t>(row)];
  if (column == kMethodColumn) return stateOf(method);
  const double value = number(row, column);
  if (isCost(column)) {
    const QString count = std::isnan(value) ? tr("Not counted") : QLocale().toString(value, 'f', 0);
    return method.paperCosts.isEmpty() ? count : count + '\n' + method.paperCosts;
  }
  if (std::isnan(value)) {
    return column == kTimeColumn && method.state.isEmpty() ? tr("Not measured")
                                                           : whyUndefined(method);
  }
  if (column == kTimeColumn) return QString::number(value, 'f', 3) + " ms";
  QString text = QString::number(value, 'g', 9);
  if (isMetric(column)) text += ' ' + fromStd(metricOf(column).unit);
  text = text.trimmed();
  if (isBest(row, column)) text += tr(" — the best here");
  if (!context_.protocol.isEmpty()) text += '\n' + tr("Protocol %1").arg(context_.protocol);
  if (!method.stamp.isEmpty()) text += '\n' + tr("With %1").arg(method.stamp);
  if (method.scores.withoutValue > 0) {
    text += '\n' + tr("%1 pixels without a value").arg(method.scores.withoutValue);
  }
  return text;
}

int ScoreModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ScoreModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kMacsColumn + 1;
}

QVariant ScoreModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const int row = index.row(), column = index.column();
  const ScoreTableRow& method = rows_[static_cast<std::size_t>(row)];
  switch (role) {
    case Qt::DisplayRole:
      return shownText(row, column);
    case Qt::TextAlignmentRole:
      return int((column == kMethodColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
      return toolTip(row, column);
    case Qt::AccessibleTextRole:
      return isBest(row, column) ? shownText(row, column) + tr(", best") : shownText(row, column);
    case kSortKey:
      return column == kMethodColumn ? QVariant(method.title) : QVariant(number(row, column));
    case kColour:
      return method.colour;
    case kState:
      return stateOf(method);
    case kWarning:
      return method.state.isEmpty() ? !method.stamp.isEmpty() : method.warning;
    case kBest:
      return isBest(row, column);
    default:
      return {};
  }
}

QVariant ScoreModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  if (role == Qt::DisplayRole) return headText(section);
  if (role == Qt::ToolTipRole) return headToolTip(section);
  if (role == Qt::TextAlignmentRole) {
    return int((section == kMethodColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  return {};
}

QString ScoreModel::tabSeparated(const std::vector<int>& rows) const {
  const bool named = !context_.sample.isEmpty(), ruled = !context_.protocol.isEmpty();
  QStringList head;
  if (named) head << "sample";
  head << columnId(kMethodColumn);
  if (ruled) head << "protocol";
  for (int column = kFirstMetric; column < columnCount(); ++column) head << columnId(column);
  const bool stamped =
      std::ranges::any_of(rows_, [](const auto& row) { return !row.stamp.isEmpty(); });
  if (stamped) head << "stamp";
  QString text = head.join('\t') + '\n';
  for (const int row : rows) {
    QStringList cells;
    if (named) cells << cell(context_.sample);
    cells << fromStd(rows_[static_cast<std::size_t>(row)].id);
    if (ruled) cells << cell(context_.protocol);
    for (int column = kFirstMetric; column < columnCount(); ++column) {
      const double value = number(row, column);
      cells << (std::isnan(value) ? QString() : QString::number(value, 'g', 9));
    }
    if (stamped) cells << cell(rows_[static_cast<std::size_t>(row)].stamp);
    text += cells.join('\t') + '\n';
  }
  return text;
}

bool ScoreOrder::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant a = left.data(ScoreModel::kSortKey), b = right.data(ScoreModel::kSortKey);
  if (a.typeId() == QMetaType::QString) {
    return QString::localeAwareCompare(a.toString(), b.toString()) < 0;
  }
  const double x = a.toDouble(), y = b.toDouble();
  const bool ascending = sortOrder() == Qt::AscendingOrder;
  if (std::isnan(x) && std::isnan(y)) return false;
  if (std::isnan(x) || std::isnan(y)) return ascending ? std::isnan(y) : std::isnan(x);
  return x < y;
}

}  // namespace fathom
