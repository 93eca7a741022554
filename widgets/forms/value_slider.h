#pragma once

#include <QSlider>

namespace fathom {

/// A slider that goes where it is pressed and drags on from there, takes the wheel only with the
/// focus, and tells a double click (back to the default).
class ValueSlider : public QSlider {
  Q_OBJECT

 public:
  explicit ValueSlider(QWidget* parent = nullptr);

 Q_SIGNALS:
  void resetWanted();

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  int valueAt(int x) const;
};

}  // namespace fathom
