#pragma once

#include <ATen/core/Tensor.h>

#include <QImage>
#include <QTimer>
#include <QWidget>

#include <memory>

#include "widgets/space/camera_state.h"

class QLabel;

namespace fathom {

class VtkView;

/// A point cloud in 3D. Left button rotates, Shift + left or the middle button pans, wheel or the
/// right button zooms (where drawing is slow with fewer points until it rests); R back to the
/// taking camera, + and − the size of the points, arrows rotate (with Shift pan), Page Up and Down
/// zoom. Where OpenGL is not there it says so instead.
class CloudView : public QWidget {
  Q_OBJECT

 public:
  explicit CloudView(QWidget* parent = nullptr);
  ~CloudView() override;

  /// False where this platform cannot show OpenGL: then all below works, unseen.
  bool hasOpenGl() const;

  /// Shows another cloud; the camera stays where the user put it (the first cloud sets it).
  /// @param points   N×3 float32, metres: x right, y down, z forward (see PointCloud)
  /// @param colours  N×3 uint8, RGB
  /// CPU tensors are shared, not copied: they must not be changed afterwards. Throws BadInput on
  /// another type or shape or different N.
  void setCloud(const at::Tensor& points, const at::Tensor& colours);
  /// Nothing to show; `hint` says why or what to do.
  void clear(const QString& hint = {});
  /// Points that are shown.
  std::int64_t pointCount() const;

  /// Diameter in device-independent pixels, 1 to 12; others are clamped.
  void setPointSize(int pixels);
  int pointSize() const;

  CameraState cameraState() const;
  /// Sends no cameraChanged, so that views can be linked.
  void setCameraState(const CameraState& state);
  /// Back to the taking camera, slightly pulled back.
  void resetCamera();

  /// What is shown, in device pixels; null where there is no OpenGL or nothing was shown yet.
  QImage grabImage();

  QSize sizeHint() const override { return {480, 360}; }
  QSize minimumSizeHint() const override { return {120, 90}; }

 Q_SIGNALS:
  /// The user moved the camera.
  void cameraChanged(const fathom::CameraState& state);
  void pointSizeChanged(int pixels);

 protected:
  bool event(QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Scene;
  bool handleKey(const QKeyEvent& event);
  void observeInteraction();
  void fitHome();
  void applyColours();
  void updateMessage();
  void userMoved();
  void redraw();
  void setCoarse(bool coarse);

  std::unique_ptr<Scene> scene_;
  VtkView* view_ = nullptr;  // null where OpenGL is not there
  QLabel* message_ = nullptr;
  QTimer refine_;  // back to all points after the last movement
  QString hint_;
};

}  // namespace fathom
