#include "app/window/screenshot.h"

#include <time.h>
#include <unistd.h>

#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>

#include "app/window/cloud_pane.h"
#include "app/window/export.h"
#include "app/window/main_window.h"
#include "app/window/run_files.h"
#include "core/device.h"
#include "core/error.h"

namespace fathom {
namespace {

constexpr int kSettleMilliseconds = 1000;  // for fades to end and thumbnails to arrive

int save(const QString& path, MainWindow& window, Workbench& workbench) {
  try {
    exportPng(path, window.grabWindow(),
              makeProvenance(describeDevice(workbench.pipeline().device()), 0));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", describe(error).c_str());
    return 1;
  }
}

/// Milliseconds since the kernel started this process: all that the user waits for is in it.
double sinceStart() {
  std::ifstream stat("/proc/self/stat");
  std::string text(std::istreambuf_iterator<char>(stat), {});
  // The 22nd field, 20 after the program's name, which ends with the last bracket.
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  const double began = std::stod(field) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return 1e3 * (static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - began);
}

/// Ends the program once the first sample's panes are fresh and painted.
void timeStart(MainWindow& window) {
  auto* poll = new QTimer(&window);
  QObject::connect(poll, &QTimer::timeout, &window, [&window, poll] {
    if (!window.isFresh()) return;
    poll->stop();
    window.repaint();
    std::printf("%.0f\n", sinceStart());
    QApplication::exit(0);
  });
  poll->start(5);
}

/// Unknown ids are errors that the caller shows.
void showMethods(Workbench& workbench, const QString& ids) {
  ExperimentState state = workbench.document().state();
  state.methods.clear();
  for (const QString& id : ids.split(',', Qt::SkipEmptyParts)) {
    const UpsamplerInfo& info = workbench.pipeline().methods().info(id.toStdString());
    state.methods.push_back({info.id, initialValues(info.settings)});
  }
  workbench.document().change(QStringLiteral("Methods"), std::move(state));
}

}  // namespace

void declareScreenshotOptions(QCommandLineParser& parser) {
  parser.addOption({"screenshot", "save a picture of the window as PNG and end", "file"});
  parser.addOption({"size", "size of the window", "WxH"});
  parser.addOption({"sample", "which sample to show, by number from 0", "number", "0"});
  parser.addOption(
      {"layer",
       "which layer: 1 depth, 2 to 4 errors, 5 LR information, or one of the methods' by id "
       "(uncertainty, interval-width, inner:start)",
       "layer"});
  parser.addOption({"methods", "which methods to show, by id", "id,id,..."});
  parser.addOption({"space", "2d, 3d or both", "space", "2d"});
  parser.addOption({"tab", "a tab to bring to the front, by its title", "title"});
  QCommandLineOption timing("time-start", "print the milliseconds from start to fresh panes, end");
  timing.setFlags(QCommandLineOption::HiddenFromHelp);
  parser.addOption(timing);
  parser.addOption({"cursor", "where the cursor is, as parts of the picture", "x,y"});
}

void takeScreenshotIfAsked(const QCommandLineParser& parser, MainWindow& window,
                           Workbench& workbench) {
  const QStringList size = parser.value("size").split('x');
  if (size.size() == 2) window.resize(size[0].toInt(), size[1].toInt());
  if (parser.isSet("time-start")) timeStart(window);
  if (!parser.isSet("screenshot")) return;
  const auto ready = std::make_shared<bool>(false);
  const auto arrange = [&window, &workbench, ready, sample = parser.value("sample").toInt(),
                        layer = parser.value("layer"), space = parser.value("space"),
                        methods = parser.value("methods"), tab = parser.value("tab"),
                        cursor = parser.value("cursor")] {
    workbench.select(sample);
    if (!methods.isEmpty()) showMethods(workbench, methods);
    if (layer.toInt() > 0) window.topBar().setLayer(layer.toInt() - 1);
    if (space != "2d") window.topBar().setSpace(space == "3d" ? Space::kDeep : Space::kBoth);
    if (!tab.isEmpty()) window.showTab(tab);
    const QStringList place = cursor.split(',');
    if (place.size() == 2) window.panes().pointAt({place[0].toDouble(), place[1].toDouble()});
    *ready = true;
    // What methods offer is known once they have run.
    if (layer.isEmpty() || layer.toInt() > 0) return;
    *ready = false;
    QObject::connect(
        &workbench, &Workbench::settled, &window,
        [&window, layer, ready] {
          window.topBar().setLayer(layer);
          *ready = true;
        },
        Qt::SingleShotConnection);
  };
  // A given folder opens in the background: what is asked for is shown once it is there.
  if (parser.positionalArguments().isEmpty()) {
    QTimer::singleShot(0, &window, arrange);
  } else {
    QObject::connect(&workbench, &Workbench::sourceChanged, &window, arrange, Qt::QueuedConnection);
    const auto fail = [](const QString& why) {
      std::fprintf(stderr, "%s\n", qPrintable(why));
      QApplication::exit(1);
    };
    QObject::connect(&workbench, &Workbench::openFailed, &window, fail);
    if (RunFiles* files = window.runFiles()) {
      QObject::connect(files, &RunFiles::failed, &window,
                       [fail](const QString&, const QString& why) { fail(why); });
    }
  }
  auto* poll = new QTimer(&window);
  QObject::connect(
      poll, &QTimer::timeout, &window,
      [&window, &workbench, ready, poll, path = parser.value("screenshot"), calm = 0]() mutable {
        calm = *ready && window.isFresh() ? calm + 1 : 0;
        if (calm * poll->interval() < kSettleMilliseconds) return;
        poll->stop();
        QApplication::exit(save(path, window, workbench));
      });
  poll->start(50);
}

}  // namespace fathom
