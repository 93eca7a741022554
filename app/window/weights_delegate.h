#pragma once

#include <QStyledItemDelegate>

namespace fathom {

/// Rows of the weights manager: title and state over facts, and a bar at the foot of what is on its
/// way.
class WeightsDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  static constexpr int kRowHeight = 46, kHeadHeight = 32;
};

}  // namespace fathom
