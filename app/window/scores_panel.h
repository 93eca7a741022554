#pragma once

#include <QTabWidget>
#include <QWidget>
#include <vector>

#include "core/score_table.h"

class QLabel;

namespace fathom {

class LogPanel;
class ScoreTable;
class Workbench;
struct MethodChoice;
struct ScoreTableRow;

/// The bottom zone: scores of the sample on show, means over all samples, and the log.
class ScoresPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ScoresPanel(Workbench& workbench, QWidget* parent = nullptr);

  /// What the table that is shown would export: the sample's rows, or those of all samples.
  std::vector<ScoreRow> rows() const;
  void showAllSamples();

 Q_SIGNALS:
  void exportWanted();
  /// The state of a method that lacks weights was clicked.
  void weightsWanted(const std::string& name);
  /// A row was chosen: the pane of its method.
  void methodChosen(const QString& pane);

 private:
  void showSample();
  void showBatch(const std::vector<ScoreRow>& rows, const QStringList& notes, bool cancelled);
  QString titleOf(const std::string& method) const;
  ScoreTableRow rowOf(const MethodChoice& method) const;
  void showWeights(const std::string& method);

  Workbench& workbench_;
  QTabWidget* tabs_;
  ScoreTable *sample_, *all_;
  QLabel* notes_;
  LogPanel* log_;
  std::vector<ScoreRow> batchRows_;
};

}  // namespace fathom
