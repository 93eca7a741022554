#pragma once

#include <QWidget>
#include <vector>

#include "app/window/layers.h"

class QComboBox;
class QPushButton;

namespace fathom {

class Segments;
class Workbench;

/// What the middle of the window shows.
enum class Space { kFlat, kDeep, kBoth };

/// The row above the panes: 2D, 3D or both; layer; protocol; theme; and the one accent button.
class TopBar : public QWidget {
  Q_OBJECT
 public:
  explicit TopBar(Workbench& workbench, QWidget* parent = nullptr);

  Space space() const;
  void setSpace(Space space);
  /// By its place in the list; a number beyond it changes nothing.
  void setLayer(int index);
  /// By id, "uncertainty"; one that is not on offer changes nothing.
  void setLayer(const QString& id);

 Q_SIGNALS:
  void spaceChosen(fathom::Space space);
  void themeToggled();
  void runAllWanted();

 private:
  void chooseLayer(int index);
  void chooseProtocol(int index);
  void listLayers();
  void showState();

  Workbench& workbench_;
  Segments* space_;
  QComboBox* layer_;
  std::vector<LayerInfo> layers_;  ///< by the list's rows
  QComboBox* protocol_;
};

}  // namespace fathom
