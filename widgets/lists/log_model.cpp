#include "widgets/lists/log_model.h"

#include <algorithm>

namespace fathom {

QString levelWord(int level) {
  switch (level) {
    case 0:
    case 1:
      return LogModel::tr("debug");
    case 2:
      return LogModel::tr("info");
    case 3:
      return LogModel::tr("warning");
    default:
      return LogModel::tr("error");
  }
}

void LogModel::append(std::vector<LogLine> lines) {
  if (lines.empty()) return;
  if (lines.size() > kMostLines) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMostLines));
  }
  const std::size_t total = lines_.size() + lines.size();
  const std::size_t dropped = total > kMostLines ? total - kMostLines : 0;
  const std::size_t keptFrom = firstSerial_ + dropped;
  const auto hidden = static_cast<int>(std::ranges::lower_bound(shown_, keptFrom) - shown_.begin());
  if (hidden > 0) beginRemoveRows({}, 0, hidden - 1);
  shown_.erase(shown_.begin(), shown_.begin() + hidden);
  lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(dropped));
  firstSerial_ = keptFrom;
  if (hidden > 0) endRemoveRows();

  std::size_t serial = firstSerial_ + lines_.size();
  std::vector<std::size_t> added;
  for (const LogLine& line : lines) {
    if (line.level >= leastLevel_) added.push_back(serial);
    ++serial;
  }
  const int row = rowCount();
  if (!added.empty()) beginInsertRows({}, row, row + static_cast<int>(added.size()) - 1);
  std::ranges::move(lines, std::back_inserter(lines_));
  shown_.insert(shown_.end(), added.begin(), added.end());
  if (!added.empty()) endInsertRows();
}

void LogModel::clear() {
  beginResetModel();
  firstSerial_ += lines_.size();
  lines_.clear();
  shown_.clear();
  endResetModel();
}

void LogModel::setLeastLevel(int level) {
  if (level == leastLevel_) return;
  beginResetModel();
  leastLevel_ = level;
  shown_.clear();
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].level >= leastLevel_) shown_.push_back(firstSerial_ + i);
  }
  endResetModel();
}

QString LogModel::plainText(int row) const {
  const LogLine& line = at(row);
  return QString::fromStdString(line.time) + ' ' + levelWord(line.level) + ' ' +
         QString::fromStdString(line.text);
}

int LogModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const LogLine& line = at(index.row());
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
      return QString::fromStdString(line.text);
    case Qt::AccessibleTextRole:
      return levelWord(line.level) + ": " + QString::fromStdString(line.text);
    case kLevel:
      return line.level;
    case kTime:
      return QString::fromStdString(line.time);
    default:
      return {};
  }
}

}  // namespace fathom
