#pragma once

#include <QLabel>

namespace fathom {

/// Plain text that shows its first lines only, until "more" is pressed; "less" folds it again. Its
/// text can be selected.
class FoldLabel : public QLabel {
  Q_OBJECT

 public:
  /// @param lines  shown while it is folded, at least 1
  explicit FoldLabel(int lines, QWidget* parent = nullptr);

  /// Folds it, where the text is another one.
  void setPlainText(const QString& text);
  const QString& plainText() const { return whole_; }
  void setFolded(bool folded);
  bool isFolded() const { return folded_; }
  /// Whether the text has more lines than are shown while it is folded.
  bool isLong() const;

  int heightForWidth(int width) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {40, 0}; }

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QString shownText(int width) const;
  void render();

  QString whole_;
  int lines_;
  bool folded_ = true, rendering_ = false;
};

}  // namespace fathom
