#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QtTest>

#include "widgets/space/vtk_view.h"

namespace fathom {

/// Runs a test that needs OpenGL on a screen; without a display it runs on the offscreen platform,
/// where the test finds that VtkView is not available and skips.
template <class Test>
int runScreenTest(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("DISPLAY")) qputenv("QT_QPA_PLATFORM", "offscreen");
  VtkView::prepareApplication();
  QApplication application(argc, argv);
  Test test;
  QTEST_SET_MAIN_SOURCE_PATH
  return QTest::qExec(&test, argc, argv);
}

/// Why a test on OpenGL is skipped.
inline constexpr char kNoScreen[] =
    "no display with OpenGL: run under an X server, xvfb-run for instance";

/// Whether a colour is within a few steps of another: drivers round differently.
inline bool isNear(QColor a, QColor b, int tolerance = 6) {
  return std::abs(a.red() - b.red()) <= tolerance && std::abs(a.green() - b.green()) <= tolerance &&
         std::abs(a.blue() - b.blue()) <= tolerance;
}

inline QColor centreOf(const QImage& image) {
  return image.isNull() ? QColor() : image.pixelColor(image.rect().center());
}

}  // namespace fathom
