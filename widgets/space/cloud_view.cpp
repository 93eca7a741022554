#include "widgets/space/cloud_view.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QVBoxLayout>

#include <vtkActor.h>
#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkInteractorStyleTrackballCamera.h>
#include <vtkObjectFactory.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "widgets/space/cloud_points.h"
#include "widgets/space/vtk_view.h"
#include "widgets/theme/tokens.h"

namespace fathom {
namespace {

constexpr int kSmallestPoint = 1, kLargestPoint = 12, kInitialPoint = 2;
constexpr double kSlowMilliseconds = 25, kCoarseGrowth = 1.6;
constexpr int kRestMilliseconds = 150;
constexpr double kKeyRotation = 5, kKeyPan = 0.05, kKeyZoom = 1.15;

/// The trackball without its letter keys: they belong to the window.
class CloudStyle : public vtkInteractorStyleTrackballCamera {
 public:
  static CloudStyle* New();
  void OnChar() override {}

  CloudStyle(const CloudStyle&) = delete;
  void operator=(const CloudStyle&) = delete;

 protected:
  CloudStyle() = default;
};

vtkStandardNewMacro(CloudStyle);

void turn(vtkCamera& camera, double azimuth, double elevation) {
  camera.Azimuth(azimuth);
  camera.Elevation(elevation);
  camera.OrthogonalizeViewUp();
}

/// Moves the camera beside what it looks at, by parts of the view's height.
void pan(vtkCamera& camera, double right, double up) {
  double normal[3], upward[3], position[3], focal[3];
  camera.GetViewPlaneNormal(normal);
  camera.GetViewUp(upward);
  camera.GetPosition(position);
  camera.GetFocalPoint(focal);
  const double half = camera.GetViewAngle() / 2 * std::numbers::pi / 180;
  const double height = 2 * camera.GetDistance() * std::tan(half);
  const double side[3] = {upward[1] * normal[2] - upward[2] * normal[1],
                          upward[2] * normal[0] - upward[0] * normal[2],
                          upward[0] * normal[1] - upward[1] * normal[0]};
  for (int i = 0; i < 3; ++i) {
    const double move = height * (right * side[i] + up * upward[i]);
    position[i] += move;
    focal[i] += move;
  }
  camera.SetPosition(position);
  camera.SetFocalPoint(focal);
}

bool isOwnKey(const QKeyEvent& event) {
  if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) return false;
  switch (event.key()) {
    case Qt::Key_R:
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
      return true;
    default:
      return false;
  }
}

}  // namespace

struct CloudView::Scene {
  CloudPoints points;
  vtkNew<vtkPolyDataMapper> mapper, coarseMapper;
  vtkNew<vtkActor> actor, coarseActor;
  vtkNew<vtkRenderer> unseen;       // holds the camera where there is no OpenGL
  vtkRenderer* renderer = nullptr;  // the view's, or `unseen`
  vtkNew<vtkCallbackCommand> onMoved, onDrag;
  CloudExtent home;
  CameraState last;  // as of the last change that was told or made from outside
  int pointSize = kInitialPoint;
  bool placed = false;  // the camera has been set, by a cloud or from outside
  bool atHome = true;   // and nobody has moved it since

  vtkCamera& camera() { return *renderer->GetActiveCamera(); }

  CameraState cameraState() {
    CameraState state;
    camera().GetPosition(state.position.data());
    camera().GetFocalPoint(state.focalPoint.data());
    camera().GetViewUp(state.viewUp.data());
    state.viewAngle = camera().GetViewAngle();
    return state;
  }

  /// From outside, not by the user's hand.
  void aim(const CameraState& state) {
    camera().SetPosition(state.position.data());
    camera().SetFocalPoint(state.focalPoint.data());
    camera().SetViewUp(state.viewUp.data());
    camera().SetViewAngle(state.viewAngle);
    last = cameraState();
  }

  void addActors() {
    mapper->SetInputData(&points.polyData());
    coarseMapper->SetInputData(&points.coarsePolyData());
    actor->SetMapper(mapper);
    coarseActor->SetMapper(coarseMapper);
    coarseActor->VisibilityOff();
    for (vtkActor* each : {actor.Get(), coarseActor.Get()}) {
      vtkMapper::SafeDownCast(each->GetMapper())->SetColorModeToDirectScalars();
      each->GetProperty()->LightingOff();
    }
  }
};

CloudView::CloudView(QWidget* parent) : QWidget(parent), scene_(std::make_unique<Scene>()) {
  setAccessibleName(tr("3D view"));
  setFocusPolicy(Qt::StrongFocus);
  refine_.setSingleShot(true);
  refine_.setInterval(kRestMilliseconds);
  connect(&refine_, &QTimer::timeout, this, [this] { setCoarse(false); });
  message_ = new QLabel(this);
  message_->setAlignment(Qt::AlignCenter);
  message_->setWordWrap(true);
  message_->setMargin(16);
  message_->setProperty("mute", true);
  message_->setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  Scene& scene = *scene_;
  scene.addActors();
  scene.renderer = scene.unseen;
  if (VtkView::available()) {
    view_ = new VtkView(this);
    view_->setAccessibleName(accessibleName());
    layout->addWidget(view_);
    setFocusProxy(view_);
    scene.renderer = &view_->renderer();
    observeInteraction();
    // Also where only the screen's scale changed.
    connect(view_, &QOpenGLWidget::resized, this, [this] { setPointSize(pointSize()); });
  }
  scene.renderer->AddActor(scene.actor);
  scene.renderer->AddActor(scene.coarseActor);
  // VTK would cut away what is nearer than 1 % of the farthest point; 24 bits of depth bear more.
  scene.renderer->SetNearClippingPlaneTolerance(0.0005);
  setPointSize(kInitialPoint);
  fitHome();
  applyColours();
  message_->raise();
  updateMessage();
}

void CloudView::observeInteraction() {
  vtkNew<CloudStyle> style;
  view_->interactor().SetInteractorStyle(style);
  scene_->onDrag->SetClientData(this);
  scene_->onDrag->SetCallback([](vtkObject*, unsigned long event, void* self, void*) {
    auto* view = static_cast<CloudView*>(self);
    if (event == vtkCommand::EndInteractionEvent) return view->refine_.start();
    view->refine_.stop();
    view->setCoarse(true);
  });
  style->AddObserver(vtkCommand::StartInteractionEvent, scene_->onDrag);
  style->AddObserver(vtkCommand::EndInteractionEvent, scene_->onDrag);
  scene_->onMoved->SetClientData(this);
  scene_->onMoved->SetCallback([](vtkObject*, unsigned long, void* self, void*) {
    static_cast<CloudView*>(self)->userMoved();
  });
  view_->interactor().AddObserver(vtkCommand::RenderEvent, scene_->onMoved);
}

CloudView::~CloudView() {
  delete view_;  // before the points that it shows
  view_ = nullptr;
}

bool CloudView::hasOpenGl() const {
  return view_ != nullptr;
}

void CloudView::setCloud(const at::Tensor& points, const at::Tensor& colours) {
  Scene& scene = *scene_;
  scene.points.set(points, colours);
  hint_.clear();
  if (!scene.placed && scene.points.size() > 0) resetCamera();
  setCoarse(true);
  refine_.start();
  updateMessage();
  redraw();
}

void CloudView::clear(const QString& hint) {
  scene_->points.clear();
  hint_ = hint;
  updateMessage();
  redraw();
}

std::int64_t CloudView::pointCount() const {
  return scene_->points.size();
}

void CloudView::setPointSize(int pixels) {
  const int size = std::clamp(pixels, kSmallestPoint, kLargestPoint);
  const bool changed = size != scene_->pointSize;
  scene_->pointSize = size;
  const double device = size * devicePixelRatioF();
  scene_->actor->GetProperty()->SetPointSize(static_cast<float>(device));
  scene_->coarseActor->GetProperty()->SetPointSize(static_cast<float>(kCoarseGrowth * device));
  redraw();
  if (changed) Q_EMIT pointSizeChanged(size);
}

int CloudView::pointSize() const {
  return scene_->pointSize;
}

CameraState CloudView::cameraState() const {
  return scene_->cameraState();
}

void CloudView::setCameraState(const CameraState& state) {
  if (state == cameraState()) return;
  scene_->placed = true;
  scene_->atHome = false;
  scene_->aim(state);
  redraw();
}

void CloudView::resetCamera() {
  scene_->home = scene_->points.extent();
  scene_->placed = scene_->points.size() > 0;
  scene_->atHome = true;
  fitHome();
  redraw();
}

void CloudView::fitHome() {
  const double aspect = static_cast<double>(std::max(1, width())) / std::max(1, height());
  scene_->aim(takingCamera(scene_->home, aspect));
}

/// Fewer and larger points while the camera moves, if all of them take too long to follow.
void CloudView::setCoarse(bool coarse) {
  if (!view_ || scene_->coarseActor->GetVisibility() == coarse) return;
  if (coarse && (view_->renderMilliseconds() < kSlowMilliseconds ||
                 pointCount() <= CloudPoints::kCoarsePoints)) {
    return;
  }
  scene_->coarseActor->SetVisibility(coarse);
  scene_->actor->SetVisibility(!coarse);
  view_->scheduleRender();
}

QImage CloudView::grabImage() {
  setCoarse(false);
  return view_ ? view_->image() : QImage();
}

void CloudView::redraw() {
  if (!view_) return;
  if (scene_->points.size() > 0) scene_->renderer->ResetCameraClippingRange();
  view_->scheduleRender();
}

void CloudView::userMoved() {
  if (scene_->last == cameraState()) return;  // a click without a drag
  scene_->last = cameraState();
  scene_->atHome = false;
  scene_->placed = true;
  Q_EMIT cameraChanged(cameraState());
}

void CloudView::applyColours() {
  const QColor pane = tokens().pane;
  scene_->renderer->SetBackground(pane.redF(), pane.greenF(), pane.blueF());
  setAutoFillBackground(true);
  QPalette own = this->palette();
  own.setColor(QPalette::Window, pane);
  setPalette(own);
  redraw();
}

void CloudView::updateMessage() {
  const bool empty = scene_->points.size() == 0;
  if (!view_) {
    message_->setText(
        tr("3D needs OpenGL 3.2 in a window, which this display does not offer.\n"
           "Everything else works without it."));
  } else {
    message_->setText(hint_.isEmpty() ? tr("No points to show") : hint_);
  }
  message_->setVisible(empty || !view_);
  message_->setGeometry(rect());
}

bool CloudView::handleKey(const QKeyEvent& event) {
  if (!isOwnKey(event)) return false;
  vtkCamera& camera = scene_->camera();
  const bool shift = event.modifiers().testFlag(Qt::ShiftModifier);
  const auto arrow = [&](int right, int up) {
    shift ? pan(camera, right * kKeyPan, up * kKeyPan)
          : turn(camera, -right * kKeyRotation, -up * kKeyRotation);
  };
  switch (event.key()) {
    case Qt::Key_R:
      resetCamera();
      Q_EMIT cameraChanged(cameraState());
      return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      setPointSize(pointSize() + 1);
      return true;
    case Qt::Key_Minus:
      setPointSize(pointSize() - 1);
      return true;
    case Qt::Key_Left:
      arrow(-1, 0);
      break;
    case Qt::Key_Right:
      arrow(1, 0);
      break;
    case Qt::Key_Up:
      arrow(0, 1);
      break;
    case Qt::Key_Down:
      arrow(0, -1);
      break;
    default:
      camera.Dolly(event.key() == Qt::Key_PageUp ? kKeyZoom : 1 / kKeyZoom);
  }
  setCoarse(true);
  refine_.start();
  redraw();
  userMoved();
  return true;
}

void CloudView::keyPressEvent(QKeyEvent* event) {
  if (!handleKey(*event)) QWidget::keyPressEvent(event);
}

bool CloudView::event(QEvent* event) {
  // While the view has the focus its keys win over the window's shortcuts of the same name.
  if (event->type() == QEvent::ShortcutOverride && isOwnKey(*static_cast<QKeyEvent*>(event))) {
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void CloudView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::StyleChange) applyColours();
}

void CloudView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  message_->setGeometry(rect());
  if (scene_->atHome) fitHome();
  redraw();
}

}  // namespace fathom
