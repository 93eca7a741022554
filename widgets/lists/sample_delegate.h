#pragma once

#include <QStyledItemDelegate>

namespace fathom {

/// Paints heads and samples: thumbnail left, id and facts beside it.
class SampleDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  /// Of a thumbnail, device-independent pixels.
  static constexpr QSize kThumbnail{64, 48};
  static constexpr int kRowHeight = 60;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace fathom
