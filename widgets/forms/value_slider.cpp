#include "widgets/forms/value_slider.h"

#include <QMouseEvent>
#include <QStyle>
#include <QStyleOptionSlider>

namespace fathom {

ValueSlider::ValueSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {
  setFocusPolicy(Qt::StrongFocus);
}

int ValueSlider::valueAt(int x) const {
  QStyleOptionSlider option;
  initStyleOption(&option);
  const QRect groove =
      style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderGroove, this);
  const QRect handle =
      style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this);
  return QStyle::sliderValueFromPosition(minimum(), maximum(),
                                         x - handle.width() / 2 - groove.left(),
                                         groove.width() - handle.width(), option.upsideDown);
}

void ValueSlider::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QSlider::mousePressEvent(event);
  QStyleOptionSlider option;
  initStyleOption(&option);
  const QRect handle =
      style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this);
  if (handle.contains(event->position().toPoint())) return QSlider::mousePressEvent(event);
  // Down first: then the jump belongs to the drag that begins here. The base class takes the
  // handle up where it now is.
  const int wanted = valueAt(qRound(event->position().x()));
  setSliderDown(true);
  setSliderPosition(wanted);
  initStyleOption(&option);
  const QPointF centre =
      style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this).center();
  QMouseEvent onHandle(event->type(), centre, mapToGlobal(centre), event->button(),
                       event->buttons(), event->modifiers(), event->pointingDevice());
  QSlider::mousePressEvent(&onHandle);
}

void ValueSlider::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) Q_EMIT resetWanted();
}

void ValueSlider::wheelEvent(QWheelEvent* event) {
  hasFocus() ? QSlider::wheelEvent(event) : event->ignore();
}

}  // namespace fathom
