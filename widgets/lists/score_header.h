#pragma once

#include <QHeaderView>

namespace fathom {

/// Heads of the score table: over their numbers, the sorted one in the text's colour with its
/// arrow before it, where it covers nothing.
class ScoreHeader : public QHeaderView {
  Q_OBJECT

 public:
  explicit ScoreHeader(QWidget* parent = nullptr);

  /// What a section needs to be read whole, sorted or not.
  int wantedWidth(int section) const;
  /// The same without room for an arrow that is not there.
  int leastWidth(int section) const;

 protected:
  void paintSection(QPainter* painter, const QRect& rect, int section) const override;
  QSize sectionSizeFromContents(int section) const override;
};

}  // namespace fathom
