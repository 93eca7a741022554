#pragma once

#include <QStyledItemDelegate>

namespace fathom {

/// Paints the cells of the score table: dot, title and state of a method, numbers to the right,
/// the best with a star, bold and green.
class ScoreDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  static constexpr int kRowHeight = 27, kMargin = 12;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  /// Where the state of a method is painted in its cell; empty where it has none.
  static QRect stateRect(const QRect& cell, const QModelIndex& index);
};

}  // namespace fathom
