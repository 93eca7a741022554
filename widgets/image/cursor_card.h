#pragma once

#include <QColor>
#include <QList>
#include <QString>
#include <QWidget>
#include <optional>

namespace fathom {

/// One method at one pixel.
struct CardRow {
  QColor dot;  ///< invalid: none
  QString name;
  double metres = 0;            ///< not finite: shown as "–"
  std::optional<double> error;  ///< signed, metres; none for the truth
  bool best = false;            ///< green and bold
  QString note;                 ///< in place of the metres: "sky", "missing"
  QString layer = {};           ///< what the layer on show says there: "1.2 m"; empty: nothing
  QString stamp = {};           ///< behind the name, in the colour of caution: "random weights"
};

/// The card at the cursor: every method's metres and signed error at that pixel. Floats over its
/// parent, lets the mouse through, never covers the cursor nor leaves the parent.
class CursorCard : public QWidget {
  Q_OBJECT

 public:
  explicit CursorCard(QWidget* parent);

  /// @param head    "x 391 · y 206"
  /// @param detail  at the right: "level 0 → 0 … 16.0 m"
  void setContent(const QString& head, const QString& detail, const QList<CardRow>& rows);

  /// @param cursor  in the parent's coordinates
  void showAt(const QPoint& cursor);

  /// The top left corner of a card of a size: right below the cursor, else at another side of it.
  /// Where the area is too small for both, the card stays inside of it.
  static QPoint placed(const QPoint& cursor, const QSize& card, const QRect& area, int gap = 16);

  QSize sizeHint() const override;

  static constexpr int kShadow = 8;  ///< around the card, part of the widget

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  struct Columns {
    int dot, name, layer, value, error;
    int total() const { return dot + name + layer + value + error; }
  };
  Columns columns() const;
  void paintRow(QPainter& painter, const QRect& line, const CardRow& row) const;

  QString head_, detail_;
  QList<CardRow> rows_;
};

}  // namespace fathom
