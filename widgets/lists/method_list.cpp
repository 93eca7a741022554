#include "widgets/lists/method_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>

#include "widgets/lists/list_paint.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kMargin = 12, kGap = 10, kRowHeight = 32, kCheckSide = 16, kPillGap = 8;

/// The places of a row's parts.
struct Places {
  QRect check, title, state;
  QPointF dot;
};

Places places(const QRect& row, const QString& title, const QString& state) {
  Places at;
  at.check =
      QRect(row.left() + kMargin, row.center().y() - kCheckSide / 2 + 1, kCheckSide, kCheckSide);
  const int dotLeft = at.check.right() + 1 + kGap;
  at.dot = QPointF(dotLeft + kDotSide / 2.0, row.top() + row.height() / 2.0);
  const int left = dotLeft + kDotSide + 8;
  const int room = row.right() - kMargin - left;
  const int wanted = QFontMetrics(themeFont()).horizontalAdvance(title) + 1;
  // A long state gives way, but not below what says that there is one.
  const int pill = std::min(pillWidth(state), std::max(room - wanted - kPillGap, room / 2));
  const int text = std::min(wanted, state.isEmpty() ? room : room - pill - kPillGap);
  at.title = QRect(left, row.top(), text, row.height());
  if (!state.isEmpty()) {
    at.state = QRect(row.right() - kMargin - pill, row.top(), pill, row.height());
  }
  return at;
}

class MethodDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    painter->save();
    paintRowBackground(*painter, option);
    const QString title = index.data().toString(),
                  state = index.data(MethodModel::kState).toString();
    const Places at = places(option.rect, title, state);
    const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    QStyleOptionViewItem box = option;
    box.rect = at.check;
    box.state &= ~(QStyle::State_HasFocus | QStyle::State_On | QStyle::State_Off);
    box.state |= (on ? QStyle::State_On : QStyle::State_Off) | QStyle::State_Enabled;
    option.widget->style()->drawPrimitive(QStyle::PE_IndicatorCheckBox, &box, painter, nullptr);
    paintDot(*painter, at.dot, index.data(MethodModel::kColour).value<QColor>());
    painter->setFont(themeFont());
    paintText(*painter, at.title, title, tokens().text);
    paintPill(*painter, at.state, state, index.data(MethodModel::kWarning).toBool());
    painter->restore();
  }

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {200, kRowHeight};
  }

  // Only the box itself checks, not the whole row.
  bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override {
    const bool pressed = event->type() == QEvent::MouseButtonRelease;
    const bool key = event->type() == QEvent::KeyPress;
    if (!pressed && !key) return false;
    if (pressed) {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      const QRect box = places(option.rect, {}, {}).check.adjusted(-6, -8, 6, 8);
      if (mouse->button() != Qt::LeftButton || !box.contains(mouse->position().toPoint())) {
        return false;
      }
    } else if (static_cast<QKeyEvent*>(event)->key() != Qt::Key_Space) {
      return false;
    }
    const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    return model->setData(index, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
  }
};

}  // namespace

MethodList::MethodList(QWidget* parent) : QListView(parent), model_(new MethodModel(this)) {
  setModel(model_);
  setItemDelegate(new MethodDelegate(this));
  setSelectionMode(SingleSelection);
  setUniformItemSizes(true);
  setMouseTracking(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("Methods"));
  connect(model_, &MethodModel::shownChanged, this, &MethodList::shownChanged);
}

void MethodList::setMethods(std::vector<MethodEntry> methods) {
  const QScopedValueRollback<bool> guard(quiet_, true);
  const std::string before = selected();
  model_->setMethods(std::move(methods));
  select(before);
  updateGeometry();
}

void MethodList::setState(std::string_view id, const QString& state, bool warning) {
  model_->setState(id, state, warning);
}

void MethodList::setShown(std::string_view id, bool shown) {
  model_->setShown(id, shown);
}

void MethodList::select(std::string_view id) {
  const int row = model_->rowOf(id);
  if (row < 0) return;
  const QScopedValueRollback<bool> guard(quiet_, true);
  setCurrentIndex(model_->index(row));
}

std::string MethodList::selected() const {
  return currentIndex().isValid() ? at(currentIndex().row()).id : std::string();
}

void MethodList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QListView::currentChanged(current, previous);
  if (!quiet_ && current.isValid()) Q_EMIT selectedChanged(at(current.row()).id);
}

QRect MethodList::stateRect(int row) const {
  const MethodEntry& method = at(row);
  return places(visualRect(model_->index(row)), method.title, method.state).state;
}

QRect MethodList::checkRect(int row) const {
  return places(visualRect(model_->index(row)), {}, {}).check;
}

void MethodList::mousePressEvent(QMouseEvent* event) {
  QListView::mousePressEvent(event);
  const QModelIndex index = indexAt(event->position().toPoint());
  if (event->button() != Qt::LeftButton || !index.isValid()) return;
  if (stateRect(index.row()).contains(event->position().toPoint())) {
    Q_EMIT stateActivated(at(index.row()).id);
  }
}

void MethodList::mouseMoveEvent(QMouseEvent* event) {
  QListView::mouseMoveEvent(event);
  const QPoint position = event->position().toPoint();
  const QModelIndex index = indexAt(position);
  const bool over = index.isValid() && stateRect(index.row()).contains(position);
  viewport()->setCursor(over ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void MethodList::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && currentIndex().isValid() && !at(currentIndex().row()).state.isEmpty()) {
    Q_EMIT stateActivated(selected());
    return;
  }
  QListView::keyPressEvent(event);
}

QSize MethodList::sizeHint() const {
  return {312, std::max(3, model_->rowCount()) * kRowHeight + 2 * frameWidth()};
}

}  // namespace fathom
