#pragma once

#include <QWidget>

class QComboBox;
class QPushButton;

namespace fathom {

class NoteBox;
class ParameterForm;
class Segments;
class Workbench;

/// The right-hand panel where the knobs are turned: real or simulated map, preset, parameters, and
/// what the map says (the level note), where users would otherwise hunt a bug that is physics.
class DegradationPanel : public QWidget {
  Q_OBJECT
 public:
  explicit DegradationPanel(Workbench& workbench, QWidget* parent = nullptr);

 private:
  QWidget* makePresetRow();
  void chooseLow(int segment);
  void choosePreset(int index);
  void showState();
  void showLow();

  Workbench& workbench_;
  Segments* low_;
  NoteBox* note_;
  QWidget* simulated_;  ///< what only makes sense for a simulated map
  QComboBox* preset_;
  ParameterForm* form_;
  NoteBox* drawn_;
};

}  // namespace fathom
