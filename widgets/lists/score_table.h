#pragma once

#include <QTableView>

#include "widgets/lists/score_model.h"

class QMenu;

namespace fathom {

/// The metrics of every method on the current sample. A click on a head sorts (a third one back to
/// the order given), a right click on it chooses columns; Ctrl+C copies the selected rows, or all.
class ScoreTable : public QTableView {
  Q_OBJECT

 public:
  explicit ScoreTable(QWidget* parent = nullptr);

  /// The same methods with new numbers keep selection, order and scroll position.
  void setRows(std::vector<ScoreTableRow> rows, const ScoreContext& context = {});
  /// Emits nothing; an unknown id is ignored.
  void select(std::string_view id);
  /// Empty where none is.
  std::string selected() const;
  /// Columns by metric id (five are hidden at first), "time_ms", and hidden at first "pixels",
  /// "parameters", "macs".
  void setColumnShown(std::string_view id, bool shown);
  /// What Ctrl+C puts on the clipboard: the selected rows, or all, in the order shown.
  QString copyText() const;
  void copy();

  QSize sizeHint() const override { return {890, 180}; }

 Q_SIGNALS:
  void selectedChanged(const std::string& id);
  /// The user clicked a method's state ("get…").
  void stateActivated(const std::string& id);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void selectionChanged(const QItemSelection& now, const QItemSelection& before) override;

 private:
  void fitColumns(bool shrink);
  void arrangeColumns();
  void addColumnActions(QMenu& menu);
  int columnOf(std::string_view id) const;

  struct Widths {
    int wanted = 0, least = 0;  ///< least: without room for the arrow of a column not sorted by
  };

  ScoreModel* model_;
  ScoreOrder* order_;
  std::string told_;            // the selected method, as last emitted or set
  std::vector<Widths> widths_;  // by column
  bool quiet_ = false;
};

}  // namespace fathom
