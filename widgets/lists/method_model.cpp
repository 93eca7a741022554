#include "widgets/lists/method_model.h"

#include <QRegularExpression>
#include <algorithm>

namespace fathom {

void MethodModel::setMethods(std::vector<MethodEntry> methods) {
  methods_ = std::move(methods);
  rebuild();
}

void MethodModel::setFilter(const QString& text) {
  if (text.simplified() == filter_) return;
  filter_ = text.simplified();
  rebuild();
}

void MethodModel::setFolded(const QString& group, bool folded) {
  if (std::ranges::count(methods_, group, &MethodEntry::group) == 0) return;
  if (folded == isFolded(group)) return;
  folded ? void(folded_.insert(group)) : void(folded_.remove(group));
  rebuild();
}

bool MethodModel::matches(const MethodEntry& method) const {
  const QString all =
      QStringList{QString::fromStdString(method.id), method.title, method.help, method.words}.join(
          '\n');
  return std::ranges::all_of(filter_.split(' ', Qt::SkipEmptyParts), [&](const QString& word) {
    return all.contains(word, Qt::CaseInsensitive);
  });
}

void MethodModel::rebuild() {
  beginResetModel();
  rows_.clear();
  QStringList groups;
  for (const MethodEntry& method : methods_) {
    if (!groups.contains(method.group)) groups << method.group;
  }
  for (const QString& group : groups) {
    const std::size_t head = rows_.size();
    for (int i = 0; i < static_cast<int>(methods_.size()); ++i) {
      const MethodEntry& method = methods_[static_cast<std::size_t>(i)];
      if (method.group == group && matches(method)) rows_.push_back({i, group});
    }
    if (group.isEmpty() || rows_.size() == head) continue;
    if (filter_.isEmpty() && isFolded(group)) rows_.resize(head);
    rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(head), Row{-1, group});
  }
  endResetModel();
}

int MethodModel::shownMethods() const {
  return static_cast<int>(
      std::ranges::count_if(rows_, [](const Row& row) { return row.method >= 0; }));
}

int MethodModel::rowOf(std::string_view id) const {
  const auto found = std::ranges::find_if(rows_, [&](const Row& row) {
    return row.method >= 0 && methods_[static_cast<std::size_t>(row.method)].id == id;
  });
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

const MethodEntry* MethodModel::methodAt(const QModelIndex& index) const {
  if (!index.isValid() || index.row() >= rowCount()) return nullptr;
  const int method = rows_[static_cast<std::size_t>(index.row())].method;
  return method < 0 ? nullptr : &methods_[static_cast<std::size_t>(method)];
}

MethodEntry* MethodModel::find(std::string_view id) {
  const auto found = std::ranges::find(methods_, id, &MethodEntry::id);
  return found == methods_.end() ? nullptr : &*found;
}

void MethodModel::tell(std::string_view id, const QList<int>& roles) {
  const int row = rowOf(id);
  if (row >= 0) Q_EMIT dataChanged(index(row), index(row), roles);
}

void MethodModel::setState(std::string_view id, const QString& state, bool warning) {
  MethodEntry* method = find(id);
  if (!method || (method->state == state && method->warning == warning)) return;
  method->state = state;
  method->warning = warning;
  tell(id, {});
}

void MethodModel::setNote(std::string_view id, const QString& note) {
  MethodEntry* method = find(id);
  if (!method || method->note == note) return;
  method->note = note;
  tell(id, {kNote});
}

void MethodModel::setColour(std::string_view id, const QColor& colour) {
  MethodEntry* method = find(id);
  if (!method || method->colour == colour) return;
  method->colour = colour;
  tell(id, {kColour});
}

void MethodModel::setShown(std::string_view id, bool shown) {
  MethodEntry* method = find(id);
  if (!method || method->shown == shown) return;
  method->shown = shown;
  tell(id, {Qt::CheckStateRole});
}

int MethodModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant MethodModel::headData(const QString& group, int role) const {
  switch (role) {
    case Qt::DisplayRole:
      return group;
    case kIsHead:
      return true;
    case kFolded:
      return filter_.isEmpty() && isFolded(group);
    case kCount:
      return static_cast<int>(std::ranges::count(methods_, group, &MethodEntry::group));
    case Qt::ToolTipRole:
      return isFolded(group) ? tr("Click to unfold") : tr("Click to fold");
    default:
      return {};
  }
}

QVariant MethodModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const MethodEntry* found = methodAt(index);
  if (!found) return headData(rows_[static_cast<std::size_t>(index.row())].group, role);
  const MethodEntry& method = *found;
  switch (role) {
    case Qt::DisplayRole:
      return method.title;
    case Qt::CheckStateRole:
      return method.shown ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
      return QStringList{method.title, method.state, method.note, method.help}
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
    case kNote:
      return method.note;
    case kIsHead:
      return false;
    default:
      return {};
  }
}

bool MethodModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  const MethodEntry* found = methodAt(index);
  if (!found || role != Qt::CheckStateRole) return false;
  MethodEntry& method = *find(found->id);
  const bool shown = value.toInt() == Qt::Checked;
  if (shown == method.shown) return true;
  method.shown = shown;
  Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
  Q_EMIT shownChanged(method.id, shown);
  return true;
}

Qt::ItemFlags MethodModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  if (!methodAt(index)) return Qt::ItemNeverHasChildren | Qt::ItemIsEnabled;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable |
         Qt::ItemNeverHasChildren;
}

}  // namespace fathom
