#include "widgets/space/vtk_log.h"

#include <vtkObjectFactory.h>
#include <vtkOutputWindow.h>
#include <vtkSmartPointer.h>

#include <string>
#include <string_view>

#include "core/log.h"

namespace fathom {
namespace {

/// VTK's texts name file, line and object over several lines; the log wants one.
std::string oneLine(const char* text) {
  std::string line = "VTK: ";
  bool space = true;
  for (const char* at = text; *at != 0; ++at) {
    const bool blank = *at == '\n' || *at == '\r' || *at == '\t' || *at == ' ';
    if (!blank) {
      line += *at;
    } else if (!space) {
      line += ' ';
    }
    space = blank;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

bool isKnownNoise(const char* text) {
  return std::string_view(text).find("GLEW could not be initialized") != std::string_view::npos;
}

class LogOutputWindow : public vtkOutputWindow {
 public:
  static LogOutputWindow* New();

  void DisplayText(const char* text) override { log().info(oneLine(text)); }
  void DisplayDebugText(const char* text) override { log().debug(oneLine(text)); }
  void DisplayWarningText(const char* text) override { log().warn(oneLine(text)); }
  void DisplayGenericWarningText(const char* text) override { log().warn(oneLine(text)); }
  void DisplayErrorText(const char* text) override {
    if (!isKnownNoise(text)) log().error(oneLine(text));
  }

  LogOutputWindow(const LogOutputWindow&) = delete;
  void operator=(const LogOutputWindow&) = delete;

 protected:
  LogOutputWindow() = default;
};

vtkStandardNewMacro(LogOutputWindow);

}  // namespace

void routeVtkMessages() {
  static const vtkSmartPointer<LogOutputWindow> kOnly = [] {
    auto window = vtkSmartPointer<LogOutputWindow>::New();
    vtkOutputWindow::SetInstance(window);
    return window;
  }();
}

}  // namespace fathom
