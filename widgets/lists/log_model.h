#pragma once

#include <QAbstractListModel>
#include <deque>
#include <vector>

#include "core/log.h"

namespace fathom {

/// The last lines of the log that are at least of a level.
class LogModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kLevel = Qt::UserRole, kTime };
  /// What is older is dropped.
  static constexpr std::size_t kMostLines = 5000;

  using QAbstractListModel::QAbstractListModel;

  void append(std::vector<LogLine> lines);
  void clear();
  /// spdlog's: 1 debug, 2 info, 3 warning, 4 error.
  void setLeastLevel(int level);
  int leastLevel() const { return leastLevel_; }
  /// "12:00:01 warning text"
  QString plainText(int row) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  std::deque<LogLine> lines_;      // all, whatever their level
  std::deque<std::size_t> shown_;  // their serial numbers
  std::size_t firstSerial_ = 0;    // of lines_.front()
  int leastLevel_ = 2;

  const LogLine& at(int row) const {
    return lines_[shown_[static_cast<std::size_t>(row)] - firstSerial_];
  }
};

/// "info", "warning", "error", "debug".
QString levelWord(int level);

}  // namespace fathom
