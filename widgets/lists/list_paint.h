#pragma once

#include <QColor>
#include <QRect>
#include <QString>

class QPainter;
class QStyleOptionViewItem;

namespace fathom {

/// The parts that our lists paint alike. Rectangles are in device-independent pixels.

/// Behind a row: selected, under the pointer or nothing; a focus line where the list has the focus.
void paintRowBackground(QPainter& painter, const QStyleOptionViewItem& option);

/// A method's colour, a dot with its middle at `centre`.
void paintDot(QPainter& painter, QPointF centre, const QColor& colour);
inline constexpr int kDotSide = 8;

/// A state in an outlined capsule, cut to `room`. Returns its place, empty where there is none.
QRect paintPill(QPainter& painter, const QRect& room, const QString& text, bool warning);
/// The width that paintPill takes when nothing is cut.
int pillWidth(const QString& text);

/// The sign of the best value: a small star.
void paintStar(QPainter& painter, QPointF centre, const QColor& colour);
inline constexpr int kStarSide = 9;

/// One line of text, cut with an ellipsis.
void paintText(QPainter& painter, const QRect& room, const QString& text, const QColor& colour,
               int flags = 0x81 /* left, middle */);

}  // namespace fathom
