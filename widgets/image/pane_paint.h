#pragma once

#include <QColor>
#include <QRect>

class QPainter;

namespace fathom {

struct PaneHeader;

/// The chips over a pane's picture: title and detail at the left, the key at the right; what does
/// not fit is cut short or left out.
/// @param area     the pane, device-independent pixels
/// @param opacity  0 to 1
void paintChips(QPainter& painter, const QRect& area, const PaneHeader& header, double opacity);

/// What must be said wherever this picture is shown, under the chips at the left, in the colour of
/// caution with its sign; cut short where there is no room, never left out. Nothing where empty.
void paintStamp(QPainter& painter, const QRect& area, const QString& stamp);

/// Two lines through a point of the pane, readable on black and on white.
/// @param area  the pane, in device pixels, as `painter` must be
void paintCrosshair(QPainter& painter, const QRect& area, const QPoint& at, int thickness);

/// The bar at a pane's foot.
/// @param part   0 to 1, or below 0: a piece that wanders with `phase` (0 to 1)
void paintProgress(QPainter& painter, const QRect& area, double part, double phase, int thickness);

}  // namespace fathom
