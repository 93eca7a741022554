#pragma once

#include <QLabel>

namespace fathom {

/// One line of plain text that is cut with an ellipsis where there is no room, so that it never
/// pushes its neighbours; the tooltip has the whole.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget* parent = nullptr);

  /// Shadows QLabel's: sets the tooltip too.
  void setText(const QString& text);
  /// What is seen of the text at this width.
  QString shownText() const;

  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Qt::TextElideMode mode_;
};

}  // namespace fathom
