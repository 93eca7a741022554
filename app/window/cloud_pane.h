#pragma once

#include <QImage>
#include <QWidget>

#include "app/window/painter.h"

class QLabel;

namespace fathom {

class CloudView;
class Segments;
class Workbench;

/// The 3D pane: the point cloud of the selected pane's depth, coloured by image, depth or error.
class CloudPane : public QWidget {
  Q_OBJECT
 public:
  explicit CloudPane(Workbench& workbench, QWidget* parent = nullptr);

  /// Shows this pane's cloud from now on; RGB and the transmitted map stand for the truth.
  void setPane(const QString& pane, const QString& title);
  /// While it is not active it asks the engine for nothing.
  void setActive(bool active);
  QImage grabImage();
  CloudView& view() { return *view_; }

 private:
  void wish();
  void show(const Cloud& cloud);

  Workbench& workbench_;
  CloudView* view_;
  Segments* colour_;
  QLabel* title_;
  CloudWish wish_;
  bool active_ = false;
};

}  // namespace fathom
