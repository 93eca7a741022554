#pragma once

#include <QMetaObject>
#include <QOpenGLWidget>
#include <QPointF>
#include <cstdint>

#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkGenericRenderWindowInteractor.h>
#include <vtkNew.h>
#include <vtkRenderer.h>

class QOpenGLContext;
class QSurface;

namespace fathom {

/// VTK inside a Qt 6 window: a render window that draws into a frame buffer of its own, which Qt
/// puts on the screen. Needs no Qt module of VTK. Survives docking, floating and a change of
/// screen. Only on the GUI thread.
class VtkView : public QOpenGLWidget {
  Q_OBJECT

 public:
  /// Surface format, shared contexts and the X11 platform under Wayland (VTK 9.1 loads OpenGL
  /// through GLX), unless the user chose a platform. To be called before QApplication is made.
  static void prepareApplication();
  /// Whether this platform can show OpenGL in a widget. Asks once, after QApplication is made.
  static bool available();

  explicit VtkView(QWidget* parent = nullptr);
  ~VtkView() override;

  vtkRenderer& renderer() { return *renderer_; }
  vtkRenderWindow& renderWindow() { return *window_; }
  vtkRenderWindowInteractor& interactor() { return *interactor_; }

  /// Asks for a new picture with the next repaint; many calls make one.
  void scheduleRender();
  /// How often VTK drew.
  std::int64_t renderCount() const { return renderCount_; }
  /// How long the last picture took, GPU included; 0 before the first.
  double renderMilliseconds() const { return renderMilliseconds_; }
  /// How often OpenGL was set up: more than once where the context was lost.
  int initialisations() const { return initialisations_; }
  /// What is shown, in device pixels; null where OpenGL is not there or nothing was shown yet.
  QImage image();

 protected:
  void initializeGL() override;
  void paintGL() override;
  bool event(QEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;

 private:
  void observeWindow();
  void makeContextCurrent();
  void releaseContext();
  void syncSize();
  void showPicture();
  void setPointer(QPointF position, Qt::KeyboardModifiers modifiers, int repeat = 0);
  void sendKey(const QKeyEvent& event, unsigned long vtkEvent);
  void sendButton(const QMouseEvent& event, bool press, int repeat = 0);
  QSize deviceSize() const;

  vtkNew<vtkGenericOpenGLRenderWindow> window_;
  vtkNew<vtkGenericRenderWindowInteractor> interactor_;
  vtkNew<vtkRenderer> renderer_;
  QOpenGLContext* context_ = nullptr;
  QSurface* surface_ = nullptr;
  QMetaObject::Connection contextGone_;
  int wheelRest_ = 0;
  bool needsRender_ = true, painting_ = false;
  std::int64_t renderCount_ = 0;
  double renderMilliseconds_ = 0;
  int initialisations_ = 0;
};

}  // namespace fathom
