#pragma once

#include <QImage>
#include <QLineEdit>
#include <QPointer>
#include <QWidget>
#include <optional>
#include <vector>

#include "widgets/colour/colour_map.h"
#include "widgets/colour/distribution.h"

namespace fathom {

/// The gradient of the colour bar: histogram above, two handles, ticks below. The handles stand a
/// little inside of the track where the data reach further, so that they can be drawn apart.
/// Keys: up and down take the other handle, left and right move it (Shift: finely, page up and
/// down: far), Enter types its value, Delete goes back to automatic.
class RangeTrack : public QWidget {
  Q_OBJECT

 public:
  enum class Handle { kNone, kLow, kHigh };

  explicit RangeTrack(QWidget* parent = nullptr);

  /// Ignored while a handle is dragged.
  void setScale(const Scale& scale);
  Scale scale() const { return scale_; }
  void setTable(const ColourTable& table);
  void setDistribution(const Distribution& distribution);
  /// Limits are ±: one handle moves the other.
  void setSymmetric(bool symmetric);
  /// "m", shown behind the value while a handle is dragged.
  void setUnit(const QString& unit);

  /// Middle of a handle, in the widget's coordinates.
  QPoint handlePosition(Handle handle) const;
  /// Opens the small editor on a limit.
  void edit(Handle handle);
  QLineEdit* editor() const { return editor_; }
  /// The gradient in the widget's coordinates.
  QRect gradientRect() const;
  /// What the whole track spans.
  Limits domain() const { return domain_; }

  QSize sizeHint() const override { return {520, 58}; }
  QSize minimumSizeHint() const override { return {180, 58}; }

 Q_SIGNALS:
  /// While a handle moves.
  void rangeChanged(double low, double high);
  /// A drag, a key or typing has ended with another range.
  void rangeCommitted();
  void automaticWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Label {
    QRect rect;
    QString text;
    bool limit;
  };

  Handle handleAt(const QPoint& position) const;
  Handle labelAt(const QPoint& position) const;
  double valueAtPixel(double x) const;
  double pixelOf(double value) const;
  void apply(const Scale& scale);
  void move(Handle handle, double value);
  void describe();
  void refreshDomain();
  void refreshPictures();
  /// Takes what was typed; where it is no limit, says so and keeps the editor open.
  void takeTyped();
  void closeEditor();
  QString whyNot(double value, bool isNumber) const;
  std::vector<Label> labels() const;
  QRect limitLabel(Handle handle) const;
  void paintHandle(QPainter& painter, Handle handle) const;
  void paintBubble(QPainter& painter) const;
  QString withUnit(double value) const;
  double limit(Handle handle) const;
  Limits reach() const;

  Scale scale_;
  ColourTable table_{};
  Distribution distribution_;
  Limits domain_;
  QImage gradient_;
  std::vector<float> heights_;  // of the histogram, 0 to 1, one per device-independent pixel
  QString unit_;
  bool symmetric_ = false;
  Handle active_ = Handle::kLow, dragged_ = Handle::kNone, hovered_ = Handle::kNone;
  double grabOffset_ = 0;
  bool changed_ = false;
  QPointer<QLineEdit> editor_;
  Handle edited_ = Handle::kNone;
};

}  // namespace fathom
