#include "widgets/lists/method_model.h"

#include <QRegularExpression>
#include <algorithm>

namespace fathom {

void MethodModel::setMethods(std::vector<MethodEntry> methods) {
  beginResetModel();
  methods_ = std::move(methods);
  endResetModel();
}

int MethodModel::rowOf(std::string_view id) const {
  const auto found = std::ranges::find(methods_, id, &MethodEntry::id);
  return found == methods_.end() ? -1 : static_cast<int>(found - methods_.begin());
}

void MethodModel::setState(std::string_view id, const QString& state, bool warning) {
  const int row = rowOf(id);
  if (row < 0) return;
  MethodEntry& method = methods_[static_cast<std::size_t>(row)];
  method.state = state;
  method.warning = warning;
  Q_EMIT dataChanged(index(row), index(row));
}

void MethodModel::setShown(std::string_view id, bool shown) {
  const int row = rowOf(id);
  if (row < 0 || methods_[static_cast<std::size_t>(row)].shown == shown) return;
  methods_[static_cast<std::size_t>(row)].shown = shown;
  Q_EMIT dataChanged(index(row), index(row), {Qt::CheckStateRole});
}

int MethodModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(methods_.size());
}

QVariant MethodModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const MethodEntry& method = methods_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return method.title;
    case Qt::CheckStateRole:
      return method.shown ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
      return QStringList{method.title, method.state, method.help}
          .filter(QRegularExpression("."))
          .join('\n');
    case Qt::AccessibleTextRole:
      return method.state.isEmpty() ? method.title : method.title + ", " + method.state;
    case kColour:
      return method.colour;
    case kState:
      return method.state;
    case kWarning:
      return method.warning;
    default:
      return {};
  }
}

bool MethodModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!index.isValid() || role != Qt::CheckStateRole) return false;
  MethodEntry& method = methods_[static_cast<std::size_t>(index.row())];
  const bool shown = value.toInt() == Qt::Checked;
  if (shown == method.shown) return true;
  method.shown = shown;
  Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
  Q_EMIT shownChanged(method.id, shown);
  return true;
}

Qt::ItemFlags MethodModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable |
         Qt::ItemNeverHasChildren;
}

}  // namespace fathom
