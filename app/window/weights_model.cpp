#include "app/window/weights_model.h"

#include <algorithm>

namespace fathom {
namespace {

QString fromStd(const std::string& text) {
  return QString::fromStdString(text);
}

QString jobText(const WeightsJob& job) {
  if (job.waiting) return WeightsModel::tr("waiting");
  const QString part = job.part < 0 ? QString() : QString(" %1 %").arg(int(100 * job.part));
  switch (job.kind) {
    case WeightsJob::Kind::kFetch:
      return WeightsModel::tr("getting") + part;
    case WeightsJob::Kind::kVerify:
      return WeightsModel::tr("verifying") + part;
    case WeightsJob::Kind::kAdopt:
      return WeightsModel::tr("linking");
    default:
      return WeightsModel::tr("removing");
  }
}

QString factsOf(const WeightsItem& item) {
  QStringList facts;
  const bool here = item.state.place == WeightsPlace::kHere;
  if (here) {
    facts << fromStd(bytesText(item.state.bytes));
  } else if (item.entry.size) {
    facts << fromStd(bytesText(*item.entry.size));
  }
  if (item.inCatalogue) facts << fromStd(item.entry.licence.id) << fromStd(item.entry.file);
  if (!item.inCatalogue) facts << fromStd(item.entry.name);
  return facts.join(" · ");
}

}  // namespace

QString stateText(const WeightsItem& item, const std::optional<WeightsJob>& job) {
  if (job) return jobText(*job);
  switch (item.state.place) {
    case WeightsPlace::kHere:
      return WeightsModel::tr("✓ here");
    case WeightsPlace::kPartly:
      return WeightsModel::tr("%1 arrived").arg(partText(item));
    case WeightsPlace::kByHand:
      return item.inCatalogue ? WeightsModel::tr("by hand") : WeightsModel::tr("missing");
    default:
      return WeightsModel::tr("missing");
  }
}

WeightsModel::WeightsModel(const WeightsStore& store, QObject* parent)
    : QAbstractListModel(parent), store_(store), rows_(wantedRows()) {}

std::vector<WeightsModel::Row> WeightsModel::wantedRows() const {
  const QStringList words = filter_.split(' ', Qt::SkipEmptyParts);
  std::vector<Row> rows;
  for (const bool wanted : {true, false}) {
    bool headed = false;
    for (const WeightsItem& item : store_.items()) {
      if (item.wantedBy.empty() == wanted) continue;
      QStringList all{fromStd(item.entry.name), fromStd(item.entry.title), fromStd(item.entry.file),
                      fromStd(item.entry.licence.id)};
      for (const std::string& method : item.wantedBy) all << fromStd(method);
      const QString text = all.join('\n');
      const bool found = std::ranges::all_of(
          words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
      if (!found) continue;
      if (!std::exchange(headed, true)) {
        rows.push_back({wanted ? tr("Wanted by methods") : tr("More in the catalogue"), {}});
      }
      rows.push_back({{}, item.entry.name});
    }
  }
  return rows;
}

void WeightsModel::setFilter(const QString& text) {
  filter_ = text.simplified();
  beginResetModel();
  rows_ = wantedRows();
  endResetModel();
}

void WeightsModel::refresh() {
  std::vector<Row> rows = wantedRows();
  if (rows != rows_) {
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
  } else if (!rows_.empty()) {
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
  }
}

void WeightsModel::refresh(std::string_view name) {
  const int row = rowOf(name);
  if (row >= 0) Q_EMIT dataChanged(index(row), index(row));
}

int WeightsModel::rowOf(std::string_view name) const {
  const auto found = std::ranges::find_if(
      rows_, [&](const Row& row) { return row.head.isEmpty() && row.name == name; });
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int WeightsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant WeightsModel::itemData(const WeightsItem& item, int role) const {
  const auto job = store_.job(item.entry.name);
  switch (role) {
    case Qt::DisplayRole:
      return fromStd(item.entry.title);
    case Qt::ToolTipRole:
      return fromStd(item.entry.title) + '\n' + factsOf(item);
    case Qt::AccessibleTextRole:
      return fromStd(item.entry.title) + ", " + stateText(item, job);
    case kName:
      return fromStd(item.entry.name);
    case kFacts:
      return factsOf(item);
    case kState:
      return stateText(item, job);
    case kWarning:
      return store_.outcome(item.entry.name).bad ||
             (!job && item.state.place != WeightsPlace::kHere && !item.wantedBy.empty());
    case kPart:
      return job ? job->part : -2.0;
    default:
      return {};
  }
}

QVariant WeightsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  if (role == kIsHead) return !row.head.isEmpty();
  if (!row.head.isEmpty()) return role == Qt::DisplayRole ? row.head : QVariant();
  const WeightsItem* item = store_.find(row.name);
  return item ? itemData(*item, role) : QVariant();
}

Qt::ItemFlags WeightsModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const bool head = index.data(kIsHead).toBool();
  return Qt::ItemNeverHasChildren |
         (head ? Qt::NoItemFlags : Qt::ItemIsEnabled | Qt::ItemIsSelectable);
}

}  // namespace fathom
