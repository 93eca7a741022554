#include "widgets/space/vtk_log.h"

#include <vtkOutputWindow.h>

#include <QtTest>

#include "core/log.h"

using namespace fathom;

class VtkLogTest : public QObject {
  Q_OBJECT

  std::vector<LogLine> lines_;
  std::shared_ptr<void> token_;

 private Q_SLOTS:
  void initTestCase() {
    routeVtkMessages();
    routeVtkMessages();
    token_ = onLogLine([this](const LogLine& line) { lines_.push_back(line); });
  }
  void init() { lines_.clear(); }

  void errorsBecomeOneLine() {
    vtkOutputWindow::GetInstance()->DisplayErrorText("ERROR: In a.cxx,\n\n line 3:\tbroken\n");
    QCOMPARE(lines_.size(), 1U);
    QCOMPARE(lines_[0].text, std::string("VTK: ERROR: In a.cxx, line 3: broken"));
    QCOMPARE(lines_[0].level, 4);
  }

  void warningsAreWarnings() {
    vtkOutputWindow::GetInstance()->DisplayWarningText("careful");
    vtkOutputWindow::GetInstance()->DisplayGenericWarningText("careful");
    QCOMPARE(lines_.size(), 2U);
    QCOMPARE(lines_[0].level, 3);
    QCOMPARE(lines_[1].level, 3);
    vtkOutputWindow::GetInstance()->DisplayText("told");
    QCOMPARE(lines_.back().level, 2);
  }

  void glewsComplaintIsLeftOut() {
    vtkOutputWindow::GetInstance()->DisplayErrorText(
        "ERROR: x\n  GLEW could not be initialized: Unknown error\n");
    QVERIFY(lines_.empty());
    vtkOutputWindow::GetInstance()->DisplayErrorText("GLEW is too old");
    QCOMPARE(lines_.size(), 1U);
  }
};

QTEST_GUILESS_MAIN(VtkLogTest)
#include "vtk_log.moc"
