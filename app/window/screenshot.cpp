#include "app/window/screenshot.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>
#include <cstdio>

#include "app/window/cloud_pane.h"
#include "app/window/export.h"
#include "app/window/main_window.h"
#include "core/device.h"
#include "core/error.h"

namespace fathom {
namespace {

constexpr int kSettleMilliseconds = 400;  // for fades to end and thumbnails to arrive

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

}  // namespace

void declareScreenshotOptions(QCommandLineParser& parser) {
  parser.addOption({"screenshot", "save a picture of the window as PNG and end", "file"});
  parser.addOption({"size", "size of the window", "WxH"});
  parser.addOption({"sample", "which sample to show, by number from 0", "number", "0"});
  parser.addOption({"layer", "which layer: 1 depth, 2 to 4 errors, 5 LR information", "number"});
  parser.addOption({"space", "2d, 3d or both", "space", "2d"});
  parser.addOption({"cursor", "where the cursor is, as parts of the picture", "x,y"});
}

void takeScreenshotIfAsked(const QCommandLineParser& parser, MainWindow& window,
                           Workbench& workbench) {
  const QStringList size = parser.value("size").split('x');
  if (size.size() == 2) window.resize(size[0].toInt(), size[1].toInt());
  if (!parser.isSet("screenshot")) return;
  const auto arrange = [&window, &workbench, sample = parser.value("sample").toInt(),
                        layer = parser.value("layer"), space = parser.value("space"),
                        cursor = parser.value("cursor")] {
    workbench.select(sample);
    if (!layer.isEmpty()) window.topBar().setLayer(layer.toInt() - 1);
    if (space != "2d") window.topBar().setSpace(space == "3d" ? Space::kDeep : Space::kBoth);
    const QStringList place = cursor.split(',');
    if (place.size() == 2) window.panes().pointAt({place[0].toDouble(), place[1].toDouble()});
  };
  // A given folder opens in the background: what is asked for is shown once it is there.
  if (parser.positionalArguments().isEmpty()) {
    QTimer::singleShot(0, &window, arrange);
  } else {
    QObject::connect(&workbench, &Workbench::sourceChanged, &window, arrange,
                     Qt::QueuedConnection);
  }
  auto* poll = new QTimer(&window);
  QObject::connect(poll, &QTimer::timeout, &window,
                   [&window, &workbench, poll, path = parser.value("screenshot"),
                    calm = 0]() mutable {
                     calm = window.isFresh() ? calm + 1 : 0;
                     if (calm * poll->interval() < kSettleMilliseconds) return;
                     poll->stop();
                     QApplication::exit(save(path, window, workbench));
                   });
  poll->start(50);
}

}  // namespace fathom
