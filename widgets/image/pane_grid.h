#pragma once

#include <QList>
#include <QWidget>

namespace fathom {

class Pane;
class ViewState;

/// Panes of equal size in rows and columns, as many columns as show the pictures largest.
/// Ctrl and arrows move the focus from pane to pane.
class PaneGrid : public QWidget {
  Q_OBJECT

 public:
  /// @param view  what the panes share; not owned, must outlive the grid
  explicit PaneGrid(ViewState* view, QWidget* parent = nullptr);

  /// Adds or removes panes at the end until there are so many; those that stay keep their state.
  void setCount(int count);
  int count() const { return static_cast<int>(panes_.size()); }
  Pane* pane(int index) const { return panes_.value(index); }
  const QList<Pane*>& panes() const { return panes_; }

  /// Shows one pane alone, for blinking; −1: all.
  void setSolo(int index);
  int solo() const { return solo_; }

  /// The pane with the focus, or −1.
  int focused() const;
  int columns() const { return columns_; }

  /// The number of columns that shows `count` pictures of an aspect (width over height) largest.
  static int columnsFor(int count, const QSize& area, double aspect);

  static constexpr int kGutter = 1;

 Q_SIGNALS:
  /// A pane was added: connect to its signals.
  void paneAdded(fathom::Pane* pane, int index);
  void focusMoved(int index);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void arrange();

  ViewState* view_;
  QList<Pane*> panes_;
  int columns_ = 1, solo_ = -1;
};

}  // namespace fathom
