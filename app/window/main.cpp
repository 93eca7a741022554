// The window: fathom [PATH...]. See --help.
#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>
#include <memory>

#include "app/built_in_methods.h"
#include "app/window/main_window.h"
#include "app/window/method_shelf.h"
#include "app/window/run_files.h"
#include "app/window/screenshot.h"
#include "app/window/session.h"
#include "core/device.h"
#include "core/error.h"
#include "core/log.h"
#include "core/provenance.h"
#include "widgets/space/vtk_view.h"
#include "widgets/theme/tokens.h"

namespace {

constexpr std::size_t kCacheBytes = std::size_t{1} << 30;

void declareOptions(QCommandLineParser& parser) {
  parser.setApplicationDescription(
      "The window of Fathom. Opens the folders given (TartanAir V1, AIS/AIM challenge) and the "
      "embedded scenes, or a run file.");
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument("PATH", "folders of samples, scenes:0-4, or one run file (*.toml)",
                               "[PATH...]");
  parser.addOption({"theme", "dark or light (default: as last time, dark at first)", "theme"});
  parser.addOption({"device", "cpu, cuda or auto (default)", "device", "auto"});
  parser.addOption({"fresh", "do not bring back what was on show last time"});
  fathom::declareScreenshotOptions(parser);
}

at::Device chooseDevice(const std::string& text) {
  if (text == "auto") return fathom::hasCudaDevice() ? at::Device(at::kCUDA, 0) : at::kCPU;
  try {
    return fathom::deviceFromText(text);
  } catch (const fathom::BadInput& error) {
    fathom::log().warn("{}; using the CPU", error.what());
    return at::kCPU;
  }
}

/// Pictures and timings are of what was asked for, and leave no trace.
std::unique_ptr<fathom::Session> keepSession(const QCommandLineParser& parser,
                                             fathom::Workbench& workbench,
                                             fathom::MethodShelf& shelf, fathom::RunFiles& files,
                                             fathom::MainWindow& window) {
  if (parser.isSet("screenshot") || parser.isSet("time-start")) return {};
  auto session =
      std::make_unique<fathom::Session>(workbench, shelf, files, fathom::Session::usualFile());
  QObject::connect(session.get(), &fathom::Session::warned, &window, &fathom::MainWindow::say);
  const bool named = !parser.positionalArguments().isEmpty();
  if (!named && !parser.isSet("fresh")) session->restore();
  return session;
}

}  // namespace

int main(int argc, char** argv) {
  fathom::VtkView::prepareApplication();
  QApplication application(argc, argv);
  QCoreApplication::setOrganizationName("Fathom");
  QCoreApplication::setApplicationName("fathom");
  QCoreApplication::setApplicationVersion(
      QString::fromStdString(fathom::makeProvenance("", 0).version));
  QCommandLineParser parser;
  declareOptions(parser);
  parser.process(application);

  fathom::startLogging({fathom::stateFolder(), true, 2});
  auto pipeline = std::make_shared<fathom::Pipeline>(
      fathom::builtInMethods(),
      [device = parser.value("device").toStdString()] { return chooseDevice(device); },
      kCacheBytes);
  fathom::Workbench workbench(std::move(pipeline));
  fathom::MethodShelf shelf(workbench, fathom::MethodShelf::usualFile(),
                            std::make_shared<fathom::Consent>(fathom::Consent::usualStore()));
  fathom::RunFiles files(workbench, shelf);
  fathom::MainWindow window(workbench);
  window.setShelf(&shelf);
  window.setRunFiles(&files);
  window.restoreSettings(parser.value("theme"));
  const auto session = keepSession(parser, workbench, shelf, files, window);
  if (!parser.positionalArguments().isEmpty()) window.openPaths(parser.positionalArguments());
  window.show();
  fathom::takeScreenshotIfAsked(parser, window, workbench);
  return QApplication::exec();
}
