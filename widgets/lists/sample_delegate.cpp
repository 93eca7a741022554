#include "widgets/lists/sample_delegate.h"

#include <QPainter>
#include <QPainterPath>

#include "widgets/lists/list_paint.h"
#include "widgets/lists/sample_model.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kMargin = 12, kGap = 10, kHeadHeight = 34, kNoteHeight = 20;
constexpr int kThumbnailRadius = 3, kLineHeight = 18;

void paintHead(QPainter& painter, const QRect& rect, const QModelIndex& index) {
  const QRect room = rect.adjusted(kMargin, 0, -kMargin, 0);
  const QString note = index.data(SampleModel::kFacts).toString();
  painter.setFont(headFont());
  painter.setPen(tokens().mute);
  const QRect title(room.left(), rect.top() + 8, room.width(), kHeadHeight - 8);
  paintText(painter, title, index.data().toString(), tokens().mute);
  if (note.isEmpty()) return;
  painter.setFont(themeFont(kTextSecondary));
  paintText(painter, {room.left(), rect.top() + kHeadHeight - 4, room.width(), kNoteHeight}, note,
            tokens().mute);
}

void paintThumbnail(QPainter& painter, const QRect& place, const QPixmap& picture) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  QPainterPath shape;
  shape.addRoundedRect(place, kThumbnailRadius, kThumbnailRadius);
  painter.fillPath(shape, tokens().pane);
  if (!picture.isNull()) {
    painter.setClipPath(shape);
    QRectF target(QPointF(), picture.deviceIndependentSize());
    target.moveCenter(QRectF(place).center());
    painter.drawPixmap(target.topLeft(), picture);
  }
  painter.restore();
}

}  // namespace

void SampleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  const auto* model = static_cast<const SampleModel*>(index.model());
  painter->save();
  if (index.data(SampleModel::kIsHead).toBool()) {
    paintHead(*painter, option.rect, index);
    painter->restore();
    return;
  }
  paintRowBackground(*painter, option);
  const Tokens& colours = tokens();
  const bool selected = option.state & QStyle::State_Selected;
  QRect place(QPoint(option.rect.left() + kMargin, 0), kThumbnail);
  place.moveTop(option.rect.top() + (option.rect.height() - kThumbnail.height()) / 2);
  paintThumbnail(*painter, place, model->thumbnail(model->sampleAt(index)));
  const int left = place.right() + 1 + kGap;
  const int width = option.rect.right() - kMargin - left;
  const int middle = option.rect.center().y();
  painter->setFont(themeFont(kTextBody));
  // Ids of one source begin alike: what tells them apart is at the end.
  const QString id =
      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, width);
  paintText(*painter, {left, middle - kLineHeight, width, kLineHeight}, id, colours.text);
  painter->setFont(themeFont(kTextSecondary));
  paintText(*painter, {left, middle + 1, width, kLineHeight},
            index.data(SampleModel::kFacts).toString(), selected ? colours.text : colours.mute);
  painter->restore();
}

QSize SampleDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  if (!index.data(SampleModel::kIsHead).toBool()) return {kThumbnail.width() + 120, kRowHeight};
  const bool note = !index.data(SampleModel::kFacts).toString().isEmpty();
  return {kThumbnail.width() + 120, kHeadHeight + (note ? kNoteHeight : 0)};
}

}  // namespace fathom
