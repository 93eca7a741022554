#include "app/window/weights_delegate.h"

#include <QPainter>

#include "app/window/weights_model.h"
#include "widgets/lists/list_paint.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kMargin = 12, kGap = 8, kLine = 18, kBarHeight = 2;

}  // namespace

void WeightsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
  painter->save();
  const Tokens& colours = tokens();
  const QRect row = option.rect;
  const int left = row.left() + kMargin, wide = row.width() - 2 * kMargin;
  if (index.data(WeightsModel::kIsHead).toBool()) {
    painter->setFont(headFont());
    paintText(*painter, {left, row.top() + 8, wide, row.height() - 8}, index.data().toString(),
              colours.mute);
    painter->restore();
    return;
  }
  paintRowBackground(*painter, option);
  const QString state = index.data(WeightsModel::kState).toString();
  const int pill = pillWidth(state), top = row.center().y() - kLine;
  painter->setFont(themeFont());
  paintText(*painter, {left, top, wide - pill - kGap, kLine}, index.data().toString(),
            colours.text);
  paintPill(*painter, {left + wide - pill, top, pill, kLine}, state,
            index.data(WeightsModel::kWarning).toBool());
  painter->setFont(themeFont(kTextSecondary));
  const bool selected = option.state & QStyle::State_Selected;
  paintText(*painter, {left, row.center().y() + 1, wide, kLine},
            index.data(WeightsModel::kFacts).toString(), selected ? colours.text : colours.mute);
  const double part = index.data(WeightsModel::kPart).toDouble();
  if (part > 0) {
    const int done = static_cast<int>(row.width() * std::min(part, 1.0));
    painter->fillRect(row.left(), row.bottom() + 1 - kBarHeight, done, kBarHeight, colours.accent);
  }
  painter->restore();
}

QSize WeightsDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  return {300, index.data(WeightsModel::kIsHead).toBool() ? kHeadHeight : kRowHeight};
}

}  // namespace fathom
