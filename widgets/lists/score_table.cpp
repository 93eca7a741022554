#include "widgets/lists/score_table.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>

#include <algorithm>
#include <array>

#include "widgets/lists/score_delegate.h"
#include "widgets/lists/score_header.h"
#include "widgets/theme/icons.h"

namespace fathom {
namespace {

constexpr int kLeastMethodWidth = 190, kTightMethodWidth = 112;

/// At first out of sight, a right click away: what others of the shown ones tell as well.
constexpr std::array kHiddenAtFirst = {"SqRel",  "log10",  "RMSElog",    "delta2",
                                       "delta3", "pixels", "parameters", "macs"};

}  // namespace

ScoreTable::ScoreTable(QWidget* parent)
    : QTableView(parent), model_(new ScoreModel(this)), order_(new ScoreOrder(this)) {
  order_->setSourceModel(model_);
  setModel(order_);
  setItemDelegate(new ScoreDelegate(this));
  setSelectionBehavior(SelectRows);
  setSelectionMode(ExtendedSelection);
  setShowGrid(false);
  setWordWrap(false);
  setTabKeyNavigation(false);  // Tab leaves the table
  setMouseTracking(true);
  setAccessibleName(tr("Scores"));
  setHorizontalScrollMode(ScrollPerPixel);
  verticalHeader()->hide();
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  verticalHeader()->setDefaultSectionSize(ScoreDelegate::kRowHeight);
  auto* head = new ScoreHeader(this);
  setHorizontalHeader(head);
  setSortingEnabled(true);
  head->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(head, &QWidget::customContextMenuRequested, this, [this, head](const QPoint& position) {
    QMenu menu;
    addColumnActions(menu);
    menu.exec(head->mapToGlobal(position));
  });
  connect(head, &QHeaderView::sortIndicatorChanged, this, [this] { fitColumns(false); });
  for (const char* id : kHiddenAtFirst) setColumnHidden(columnOf(id), true);
  fitColumns(true);
}

void ScoreTable::setRows(std::vector<ScoreTableRow> rows, const ScoreContext& context) {
  const bool sameMethods =
      std::ranges::equal(rows, model_->rows(), {}, &ScoreTableRow::id, &ScoreTableRow::id);
  const std::string before = selected();
  {
    const QScopedValueRollback<bool> guard(quiet_, true);
    model_->setRows(std::move(rows), context);
  }
  if (sameMethods) {
    order_->invalidate();
  } else {
    select(before);
  }
  fitColumns(!sameMethods);
}

int ScoreTable::columnOf(std::string_view id) const {
  if (id == "pixels") return ScoreModel::kPixelsColumn;
  if (id == "time_ms") return ScoreModel::kTimeColumn;
  if (id == "parameters") return ScoreModel::kParametersColumn;
  if (id == "macs") return ScoreModel::kMacsColumn;
  const auto found = std::ranges::find(metricInfos(), id, &MetricInfo::id);
  if (found == metricInfos().end()) return -1;
  return ScoreModel::kFirstMetric + static_cast<int>(found - metricInfos().begin());
}

void ScoreTable::setColumnShown(std::string_view id, bool shown) {
  const int column = columnOf(id);
  if (column < 0) return;
  setColumnHidden(column, !shown);
  fitColumns(false);
}

/// As wide as head and numbers need. New numbers only widen a column, so that nothing jumps while a
/// slider moves.
void ScoreTable::fitColumns(bool shrink) {
  const auto* head = static_cast<const ScoreHeader*>(horizontalHeader());
  widths_.resize(static_cast<std::size_t>(model_->columnCount()));
  for (int column = ScoreModel::kFirstMetric; column < model_->columnCount(); ++column) {
    if (isColumnHidden(column)) continue;
    const int numbers = sizeHintForColumn(column), text = head->wantedWidth(column);
    Widths& width = widths_[static_cast<std::size_t>(column)];
    const Widths wanted{std::max(numbers, text), std::max(numbers, head->leastWidth(column))};
    width.wanted = shrink ? wanted.wanted : std::max(wanted.wanted, width.wanted);
    width.least = shrink ? wanted.least : std::max(wanted.least, width.least);
  }
  arrangeColumns();
}

/// Where not all fits, the room of the titles gives way first and what the heads can spare next.
/// Where even that does not do, the table is scrolled, and nothing need be narrow.
void ScoreTable::arrangeColumns() {
  int wanted = 0, least = 0;
  for (int column = ScoreModel::kFirstMetric; column < model_->columnCount(); ++column) {
    if (isColumnHidden(column)) continue;
    wanted += widths_[static_cast<std::size_t>(column)].wanted;
    least += widths_[static_cast<std::size_t>(column)].least;
  }
  const int room = viewport()->width();
  const int titles = std::clamp(sizeHintForColumn(ScoreModel::kMethodColumn), kTightMethodWidth,
                                kLeastMethodWidth);
  const bool tight = wanted + titles > room && least + kTightMethodWidth <= room;
  int others = 0;
  for (int column = ScoreModel::kFirstMetric; column < model_->columnCount(); ++column) {
    if (isColumnHidden(column)) continue;
    const Widths& width = widths_[static_cast<std::size_t>(column)];
    setColumnWidth(column, tight ? width.least : width.wanted);
    others += columnWidth(column);
  }
  const bool fits = tight || wanted + titles <= room;
  setColumnWidth(ScoreModel::kMethodColumn, fits ? room - others : kLeastMethodWidth);
}

void ScoreTable::select(std::string_view id) {
  const int row = model_->rowOf(id);
  if (row < 0) return;
  const QScopedValueRollback<bool> guard(quiet_, true);
  selectRow(order_->mapFromSource(model_->index(row, 0)).row());
  told_ = id;
}

std::string ScoreTable::selected() const {
  const QModelIndex index = currentIndex();
  if (!index.isValid() || !selectionModel()->isRowSelected(index.row())) return {};
  return model_->rows()[static_cast<std::size_t>(order_->mapToSource(index).row())].id;
}

void ScoreTable::selectionChanged(const QItemSelection& now, const QItemSelection& before) {
  QTableView::selectionChanged(now, before);
  if (quiet_) return;
  const std::string id = selected();
  if (id.empty() || id == told_) return;
  told_ = id;
  Q_EMIT selectedChanged(id);
}

QString ScoreTable::copyText() const {
  std::vector<int> shown;
  for (const QModelIndex& index : selectionModel()->selectedRows()) shown.push_back(index.row());
  std::ranges::sort(shown);
  if (shown.empty()) {
    for (int row = 0; row < order_->rowCount(); ++row) shown.push_back(row);
  }
  std::vector<int> rows;
  for (const int row : shown) rows.push_back(order_->mapToSource(order_->index(row, 0)).row());
  return model_->tabSeparated(rows);
}

void ScoreTable::copy() {
  QApplication::clipboard()->setText(copyText());
}

void ScoreTable::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copy();
  QTableView::keyPressEvent(event);
}

void ScoreTable::mouseReleaseEvent(QMouseEvent* event) {
  QTableView::mouseReleaseEvent(event);
  const QPoint position = event->position().toPoint();
  const QModelIndex index = indexAt(position);
  if (event->button() != Qt::LeftButton || !index.isValid()) return;
  if (index.column() != ScoreModel::kMethodColumn) return;
  if (!ScoreDelegate::stateRect(visualRect(index), index).contains(position)) return;
  Q_EMIT stateActivated(
      model_->rows()[static_cast<std::size_t>(order_->mapToSource(index).row())].id);
}

void ScoreTable::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu;
  QAction* copySelected = menu.addAction(themedIcon("copy"), tr("Copy"), QKeySequence::Copy);
  copySelected->setEnabled(order_->rowCount() > 0);
  QAction* copyAll = menu.addAction(tr("Copy all rows"));
  copyAll->setEnabled(order_->rowCount() > 0);
  addColumnActions(*menu.addMenu(tr("Columns")));
  connect(copySelected, &QAction::triggered, this, &ScoreTable::copy);
  connect(copyAll, &QAction::triggered, this, [this] {
    selectAll();
    copy();
  });
  menu.exec(event->globalPos());
}

void ScoreTable::addColumnActions(QMenu& menu) {
  for (int column = ScoreModel::kFirstMetric; column < model_->columnCount(); ++column) {
    QAction* shown =
        menu.addAction(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    shown->setCheckable(true);
    shown->setChecked(!isColumnHidden(column));
    connect(shown, &QAction::toggled, this, [this, column](bool on) {
      setColumnHidden(column, !on);
      fitColumns(false);
    });
  }
}

void ScoreTable::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  arrangeColumns();
}

void ScoreTable::changeEvent(QEvent* event) {
  QTableView::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fitColumns(true);
}

}  // namespace fathom
