#pragma once

#include <QWidget>
#include <functional>

#include "app/window/painter.h"

class QLabel;

namespace fathom {

class ColourBar;
class Workbench;

/// The colour bar under the panes, bound to the workbench's display of the layer on show.
class BarView : public QWidget {
  Q_OBJECT
 public:
  explicit BarView(Workbench& workbench, QWidget* parent = nullptr);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void change(const std::function<void(LayerDisplay&)>& edit);
  void showDisplay();
  void showBar(const BarFacts& bar);

  Workbench& workbench_;
  LayerInfo info_ = layerInfos().front();  ///< of the layer whose colours the bar shows
  ColourBar* bar_;
  QLabel* legend_;  ///< what the colours of the transmitted map mean in the information layer
};

}  // namespace fathom
