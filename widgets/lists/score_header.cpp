#include "widgets/lists/score_header.h"

#include <QPainter>
#include <QPainterPath>

#include "widgets/lists/score_delegate.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kHeight = 30, kArrowWidth = 7, kArrowHeight = 4, kArrowGap = 5;

QFont sectionFont() {
  return themeFont(kTextHead, QFont::DemiBold);
}

/// A triangle: up where the values rise downwards.
void paintArrow(QPainter& painter, QPointF centre, bool ascending) {
  const double half = kArrowWidth / 2.0, tip = (ascending ? -1 : 1) * kArrowHeight / 2.0;
  QPainterPath arrow(centre + QPointF(0, tip));
  arrow.lineTo(centre + QPointF(half, -tip));
  arrow.lineTo(centre + QPointF(-half, -tip));
  arrow.closeSubpath();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillPath(arrow, tokens().accent);
}

}  // namespace

ScoreHeader::ScoreHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
  setHighlightSections(false);
  setSectionsClickable(true);
  setMinimumSectionSize(40);
  setSortIndicatorClearable(true);
  setSortIndicator(-1, Qt::AscendingOrder);
}

int ScoreHeader::wantedWidth(int section) const {
  const QString text = model()->headerData(section, Qt::Horizontal).toString();
  return QFontMetrics(sectionFont()).horizontalAdvance(text) + kArrowWidth + kArrowGap +
         ScoreDelegate::kMargin + 4;
}

int ScoreHeader::leastWidth(int section) const {
  const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == section;
  return wantedWidth(section) - (sorted ? 0 : kArrowWidth + kArrowGap);
}

QSize ScoreHeader::sectionSizeFromContents(int section) const {
  return {wantedWidth(section), kHeight};
}

void ScoreHeader::paintSection(QPainter* painter, const QRect& rect, int section) const {
  painter->save();
  const Tokens& colours = tokens();
  painter->fillRect(rect, colours.panel);
  painter->fillRect(rect.left(), rect.bottom(), rect.width(), 1, colours.line);
  const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == section;
  const int alignment = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt();
  const QString text = model()->headerData(section, Qt::Horizontal).toString();
  const QRect room = rect.adjusted(ScoreDelegate::kMargin, 0, -ScoreDelegate::kMargin, 0);
  painter->setFont(sectionFont());
  painter->setPen(sorted ? colours.text : colours.mute);
  const int width = painter->fontMetrics().horizontalAdvance(text);
  const bool right = alignment & Qt::AlignRight;
  const int left = right ? room.right() + 1 - width : room.left();
  painter->drawText(QRect(left, rect.top(), width + 1, rect.height()), Qt::AlignVCenter, text);
  if (sorted) {
    const double x =
        right ? left - kArrowGap - kArrowWidth / 2.0 : left + width + kArrowGap + kArrowWidth / 2.0;
    paintArrow(*painter, {x, rect.top() + rect.height() / 2.0},
               sortIndicatorOrder() == Qt::AscendingOrder);
  }
  painter->restore();
}

}  // namespace fathom
