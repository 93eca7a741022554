#include "widgets/image/pane_grid.h"

#include <QKeyEvent>
#include <QPainter>
#include <algorithm>

#include "widgets/image/pane.h"
#include "widgets/theme/tokens.h"

namespace fathom {

PaneGrid::PaneGrid(ViewState* view, QWidget* parent) : QWidget(parent), view_(view) {
  connect(view, &ViewState::referenceSizeChanged, this, &PaneGrid::arrange);
}

void PaneGrid::setCount(int count) {
  count = std::max(count, 0);
  while (panes_.size() > count) delete panes_.takeLast();
  if (solo_ >= count) solo_ = -1;
  const int before = static_cast<int>(panes_.size());
  for (int index = before; index < count; ++index) {
    auto* pane = new Pane(view_, this);
    pane->installEventFilter(this);
    panes_ += pane;
    pane->show();
  }
  arrange();
  for (int index = before; index < count; ++index) Q_EMIT paneAdded(panes_[index], index);
}

void PaneGrid::setSolo(int index) {
  const int wanted = index >= 0 && index < count() ? index : -1;
  if (wanted == solo_) return;
  const bool focus = focused() >= 0;
  solo_ = wanted;
  arrange();
  if (focus && solo_ >= 0) panes_[solo_]->setFocus(Qt::OtherFocusReason);
}

int PaneGrid::focused() const {
  const auto found = std::ranges::find_if(panes_, [](Pane* pane) { return pane->hasFocus(); });
  return found == panes_.end() ? -1 : static_cast<int>(found - panes_.begin());
}

int PaneGrid::columnsFor(int count, const QSize& area, double aspect) {
  int best = 1;
  double widest = -1;
  for (int columns = 1; columns <= count; ++columns) {
    const int rows = (count + columns - 1) / columns;
    const double width = static_cast<double>(area.width()) / columns;
    const double height = static_cast<double>(area.height()) / rows;
    const double shown = std::min(width, height * aspect);
    if (shown > widest * (1 + 1e-9)) {
      widest = shown;
      best = columns;
    }
  }
  return best;
}

void PaneGrid::arrange() {
  if (panes_.isEmpty()) return;
  const QSize reference = view_->referenceSize();
  const double aspect = static_cast<double>(reference.width()) / reference.height();
  columns_ = solo_ >= 0 ? 1 : columnsFor(count(), size(), aspect);
  const int rows = solo_ >= 0 ? 1 : (count() + columns_ - 1) / columns_;
  // Equal to the pixel, so that fitted pictures are too; a rest of a pixel or two stays grey.
  const QSize cell((width() - (columns_ - 1) * kGutter) / columns_,
                   (height() - (rows - 1) * kGutter) / rows);
  for (int index = 0; index < count(); ++index) {
    const bool shown = solo_ < 0 || solo_ == index;
    const int place = solo_ >= 0 ? 0 : index;
    panes_[index]->setGeometry(QRect(QPoint((place % columns_) * (cell.width() + kGutter),
                                            (place / columns_) * (cell.height() + kGutter)),
                                     cell));
    panes_[index]->setVisible(shown);
  }
  update();
}

void PaneGrid::resizeEvent(QResizeEvent*) {
  arrange();
}

void PaneGrid::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), tokens().pane);
  for (const Pane* pane : panes_) {
    if (pane->isVisible()) {
      painter.fillRect(pane->geometry().adjusted(0, 0, kGutter, kGutter), tokens().line);
    }
  }
}

void PaneGrid::keyPressEvent(QKeyEvent* event) {
  const int from = focused();
  const bool ours = event->modifiers() == Qt::ControlModifier ||
                    event->modifiers() == (Qt::ControlModifier | Qt::KeypadModifier);
  if (!ours || from < 0 || solo_ >= 0) return QWidget::keyPressEvent(event);
  const int column = from % columns_;
  int to = -1;
  switch (event->key()) {
    case Qt::Key_Left:
      to = column > 0 ? from - 1 : from;
      break;
    case Qt::Key_Right:
      to = column + 1 < columns_ ? std::min(from + 1, count() - 1) : from;
      break;
    case Qt::Key_Up:
      to = from - columns_;
      break;
    case Qt::Key_Down:
      to = from + columns_;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (to >= 0 && to < count()) panes_[to]->setFocus(Qt::OtherFocusReason);
}

bool PaneGrid::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusIn) {
    Q_EMIT focusMoved(static_cast<int>(panes_.indexOf(static_cast<Pane*>(watched))));
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace fathom
