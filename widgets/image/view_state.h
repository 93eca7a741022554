#pragma once

#include <QObject>
#include <QPointF>
#include <QRect>
#include <QSize>
#include <optional>

namespace fathom {

/// Where one looks: can be saved, pasted and undone.
struct View {
  bool fitted = true;        ///< the whole picture, however large the pane
  double zoom = 1;           ///< device pixels per pixel of the reference picture; unused if fitted
  QPointF centre{0.5, 0.5};  ///< in the field of view, 0 to 1 in x and y
  bool operator==(const View&) const = default;
};

/// The view and the crosshair that panes share. Positions are in the field of view, (0, 0) at the
/// top left to (1, 1) at the bottom right, so that pictures of different size lie on each other.
/// Panes give their size and points in device pixels.
class ViewState : public QObject {
  Q_OBJECT

 public:
  explicit ViewState(QObject* parent = nullptr);

  /// The picture that 100 % refers to: at 100 % one of its pixels fills one device pixel.
  void setReferenceSize(const QSize& pixels);
  QSize referenceSize() const { return reference_; }

  View view() const { return view_; }
  /// Out-of-range numbers are clamped, numbers that are not finite ignored.
  void setView(const View& view);

  double zoom(const QSize& pane) const;
  /// The zoom at which the whole picture fits into a pane.
  double fitZoom(const QSize& pane) const;

  /// Where the whole field of view lies in a pane, on whole device pixels.
  QRect pictureIn(const QSize& pane) const;
  QPointF fieldAt(const QPointF& devicePoint, const QSize& pane) const;
  QPointF deviceAt(const QPointF& field, const QSize& pane) const;

  void fit();
  /// 100 %: keeps what is in the middle.
  void showActualSize(const QSize& pane);
  /// Keeps what lies under the point.
  void zoomAt(const QPointF& devicePoint, double factor, const QSize& pane);
  void pan(const QPointF& deviceDelta, const QSize& pane);

  std::optional<QPointF> crosshair() const { return crosshair_; }
  void setCrosshair(std::optional<QPointF> field);

  static constexpr double kGreatestZoom = 64;
  static constexpr double kLeastZoom = 1.0 / 32;

 Q_SIGNALS:
  void viewChanged();
  void referenceSizeChanged();
  void crosshairChanged();

 private:
  QSize reference_{640, 480};
  View view_;
  std::optional<QPointF> crosshair_;
};

}  // namespace fathom
