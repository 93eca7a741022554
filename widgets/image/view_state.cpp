#include "widgets/image/view_state.h"

#include <algorithm>
#include <cmath>

namespace fathom {
namespace {

QPointF clampedField(const QPointF& field) {
  return {std::clamp(field.x(), 0.0, 1.0), std::clamp(field.y(), 0.0, 1.0)};
}

bool isFinite(const QPointF& point) {
  return std::isfinite(point.x()) && std::isfinite(point.y());
}

QPointF middleOf(const QSize& pane) {
  return {pane.width() / 2.0, pane.height() / 2.0};
}

}  // namespace

ViewState::ViewState(QObject* parent) : QObject(parent) {}

void ViewState::setReferenceSize(const QSize& pixels) {
  if (pixels.isEmpty() || pixels == reference_) return;
  reference_ = pixels;
  Q_EMIT referenceSizeChanged();
  Q_EMIT viewChanged();
}

void ViewState::setView(const View& view) {
  if (!isFinite(view.centre) || !std::isfinite(view.zoom)) return;
  View wanted = view;
  wanted.zoom = std::clamp(view.zoom, kLeastZoom, kGreatestZoom);
  wanted.centre = clampedField(view.centre);
  if (wanted.fitted) wanted.centre = {0.5, 0.5};
  if (wanted == view_) return;
  view_ = wanted;
  Q_EMIT viewChanged();
}

double ViewState::fitZoom(const QSize& pane) const {
  const double fitting = std::min(static_cast<double>(pane.width()) / reference_.width(),
                                  static_cast<double>(pane.height()) / reference_.height());
  return std::clamp(fitting, kLeastZoom, kGreatestZoom);
}

double ViewState::zoom(const QSize& pane) const {
  return view_.fitted ? fitZoom(pane) : view_.zoom;
}

QRect ViewState::pictureIn(const QSize& pane) const {
  const double scale = zoom(pane);
  const int width = std::max(1, qRound(reference_.width() * scale));
  const int height = std::max(1, qRound(reference_.height() * scale));
  return {qRound(pane.width() / 2.0 - view_.centre.x() * width),
          qRound(pane.height() / 2.0 - view_.centre.y() * height), width, height};
}

QPointF ViewState::fieldAt(const QPointF& devicePoint, const QSize& pane) const {
  const QRect picture = pictureIn(pane);
  return {(devicePoint.x() - picture.x()) / picture.width(),
          (devicePoint.y() - picture.y()) / picture.height()};
}

QPointF ViewState::deviceAt(const QPointF& field, const QSize& pane) const {
  const QRect picture = pictureIn(pane);
  return {picture.x() + field.x() * picture.width(), picture.y() + field.y() * picture.height()};
}

void ViewState::fit() {
  setView({});
}

void ViewState::showActualSize(const QSize& pane) {
  zoomAt(middleOf(pane), 1 / zoom(pane), pane);
}

void ViewState::zoomAt(const QPointF& devicePoint, double factor, const QSize& pane) {
  if (!(factor > 0) || !std::isfinite(factor) || !isFinite(devicePoint) || pane.isEmpty()) return;
  const double before = zoom(pane);
  const double after = std::clamp(before * factor, kLeastZoom, kGreatestZoom);
  const QPointF arm = devicePoint - middleOf(pane);
  const auto keptAt = [&](double centre, double offset, int size) {
    return centre + offset / (size * before) - offset / (size * after);
  };
  setView({.fitted = false,
           .zoom = after,
           .centre = {keptAt(view_.centre.x(), arm.x(), reference_.width()),
                      keptAt(view_.centre.y(), arm.y(), reference_.height())}});
}

void ViewState::pan(const QPointF& deviceDelta, const QSize& pane) {
  if (!isFinite(deviceDelta) || pane.isEmpty()) return;
  const double scale = zoom(pane);
  setView({.fitted = false,
           .zoom = scale,
           .centre = {view_.centre.x() - deviceDelta.x() / (reference_.width() * scale),
                      view_.centre.y() - deviceDelta.y() / (reference_.height() * scale)}});
}

void ViewState::setCrosshair(std::optional<QPointF> field) {
  if (field && !isFinite(*field)) field.reset();
  if (field) field = clampedField(*field);
  if (field == crosshair_) return;
  crosshair_ = field;
  Q_EMIT crosshairChanged();
}

}  // namespace fathom
