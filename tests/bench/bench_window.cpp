// From a moved slider to fresh panes, and from the start of the program to a usable window: see
// usage(). Prints a table; run it on a machine that does nothing else.
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "app/window/main_window.h"
#include "models/registry.h"
#include "widgets/space/vtk_view.h"

namespace {

using namespace fathom;

int usage() {
  std::fputs(
      "usage: bench_window [CHANGES [STARTS]]\n"
      "Moves a slider of the degradation form CHANGES times (200) on an embedded scene with RGB,\n"
      "LR, truth and the default method at 1366x768, each time until all panes are painted afresh; "
      "then "
      "starts\n"
      "the program that lies beside this one STARTS times (5), after one start to warm up.\n",
      stderr);
  return 2;
}

std::string row(const char* what, std::vector<double> milliseconds) {
  std::ranges::sort(milliseconds);
  const auto at = [&](double part) {
    return milliseconds[static_cast<std::size_t>(
        part * static_cast<double>(milliseconds.size() - 1) + 0.5)];
  };
  char text[160];
  std::snprintf(text, sizeof text, "| %s | %zu | %.1f | %.1f | %.1f |\n", what, milliseconds.size(),
                at(0.5), at(0.95), milliseconds.back());
  return text;
}

/// One application on one scene, as a user sees it.
class SliderBench {
 public:
  SliderBench() : workbench_(makePipeline()), window_(workbench_) {
    ExperimentState state = workbench_.document().state();
    state.methods.resize(1);  // the default
    workbench_.document().change("Methods", std::move(state));
    window_.restoreSettings("dark");
    window_.resize(1366, 768);
    window_.show();
    QObject::connect(&workbench_, &Workbench::settled, &window_, [this] { settled_ = true; });
    while (!window_.isFresh()) wait();
    // Thumbnails come after the first picture: the measurement begins when they are there.
    QElapsedTimer calm;
    for (calm.start(); calm.elapsed() < 4000;)
      QApplication::processEvents(QEventLoop::AllEvents, 50);
  }

  std::vector<double> drag(int changes) {
    std::vector<double> taken;
    for (int i = 0; i < changes; ++i) {
      ExperimentState state = workbench_.document().state();
      state.degradation.sigmaAdditive = 0.01 + 0.0005 * (i + 1);  // never seen before
      settled_ = false;
      QElapsedTimer time;
      time.start();
      workbench_.document().change("Degradation", std::move(state), true);
      while (!settled_) wait();
      QApplication::processEvents();  // paints
      taken.push_back(1e-6 * static_cast<double>(time.nsecsElapsed()));
      if (!window_.isFresh()) std::abort();  // the table would show what is not there
    }
    return taken;
  }

 private:
  static std::shared_ptr<Pipeline> makePipeline() {
    UpsamplerRegistry methods;
    registerModels(methods);
    return std::make_shared<Pipeline>(
        std::move(methods), [] { return at::Device(at::kCPU); }, std::size_t{1} << 30);
  }
  static void wait() { QApplication::processEvents(QEventLoop::WaitForMoreEvents); }

  Workbench workbench_;
  MainWindow window_;
  bool settled_ = false;
};

/// Milliseconds from the start of the program's process until its panes are fresh.
double startOnce(const QString& home) {
  QProcess process;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_STATE_HOME"}) environment.insert(name, home);
  process.setProcessEnvironment(environment);
  process.start(QApplication::applicationDirPath() + "/fathom", {"--time-start"});
  bool isNumber = false;
  process.waitForFinished(60000);
  const double taken = process.readAllStandardOutput().trimmed().toDouble(&isNumber);
  if (!isNumber) {
    std::fprintf(stderr, "fathom did not start: %s\n", process.readAllStandardError().constData());
    std::exit(1);
  }
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 3 || (argc > 1 && std::atoi(argv[1]) < 1)) return usage();
  const int changes = argc > 1 ? std::atoi(argv[1]) : 200,
            starts = argc > 2 ? std::atoi(argv[2]) : 5;
  if (qEnvironmentVariableIsEmpty("DISPLAY")) qputenv("QT_QPA_PLATFORM", "offscreen");
  VtkView::prepareApplication();
  QApplication application(argc, argv);
  const QTemporaryDir home;
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home.path());
  std::string table = "| window, ms | runs | median | 95 % | most |\n|---|---:|---:|---:|---:|\n";
  table += row("slider to fresh panes", SliderBench().drag(changes));
  if (starts > 0) {
    startOnce(home.path());
    std::vector<double> taken;
    for (int i = 0; i < starts; ++i) taken.push_back(startOnce(home.path()));
    table += row("start to usable window", std::move(taken));
  }
  std::string load;
  std::getline(std::ifstream("/proc/loadavg"), load);
  std::printf("%s\nload %s\n", table.c_str(), load.c_str());
  return 0;
}
