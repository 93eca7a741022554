#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QSortFilterProxyModel>
#include <limits>
#include <string>
#include <vector>

#include "core/metrics.h"

namespace fathom {

/// One method's row of the score table.
struct ScoreTableRow {
  std::string id;
  QString title;
  QColor colour;                                                   ///< of its dot
  Scores scores;                                                   ///< of the current sample
  double milliseconds = std::numeric_limits<double>::quiet_NaN();  ///< NaN where it did not run
  QString state;         ///< why there are no scores: "weights missing"; empty where all is well
  bool warning = false;  ///< the state is a caution
  QString stamp = {};    ///< what must be said of the scores: "random weights"
  double parameters = std::numeric_limits<double>::quiet_NaN();
  double macs = std::numeric_limits<double>::quiet_NaN();  ///< multiply-adds on this sample
  QString paperCosts = {};  ///< for tooltips: "the paper says 12 M and 170 G"
};

/// What the numbers belong to: stands in tooltips and in what is copied.
struct ScoreContext {
  QString sample, protocol;
  QString undefinedReason;  ///< why no method has scores: "this sample has no truth"
};

/// Rows = methods; columns = method, the metrics, pixels, time, parameters, multiply-adds.
class ScoreModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role { kSortKey = Qt::UserRole, kColour, kState, kWarning, kBest };
  static constexpr int kMethodColumn = 0, kFirstMetric = 1;
  static constexpr int kPixelsColumn = kFirstMetric + static_cast<int>(kMetricCount);
  static constexpr int kTimeColumn = kPixelsColumn + 1;
  static constexpr int kParametersColumn = kTimeColumn + 1, kMacsColumn = kParametersColumn + 1;

  using QAbstractTableModel::QAbstractTableModel;

  void setRows(std::vector<ScoreTableRow> rows, ScoreContext context);
  const std::vector<ScoreTableRow>& rows() const { return rows_; }
  int rowOf(std::string_view id) const;
  /// Whether the cell holds the best value of its column; never where only one method has one.
  bool isBest(int row, int column) const;
  /// Head and these rows, tab separated; numbers with nine digits, undefined ones empty.
  QString tabSeparated(const std::vector<int>& rows) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  double number(int row, int column) const;
  QString shownText(int row, int column) const;
  QString toolTip(int row, int column) const;
  QString whyUndefined(const ScoreTableRow& row) const;
  void findBest();
  bool isRanked(int row) const;

  std::vector<ScoreTableRow> rows_;
  ScoreContext context_;
  std::vector<int> decimals_;
  std::vector<double> best_;  // NaN where there is none
};

/// Sorts numbers as numbers, undefined ones last in both directions.
class ScoreOrder : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

 protected:
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

}  // namespace fathom
