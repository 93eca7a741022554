#include "widgets/lists/score_delegate.h"

#include <QPainter>

#include "widgets/lists/list_paint.h"
#include "widgets/lists/score_model.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kDotGap = 8, kPillGap = 8, kStarGap = 4;

int titleLeft(const QRect& cell) {
  return cell.left() + ScoreDelegate::kMargin + kDotSide + kDotGap;
}

/// The title's width where nothing is cut.
int titleWidth(const QModelIndex& index) {
  return QFontMetrics(themeFont()).horizontalAdvance(index.data().toString()) + 1;
}

/// Its width in a cell: a long one gives way to the state, which must be seen.
int titleRoom(const QRect& cell, const QModelIndex& index) {
  const int room = cell.right() - titleLeft(cell);
  const int pill = pillWidth(index.data(ScoreModel::kState).toString());
  if (pill == 0) return std::min(titleWidth(index), room);
  const int least = std::min(pill, room / 2) + 2 * kPillGap;
  return std::min(titleWidth(index), room - least);
}

QFont numberFont(bool best) {
  return themeFont(kTextBody, best ? QFont::DemiBold : QFont::Normal);
}

}  // namespace

QRect ScoreDelegate::stateRect(const QRect& cell, const QModelIndex& index) {
  const QString state = index.data(ScoreModel::kState).toString();
  if (state.isEmpty()) return {};
  const int left = titleLeft(cell) + titleRoom(cell, index) + kPillGap;
  const int room = cell.right() - kPillGap - left;
  return {left, cell.top(), std::max(0, std::min(room, pillWidth(state))), cell.height()};
}

void ScoreDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  painter->save();
  QStyleOptionViewItem row = option;
  const bool first = index.column() == ScoreModel::kMethodColumn;
  if (!first) row.state &= ~QStyle::State_HasFocus;
  paintRowBackground(*painter, row);
  const Tokens& colours = tokens();
  const QRect cell = option.rect;
  if (first) {
    paintDot(*painter, {cell.left() + kMargin + kDotSide / 2.0, cell.top() + cell.height() / 2.0},
             index.data(ScoreModel::kColour).value<QColor>());
    painter->setFont(themeFont());
    const int left = titleLeft(cell);
    paintText(*painter, {left, cell.top(), titleRoom(cell, index), cell.height()},
              index.data().toString(), colours.text);
    paintPill(*painter, stateRect(cell, index), index.data(ScoreModel::kState).toString(),
              index.data(ScoreModel::kWarning).toBool());
    painter->restore();
    return;
  }
  const bool best = index.data(ScoreModel::kBest).toBool();
  const QString text = index.data().toString();
  painter->setFont(numberFont(best));
  const QRect room = cell.adjusted(2, 0, -kMargin, 0);
  const bool missing = text == QStringLiteral("–");
  paintText(*painter, room, text,
            best      ? colours.good
            : missing ? colours.mute
                      : colours.text,
            Qt::AlignRight | Qt::AlignVCenter);
  if (best) {
    const int left = room.right() + 1 - painter->fontMetrics().horizontalAdvance(text);
    paintStar(*painter, {left - kStarGap - kStarSide / 2.0, cell.top() + cell.height() / 2.0 - 0.5},
              colours.good);
  }
  painter->restore();
}

QSize ScoreDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  if (index.column() == ScoreModel::kMethodColumn) {
    const int pill = pillWidth(index.data(ScoreModel::kState).toString());
    return {2 * kMargin + kDotSide + kDotGap + titleWidth(index) + (pill ? pill + kPillGap : 0),
            kRowHeight};
  }
  // Room for the best everywhere: a column must not jump when another method takes the lead.
  const int text = QFontMetrics(numberFont(true)).horizontalAdvance(index.data().toString());
  return {text + kStarSide + kStarGap + kMargin + 4, kRowHeight};
}

}  // namespace fathom
