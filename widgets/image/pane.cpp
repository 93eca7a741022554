#include "widgets/image/pane.h"

#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QPushButton>
#include <QStyleHints>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/image/pane_paint.h"
#include "widgets/image/sampling.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr double kDimmed = 0.62;    // how much of the pane's grey covers a stale picture
constexpr double kZoomStep = 1.25;  // per notch of the wheel and per key
constexpr int kSweep = 1400;        // milliseconds of one wander of the bar

bool isInside(const QPointF& field) {
  return field.x() >= 0 && field.x() < 1 && field.y() >= 0 && field.y() < 1;
}

void animate(QVariantAnimation& animation, double to, int milliseconds) {
  const double from = animation.currentValue().toDouble();
  animation.stop();
  animation.setStartValue(reducedMotion() ? to : from);
  animation.setEndValue(to);
  animation.setDuration(reducedMotion() ? 0 : milliseconds);
  animation.start();
}

}  // namespace

Pane::Pane(ViewState* view, QWidget* parent)
    : QWidget(parent),
      message_(new QWidget(this)),
      sentence_(new QLabel(message_)),
      action_(new QPushButton(message_)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAttribute(Qt::WA_OpaquePaintEvent);
  auto* column = new QVBoxLayout(message_);
  column->setSpacing(12);
  sentence_->setWordWrap(true);
  sentence_->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
  column->addWidget(sentence_);
  column->addWidget(action_, 0, Qt::AlignHCenter);
  message_->hide();
  connect(action_, &QPushButton::clicked, this, &Pane::actionTriggered);
  for (QVariantAnimation* animation : {&dimming_, &chips_, &sweep_}) {
    animation->setStartValue(0.0);
    animation->setEndValue(0.0);
    connect(animation, &QVariantAnimation::valueChanged, this, [this] { update(); });
  }
  chips_.setStartValue(1.0);
  chips_.setEndValue(1.0);
  sweep_.setEndValue(1.0);
  sweep_.setDuration(kSweep);
  sweep_.setLoopCount(-1);
  staleDelay_.setSingleShot(true);
  staleDelay_.setInterval(kStaleDelay);
  connect(&staleDelay_, &QTimer::timeout, this, [this] { showDimming(true); });
  shared_ = view;
  follow(view);
}

Pane::~Pane() = default;

void Pane::follow(ViewState* view) {
  connect(view, &ViewState::viewChanged, this, [this] { update(); });
  connect(view, &ViewState::crosshairChanged, this, [this] { update(); });
}

ViewState* Pane::view() const {
  return own_ ? own_.get() : shared_.data();
}

void Pane::setHeader(const PaneHeader& header) {
  if (header == header_) return;
  header_ = header;
  describe();
  update();
}

void Pane::setImage(const QImage& image, const QRectF& extent) {
  image_ = image;
  extent_ = extent;
  shown_ = {};
  setMessage({});
  setStale(false);
  update();
}

void Pane::setStale(bool stale) {
  if (stale == stale_) return;
  stale_ = stale;
  progress_ = -1;
  staleDelay_.stop();
  if (stale) {
    staleDelay_.start();
  } else {
    showDimming(false);
  }
  describe();
}

void Pane::showDimming(bool stale) {
  animate(dimming_, stale ? 1 : 0, kFade);
  if (stale && !reducedMotion()) {
    sweep_.start();
  } else {
    sweep_.stop();
  }
  update();
}

void Pane::setProgress(double part) {
  if (part == progress_) return;
  progress_ = part;
  if (part >= 0) sweep_.stop();
  update();
}

void Pane::setMessage(const QString& sentence, const QString& action) {
  sentence_->setText(sentence);
  sentence_->setToolTip(sentence);  // a small pane shows a part
  action_->setText(action);
  action_->setVisible(!action.isEmpty());
  message_->setVisible(!sentence.isEmpty());
  layoutMessage();
  describe();
  update();
}

QString Pane::message() const {
  return sentence_->text();
}

void Pane::setSelected(bool selected) {
  if (selected == selected_) return;
  selected_ = selected;
  describe();
  update();
}

void Pane::describe() {
  QStringList parts;
  if (!header_.stamp.isEmpty()) parts += header_.stamp;
  if (!header_.detail.isEmpty()) parts += header_.detail;
  if (selected_) parts += tr("selected");
  if (stale_) parts += tr("being recomputed");
  if (!sentence_->text().isEmpty()) parts += sentence_->text();
  setAccessibleName(header_.title);
  setAccessibleDescription(parts.join(QStringLiteral("; ")));
}

QSize Pane::deviceSize() const {
  const double ratio = devicePixelRatioF();
  return {qRound(width() * ratio), qRound(height() * ratio)};
}

QPointF Pane::fieldAt(const QPointF& position) const {
  // The middle of the device pixel under the pointer: the pixel that is seen is the one meant.
  const QPointF device = position * devicePixelRatioF();
  return view()->fieldAt({std::floor(device.x()) + 0.5, std::floor(device.y()) + 0.5},
                         deviceSize());
}

const QImage& Pane::sampledImage() {
  const Shown wanted{image_.cacheKey(), view()->pictureIn(deviceSize()), deviceSize()};
  if (!(wanted == shown_)) {
    const QSize small = shrunkSize(image_.size(), wanted.picture, extent_);
    if (small.isEmpty()) {
      shrunk_ = {};
    } else if (shrunk_.size() != small || shown_.image != wanted.image) {
      shrunk_ = shrunk(image_, small);
    }
    sampled_ = sampled(small.isEmpty() ? image_ : shrunk_, wanted.picture, extent_,
                       QRect(QPoint(), wanted.pane));
    shown_ = wanted;
  }
  return sampled_;
}

void Pane::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Tokens& t = tokens();
  const double ratio = devicePixelRatioF();
  painter.save();
  // From here in device pixels, moved onto whole ones where the pane starts between two.
  painter.scale(1 / ratio, 1 / ratio);
  const QPointF origin = painter.deviceTransform().map(QPointF());
  painter.translate(std::round(origin.x()) - origin.x(), std::round(origin.y()) - origin.y());
  const QRect area(QPoint(), deviceSize());
  painter.fillRect(area.adjusted(-1, -1, 1, 1), t.pane);
  if (!image_.isNull()) {
    painter.drawImage(QPoint(), sampledImage());
    const double failed = message_->isHidden() ? 0.0 : 1.0;
    QColor veil = t.pane;
    veil.setAlphaF(
        static_cast<float>(std::max(dimming_.currentValue().toDouble() * kDimmed, failed * 0.85)));
    if (veil.alpha() > 0) painter.fillRect(area, veil);
  }
  const int pixel = std::max(1, qRound(ratio));
  if (const auto cross = view()->crosshair(); cross && message_->isHidden()) {
    const QPointF at = view()->deviceAt(*cross, area.size());
    const QPoint whole(static_cast<int>(std::floor(at.x())), static_cast<int>(std::floor(at.y())));
    paintCrosshair(painter, area, whole, pixel);
  }
  if (selected_ || hasFocus()) {
    const double width = (selected_ ? 2 : 1) * pixel;
    painter.setPen(QPen(t.accent, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(area).adjusted(width / 2, width / 2, -width / 2, -width / 2));
  }
  if (stale_ && !staleDelay_.isActive()) {
    paintProgress(painter, area, progress_, sweep_.currentValue().toDouble(), 2 * pixel);
  }
  painter.restore();
  paintChips(painter, rect(), header_, chips_.currentValue().toDouble());
  paintStamp(painter, rect(), header_.stamp);
}

void Pane::layoutMessage() {
  const int wide = std::min(width() - 32, 320);
  const int width = std::max(wide, 32);
  message_->setFixedWidth(width);
  // Not adjustSize(), which asks for the height at the width that the text would like.
  message_->layout()->invalidate();
  const int tall = message_->layout()->totalHeightForWidth(width);
  // In the middle, but not over the chips where there is room below them; from the top where there
  // is room for a part only.
  constexpr int kUnderChips = 36;
  const int lowest = std::max(height() - tall, 0);
  const int top = std::max((height() - tall) / 2, std::min(kUnderChips, lowest));
  message_->resize(width, std::min(tall, height() - top));
  message_->move((this->width() - width) / 2, top);
}

void Pane::resizeEvent(QResizeEvent*) {
  layoutMessage();
}

void Pane::gesture(Qt::KeyboardModifiers modifiers) {
  const bool alone = modifiers.testFlag(Qt::AltModifier);
  if (alone == (own_ != nullptr)) return;
  if (!alone) {
    own_.reset();
    update();
    return;
  }
  own_ = std::make_unique<ViewState>();
  own_->setReferenceSize(shared_->referenceSize());
  own_->setView(shared_->view());
  own_->setCrosshair(shared_->crosshair());
  follow(own_.get());
  connect(shared_, &ViewState::crosshairChanged, own_.get(),
          [this] { own_->setCrosshair(shared_->crosshair()); });
}

void Pane::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return;
  pressed_ = true;
  pressedAt_ = draggedTo_ = event->position();
}

void Pane::mouseMoveEvent(QMouseEvent* event) {
  const QPointF position = event->position();
  const bool far = (position - pressedAt_).manhattanLength() >=
                   QGuiApplication::styleHints()->startDragDistance();
  if (pressed_ && !dragging_ && far) {
    dragging_ = true;
    gesture(event->modifiers());
    setCursor(Qt::ClosedHandCursor);
    animate(chips_, 0, kFade);
  }
  if (dragging_) {
    view()->pan((position - draggedTo_) * devicePixelRatioF(), deviceSize());
    draggedTo_ = position;
  }
  trackCursor(position);
}

void Pane::mouseReleaseEvent(QMouseEvent* event) {
  if (!pressed_) return;
  pressed_ = false;
  if (dragging_) {
    dragging_ = false;
    unsetCursor();
    animate(chips_, 1, kFade);
  } else if (event->button() == Qt::LeftButton) {
    Q_EMIT clicked(fieldAt(event->position()), event->modifiers());
  }
}

void Pane::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  gesture(event->modifiers());
  view()->fit();
}

void Pane::wheelEvent(QWheelEvent* event) {
  // With Alt, Qt hands the turn over as a sideways one.
  const QPoint turned = event->angleDelta();
  const int delta = turned.y() != 0 ? turned.y() : turned.x();
  if (delta == 0) return event->ignore();
  gesture(event->modifiers());
  view()->zoomAt(event->position() * devicePixelRatioF(), std::pow(kZoomStep, delta / 120.0),
                 deviceSize());
  trackCursor(event->position());
  event->accept();
}

bool Pane::event(QEvent* event) {
  if (event->type() == QEvent::NativeGesture) {
    const auto* pinch = static_cast<QNativeGestureEvent*>(event);
    if (pinch->gestureType() == Qt::ZoomNativeGesture) {
      gesture(pinch->modifiers());
      view()->zoomAt(pinch->position() * devicePixelRatioF(), 1 + pinch->value(), deviceSize());
      return true;
    }
  }
  return QWidget::event(event);
}

void Pane::trackCursor(const QPointF& position) {
  const QPointF field = fieldAt(position);
  if (isInside(field) && rect().contains(position.toPoint())) {
    shared_->setCrosshair(field);
    Q_EMIT cursorMoved(field);
  } else {
    shared_->setCrosshair(std::nullopt);
    Q_EMIT cursorLeft();
  }
}

void Pane::leaveEvent(QEvent*) {
  shared_->setCrosshair(std::nullopt);
  Q_EMIT cursorLeft();
}

void Pane::stepCrosshair(int dx, int dy) {
  const QSize pixels = image_.isNull() ? shared_->referenceSize() : image_.size();
  const QPointF at = shared_->crosshair().value_or(QPointF(0.5, 0.5));
  const auto stepped = [](double field, double from, double part, int count, int step) {
    const int pixel = static_cast<int>(std::floor((field - from) / part * count)) + step;
    return from + (std::clamp(pixel, 0, count - 1) + 0.5) / count * part;
  };
  const QPointF field(stepped(at.x(), extent_.x(), extent_.width(), pixels.width(), dx),
                      stepped(at.y(), extent_.y(), extent_.height(), pixels.height(), dy));
  shared_->setCrosshair(field);
  Q_EMIT cursorMoved(field);
}

bool Pane::zoomKey(QKeyEvent* event) {
  const bool control = event->modifiers().testFlag(Qt::ControlModifier);
  const QPointF middle(deviceSize().width() / 2.0, deviceSize().height() / 2.0);
  const auto zoomed = [&](double factor) {
    gesture(event->modifiers());
    view()->zoomAt(middle, factor, deviceSize());
    return true;
  };
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomed(kZoomStep);
    case Qt::Key_Minus:
      return zoomed(1 / kZoomStep);
    case Qt::Key_F:
      if (control) return false;
      break;
    case Qt::Key_0:
      if (!control) return false;
      break;
    case Qt::Key_1:
      if (!control) return false;
      gesture(event->modifiers());
      view()->showActualSize(deviceSize());
      return true;
    default:
      return false;
  }
  gesture(event->modifiers());
  view()->fit();
  return true;
}

void Pane::keyPressEvent(QKeyEvent* event) {
  if (zoomKey(event)) return;
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter) {
    Q_EMIT clicked(shared_->crosshair().value_or(QPointF(0.5, 0.5)), event->modifiers());
    return;
  }
  const int step = event->modifiers().testFlag(Qt::ControlModifier) ? 10 : 1;
  if (event->modifiers().testFlag(Qt::ShiftModifier)) {
    switch (event->key()) {
      case Qt::Key_Left:
        return stepCrosshair(-step, 0);
      case Qt::Key_Right:
        return stepCrosshair(step, 0);
      case Qt::Key_Up:
        return stepCrosshair(0, -step);
      case Qt::Key_Down:
        return stepCrosshair(0, step);
      default:
        break;
    }
  }
  QWidget::keyPressEvent(event);
}

void Pane::contextMenuEvent(QContextMenuEvent* event) {
  const bool keyboard = event->reason() == QContextMenuEvent::Keyboard;
  const QPoint at = keyboard ? rect().center() : event->pos();
  Q_EMIT contextMenuWanted(mapToGlobal(at), fieldAt(at));
}

void Pane::changeEvent(QEvent* event) {
  if (event->type() == QEvent::StyleChange) layoutMessage();
  QWidget::changeEvent(event);
}

}  // namespace fathom
