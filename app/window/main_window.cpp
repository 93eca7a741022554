#include "app/window/main_window.h"

#include <QApplication>
#include <QDockWidget>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QSettings>
#include <QSplitter>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "app/window/bar_view.h"
#include "app/window/cloud_pane.h"
#include "app/window/degradation_panel.h"
#include "app/window/methods_panel.h"
#include "app/window/samples_panel.h"
#include "app/window/scores_panel.h"
#include "app/window/weights_dialog.h"
#include "core/device.h"
#include "widgets/colour/number_text.h"
#include "widgets/image/pane.h"
#include "widgets/image/pane_grid.h"
#include "widgets/space/cloud_view.h"

namespace fathom {
namespace {

QScrollArea* scrolled(QWidget* content, const QString& name) {
  auto* area = new QScrollArea;
  area->setAccessibleName(name);
  area->setWidget(content);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  return area;
}

/// Flat, as low as the status bar; hidden until there is something to press it for.
QToolButton* statusButton(const QString& text, const QString& help) {
  auto* button = new QToolButton;
  button->setText(text);
  button->setToolTip(help);
  button->setAutoRaise(true);
  button->setStyleSheet("padding: 0 6px; min-height: 0;");  // the theme's is too high here
  button->setFixedHeight(kStatusHeight - 4);
  button->hide();
  return button;
}

}  // namespace

MainWindow::MainWindow(Workbench& workbench) : workbench_(workbench) {
  setAcceptDrops(true);
  setDockOptions(AllowNestedDocks | AllowTabbedDocks);
  setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  makeCentre();
  makeZones();
  makeStatusBar();
  makeMenus();
  qApp->installEventFilter(this);
  connect(&workbench_, &Workbench::sourceChanged, this, &MainWindow::updateTitle);
  connect(&workbench_, &Workbench::sourceChanged, this, &MainWindow::rememberOpened);
  connect(&workbench_, &Workbench::openFailed, this, &MainWindow::say);
  connect(&workbench_, &Workbench::sampleChanged, this, &MainWindow::updateStatus);
  connect(&workbench_, &Workbench::settled, this, &MainWindow::updateStatus);
  connectJobs();
  connect(panes_, &PanesView::selectedChanged, this,
          [this](const QString& pane) { showInCloud(pane); });
  showInCloud(panes_->selected());
  updateTitle();
}

/// What is under way, and how to stop it.
void MainWindow::connectJobs() {
  connect(&workbench_, &Workbench::progressed, this, [this](double part, const QString& doing) {
    if (!workbench_.batch().isRunning())
      showJob(tr("%1 · %2 %").arg(doing).arg(qRound(100 * part)));
  });
  connect(&workbench_.batch(), &Batch::progressed, this, [this](int done, int all) {
    if (workbench_.batch().isRunning()) showJob(tr("Sample %1 of %2").arg(done).arg(all));
  });
  connect(&workbench_.batch(), &Batch::working, this,
          [this](int sample, int all, double part, const QString& doing) {
            if (!workbench_.batch().isRunning()) return;
            showJob(tr("Sample %1 of %2 · %3 · %4 %")
                        .arg(sample)
                        .arg(all)
                        .arg(doing)
                        .arg(qRound(100 * part)));
          });
  connect(&workbench_.batch(), &Batch::finished, this, [this] { updateStatus(); });
  connect(cancel_, &QToolButton::clicked, &workbench_, &Workbench::cancel);
  connect(&workbench_.weights(), &WeightsStore::changed, this, &MainWindow::showDownloads);
  connect(&workbench_.weights(), &WeightsStore::progressed, this, &MainWindow::showDownloads);
  connect(downloads_, &QToolButton::clicked, this, [this] {
    const auto& jobs = workbench_.weights().jobs();
    showWeights(jobs.empty() ? std::string() : jobs.begin()->first);
  });
  connect(methods_, &MethodsPanel::weightsWanted, this, &MainWindow::showWeights);
  connect(panes_, &PanesView::weightsWanted, this, &MainWindow::showWeights);
  connect(scores_, &ScoresPanel::weightsWanted, this, &MainWindow::showWeights);
  connect(&workbench_, &Workbench::resultChanged, this, &MainWindow::updateStamp);
  connect(&workbench_, &Workbench::sampleChanged, this, &MainWindow::updateStamp);
  connect(&workbench_.document(), &Document::changed, this, &MainWindow::updateStamp);
}

MainWindow::~MainWindow() {
  qApp->removeEventFilter(this);
}

void MainWindow::makeCentre() {
  topBar_ = new TopBar(workbench_);
  panes_ = new PanesView(workbench_);
  cloud_ = new CloudPane(workbench_);
  bar_ = new BarView(workbench_);
  auto* middle = new QSplitter(Qt::Horizontal);
  middle->addWidget(panes_);
  middle->addWidget(cloud_);
  middle->setStretchFactor(0, 1);
  middle->setStretchFactor(1, 1);
  middle->setChildrenCollapsible(false);
  auto* centre = new QWidget;
  auto* layout = new QVBoxLayout(centre);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(middle, 1);
  layout->addWidget(bar_);
  setCentralWidget(centre);
  cloud_->hide();
  connect(topBar_, &TopBar::spaceChosen, this, &MainWindow::showSpace);
  connect(topBar_, &TopBar::themeToggled, this,
          [this] { setTheme(currentTheme() == Theme::kDark ? Theme::kLight : Theme::kDark); });
  connect(topBar_, &TopBar::runAllWanted, this, [this] {
    scores_->showAllSamples();
    workbench_.runAllSamples();
  });
  connect(panes_, &PanesView::paneMenuWanted, this, &MainWindow::showPaneMenu);
  connect(panes_, &PanesView::cursorMoved, this, [this](const std::optional<CursorFacts>& facts) {
    if (!facts) return pixel_->clear();
    pixel_->setText(
        facts->metres
            ? tr("x %1  y %2   %3").arg(facts->x).arg(facts->y).arg(metresText(*facts->metres))
            : tr("x %1  y %2").arg(facts->x).arg(facts->y));
  });
}

QDockWidget* MainWindow::addZone(const QString& name, const QString& title, QWidget* content,
                                 Qt::DockWidgetArea area) {
  auto* dock = new QDockWidget(title);
  dock->setObjectName(name);
  dock->setWidget(content);
  // The zones' heads are their own; a dock's title bar would only repeat them.
  dock->setTitleBarWidget(new QWidget(dock));
  addDockWidget(area, dock);
  zones_.push_back(dock);
  return dock;
}

void MainWindow::makeZones() {
  auto* top = addZone("top", tr("Top bar"), topBar_, Qt::TopDockWidgetArea);
  auto* samples = new SamplesPanel(workbench_);
  auto* left = addZone("samples", tr("Samples"), samples, Qt::LeftDockWidgetArea);
  methods_ = new MethodsPanel(workbench_);
  right_ = new QTabWidget;
  right_->setDocumentMode(true);
  right_->addTab(scrolled(new DegradationPanel(workbench_), tr("Degradation")), tr("Degradation"));
  right_->addTab(methods_, tr("Methods"));
  auto* right =
      addZone("parameters", tr("Degradation and methods"), right_, Qt::RightDockWidgetArea);
  scores_ = new ScoresPanel(workbench_);
  auto* bottom = addZone("scores", tr("Scores and log"), scores_, Qt::BottomDockWidgetArea);
  top->setFeatures(QDockWidget::NoDockWidgetFeatures);
  resizeDocks({left, right}, {kLeftWidth, kRightWidth}, Qt::Horizontal);
  resizeDocks({bottom}, {kBottomHeight}, Qt::Vertical);
  right_->setMinimumWidth(kRightWidth);
  samples->setMinimumWidth(200);
  connect(samples, &SamplesPanel::openWanted, this, &MainWindow::openFolder);
  connect(scores_, &ScoresPanel::exportWanted, this, &MainWindow::exportTable);
  connect(scores_, &ScoresPanel::methodChosen, panes_, &PanesView::select);
}

void MainWindow::makeStatusBar() {
  pixel_ = new QLabel;
  job_ = new QLabel;
  device_ = new QLabel;
  statusBar()->setFixedHeight(kStatusHeight);
  statusBar()->setSizeGripEnabled(false);
  cancel_ = statusButton(tr("Cancel"), tr("Stops what is under way (Esc)"));
  downloads_ = statusButton({}, tr("Weights on their way: opens their manager"));
  statusBar()->addWidget(pixel_, 1);
  statusBar()->addPermanentWidget(downloads_);
  statusBar()->addPermanentWidget(job_);
  statusBar()->addPermanentWidget(cancel_);
  statusBar()->addPermanentWidget(device_);
}

void MainWindow::updateStatus() {
  if (!workbench_.batch().isRunning()) showJob({});
  const StageCache& cache = workbench_.pipeline().cache();
  device_->setText(
      tr("Cache %1 / %2 MB   %3")
          .arg(cache.bytes() >> 20)
          .arg(cache.budget() >> 20)
          .arg(QString::fromStdString(describeDevice(workbench_.pipeline().device()))));
}

/// A long text must not push the window wider.
void MainWindow::showJob(const QString& text) {
  constexpr int kWidest = 420;
  job_->setText(job_->fontMetrics().elidedText(text, Qt::ElideMiddle, kWidest));
  job_->setToolTip(text);
  cancel_->setVisible(!text.isEmpty());
}

/// Downloads go on while their manager is closed: here one sees them.
void MainWindow::showDownloads() {
  QStringList running;
  for (const auto& [name, job] : workbench_.weights().jobs()) {
    if (job.kind != WeightsJob::Kind::kFetch) continue;
    const WeightsItem* item = workbench_.weights().find(name);
    QString text = QString::fromStdString(item ? item->entry.title : name);
    if (job.part >= 0) text += QString(" %1 %").arg(int(100 * job.part));
    running << text;
  }
  downloads_->setVisible(!running.isEmpty());
  downloads_->setText(running.size() < 2
                          ? running.join(QString())
                          : tr("%1 and %2 more").arg(running[0]).arg(running.size() - 1));
}

void MainWindow::showWeights(const std::string& name) {
  if (!weights_) weights_ = new WeightsDialog(workbench_.weights(), this);
  weights_->select(name);
  weights_->show();
  weights_->raise();
  weights_->activateWindow();
}

void MainWindow::findMethod() {
  showTab(tr("Methods"));
  for (QDockWidget* zone : zones_) {
    if (zone->widget() == right_) zone->show();
  }
  methods_->focusSearch();
}

/// RGB and the transmitted map stand for the truth in 3D: nothing is to be said of that.
void MainWindow::updateStamp() {
  cloud_->setStamp(panes_->stampOf(panes_->selected()));
}

void MainWindow::say(const QString& text) {
  statusBar()->showMessage(text, 15000);
}

void MainWindow::showSpace(Space space) {
  panes_->setVisible(space != Space::kDeep);
  cloud_->setVisible(space != Space::kFlat);
  cloud_->setActive(space != Space::kFlat);
  if (space == Space::kDeep) cloud_->setFocus();
  auto* middle = qobject_cast<QSplitter*>(panes_->parentWidget());
  // Halves, the first time; from then on as the user left them.
  if (space == Space::kBoth && middle && !std::exchange(halved_, true)) {
    middle->setSizes({middle->width() / 2, middle->width() / 2});
  }
}

/// RGB and the transmitted map have no depth per pixel: the truth stands for them.
void MainWindow::showInCloud(const QString& pane) {
  cloud_->setPane(pane, panes_->titleOf(isMethodPane(pane) ? pane : kTruthPane));
  updateStamp();
}

QImage MainWindow::grabWindow() {
  return grab().toImage();
}

void MainWindow::showTab(const QString& title) {
  for (QTabWidget* tabs : findChildren<QTabWidget*>()) {
    for (int i = 0; i < tabs->count(); ++i) {
      if (tabs->tabText(i).compare(title, Qt::CaseInsensitive) == 0) tabs->setCurrentIndex(i);
    }
  }
}

bool MainWindow::isFresh() const {
  return !workbench_.isBusy() && panes_->isFresh() && !workbench_.batch().isRunning();
}

void MainWindow::setTheme(Theme theme) {
  applyTheme(*qApp, theme);
  QSettings().setValue("theme", theme == Theme::kDark ? "dark" : "light");
}

void MainWindow::restoreSettings(const QString& theme) {
  const QSettings settings;
  const QString wanted = theme.isEmpty() ? settings.value("theme", "dark").toString() : theme;
  applyTheme(*qApp, wanted == "light" ? Theme::kLight : Theme::kDark);
  resize(1366, 768);
  if (settings.contains("geometry")) {
    restoreGeometry(settings.value("geometry").toByteArray());
    restoreState(settings.value("docks").toByteArray());
  }
}

/// Single keys and Tab act only while the panes or the 3D view have the focus: in fields, lists
/// and buttons they keep their usual meaning.
bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return false;
  auto* widget = qobject_cast<QWidget*>(watched);
  if (!widget || widget->window() != this || widget != QApplication::focusWidget()) return false;
  const bool inPanes = qobject_cast<Pane*>(widget) && panes_->isAncestorOf(widget);
  const bool inCloud = &cloud_->view() == widget || cloud_->view().isAncestorOf(widget);
  if (!inPanes && !inCloud) return false;
  const auto* key = static_cast<QKeyEvent*>(event);
  if (key->modifiers() != Qt::NoModifier) return false;
  switch (key->key()) {
    case Qt::Key_Tab:
      toggleZones();
      return true;
    case Qt::Key_Slash:
      findMethod();
      return true;
    case Qt::Key_B:
      topBar_->setSpace(topBar_->space() == Space::kBoth ? Space::kFlat : Space::kBoth);
      return true;
    default:
      return inPanes && paneKey(key->key());
  }
}

/// Keys that the 3D view has a use of its own for.
bool MainWindow::paneKey(int key) {
  if (key == Qt::Key_PageUp || key == Qt::Key_PageDown) {
    workbench_.select(workbench_.current() + (key == Qt::Key_PageUp ? -1 : 1));
    return true;
  }
  if (key < Qt::Key_1 || key > Qt::Key_9) return false;
  panes_->selectMethod(key - Qt::Key_1);
  return true;
}

/// F6: the next zone that is there gets the focus, in reading order.
void MainWindow::focusZone(int by) {
  QList<QWidget*> stops;
  for (QDockWidget* zone : zones_) {
    if (zone->isVisible()) stops << zone->widget();
  }
  QWidget* centre = panes_->isVisible() ? static_cast<QWidget*>(panes_) : cloud_;
  stops.insert(std::min<qsizetype>(2, stops.size()), centre);
  const QWidget* focus = QApplication::focusWidget();
  qsizetype at = -1;
  for (qsizetype i = 0; i < stops.size(); ++i) {
    if (focus && (stops[i] == focus || stops[i]->isAncestorOf(focus))) at = i;
  }
  const qsizetype count = stops.size();
  QWidget* next = stops[at < 0 ? 0 : (at + by + count) % count];
  for (QWidget* child = next->nextInFocusChain(); child != next;
       child = child->nextInFocusChain()) {
    if (!next->isAncestorOf(child) || !child->isVisible() || !child->isEnabled()) continue;
    if (!(child->focusPolicy() & Qt::TabFocus)) continue;
    return child->setFocus(Qt::ShortcutFocusReason);
  }
}

/// Hides all zones but the panes, or brings back those that were there.
void MainWindow::toggleZones() {
  if (!hiddenBefore_.empty()) {
    for (std::size_t i = 0; i < zones_.size(); ++i) zones_[i]->setVisible(hiddenBefore_[i]);
    hiddenBefore_.clear();
    return;
  }
  for (QDockWidget* zone : zones_) {
    hiddenBefore_.push_back(zone->isVisible());
    zone->hide();
  }
}

}  // namespace fathom
