#include "widgets/image/cursor_card.h"

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>
#include <array>

#include "widgets/colour/number_text.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kInset = 12, kLine = 20, kHeadLine = 24, kGap = 16, kDotWidth = 14;

QFont headFontOfCard() {
  return themeFont(kTextSecondary, QFont::DemiBold);
}
QFont rowFont() {
  return themeFont(kTextSecondary);
}

QString valueText(const CardRow& row) {
  return row.note.isEmpty() ? metresText(row.metres) : row.note;
}

/// Not the whole of a long one: the pane has that, and the card must not outgrow it.
QString stampText(const CardRow& row) {
  constexpr int kWidestStamp = 130;
  if (row.stamp.isEmpty()) return {};
  return QFontMetrics(themeFont(kTextSecondary))
      .elidedText(QStringLiteral(" ⚠ ") + row.stamp, Qt::ElideRight, kWidestStamp);
}

QString errorText(const CardRow& row) {
  return row.error ? signedText(*row.error) : QString();
}

}  // namespace

CursorCard::CursorCard(QWidget* parent) : QWidget(parent) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  hide();
}

void CursorCard::setContent(const QString& head, const QString& detail,
                            const QList<CardRow>& rows) {
  head_ = head;
  detail_ = detail;
  rows_ = rows;
  QStringList spoken;
  for (const CardRow& row : rows) {
    const QString layer = row.layer.isEmpty() ? QString() : row.layer + QLatin1Char(' ');
    spoken += row.name + stampText(row) + QLatin1Char(' ') + layer + valueText(row) +
              QLatin1Char(' ') + errorText(row);
  }
  setAccessibleName(head);
  setAccessibleDescription(spoken.join(QStringLiteral("; ")));
  resize(sizeHint());
  update();
}

CursorCard::Columns CursorCard::columns() const {
  const QFontMetrics plain(rowFont()), bold(headFontOfCard());
  Columns columns{0, 0, 0, 0, 0};
  for (const CardRow& row : rows_) {
    if (row.dot.isValid()) columns.dot = kDotWidth;
    columns.name = std::max(columns.name, plain.horizontalAdvance(row.name + stampText(row)));
    if (!row.layer.isEmpty()) {
      columns.layer = std::max(columns.layer, kGap + bold.horizontalAdvance(row.layer));
    }
    columns.value = std::max(columns.value, kGap + plain.horizontalAdvance(valueText(row)));
    const QString error = errorText(row);
    if (!error.isEmpty()) {
      columns.error = std::max(columns.error, kGap + bold.horizontalAdvance(error));
    }
  }
  // A narrow parent cuts names, never numbers.
  constexpr int kLeastName = 48;
  const int room = parentWidget()->width() - 2 * kInset - 2 * kShadow - columns.dot -
                   columns.layer - columns.value - columns.error;
  columns.name = std::min(columns.name, std::max(kLeastName, room));
  return columns;
}

QSize CursorCard::sizeHint() const {
  const QFontMetrics plain(rowFont()), bold(headFontOfCard());
  const int head = bold.horizontalAdvance(head_) +
                   (detail_.isEmpty() ? 0 : kGap + plain.horizontalAdvance(detail_));
  const int body = columns().total();
  const int room = parentWidget()->width() - 2 * kInset - 2 * kShadow;
  const int width = std::max(std::min(head, std::max(room, body)), body) + 2 * kInset + 2 * kShadow;
  const int height = kHeadLine + kLine * static_cast<int>(rows_.size()) + 16 + 2 * kShadow;
  return {width, height};
}

QPoint CursorCard::placed(const QPoint& cursor, const QSize& card, const QRect& area, int gap) {
  const std::array<int, 2> lefts = {cursor.x() + gap, cursor.x() - gap - card.width()};
  const std::array<int, 2> tops = {cursor.y() + gap, cursor.y() - gap - card.height()};
  // The first side with room; where neither has, as close as the area allows. One free side is
  // enough to keep the cursor clear.
  const auto first = [](const std::array<int, 2>& choices, int length, int low, int high) {
    for (const int choice : choices) {
      if (choice >= low && choice + length <= high + 1) return choice;
    }
    return std::clamp(choices[0], low, std::max(low, high + 1 - length));
  };
  return {first(lefts, card.width(), area.left(), area.right()),
          first(tops, card.height(), area.top(), area.bottom())};
}

void CursorCard::showAt(const QPoint& cursor) {
  const QMargins shadow(kShadow, kShadow, kShadow, kShadow);
  const QRect area = parentWidget()->rect();
  const QSize card = sizeHint().shrunkBy(shadow);
  const QPoint corner = placed(cursor, card, area);
  setGeometry(QRect(corner, card).marginsAdded(shadow));
  show();
  raise();
}

void CursorCard::paintRow(QPainter& painter, const QRect& line, const CardRow& row) const {
  const Tokens& t = tokens();
  const Columns wide = columns();
  int left = line.left();
  if (row.dot.isValid()) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(row.dot);
    painter.drawEllipse(QPointF(left + 4, line.center().y() + 0.5), 4, 4);
  }
  left += wide.dot;
  painter.setFont(rowFont());
  painter.setPen(t.text);
  const QFontMetrics metrics = painter.fontMetrics();
  const int stamp = metrics.horizontalAdvance(stampText(row));
  const QString name =
      metrics.elidedText(row.name, Qt::ElideMiddle, std::max(0, wide.name - stamp) + 1);
  painter.drawText(QRect(left, line.top(), wide.name + 2, line.height()), Qt::AlignVCenter, name);
  if (stamp > 0) {
    const int behind = left + metrics.horizontalAdvance(name);
    painter.setPen(t.warn);
    painter.drawText(QRect(behind, line.top(), wide.name + left - behind + 2, line.height()),
                     Qt::AlignVCenter, stampText(row));
  }
  const QRect value(line.right() + 1 - wide.error - wide.value, line.top(), wide.value,
                    line.height());
  if (!row.layer.isEmpty()) {
    painter.setFont(headFontOfCard());
    painter.setPen(t.text);
    painter.drawText(QRect(value.left() - wide.layer, line.top(), wide.layer, line.height()),
                     Qt::AlignVCenter | Qt::AlignRight, row.layer);
    painter.setFont(rowFont());
  }
  painter.setPen(row.note.isEmpty() ? t.text : t.mute);
  painter.drawText(value, Qt::AlignVCenter | Qt::AlignRight, valueText(row));
  if (!row.error) return;
  painter.setFont(row.best ? headFontOfCard() : rowFont());
  painter.setPen(row.best ? t.good : t.bad);
  painter.drawText(QRect(line.right() + 1 - wide.error, line.top(), wide.error, line.height()),
                   Qt::AlignVCenter | Qt::AlignRight, errorText(row));
}

void CursorCard::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Tokens& t = tokens();
  const QRect body = rect().adjusted(kShadow, kShadow, -kShadow, -kShadow);
  painter.setPen(Qt::NoPen);
  for (int ring = kShadow; ring > 0; --ring) {
    painter.setBrush(QColor(0, 0, 0, 7));
    painter.drawRoundedRect(body.adjusted(-ring, -ring + 2, ring, ring), kRadiusPopup + ring,
                            kRadiusPopup + ring);
  }
  painter.setPen(QPen(t.line, 1));
  painter.setBrush(t.raise);
  painter.drawRoundedRect(QRectF(body).adjusted(0.5, 0.5, -0.5, -0.5), kRadiusPopup, kRadiusPopup);
  const QRect inner = body.adjusted(kInset, 8, -kInset, -8);
  const QRect head(inner.left(), inner.top(), inner.width(), kHeadLine - 4);
  painter.setFont(headFontOfCard());
  painter.setPen(t.text);
  painter.drawText(head, Qt::AlignVCenter | Qt::AlignLeft, head_);
  painter.setFont(rowFont());
  painter.setPen(t.mute);
  painter.drawText(head, Qt::AlignVCenter | Qt::AlignRight, detail_);
  QRect line(inner.left(), inner.top() + kHeadLine, inner.width(), kLine);
  for (const CardRow& row : rows_) {
    paintRow(painter, line, row);
    line.translate(0, kLine);
  }
}

}  // namespace fathom
