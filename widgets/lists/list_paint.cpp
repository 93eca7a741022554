#include "widgets/lists/list_paint.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionViewItem>
#include <cmath>
#include <numbers>

#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kPillPadding = 7, kPillHeight = 18, kFocusBar = 2;

QFont pillFont() {
  return themeFont(kTextHead);
}

}  // namespace

void paintRowBackground(QPainter& painter, const QStyleOptionViewItem& option) {
  const Tokens& colours = tokens();
  const bool selected = option.state & QStyle::State_Selected;
  if (selected) {
    painter.fillRect(option.rect, colours.accentSoft);
  } else if (option.state & QStyle::State_MouseOver) {
    painter.fillRect(option.rect, mixed(colours.panel, colours.text, 0.05));
  }
  if (option.state & QStyle::State_HasFocus) {
    painter.fillRect(QRect(option.rect.left(), option.rect.top(), kFocusBar, option.rect.height()),
                     colours.accent);
  }
}

void paintDot(QPainter& painter, QPointF centre, const QColor& colour) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawEllipse(centre, kDotSide / 2.0, kDotSide / 2.0);
  painter.restore();
}

int pillWidth(const QString& text) {
  return text.isEmpty() ? 0
                        : QFontMetrics(pillFont()).horizontalAdvance(text) + 2 * kPillPadding + 2;
}

QRect paintPill(QPainter& painter, const QRect& room, const QString& text, bool warning) {
  constexpr int kLeastWidth = 40;
  if (text.isEmpty() || room.width() < kLeastWidth) return {};
  const Tokens& colours = tokens();
  QRect pill(room.left(), 0, std::min(room.width(), pillWidth(text)), kPillHeight);
  pill.moveTop(room.center().y() - kPillHeight / 2 + 1);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(pillFont());
  painter.setPen(mixed(colours.line, warning ? colours.warn : colours.mute, 0.45));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), kPillHeight / 2.0,
                          kPillHeight / 2.0);
  painter.setPen(warning ? colours.warn : mixed(colours.mute, colours.text, 0.3));
  const QRect inside = pill.adjusted(kPillPadding, 0, -kPillPadding, 0);
  painter.drawText(inside, Qt::AlignVCenter | Qt::AlignLeft,
                   painter.fontMetrics().elidedText(text, Qt::ElideRight, inside.width() + 1));
  painter.restore();
  return pill;
}

void paintStar(QPainter& painter, QPointF centre, const QColor& colour) {
  constexpr int kPoints = 5;
  constexpr double kOuter = kStarSide / 2.0, kInner = kOuter * 0.42;
  QPainterPath star;
  for (int i = 0; i < 2 * kPoints; ++i) {
    const double angle = std::numbers::pi * (static_cast<double>(i) / kPoints - 0.5);
    const double radius = i % 2 == 0 ? kOuter : kInner;
    const QPointF corner = centre + radius * QPointF(std::cos(angle), std::sin(angle));
    i == 0 ? star.moveTo(corner) : star.lineTo(corner);
  }
  star.closeSubpath();
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillPath(star, colour);
  painter.restore();
}

void paintText(QPainter& painter, const QRect& room, const QString& text, const QColor& colour,
               int flags) {
  painter.setPen(colour);
  painter.drawText(room, flags,
                   painter.fontMetrics().elidedText(text, Qt::ElideRight, room.width()));
}

}  // namespace fathom
