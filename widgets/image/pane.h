#pragma once

#include <QImage>
#include <QPointer>
#include <QTimer>
#include <QVariantAnimation>
#include <QWidget>
#include <memory>

#include "widgets/image/view_state.h"

class QLabel;
class QPushButton;

namespace fathom {

/// What floats over a pane's picture.
struct PaneHeader {
  QString title;       ///< "Guided filter"
  QString detail;      ///< "MAE 1.50 · 21 ms"
  QString key;         ///< what selects it, "2"
  QString stamp = {};  ///< "random weights": stays when the rest fades, and in every picture
  bool operator==(const PaneHeader&) const = default;
};

/// One picture, pixel by pixel. Wheel, drag and keys move the view it shares with its neighbours;
/// with Alt held they move this pane alone, until the next gesture without Alt.
/// Keys: F or Ctrl+0 fits, Ctrl+1 is 100 %, + and − zoom, Shift and arrows move the crosshair,
/// Enter clicks there. All other keys are left to the window.
class Pane : public QWidget {
  Q_OBJECT

 public:
  /// @param view  not owned; must outlive the pane
  explicit Pane(ViewState* view, QWidget* parent = nullptr);
  ~Pane() override;

  void setHeader(const PaneHeader& header);
  const PaneHeader& header() const { return header_; }

  /// Shows a fresh picture: ends staleness and any message.
  /// @param extent  what of the field of view it covers: a transmitted map whose cells do not
  ///                quite reach the edge is smaller than 1
  void setImage(const QImage& image, const QRectF& extent = {0, 0, 1, 1});
  const QImage& image() const { return image_; }

  /// The picture is being recomputed: it stays, dimmed, with a bar at the foot. Dimming waits a
  /// moment, so that what is quick does not flicker.
  void setStale(bool stale);
  bool isStale() const { return stale_; }
  /// @param part  0 to 1, or below 0 where nobody knows
  void setProgress(double part);

  /// One sentence in place of the picture, with a button that mends it.
  /// @param sentence  empty: no message
  /// @param action    the button's text; empty: no button
  void setMessage(const QString& sentence, const QString& action = {});
  QString message() const;
  QPushButton* actionButton() const { return action_; }

  void setSelected(bool selected);
  bool isSelected() const { return selected_; }

  /// The shared view, or this pane's own while it is moved alone.
  ViewState* view() const;
  /// Its size in device pixels, as ViewState wants it.
  QSize deviceSize() const;
  /// Field of view under a point of the widget.
  QPointF fieldAt(const QPointF& position) const;

  QSize sizeHint() const override { return {320, 240}; }
  QSize minimumSizeHint() const override { return {64, 48}; }

  static constexpr int kStaleDelay = 80, kFade = 120;  ///< milliseconds

 Q_SIGNALS:
  /// The pointer (or Shift and arrows) is at this place of the picture.
  void cursorMoved(const QPointF& field);
  void cursorLeft();
  void clicked(const QPointF& field, Qt::KeyboardModifiers modifiers);
  void contextMenuWanted(const QPoint& globalPosition, const QPointF& field);
  /// The message's button was pressed.
  void actionTriggered();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Shown {  ///< what `sampled_` was made of
    qint64 image = 0;
    QRect picture;
    QSize pane;
    bool operator==(const Shown&) const = default;
  };

  void gesture(Qt::KeyboardModifiers modifiers);
  void follow(ViewState* view);
  void trackCursor(const QPointF& position);
  void stepCrosshair(int dx, int dy);
  bool zoomKey(QKeyEvent* event);
  void showDimming(bool stale);
  void layoutMessage();
  void describe();
  const QImage& sampledImage();

  QPointer<ViewState> shared_;
  std::unique_ptr<ViewState> own_;
  PaneHeader header_;
  QImage image_, shrunk_, sampled_;
  QRectF extent_{0, 0, 1, 1};
  Shown shown_;
  bool stale_ = false, selected_ = false, pressed_ = false, dragging_ = false;
  double progress_ = -1;
  QPointF pressedAt_, draggedTo_;
  QTimer staleDelay_;
  QVariantAnimation dimming_, chips_, sweep_;
  QWidget* message_;
  QLabel* sentence_;
  QPushButton* action_;
};

}  // namespace fathom
