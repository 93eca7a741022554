#pragma once

#include <QImage>
#include <QWidget>

#include "app/window/painter.h"

namespace fathom {

class CloudView;
class ElidedLabel;
class Segments;
class Workbench;

/// The 3D pane: the point cloud of the selected pane's depth, coloured by image, depth or error.
class CloudPane : public QWidget {
  Q_OBJECT
 public:
  explicit CloudPane(Workbench& workbench, QWidget* parent = nullptr);

  /// Shows this pane's cloud from now on; RGB and the transmitted map stand for the truth.
  void setPane(const QString& pane, const QString& title);
  /// What must be said of what is shown: stands beside the title, and in every picture.
  void setStamp(const QString& stamp);
  /// While it is not active it asks the engine for nothing.
  void setActive(bool active);
  /// The cloud with its title and stamp over it, in device pixels.
  QImage grabImage();
  CloudView& view() { return *view_; }

 private:
  void wish();
  void show(const Cloud& cloud);

  Workbench& workbench_;
  CloudView* view_;
  Segments* colour_;
  ElidedLabel *title_, *stamp_;
  CloudWish wish_;
  bool active_ = false;
};

}  // namespace fathom
