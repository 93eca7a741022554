// The menus of the window and what their entries do.
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QVBoxLayout>

#include "app/window/cloud_pane.h"
#include "app/window/export.h"
#include "app/window/layers.h"
#include "app/window/main_window.h"
#include "app/window/method_dialog.h"
#include "app/window/method_shelf.h"
#include "app/window/method_trial.h"
#include "app/window/methods_panel.h"
#include "app/window/scores_panel.h"
#include "core/device.h"
#include "core/error.h"
#include "core/log.h"
#include "widgets/image/pane_grid.h"
#include "widgets/theme/icons.h"

namespace fathom {
namespace {

/// What a bug report needs of this build and machine.
QString aboutLine(const std::string& device) {
  const Provenance made = makeProvenance(device, 0);
  return QString("Version %1 (%2)<br>LibTorch %3, Qt %4<br>%5")
      .arg(QString::fromStdString(made.version), QString::fromStdString(made.commit),
           QString::fromStdString(made.torch), QString(qVersion()),
           QString::fromStdString(made.device).toHtmlEscaped());
}

}  // namespace

QAction* MainWindow::action(const QString& icon, const QString& text, const QKeySequence& key) {
  auto* made = new QAction(icon.isEmpty() ? QIcon() : themedIcon(icon), text, this);
  made->setShortcut(key);
  return made;
}

void MainWindow::makeMenus() {
  makeFileMenu();
  makeEditMenu();
  makeViewMenu();
  makeMethodsMenu();
  makeWindowMenu();
  makeHelpMenu();
}

void MainWindow::makeEditMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Edit"));
  QUndoStack& stack = workbench_.document().undoStack();
  QAction* undo = stack.createUndoAction(this, tr("&Undo"));
  undo->setShortcut(QKeySequence::Undo);
  undo->setIcon(themedIcon("undo"));
  QAction* redo = stack.createRedoAction(this, tr("&Redo"));
  redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
  redo->setIcon(themedIcon("redo"));
  menu->addActions({undo, redo});
}

void MainWindow::makeViewMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  for (const LayerInfo& info : layerInfos()) {
    const int index = static_cast<int>(info.layer.kind);
    QAction* layer = action({}, info.title, QKeySequence(QString("Alt+%1").arg(index + 1)));
    menu->addAction(layer);
    connect(layer, &QAction::triggered, this, [this, index] { topBar_->setLayer(index); });
  }
  QMenu* own = menu->addMenu(tr("Maps of the &methods"));
  connect(own, &QMenu::aboutToShow, this, [this, own] { fillMapsMenu(*own); });
  menu->addSeparator();
  QAction* fit = action("fit", tr("&Fit"), QKeySequence("Ctrl+0"));
  connect(fit, &QAction::triggered, this, [this] { panes_->view().fit(); });
  QAction* flat = action("grid", tr("&2D"), QKeySequence("Ctrl+2"));
  connect(flat, &QAction::triggered, this, [this] { topBar_->setSpace(Space::kFlat); });
  QAction* deep = action("cube", tr("&3D"), QKeySequence("Ctrl+3"));
  connect(deep, &QAction::triggered, this, [this] { topBar_->setSpace(Space::kDeep); });
  QAction* both = action("layers", tr("&Both"), QKeySequence("Ctrl+4"));
  connect(both, &QAction::triggered, this, [this] { topBar_->setSpace(Space::kBoth); });
  menu->addActions({fit, flat, deep, both});
  menu->addSeparator();
  QAction* theme = action("sun", tr("&Dark or light"), QKeySequence("Ctrl+T"));
  menu->addAction(theme);
  connect(theme, &QAction::triggered, topBar_, &TopBar::themeToggled);
}

/// Uncertainty, intervals and inner maps of the methods on show, as far as they make any.
void MainWindow::fillMapsMenu(QMenu& menu) {
  menu.clear();
  for (const LayerInfo& info : workbench_.layers()) {
    if (!isPredictedLayer(info.layer)) continue;
    QAction* layer = menu.addAction(info.title);
    connect(layer, &QAction::triggered, this, [this, id = info.id] { topBar_->setLayer(id); });
  }
  if (!menu.isEmpty()) return;
  menu.addAction(tr("The shown methods make none"))->setEnabled(false);
}

void MainWindow::makeMethodsMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Methods"));
  QAction* run = action("play", tr("&Run all samples"), QKeySequence("Ctrl+R"));
  connect(run, &QAction::triggered, topBar_, &TopBar::runAllWanted);
  QAction* again = action("reset", tr("Compute &again"), QKeySequence("F5"));
  connect(again, &QAction::triggered, this, [this] { workbench_.refresh(); });
  QAction* stop = action("stop", tr("&Cancel"), QKeySequence("Esc"));
  connect(stop, &QAction::triggered, &workbench_, &Workbench::cancel);
  QAction* find = action("search", tr("&Find a method"), QKeySequence("Ctrl+Shift+F"));
  connect(find, &QAction::triggered, this, &MainWindow::findMethod);
  QAction* weights = action("download", tr("&Weights…"), QKeySequence("Ctrl+Shift+W"));
  connect(weights, &QAction::triggered, this, [this] { showWeights(); });
  menu->addActions({run, again, stop});
  menu->addSeparator();
  menu->addActions({find, weights});
  menu->addSeparator();
  QAction* own = action("add", tr("&Add method…"), QKeySequence("Ctrl+Shift+M"));
  connect(own, &QAction::triggered, this, [this] { editMethod({}); });
  menu->addAction(own);
}

void MainWindow::setShelf(MethodShelf* shelf) {
  shelf_ = shelf;
  const auto tell = [this] {
    std::set<std::string> ids;
    for (const MethodDefinition& each : shelf_->own()) ids.insert(each.id);
    methods_->setOwn(std::move(ids));
  };
  connect(shelf_, &MethodShelf::changed, this, tell);
  connect(methods_, &MethodsPanel::editWanted, this, &MainWindow::editMethod);
  connect(methods_, &MethodsPanel::removeWanted, this, &MainWindow::removeMethod);
  connect(panes_, &PanesView::consentWanted, this, &MainWindow::allowCode);
  tell();
  if (!shelf_->problems().isEmpty()) say(shelf_->problems().join(QLatin1String("  ")));
}

void MainWindow::editMethod(const std::string& id) {
  if (!shelf_) return;
  auto* dialog = new MethodDialog(workbench_, *shelf_, id, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &MethodDialog::saved, this, [this, isNew = id.empty()](const std::string& saved) {
    // What was just added is what one wants to see.
    if (isNew) {
      ExperimentState state = workbench_.document().state();
      const UpsamplerInfo& info = workbench_.pipeline().methods().info(saved);
      state.methods.push_back({saved, initialValues(info.settings)});
      workbench_.document().change(tr("Show %1").arg(QString::fromStdString(info.title)),
                                   std::move(state));
    }
    methods_->select(saved);
  });
  dialog->open();
}

/// What it reads stays where it is; only the entry goes.
void MainWindow::removeMethod(const std::string& id) {
  if (!shelf_) return;
  try {
    shelf_->remove(id);
  } catch (const std::exception& error) {
    say(QString::fromStdString(describe(error)));
  }
}

void MainWindow::allowCode(const std::string& method, const std::string& failure) {
  const std::filesystem::path file =
      shelf_ ? shelf_->refusedFile(method, failure) : std::filesystem::path();
  if (file.empty()) return say(QString::fromStdString(failure));
  withConsent(
      shelf_->consent(), file, this, [this] { workbench_.refresh(); },
      [this](const QString& why) { say(why); });
}

void MainWindow::makeWindowMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Window"));
  for (QDockWidget* zone : zones_) menu->addAction(zone->toggleViewAction());
  menu->addSeparator();
  QAction* next = action({}, tr("&Next zone"), QKeySequence("F6"));
  connect(next, &QAction::triggered, this, [this] { focusZone(1); });
  QAction* previous = action({}, tr("&Previous zone"), QKeySequence("Shift+F6"));
  connect(previous, &QAction::triggered, this, [this] { focusZone(-1); });
  menu->addActions({next, previous});
  menu->addSeparator();
  QAction* full = action({}, tr("&Full screen"), QKeySequence("F11"));
  full->setCheckable(true);
  menu->addAction(full);
  connect(full, &QAction::toggled, this, [this](bool on) { on ? showFullScreen() : showNormal(); });
}

void MainWindow::makeHelpMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Help"));
  QAction* keys = action("info", tr("&Keys"), QKeySequence("F1"));
  connect(keys, &QAction::triggered, this, &MainWindow::showKeys);
  QAction* about = action({}, tr("&About Fathom"), {});
  connect(about, &QAction::triggered, this, [this] {
    QMessageBox::about(this, tr("About Fathom"),
                       tr("<b>Fathom</b><br>Workbench for compressed depth-map super-resolution."
                          "<br><br>%1<br><br>Apache-2.0; linked libraries carry terms of their "
                          "own, see NOTICE.")
                           .arg(aboutLine(describeDevice(workbench_.pipeline().device()))));
  });
  menu->addActions({keys, about});
}

Provenance MainWindow::provenance() const {
  const ExperimentState& state = workbench_.document().state();
  Provenance made =
      makeProvenance(describeDevice(workbench_.pipeline().device()), state.degradation.seed);
  if (const auto sample = workbench_.sample()) made.more.emplace_back("sample", sample->sample.id);
  if (const auto low = workbench_.low()) {
    made.more.emplace_back("map", low->simulated ? state.degradation.preset : "real");
  }
  std::string methods, stamps;
  for (const MethodChoice& method : state.methods) {
    methods += (methods.empty() ? "" : ",") + method.id;
    const std::string stamp = panes_->stampOf(methodPane(method.id)).toStdString();
    if (!stamp.empty()) stamps += (stamps.empty() ? "" : "; ") + method.id + ": " + stamp;
  }
  made.more.emplace_back("methods", methods);
  if (!stamps.empty()) made.more.emplace_back("stamps", stamps);
  made.more.emplace_back("protocol", state.protocol);
  return made;
}

void MainWindow::save(const QString& title, const QString& suggestion, const QString& filter,
                      const std::function<void(const QString&)>& write) {
  QSettings settings;
  const QString folder = settings.value("exports", QDir::homePath()).toString();
  const QString path = QFileDialog::getSaveFileName(this, title, folder + "/" + suggestion, filter);
  if (path.isEmpty()) return;
  settings.setValue("exports", QFileInfo(path).absolutePath());
  try {
    write(path);
    say(tr("Wrote %1").arg(path));
  } catch (const std::exception& error) {
    log().error("{}", describe(error));
    QMessageBox::warning(this, title, QString::fromStdString(describe(error)));
  }
}

void MainWindow::exportTable() {
  const std::vector<ScoreRow> rows = scores_->rows();
  if (rows.empty()) return say(tr("There is no score to export: the sample has no truth."));
  save(tr("Export the table"), "scores.csv", tr("CSV (*.csv)"),
       [&](const QString& path) { exportCsv(path, rows); });
}

void MainWindow::exportView() {
  const QImage image = topBar_->space() == Space::kDeep ? cloud_->grabImage() : panes_->grabPanes();
  const auto sample = workbench_.sample();
  const QString name = sample ? QString::fromStdString(sample->sample.id) : QString("view");
  save(tr("Export the view"), name + ".png", tr("PNG (*.png)"),
       [&](const QString& path) { exportPng(path, image, provenance()); });
}

void MainWindow::showPaneMenu(const QString& pane, const QPoint& position) {
  QMenu menu;
  const Display& display = workbench_.display();
  const bool own = display.paneLayers.contains(pane);
  const auto set = [this, pane](std::optional<LayerId> layer) {
    Display next = workbench_.display();
    next.paneLayers.remove(pane);
    if (layer) next.paneLayers[pane] = *layer;
    workbench_.setDisplay(next);
  };
  if (pane != kRgbPane) {
    QAction* same = menu.addAction(tr("Layer as in the top bar"));
    same->setCheckable(true);
    same->setChecked(!own);
    connect(same, &QAction::triggered, this, [set] { set({}); });
    for (const LayerInfo& info : workbench_.layers()) {
      if (isPredictedLayer(info.layer) && !isMethodPane(pane)) continue;
      QAction* layer = menu.addAction(info.title);
      layer->setCheckable(true);
      layer->setChecked(own && display.paneLayers[pane] == info.layer);
      connect(layer, &QAction::triggered, this, [set, own = info.layer] { set(own); });
    }
    menu.addSeparator();
  }
  QAction* deep = menu.addAction(themedIcon("cube"), tr("Show in 3D beside the panes"));
  connect(deep, &QAction::triggered, this, [this, pane] {
    panes_->select(pane);
    topBar_->setSpace(Space::kBoth);
  });
  QAction* fit = menu.addAction(themedIcon("fit"), tr("Fit"));
  connect(fit, &QAction::triggered, this, [this] { panes_->view().fit(); });
  menu.exec(position);
}

void MainWindow::showKeys() {
  const std::vector<std::pair<QString, QString>> keys{
      {"Ctrl+O · Ctrl+Shift+O", tr("open a folder · a run file (or drop it on the window)")},
      {"Ctrl+S · Ctrl+Shift+S", tr("save the run file · save it as another")},
      {"Page Up / Page Down", tr("previous / next sample (focus in the panes)")},
      {"Ctrl+F", tr("find a sample")},
      {tr("Ctrl+Shift+F or /"), tr("find a method (/ with the focus in the panes)")},
      {"Ctrl+Shift+M", tr("add a method of your own")},
      {"Ctrl+Shift+W", tr("weights of the methods: get, verify, remove")},
      {tr("Wheel, drag"), tr("zoom, pan all panes; with Alt this pane alone")},
      {"F or Ctrl+0 · Ctrl+1", tr("fit · 100 %")},
      {tr("Shift + arrows"), tr("move the crosshair")},
      {"1 … 9", tr("select a method's pane")},
      {"Alt+1 … Alt+5", tr("layer: depth, errors, LR information")},
      {"Ctrl+2 · Ctrl+3 · Ctrl+4, B", tr("2D · 3D · both")},
      {"Tab", tr("hide all but the panes (focus in the panes)")},
      {"F6 · Shift+F6", tr("next · previous zone of the window")},
      {"Ctrl+R · F5 · Esc", tr("run all samples · compute again · cancel")},
      {"Ctrl+Z · Ctrl+Shift+Z", tr("undo · redo")},
      {"Ctrl+E · Ctrl+Alt+S", tr("export the table · the view")},
      {"R · + −", tr("in 3D: back to the camera · size of the points")},
      {"Ctrl+T · F11", tr("dark or light · full screen")},
  };
  QString rows;
  for (const auto& [key, what] : keys) {
    rows += QString(
                "<tr><td style='padding:3px 24px 3px 0'><b>%1</b></td><td style='padding:3px "
                "0'>%2</td></tr>")
                .arg(key.toHtmlEscaped(), what.toHtmlEscaped());
  }
  auto* dialog = new QDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Keys"));
  auto* layout = new QVBoxLayout(dialog);
  layout->setContentsMargins(20, 16, 20, 16);
  layout->addWidget(new QLabel("<table>" + rows + "</table>"));
  auto* close = new QDialogButtonBox(QDialogButtonBox::Close);
  connect(close, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  layout->addWidget(close);
  dialog->show();
}

}  // namespace fathom
