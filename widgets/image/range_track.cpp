#include "widgets/image/range_track.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyle>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "widgets/colour/number_text.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kSide = 26;  // room for a limit's label beside the gradient
constexpr int kHistogramTop = 4, kGradientTop = 19, kGradientHeight = 13;
constexpr int kLabelTop = 36, kLabelHeight = 15, kLabelGap = 12;
constexpr int kHandleWidth = 5, kGrab = 7;
constexpr double kPadding = 0.06;      // of the range, where the data reach further
constexpr double kOvershoot = 80;      // pixels beyond the track that reach the data's end
constexpr double kLeastApart = 0.004;  // of the track, between the handles

RangeTrack::Handle other(RangeTrack::Handle handle) {
  return handle == RangeTrack::Handle::kLow ? RangeTrack::Handle::kHigh : RangeTrack::Handle::kLow;
}

QFont labelFont() {
  return themeFont(kTextHead);
}

}  // namespace

RangeTrack::RangeTrack(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setTable(colourMaps().front().entries);
  setScale({ScaleKind::kLinear, 0, 1});
}

void RangeTrack::setScale(const Scale& scale) {
  // An answer to an earlier move must not pull the handle out of the hand.
  if (dragged_ == Handle::kNone) apply(scale);
}

void RangeTrack::apply(const Scale& scale) {
  const Limits limits = usable({scale.low, scale.high}, scale.kind);
  scale_ = {scale.kind, limits.low, limits.high};
  if (dragged_ == Handle::kNone) refreshDomain();
  describe();
  refreshPictures();
}

void RangeTrack::setTable(const ColourTable& table) {
  table_ = table;
  refreshPictures();
}

void RangeTrack::setDistribution(const Distribution& distribution) {
  distribution_ = distribution;
  if (dragged_ == Handle::kNone) refreshDomain();
  refreshPictures();
}

void RangeTrack::setSymmetric(bool symmetric) {
  symmetric_ = symmetric;
}

void RangeTrack::setUnit(const QString& unit) {
  unit_ = unit;
  describe();
}

void RangeTrack::describe() {
  setAccessibleName(tr("Range"));
  setAccessibleDescription(tr("%1 to %2").arg(withUnit(scale_.low), withUnit(scale_.high)));
}

QString RangeTrack::withUnit(double value) const {
  return unit_.isEmpty() ? tickText(value, 4) : tickText(value, 4) + QLatin1Char(' ') + unit_;
}

QRect RangeTrack::gradientRect() const {
  return {kSide, kGradientTop, std::max(1, width() - 2 * kSide), kGradientHeight};
}

/// How far handles may be drawn.
Limits RangeTrack::reach() const {
  Limits reach{scale_.low, scale_.high};
  if (const auto extent = distribution_.extent()) {
    reach = {std::min(reach.low, extent->low), std::max(reach.high, extent->high)};
  }
  return usable(reach, scale_.kind);
}

void RangeTrack::refreshDomain() {
  domain_ = padded(scale_, kPadding, reach());
}

double RangeTrack::pixelOf(double value) const {
  const QRect track = gradientRect();
  return track.x() + Scale{scale_.kind, domain_.low, domain_.high}.position(value) * track.width();
}

double RangeTrack::valueAtPixel(double x) const {
  const QRect track = gradientRect();
  const double position = (x - track.x()) / track.width();
  if (position >= 0 && position <= 1) {
    return Scale{scale_.kind, domain_.low, domain_.high}.valueAt(position);
  }
  // Beyond the track's end the last stretch of the data is passed quickly.
  const Limits limits = reach();
  if (position < 0) {
    if (limits.low >= domain_.low) return domain_.low;
    return Scale{scale_.kind, limits.low, domain_.low}.valueAt(1 + (x - track.x()) / kOvershoot);
  }
  if (limits.high <= domain_.high) return domain_.high;
  const double beyond = x - (track.x() + track.width());
  return Scale{scale_.kind, domain_.high, limits.high}.valueAt(beyond / kOvershoot);
}

double RangeTrack::limit(Handle handle) const {
  return handle == Handle::kLow ? scale_.low : scale_.high;
}

QPoint RangeTrack::handlePosition(Handle handle) const {
  return {static_cast<int>(std::lround(pixelOf(limit(handle)))),
          kGradientTop + kGradientHeight / 2};
}

void RangeTrack::move(Handle handle, double value) {
  const Scale domain{scale_.kind, domain_.low, domain_.high};
  Limits limits{scale_.low, scale_.high};
  if (symmetric_) {
    const double size = std::max(std::abs(value), 1e-6);
    limits = {-size, size};
  } else if (handle == Handle::kLow) {
    limits.low = std::min(value, domain.valueAt(domain.position(limits.high) - kLeastApart));
  } else {
    limits.high = std::max(value, domain.valueAt(domain.position(limits.low) + kLeastApart));
  }
  if (limits == Limits{scale_.low, scale_.high} || limits.low >= limits.high) return;
  changed_ = true;
  apply({scale_.kind, limits.low, limits.high});
  Q_EMIT rangeChanged(scale_.low, scale_.high);
}

void RangeTrack::refreshPictures() {
  const double ratio = devicePixelRatioF();
  const QRect track = gradientRect();
  const int columns = std::max(1, qRound(track.width() * ratio));
  const ScaleMapper domain({scale_.kind, domain_.low, domain_.high});
  const ScaleMapper range(scale_);
  gradient_ = QImage(columns, 1, QImage::Format_RGB32);
  auto* pixels = reinterpret_cast<QRgb*>(gradient_.scanLine(0));
  for (int x = 0; x < columns; ++x) {
    const double value = domain.valueAt((x + 0.5) / columns);
    pixels[x] = table_[static_cast<std::size_t>(entryAt(range.position(value)))];
  }
  const int bins = std::max(1, track.width() / 3);
  const auto counted =
      histogramOf(distribution_.quantiles, {scale_.kind, domain_.low, domain_.high}, bins);
  const int most = std::max(1, *std::ranges::max_element(counted));
  heights_.assign(counted.size(), 0);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const int left = counted[i > 0 ? i - 1 : i];
    const int right = counted[std::min(i + 1, counted.size() - 1)];
    const float smooth = static_cast<float>(left + 2 * counted[i] + right) / 4.0F;
    // The square root lets small heaps be seen beside large ones.
    heights_[i] = std::sqrt(smooth / static_cast<float>(most));
  }
  update();
}

QRect RangeTrack::limitLabel(Handle handle) const {
  const QString text = tickText(limit(handle));
  const int wide = QFontMetrics(labelFont()).horizontalAdvance(text) + 2;
  QRect rect(0, kLabelTop, wide, kLabelHeight);
  rect.moveCenter({handlePosition(handle).x(), rect.center().y()});
  rect.moveLeft(std::clamp(rect.left(), 0, std::max(0, width() - wide)));
  return rect;
}

std::vector<RangeTrack::Label> RangeTrack::labels() const {
  const QFontMetrics metrics(labelFont());
  QRect low = limitLabel(Handle::kLow), high = limitLabel(Handle::kHigh);
  const int overlap = low.right() + kLabelGap - high.left();
  if (overlap > 0) {
    low.translate(-overlap / 2, 0);
    high.translate(overlap - overlap / 2, 0);
  }
  std::vector<Label> result = {{low, tickText(scale_.low), true},
                               {high, tickText(scale_.high), true}};
  const double gap = std::min(0.5, 52.0 / gradientRect().width());
  for (const double tick : niceTicks({scale_.kind, domain_.low, domain_.high}, gap)) {
    const QString text = tickText(tick);
    const int wide = metrics.horizontalAdvance(text) + 2;
    const int x = static_cast<int>(std::lround(pixelOf(tick)));
    const QRect rect(x - wide / 2, kLabelTop, wide, kLabelHeight);
    const QRect clear = rect.adjusted(-kLabelGap, 0, kLabelGap, 0);
    const bool free = std::ranges::none_of(
        result, [&](const Label& label) { return label.rect.intersects(clear); });
    if (free && rect.left() >= 0 && rect.right() < width()) result.push_back({rect, text, false});
  }
  return result;
}

void RangeTrack::paintHandle(QPainter& painter, Handle handle) const {
  const Tokens& t = tokens();
  const QPoint at = handlePosition(handle);
  const bool lit = hovered_ == handle || dragged_ == handle;
  QRectF body(at.x() - kHandleWidth / 2.0, kGradientTop - 3, kHandleWidth, kGradientHeight + 6);
  if (lit) body.adjust(-0.5, -0.5, 0.5, 0.5);
  painter.setPen(QPen(t.panel, 1));
  painter.setBrush(hasFocus() && active_ == handle ? t.accent : t.text);
  painter.drawRoundedRect(body, 2, 2);
}

void RangeTrack::paintBubble(QPainter& painter) const {
  if (dragged_ == Handle::kNone) return;
  const Tokens& t = tokens();
  const QFont font = themeFont(kTextHead, QFont::DemiBold);
  const QString text = withUnit(limit(dragged_));
  const int wide = QFontMetrics(font).horizontalAdvance(text) + 12;
  const int left =
      std::clamp(handlePosition(dragged_).x() - wide / 2, 0, std::max(0, width() - wide));
  const QRectF bubble(left + 0.5, 0.5, wide - 1, 15);
  painter.setPen(QPen(t.line, 1));
  painter.setBrush(t.raise);
  painter.drawRoundedRect(bubble, 4, 4);
  painter.setFont(font);
  painter.setPen(t.text);
  painter.drawText(bubble, Qt::AlignCenter, text);
}

void RangeTrack::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Tokens& t = tokens();
  const QRect track = gradientRect();
  painter.setRenderHint(QPainter::Antialiasing);
  if (!distribution_.quantiles.empty()) {
    const double step = static_cast<double>(track.width()) / static_cast<double>(heights_.size());
    const double high = kGradientTop - kHistogramTop;
    QPainterPath hill(QPointF(track.left(), kGradientTop));
    for (std::size_t i = 0; i < heights_.size(); ++i) {
      hill.lineTo(track.left() + (static_cast<double>(i) + 0.5) * step,
                  kGradientTop - static_cast<double>(heights_[i]) * high);
    }
    hill.lineTo(track.left() + track.width(), kGradientTop);
    hill.closeSubpath();
    QColor ink = t.mute;
    ink.setAlphaF(0.55F);
    painter.fillPath(hill, ink);
  }
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.drawImage(track, gradient_);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(labelFont());
  for (const Label& label : labels()) {
    painter.setPen(!isEnabled() ? t.faint : (label.limit ? t.text : t.mute));
    painter.drawText(label.rect, Qt::AlignCenter | Qt::TextDontClip, label.text);
    if (label.limit) continue;
    painter.setPen(t.line);
    painter.drawLine(QLineF(label.rect.center().x() + 0.5, kGradientTop + kGradientHeight + 1.5,
                            label.rect.center().x() + 0.5, kGradientTop + kGradientHeight + 3.5));
  }
  paintHandle(painter, other(active_));
  paintHandle(painter, active_);
  paintBubble(painter);
}

RangeTrack::Handle RangeTrack::handleAt(const QPoint& position) const {
  if (position.y() < kGradientTop - 6 || position.y() > kGradientTop + kGradientHeight + 4) {
    return Handle::kNone;
  }
  const int low = std::abs(position.x() - handlePosition(Handle::kLow).x());
  const int high = std::abs(position.x() - handlePosition(Handle::kHigh).x());
  if (std::min(low, high) > kGrab) return Handle::kNone;
  return low < high || (low == high && active_ == Handle::kLow) ? Handle::kLow : Handle::kHigh;
}

RangeTrack::Handle RangeTrack::labelAt(const QPoint& position) const {
  for (const Handle handle : {Handle::kLow, Handle::kHigh}) {
    if (limitLabel(handle).adjusted(-4, -2, 4, 4).contains(position)) return handle;
  }
  return Handle::kNone;
}

void RangeTrack::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  const Handle handle = handleAt(event->pos());
  if (handle == Handle::kNone) return;
  active_ = dragged_ = handle;
  grabOffset_ = event->position().x() - pixelOf(limit(handle));
  changed_ = false;
  update();
}

void RangeTrack::mouseMoveEvent(QMouseEvent* event) {
  if (dragged_ != Handle::kNone) {
    move(dragged_, valueAtPixel(event->position().x() - grabOffset_));
    return;
  }
  const Handle handle = handleAt(event->pos());
  setCursor(handle != Handle::kNone                  ? Qt::SizeHorCursor
            : labelAt(event->pos()) != Handle::kNone ? Qt::IBeamCursor
                                                     : Qt::ArrowCursor);
  if (handle == hovered_) return;
  hovered_ = handle;
  update();
}

void RangeTrack::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || dragged_ == Handle::kNone) return;
  dragged_ = Handle::kNone;
  refreshDomain();
  refreshPictures();
  if (changed_) Q_EMIT rangeCommitted();
}

void RangeTrack::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  Handle handle = labelAt(event->pos());
  if (handle == Handle::kNone) handle = handleAt(event->pos());
  if (handle != Handle::kNone) {
    edit(handle);
  } else {
    Q_EMIT automaticWanted();
  }
}

void RangeTrack::leaveEvent(QEvent*) {
  hovered_ = Handle::kNone;
  update();
}

void RangeTrack::keyPressEvent(QKeyEvent* event) {
  const bool fine = event->modifiers().testFlag(Qt::ShiftModifier);
  const auto step = [&](double pixels) {
    changed_ = false;
    move(active_, valueAtPixel(pixelOf(limit(active_)) + pixels));
    refreshDomain();
    refreshPictures();
    if (changed_) Q_EMIT rangeCommitted();
  };
  const double unit = gradientRect().width() * (fine ? 0.001 : 0.01);
  switch (event->key()) {
    case Qt::Key_Left:
      return step(-unit);
    case Qt::Key_Right:
      return step(unit);
    case Qt::Key_PageDown:
      return step(-10 * unit);
    case Qt::Key_PageUp:
      return step(10 * unit);
    case Qt::Key_Up:
    case Qt::Key_Down:
      active_ = event->key() == Qt::Key_Up ? Handle::kHigh : Handle::kLow;
      return update();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return edit(active_);
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
      Q_EMIT automaticWanted();
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void RangeTrack::edit(Handle handle) {
  if (handle == Handle::kNone || editor_ != nullptr) return;
  edited_ = active_ = handle;
  dragged_ = Handle::kNone;
  editor_ = new QLineEdit(this);
  editor_->setText(QString::number(limit(handle), 'g', 6));
  editor_->setAccessibleName(handle == Handle::kLow ? tr("Low limit") : tr("High limit"));
  editor_->setAlignment(Qt::AlignCenter);
  QRect place(0, 0, 88, 28);
  place.moveCenter({handlePosition(handle).x(), height() / 2});
  place.moveLeft(std::clamp(place.left(), 0, std::max(0, width() - place.width())));
  editor_->setGeometry(place);
  editor_->installEventFilter(this);
  editor_->show();
  editor_->selectAll();
  editor_->setFocus();
}

QString RangeTrack::whyNot(double value, bool isNumber) const {
  if (!isNumber || !std::isfinite(value)) return tr("Type a number.");
  if (scale_.kind != ScaleKind::kLinear && value < kLeastMetres) {
    return tr("On this scale a limit is at least %1.").arg(tickText(kLeastMetres));
  }
  if (symmetric_) return value == 0 ? tr("Type a number other than 0.") : QString();
  if (edited_ == Handle::kLow && value >= scale_.high) {
    return tr("The low limit is below %1.").arg(tickText(scale_.high, 6));
  }
  if (edited_ == Handle::kHigh && value <= scale_.low) {
    return tr("The high limit is above %1.").arg(tickText(scale_.low, 6));
  }
  return {};
}

void RangeTrack::takeTyped() {
  QString text = editor_->text().trimmed();
  text.replace(QLatin1Char(','), QLatin1Char('.')).replace(QChar(u'\u2212'), QLatin1Char('-'));
  bool isNumber = false;
  const double value = text.toDouble(&isNumber);
  const QString problem = whyNot(value, isNumber);
  if (!problem.isEmpty()) {
    editor_->setProperty("invalid", true);
    editor_->setStyle(editor_->style());  // looks at the property anew
    editor_->setToolTip(problem);
    QToolTip::showText(editor_->mapToGlobal(QPoint(0, editor_->height())), problem, editor_);
    return;
  }
  const Handle handle = edited_;
  closeEditor();
  setFocus();
  changed_ = false;
  // So far away as typed, whatever the track spans now.
  domain_ = usable({std::min(domain_.low, value), std::max(domain_.high, value)}, scale_.kind);
  move(handle, value);
  refreshDomain();
  refreshPictures();
  if (changed_) Q_EMIT rangeCommitted();
}

void RangeTrack::closeEditor() {
  if (editor_ == nullptr) return;
  QLineEdit* closing = editor_;
  editor_ = nullptr;
  closing->removeEventFilter(this);
  closing->hide();
  closing->deleteLater();
}

bool RangeTrack::eventFilter(QObject* watched, QEvent* event) {
  if (watched != editor_) return QWidget::eventFilter(watched, event);
  if (event->type() == QEvent::FocusOut) {
    const auto reason = static_cast<QFocusEvent*>(event)->reason();
    if (reason != Qt::PopupFocusReason && reason != Qt::ActiveWindowFocusReason) closeEditor();
  }
  const bool press = event->type() == QEvent::KeyPress;
  if (!press && event->type() != QEvent::ShortcutOverride) {
    return QWidget::eventFilter(watched, event);
  }
  // Taken here: a key that a line edit lets pass would reach the track and open the editor again.
  const int key = static_cast<QKeyEvent*>(event)->key();
  if (key == Qt::Key_Return || key == Qt::Key_Enter) {
    event->accept();
    if (press) takeTyped();
    return true;
  }
  if (key == Qt::Key_Escape) {
    event->accept();
    if (press) {
      closeEditor();
      setFocus();
    }
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

void RangeTrack::resizeEvent(QResizeEvent*) {
  refreshPictures();
}

void RangeTrack::changeEvent(QEvent* event) {
  if (event->type() == QEvent::EnabledChange || event->type() == QEvent::StyleChange) update();
  QWidget::changeEvent(event);
}

}  // namespace fathom
