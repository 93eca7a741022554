#pragma once

#include <QTabWidget>
#include <QWidget>
#include <vector>

#include "core/score_table.h"

class QLabel;
class QPushButton;

namespace fathom {

class LogPanel;
class ScoreTable;
class Workbench;

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
  /// A row was chosen: the pane of its method.
  void methodChosen(const QString& pane);

 private:
  void showSample();
  void showBatch(const std::vector<ScoreRow>& rows, const QStringList& notes, bool cancelled);
  QString titleOf(const std::string& method) const;

  Workbench& workbench_;
  QTabWidget* tabs_;
  ScoreTable *sample_, *all_;
  QLabel* notes_;
  LogPanel* log_;
  std::vector<ScoreRow> batchRows_;
};

}  // namespace fathom
