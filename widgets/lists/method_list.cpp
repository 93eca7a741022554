#include "widgets/lists/method_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>
#include <algorithm>

#include "widgets/lists/list_paint.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kMargin = 12, kGap = 10, kRowHeight = 28, kHeadHeight = 30, kCheckSide = 16,
              kPillGap = 8, kChevronSide = 12;

/// The places of a row's parts.
struct Places {
  QRect check, title, state, note;
  QPointF dot;
};

QFont noteFont() {
  return themeFont(kTextSecondary);
}

/// As many of the parts "A · B" as have room: half a number is none.
QString fittingNote(QString note, int room) {
  const QFontMetrics metrics(noteFont());
  const QString between = QStringLiteral(" · ");
  while (!note.isEmpty() && metrics.horizontalAdvance(note) + 1 > room) {
    note.truncate(std::max<qsizetype>(0, note.lastIndexOf(between)));
  }
  return note;
}

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
  } else {
    const int noteLeft = at.title.right() + 1 + kPillGap;
    at.note = QRect(noteLeft, row.top(), row.right() - kMargin - noteLeft, row.height());
  }
  return at;
}

void paintHead(QPainter& painter, const QRect& rect, const QModelIndex& index) {
  const bool folded = index.data(MethodModel::kFolded).toBool();
  const int lower = rect.top() + 6, height = rect.height() - 6;
  const QRect chevron(rect.left() + kMargin, lower + (height - kChevronSide) / 2, kChevronSide,
                      kChevronSide);
  themedIcon(folded ? "chevron-right" : "chevron-down", tokens().mute).paint(&painter, chevron);
  const int left = chevron.right() + 1 + 6;
  const QRect room(left, lower, rect.right() - kMargin - left, height);
  painter.setFont(headFont());
  const QString title = index.data().toString();
  paintText(painter, room, title, tokens().mute);
  if (!folded) return;
  const int wide = painter.fontMetrics().horizontalAdvance(title.toUpper());
  painter.setFont(noteFont());
  paintText(painter, room.adjusted(wide + 8, 0, 0, 0), index.data(MethodModel::kCount).toString(),
            tokens().mute);
}

class MethodDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    painter->save();
    index.data(MethodModel::kIsHead).toBool() ? paintHead(*painter, option.rect, index)
                                              : paintMethod(*painter, option, index);
    painter->restore();
  }

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
    return {200, index.data(MethodModel::kIsHead).toBool() ? kHeadHeight : kRowHeight};
  }

  // Only the box itself checks, not the whole row.
  bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override {
    if (index.data(MethodModel::kIsHead).toBool()) return false;
    const bool pressed = event->type() == QEvent::MouseButtonRelease;
    const bool key = event->type() == QEvent::KeyPress;
    if (!pressed && !key) return false;
    if (pressed) {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      const QRect box = places(option.rect, {}, {}).check.adjusted(-6, -6, 6, 6);
      if (mouse->button() != Qt::LeftButton || !box.contains(mouse->position().toPoint())) {
        return false;
      }
    } else if (static_cast<QKeyEvent*>(event)->key() != Qt::Key_Space) {
      return false;
    }
    const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    return model->setData(index, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
  }

 private:
  static void paintMethod(QPainter& painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) {
    paintRowBackground(painter, option);
    const QString title = index.data().toString(),
                  state = index.data(MethodModel::kState).toString();
    const Places at = places(option.rect, title, state);
    const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    QStyleOptionViewItem box = option;
    box.rect = at.check;
    box.state &= ~(QStyle::State_HasFocus | QStyle::State_On | QStyle::State_Off);
    box.state |= (on ? QStyle::State_On : QStyle::State_Off) | QStyle::State_Enabled;
    option.widget->style()->drawPrimitive(QStyle::PE_IndicatorCheckBox, &box, &painter, nullptr);
    paintDot(painter, at.dot, index.data(MethodModel::kColour).value<QColor>());
    painter.setFont(themeFont());
    // Titles of one family differ at their end.
    paintText(painter, at.title,
              painter.fontMetrics().elidedText(title, Qt::ElideMiddle, at.title.width()),
              tokens().text);
    paintPill(painter, at.state, state, index.data(MethodModel::kWarning).toBool());
    if (at.note.width() <= 0) return;
    const bool selected = option.state & QStyle::State_Selected;
    painter.setFont(noteFont());
    paintText(painter, at.note,
              fittingNote(index.data(MethodModel::kNote).toString(), at.note.width()),
              selected ? tokens().text : tokens().mute, Qt::AlignRight | Qt::AlignVCenter);
  }
};

}  // namespace

MethodList::MethodList(QWidget* parent) : QListView(parent), model_(new MethodModel(this)) {
  setModel(model_);
  setItemDelegate(new MethodDelegate(this));
  setSelectionMode(SingleSelection);
  setMouseTracking(true);
  setVerticalScrollMode(ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("Methods"));
  connect(model_, &MethodModel::shownChanged, this, &MethodList::shownChanged);
}

void MethodList::setMethods(std::vector<MethodEntry> methods) {
  const QScopedValueRollback<bool> guard(quiet_, true);
  model_->setMethods(std::move(methods));
  if (!isKnown(selected_)) selected_.clear();
  showSelected();
  updateGeometry();
}

void MethodList::setState(std::string_view id, const QString& state, bool warning) {
  model_->setState(id, state, warning);
}

void MethodList::setNote(std::string_view id, const QString& note) {
  model_->setNote(id, note);
}

void MethodList::setColour(std::string_view id, const QColor& colour) {
  model_->setColour(id, colour);
}

void MethodList::setShown(std::string_view id, bool shown) {
  model_->setShown(id, shown);
}

void MethodList::setFilter(const QString& text) {
  const QScopedValueRollback<bool> guard(quiet_, true);
  model_->setFilter(text);
  showSelected();
}

void MethodList::setFolded(const QString& group, bool folded) {
  const QScopedValueRollback<bool> guard(quiet_, true);
  model_->setFolded(group, folded);
  showSelected();
}

void MethodList::select(std::string_view id) {
  if (!isKnown(id)) return;
  selected_ = id;
  showSelected();
}

/// Where the selected method has no row now, no row is current.
void MethodList::showSelected() {
  const QScopedValueRollback<bool> guard(quiet_, true);
  const int row = model_->rowOf(selected_);
  setCurrentIndex(row < 0 ? QModelIndex() : model_->index(row));
}

void MethodList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QListView::currentChanged(current, previous);
  const MethodEntry* method = model_->methodAt(current);
  if (quiet_ || !method || method->id == selected_) return;
  selected_ = method->id;
  Q_EMIT selectedChanged(selected_);
}

/// The nearest method from a row on, itself included; invalid where there is none that way.
QModelIndex MethodList::nextMethod(int row, int direction) const {
  for (; row >= 0 && row < model_->rowCount(); row += direction) {
    if (model_->methodAt(model_->index(row))) return model_->index(row);
  }
  return {};
}

void MethodList::step(int by) {
  const int direction = by < 0 ? -1 : 1;
  const int from = currentIndex().isValid() ? currentIndex().row() + by
                   : direction > 0          ? 0
                                            : model_->rowCount() - 1;
  const QModelIndex next = nextMethod(from, direction);
  if (next.isValid()) setCurrentIndex(next);
}

/// No key leads to a head: the method behind it is meant, or the one where we are.
QModelIndex MethodList::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) {
  const bool back = action == MoveUp || action == MovePageUp || action == MovePrevious ||
                    action == MoveLeft || action == MoveEnd;
  const int last = model_->rowCount() - 1;
  QModelIndex target = QListView::moveCursor(action, modifiers);
  if (action == MoveHome) target = model_->index(0);
  if (action == MoveEnd && last >= 0) target = model_->index(last);
  if (!target.isValid()) return nextMethod(0, 1);
  // Qt itself passes over what cannot be selected by stopping before it.
  if (target == currentIndex() && action == MoveUp) target = target.siblingAtRow(target.row() - 1);
  if (target == currentIndex() && action == MoveDown)
    target = target.siblingAtRow(target.row() + 1);
  if (!target.isValid()) return currentIndex();
  QModelIndex method = nextMethod(target.row(), back ? -1 : 1);
  if (!method.isValid()) method = nextMethod(target.row(), back ? 1 : -1);
  return method;
}

bool MethodList::isKnown(std::string_view id) const {
  return std::ranges::find(methods(), id, &MethodEntry::id) != methods().end();
}

QRect MethodList::stateRect(std::string_view id) const {
  const QModelIndex index = model_->index(model_->rowOf(id));
  if (!index.isValid()) return {};
  const MethodEntry& method = *model_->methodAt(index);
  return places(visualRect(index), method.title, method.state).state;
}

QRect MethodList::checkRect(std::string_view id) const {
  const QModelIndex index = model_->index(model_->rowOf(id));
  return index.isValid() ? places(visualRect(index), {}, {}).check : QRect();
}

bool MethodList::clickedHead(const QModelIndex& index) {
  if (!index.data(MethodModel::kIsHead).toBool()) return false;
  const QString group = index.data().toString();
  if (model_->filter().isEmpty()) setFolded(group, !model_->isFolded(group));
  return true;
}

void MethodList::mousePressEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->position().toPoint());
  if (event->button() == Qt::LeftButton && clickedHead(index)) return;
  QListView::mousePressEvent(event);
  const MethodEntry* method = model_->methodAt(index);
  if (event->button() != Qt::LeftButton || !method) return;
  const std::string id = method->id;
  if (stateRect(id).contains(event->position().toPoint())) Q_EMIT stateActivated(id);
}

void MethodList::mouseMoveEvent(QMouseEvent* event) {
  QListView::mouseMoveEvent(event);
  const QPoint position = event->position().toPoint();
  const QModelIndex index = indexAt(position);
  const MethodEntry* method = model_->methodAt(index);
  const bool over = index.isValid() && (!method || stateRect(method->id).contains(position));
  viewport()->setCursor(over ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void MethodList::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  const MethodEntry* method = model_->methodAt(currentIndex());
  if (enter && method && !method->state.isEmpty()) {
    Q_EMIT stateActivated(selected_);
    return;
  }
  QListView::keyPressEvent(event);
}

QSize MethodList::sizeHint() const {
  int height = 2 * frameWidth();
  for (int row = 0; row < model_->rowCount(); ++row) height += sizeHintForRow(row);
  return {312, std::max(3 * kRowHeight, height)};
}

}  // namespace fathom
