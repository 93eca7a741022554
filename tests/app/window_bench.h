#pragma once

#include <QAccessible>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <functional>
#include <memory>

#include "app/window/main_window.h"
#include "app/window/scores_panel.h"
#include "tests/app/made_up_challenge.h"
#include "tests/app/made_up_methods.h"
#include "tests/widgets/screen_test.h"
#include "widgets/image/pane.h"
#include "widgets/image/pane_grid.h"
#include "widgets/lists/score_table.h"

/// The window over made-up methods, with settings of its own and a folder for the test's files.
class WindowBench {
 public:
  Gate gate;
  QTemporaryDir folder;
  std::unique_ptr<fathom::Workbench> workbench;
  std::unique_ptr<fathom::MainWindow> window;

  /// @param more  adds methods to the made-up ones
  explicit WindowBench(QSize size = {1366, 768},
                       const std::function<void(fathom::UpsamplerRegistry&)>& more = {}) {
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.path());
    qputenv("FATHOM_WEIGHTS", folder.filePath("weights").toLocal8Bit());
    fathom::UpsamplerRegistry methods = madeUpMethods(gate);
    if (more) more(methods);
    workbench = std::make_unique<fathom::Workbench>(std::make_shared<fathom::Pipeline>(
        std::move(methods), [] { return at::Device(at::kCPU); }, std::size_t{256} << 20));
    window = std::make_unique<fathom::MainWindow>(*workbench);
    window->restoreSettings("dark");
    window->resize(size);
    window->show();
    QApplication::setActiveWindow(window.get());  // no window manager does it under Xvfb
  }
  ~WindowBench() {
    window.reset();
    workbench.reset();
  }

  QString path(const QString& name) const { return folder.filePath(name); }
  std::filesystem::path root(const char* name) const { return path(name).toStdString(); }
  bool isFresh() const { return window->isFresh(); }
  fathom::PaneGrid& grid() { return window->panes().grid(); }
  fathom::Pane* pane(int index) { return grid().pane(index); }
  fathom::ScoresPanel* scores() { return window->findChild<fathom::ScoresPanel*>(); }
  fathom::ScoreTable* table() { return window->findChild<fathom::ScoreTable*>(); }
  std::string sampleId() const {
    return workbench->sample() ? workbench->sample()->sample.id : std::string();
  }

  /// Opens `count` made-up samples and waits for the first one's panes.
  void openMine(int count = 2) {
    for (int number = 1; number <= count; ++number) addMadeUpSample(root("mine"), number);
    workbench->open({path("mine")});
    QTRY_COMPARE(sampleId(), std::string("train-0001"));
    QTRY_VERIFY(isFresh());
  }
  void show(std::initializer_list<const char*> methods) {
    fathom::ExperimentState state = workbench->document().state();
    state.methods.clear();
    for (const char* id : methods) {
      state.methods.push_back(
          {id, initialValues(workbench->pipeline().methods().info(id).settings)});
    }
    workbench->document().change("Methods", std::move(state));
  }
};

/// Visible children of a kind.
template <class Widget>
QList<Widget*> visibleChildren(QWidget& parent) {
  QList<Widget*> shown;
  for (Widget* child : parent.findChildren<Widget*>()) {
    if (child->isVisible()) shown << child;
  }
  return shown;
}

/// What a screen reader calls a widget.
inline QString spokenName(QWidget* widget) {
  QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
  return interface ? interface->text(QAccessible::Name) : QString();
}
