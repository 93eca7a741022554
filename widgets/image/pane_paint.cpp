#include "widgets/image/pane_paint.h"

#include <QFontMetrics>
#include <QPainter>

#include "widgets/image/pane.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kMargin = 8, kChipHeight = 24, kPadding = 8, kChipGap = 4, kShortest = 48;

// Over pictures of any brightness and in both themes the chips are dark.
const QColor& ground() {
  static const QColor kGround = [] {
    QColor colour = tokens(Theme::kDark).pane;
    colour.setAlphaF(0.82F);
    return colour;
  }();
  return kGround;
}

/// Paints one chip and gives its width; 0 where there is no room.
int paintChip(QPainter& painter, const QPoint& at, int room, const QString& text, const QFont& font,
              const QColor& colour, Qt::Alignment side = Qt::AlignLeft) {
  const QFontMetrics metrics(font);
  const int wanted = metrics.horizontalAdvance(text) + 2 * kPadding;
  if (text.isEmpty() || room < qMin(wanted, kShortest)) return 0;
  const int width = qMin(wanted, room);
  const int left = side == Qt::AlignLeft ? at.x() : at.x() - width;
  const QRect chip(left, at.y(), width, kChipHeight);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground());
  painter.drawRoundedRect(chip, 4, 4);
  painter.setFont(font);
  painter.setPen(colour);
  const QRect inner = chip.adjusted(kPadding, 0, -kPadding + 1, 0);
  painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft,
                   metrics.elidedText(text, Qt::ElideRight, inner.width()));
  return width;
}

/// As many of the parts "A · B · C" as have room, or nothing: half a number is none.
QString fittingParts(QString text, const QFont& font, int room) {
  const QFontMetrics metrics(font);
  const QString between = QStringLiteral(" · ");
  while (!text.isEmpty() && metrics.horizontalAdvance(text) + 2 * kPadding > room) {
    text.truncate(qMax<qsizetype>(0, text.lastIndexOf(between)));
  }
  return text;
}

}  // namespace

void paintChips(QPainter& painter, const QRect& area, const PaneHeader& header, double opacity) {
  if (opacity <= 0) return;
  painter.save();
  painter.setOpacity(opacity);
  painter.setRenderHint(QPainter::Antialiasing);
  const Tokens& dark = tokens(Theme::kDark);
  const int top = area.top() + kMargin;
  int left = area.left() + kMargin, right = area.right() + 1 - kMargin;
  const QFont plain = themeFont(kTextSecondary), bold = themeFont(kTextSecondary, QFont::DemiBold);
  const int key = paintChip(painter, {right, top}, (right - left) / 3, header.key, plain, dark.mute,
                            Qt::AlignRight);
  if (key > 0) right -= key + kChipGap;
  const int title = paintChip(painter, {left, top}, right - left, header.title, bold, dark.text);
  if (title > 0) left += title + kChipGap;
  const QString detail = fittingParts(header.detail, plain, right - left);
  paintChip(painter, {left, top}, right - left, detail, plain, dark.text);
  painter.restore();
}

void paintStamp(QPainter& painter, const QRect& area, const QString& stamp) {
  if (stamp.isEmpty()) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QFont font = themeFont(kTextSecondary, QFont::DemiBold);
  const QString text = QStringLiteral("⚠ ") + stamp;
  const int wanted = QFontMetrics(font).horizontalAdvance(text) + 2 * kPadding;
  // Under the chips, but never outside of a low pane.
  const int top = qMin(area.top() + kMargin + kChipHeight + kChipGap,
                       qMax(area.top(), area.bottom() + 1 - kChipHeight));
  const int left = area.left() + qMin(kMargin, qMax(0, (area.width() - kShortest) / 2));
  const int room = area.right() + 1 - kMargin - left;
  paintChip(painter, {left, top}, qBound(kShortest, room, wanted), text, font,
            tokens(Theme::kDark).warn);
  painter.restore();
}

void paintCrosshair(QPainter& painter, const QRect& area, const QPoint& at, int thickness) {
  const QColor light(255, 255, 255, 200), shade(0, 0, 0, 70);
  const auto lines = [&](int offset, const QColor& colour) {
    painter.fillRect(QRect(at.x() + offset, area.top(), thickness, area.height()), colour);
    painter.fillRect(QRect(area.left(), at.y() + offset, area.width(), thickness), colour);
  };
  lines(thickness, shade);
  lines(0, light);
}

void paintProgress(QPainter& painter, const QRect& area, double part, double phase, int thickness) {
  QRect bar(area.left(), area.bottom() + 1 - thickness, area.width(), thickness);
  painter.fillRect(bar, mixed(tokens().pane, tokens().line, 0.8));
  if (part >= 0) {
    bar.setWidth(qRound(area.width() * qBound(0.0, part, 1.0)));
  } else {
    const int piece = area.width() / 4;
    bar = bar.intersected({area.left() + qRound((area.width() + piece) * phase) - piece, bar.top(),
                           piece, thickness});
  }
  painter.fillRect(bar, tokens().accent);
}

}  // namespace fathom
