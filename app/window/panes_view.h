#pragma once

#include <QHash>
#include <QImage>
#include <QStringList>
#include <QWidget>
#include <optional>

#include "app/window/painter.h"
#include "widgets/image/cursor_card.h"
#include "widgets/image/view_state.h"

namespace fathom {

class Pane;
class PaneGrid;
struct PaneHeader;
class Workbench;

/// What lies under the cursor, for the status bar.
struct CursorFacts {
  int x = 0, y = 0;              ///< HR pixel
  std::optional<double> metres;  ///< of the truth, else of the transmitted map
};

/// The grid of panes of the sample on show: RGB, transmitted map, truth, every method; and the card
/// at the cursor with the metres of all of them.
class PanesView : public QWidget {
  Q_OBJECT
 public:
  explicit PanesView(Workbench& workbench, QWidget* parent = nullptr);

  ViewState& view() { return view_; }
  PaneGrid& grid() { return *grid_; }
  /// The pane that the 3D view shows and the number keys choose: a pane's name.
  QString selected() const { return selected_; }
  void select(const QString& pane);
  void selectMethod(int place);
  /// What a pane is called in its header.
  QString titleOf(const QString& name) const;
  /// The panes as they are on the screen.
  QImage grabPanes();
  /// Puts crosshair and card where the cursor would (0 to 1 in x and y): for pictures.
  void pointAt(const QPointF& field);
  /// What must be said of a pane's picture: "random weights"; empty where there is nothing.
  QString stampOf(const QString& name) const;
  /// Every pane that should have a picture has a fresh one.
  bool isFresh() const;

 Q_SIGNALS:
  void selectedChanged(const QString& pane);
  void cursorMoved(const std::optional<fathom::CursorFacts>& facts);
  void paneMenuWanted(const QString& pane, const QPoint& globalPosition);
  /// The user wants the weights that a pane's method lacks.
  void weightsWanted(const std::string& name);
  /// The user wants to allow the code that a pane's method was refused. @param failure  what it
  /// said
  void consentWanted(const std::string& method, const std::string& failure);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void connectWorkbench();
  void connectPane(Pane* pane, int index);
  void rebuild();
  void showSample();
  void showLow();
  void putImage(Pane* pane, const Picture& picture);
  void markStale();
  void showPicture(const Picture& picture);
  void showResult(int place);
  void showFailure(const MethodStage& stage);
  void showProgress(double part, const QString& doing, const QString& pane);
  void showHeaders();
  PaneHeader headerOf(const QString& name) const;
  const MethodResult* resultOf(const QString& name) const;
  void showCard(Pane* pane, const QPointF& field);
  void hideCard();
  Pane* paneOf(const QString& name) const;
  std::int64_t placeIn(const at::Tensor& map, bool onCells, const QPointF& field) const;
  double valueAt(const QString& name, const QPointF& field) const;
  QString layerText(const QString& name, const QPointF& field) const;
  QString levelText(const QPointF& field) const;
  QList<CardRow> cardRows(const QPointF& field) const;

  Workbench& workbench_;
  ViewState view_;
  PaneGrid* grid_;
  CursorCard* card_;
  QStringList names_;  ///< of the panes, in the grid's order
  QHash<QString, Picture> pictures_;
  QString selected_ = kTruthPane;
  QString running_, runningText_;  ///< the pane whose method is at work, and how far it is
  bool cancelled_ = false;         ///< what is stale stays so until it is run again
  std::optional<QPointF> pointed_;
};

}  // namespace fathom
