#include "widgets/space/vtk_view.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QMouseEvent>
#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <QScopedValueRollback>
#include <QSurfaceFormat>
#include <QWheelEvent>

#include <vtkCommand.h>
#include <vtkInteractorStyleTrackballCamera.h>
#include <vtkOpenGLFramebufferObject.h>
#include <vtkOpenGLState.h>

#include "widgets/space/vtk_keys.h"
#include "widgets/space/vtk_log.h"

namespace fathom {
namespace {

template <class Function>
class FunctionCommand final : public vtkCommand {
 public:
  explicit FunctionCommand(Function function) : function_(std::move(function)) {}
  void Execute(vtkObject*, unsigned long, void* data) override { function_(data); }

 private:
  Function function_;
};

/// Calls `function` with the event's data whenever `object` sends `event`.
template <class Function>
void observe(vtkObject& object, unsigned long event, Function function) {
  auto* command = new FunctionCommand<Function>(std::move(function));
  object.AddObserver(event, command);
  command->UnRegister();
}

Qt::CursorShape cursorFor(int vtkShape) {
  switch (vtkShape) {
    case VTK_CURSOR_CROSSHAIR:
      return Qt::CrossCursor;
    case VTK_CURSOR_SIZEALL:
      return Qt::SizeAllCursor;
    case VTK_CURSOR_SIZENS:
      return Qt::SizeVerCursor;
    case VTK_CURSOR_SIZEWE:
      return Qt::SizeHorCursor;
    case VTK_CURSOR_SIZENE:
    case VTK_CURSOR_SIZESW:
      return Qt::SizeBDiagCursor;
    case VTK_CURSOR_SIZENW:
    case VTK_CURSOR_SIZESE:
      return Qt::SizeFDiagCursor;
    case VTK_CURSOR_HAND:
      return Qt::PointingHandCursor;
    default:
      return Qt::ArrowCursor;
  }
}

/// A notch of a wheel in Qt's eighths of a degree; the dots per inch that VTK sizes text by.
constexpr int kWheelStep = 120, kDotsPerInch = 72;

}  // namespace

void VtkView::prepareApplication() {
  QSurfaceFormat format = QSurfaceFormat::defaultFormat();
  format.setRenderableType(QSurfaceFormat::OpenGL);
  format.setProfile(QSurfaceFormat::CoreProfile);
  format.setVersion(3, 2);
  format.setRedBufferSize(8);
  format.setGreenBufferSize(8);
  format.setBlueBufferSize(8);
  format.setDepthBufferSize(24);
  format.setSamples(0);
  QSurfaceFormat::setDefaultFormat(format);
  // Without shared contexts every docking and floating would rebuild all OpenGL objects.
  QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
  const bool wayland =
      !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") || qgetenv("XDG_SESSION_TYPE") == "wayland";
  const bool x11 = !qEnvironmentVariableIsEmpty("DISPLAY");
  if (wayland && x11 && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
    qputenv("QT_QPA_PLATFORM", "xcb");
  }
}

bool VtkView::available() {
  static const bool kAvailable = [] {
    // Their contexts may work, but their windows cannot hold an OpenGL widget.
    for (const char* name : {"offscreen", "minimal", "linuxfb", "vnc"}) {
      if (QGuiApplication::platformName() == QLatin1String(name)) return false;
    }
    QOpenGLContext context;
    if (!context.create()) return false;
    return context.format().version() >= std::pair(3, 2);
  }();
  return kAvailable;
}

VtkView::VtkView(QWidget* parent) : QOpenGLWidget(parent) {
  routeVtkMessages();
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAttribute(Qt::WA_Hover);
  setUpdateBehavior(QOpenGLWidget::NoPartialUpdate);
  setProperty("_kde_no_window_grab", true);  // or KDE moves the window with the camera
  window_->SetReadyForRendering(false);
  window_->SetFrameBlitModeToNoBlit();
  window_->SetMultiSamples(0);
  window_->AddRenderer(renderer_);
  vtkNew<vtkInteractorStyleTrackballCamera> style;
  interactor_->SetInteractorStyle(style);
  interactor_->SetRenderWindow(window_);
  interactor_->Initialize();
  // A style draws at once on every mouse move; here it only says that it wants to, so that a burst
  // of moves costs one picture and no event handler waits for it.
  interactor_->EnableRenderOff();
  observeWindow();
  connect(this, &QOpenGLWidget::resized, this, [this] {
    syncSize();
    needsRender_ = true;
  });
}

VtkView::~VtkView() {
  disconnect(contextGone_);
  releaseContext();
  window_->RemoveAllObservers();
  interactor_->RemoveAllObservers();
}

void VtkView::observeWindow() {
  observe(*window_, vtkCommand::WindowMakeCurrentEvent, [this](void*) { makeContextCurrent(); });
  observe(*window_, vtkCommand::WindowIsCurrentEvent, [this](void* answer) {
    *static_cast<bool*>(answer) =
        context_ && QOpenGLContext::currentContext() == context_ && context_->surface() == surface_;
  });
  observe(*window_, vtkCommand::WindowSupportsOpenGLEvent,
          [](void* answer) { *static_cast<int*>(answer) = 1; });
  observe(*window_, vtkCommand::WindowFrameEvent, [this](void*) {
    needsRender_ = false;
    ++renderCount_;
    if (!painting_) update();
  });
  observe(*window_, vtkCommand::CursorChangedEvent, [this](void* shape) {
    if (shape) setCursor(cursorFor(*static_cast<int*>(shape)));
  });
  observe(*interactor_, vtkCommand::RenderEvent, [this](void*) { scheduleRender(); });
}

void VtkView::scheduleRender() {
  needsRender_ = true;
  update();
}

QImage VtkView::image() {
  return isValid() ? grabFramebuffer() : QImage();
}

// The context itself on the surface it was set up with: QOpenGLWidget::makeCurrent would also bind
// Qt's frame buffer behind the back of VTK's state cache, and the view would stay black.
void VtkView::makeContextCurrent() {
  if (context_ && surface_) context_->makeCurrent(surface_);
}

void VtkView::releaseContext() {
  if (!context_) return;
  makeContextCurrent();
  window_->Finalize();
  window_->SetReadyForRendering(false);
  context_->doneCurrent();
  context_ = nullptr;
  surface_ = nullptr;
}

QSize VtkView::deviceSize() const {
  const double scale = devicePixelRatioF();
  return {qMax(1, qRound(width() * scale)), qMax(1, qRound(height() * scale))};
}

void VtkView::syncSize() {
  const QSize size = deviceSize();
  interactor_->UpdateSize(size.width(), size.height());
  interactor_->InvokeEvent(vtkCommand::ConfigureEvent);
  window_->SetSize(size.width(), size.height());
  window_->SetScreenSize(size.width(), size.height());
  window_->SetDPI(qRound(kDotsPerInch * devicePixelRatioF()));
}

void VtkView::initializeGL() {
  ++initialisations_;
  context_ = context();
  surface_ = context_->surface();
  disconnect(contextGone_);
  contextGone_ = connect(
      context_, &QOpenGLContext::aboutToBeDestroyed, this, [this] { releaseContext(); },
      Qt::DirectConnection);
  vtkOpenGLState* state = window_->GetState();
  state->Reset();
  state->vtkglDepthFunc(GL_LEQUAL);
  state->vtkglEnable(GL_DEPTH_TEST);
  window_->SetForceMaximumHardwareLineWidth(1);
  window_->SetReadyForRendering(true);
  window_->SetOwnContext(0);
  window_->OpenGLInitContext();
  syncSize();
  needsRender_ = true;
}

void VtkView::paintGL() {
  if (painting_) return;
  const QScopedValueRollback<bool> guard(painting_, true);
  vtkOpenGLState* state = window_->GetState();
  state->Reset();
  state->Push();
  state->vtkglDepthFunc(GL_LEQUAL);
  if (needsRender_) {
    needsRender_ = false;
    QElapsedTimer timer;
    timer.start();
    window_->Render();
    context_->functions()->glFinish();  // Qt waits for it anyway, when it puts the window together
    renderMilliseconds_ = static_cast<double>(timer.nsecsElapsed()) / 1e6;
  }
  makeCurrent();  // a progress call-back of VTK may have made another context current
  showPicture();
  state->Pop();
}

/// Copies VTK's frame buffer into Qt's, opaque.
void VtkView::showPicture() {
  QOpenGLExtraFunctions& gl = *QOpenGLContext::currentContext()->extraFunctions();
  gl.glBindFramebuffer(GL_DRAW_FRAMEBUFFER, defaultFramebufferObject());
  const GLenum buffer = GL_COLOR_ATTACHMENT0;
  gl.glDrawBuffers(1, &buffer);
  gl.glDisable(GL_SCISSOR_TEST);
  const int* from = window_->GetRenderFramebuffer()->GetLastSize();
  const QSize to = deviceSize();
  window_->BlitDisplayFramebuffer(0, 0, 0, from[0], from[1], 0, 0, to.width(), to.height(),
                                  GL_COLOR_BUFFER_BIT, GL_LINEAR);
  gl.glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
  gl.glClearColor(0, 0, 0, 1);
  gl.glClear(GL_COLOR_BUFFER_BIT);
  gl.glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
}

void VtkView::setPointer(QPointF position, Qt::KeyboardModifiers modifiers, int repeat) {
  const QPointF device = position * devicePixelRatioF();
  interactor_->SetEventInformationFlipY(static_cast<int>(device.x()), static_cast<int>(device.y()),
                                        modifiers.testFlag(Qt::ControlModifier),
                                        modifiers.testFlag(Qt::ShiftModifier), 0, repeat, nullptr);
  interactor_->SetAltKey(modifiers.testFlag(Qt::AltModifier));
}

void VtkView::sendButton(const QMouseEvent& event, bool press, int repeat) {
  setPointer(event.position(), event.modifiers(), repeat);
  switch (event.button()) {
    case Qt::LeftButton:
      interactor_->InvokeEvent(press ? vtkCommand::LeftButtonPressEvent
                                     : vtkCommand::LeftButtonReleaseEvent);
      break;
    case Qt::MiddleButton:
      interactor_->InvokeEvent(press ? vtkCommand::MiddleButtonPressEvent
                                     : vtkCommand::MiddleButtonReleaseEvent);
      break;
    case Qt::RightButton:
      interactor_->InvokeEvent(press ? vtkCommand::RightButtonPressEvent
                                     : vtkCommand::RightButtonReleaseEvent);
      break;
    default:
      break;
  }
}

void VtkView::mousePressEvent(QMouseEvent* event) {
  sendButton(*event, true);
}
void VtkView::mouseReleaseEvent(QMouseEvent* event) {
  sendButton(*event, false);
}
void VtkView::mouseDoubleClickEvent(QMouseEvent* event) {
  sendButton(*event, true, 1);
}

void VtkView::mouseMoveEvent(QMouseEvent* event) {
  setPointer(event->position(), event->modifiers());
  interactor_->InvokeEvent(vtkCommand::MouseMoveEvent);
}

void VtkView::wheelEvent(QWheelEvent* event) {
  setPointer(event->position(), event->modifiers());
  wheelRest_ += event->angleDelta().y();
  for (; wheelRest_ >= kWheelStep; wheelRest_ -= kWheelStep) {
    interactor_->InvokeEvent(vtkCommand::MouseWheelForwardEvent);
  }
  for (; wheelRest_ <= -kWheelStep; wheelRest_ += kWheelStep) {
    interactor_->InvokeEvent(vtkCommand::MouseWheelBackwardEvent);
  }
  event->accept();
}

void VtkView::sendKey(const QKeyEvent& event, unsigned long vtkEvent) {
  const Qt::KeyboardModifiers modifiers = event.modifiers();
  interactor_->SetKeyEventInformation(modifiers.testFlag(Qt::ControlModifier),
                                      modifiers.testFlag(Qt::ShiftModifier), vtkKeyCode(event),
                                      event.isAutoRepeat() ? 1 : 0, vtkKeySymbol(event));
  interactor_->SetAltKey(modifiers.testFlag(Qt::AltModifier));
  interactor_->InvokeEvent(vtkEvent);
}

// Keys go on to the parent: VTK takes part, the window's own keys stay its own.
void VtkView::keyPressEvent(QKeyEvent* event) {
  sendKey(*event, vtkCommand::KeyPressEvent);
  if (vtkKeyCode(*event) != 0) interactor_->InvokeEvent(vtkCommand::CharEvent);
  event->ignore();
}

void VtkView::keyReleaseEvent(QKeyEvent* event) {
  sendKey(*event, vtkCommand::KeyReleaseEvent);
  event->ignore();
}

bool VtkView::event(QEvent* event) {
  switch (event->type()) {
    case QEvent::Enter:
      interactor_->InvokeEvent(vtkCommand::EnterEvent);
      break;
    case QEvent::Leave:
      interactor_->InvokeEvent(vtkCommand::LeaveEvent);
      break;
    default:
      break;
  }
  return QOpenGLWidget::event(event);
}

}  // namespace fathom
