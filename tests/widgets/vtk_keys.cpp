#include "widgets/space/vtk_keys.h"

#include <QKeyEvent>
#include <QtTest>

using namespace fathom;

namespace {

QString symbol(int key, Qt::KeyboardModifiers modifiers, const QString& text) {
  return vtkKeySymbol(QKeyEvent(QEvent::KeyPress, key, modifiers, text));
}

}  // namespace

class VtkKeysTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void lettersAndFigures() {
    QCOMPARE(symbol(Qt::Key_A, Qt::NoModifier, "a"), "a");
    QCOMPARE(symbol(Qt::Key_A, Qt::ShiftModifier, "A"), "A");
    QCOMPARE(symbol(Qt::Key_7, Qt::NoModifier, "7"), "7");
  }

  void controlDoesNotHideTheLetter() {
    QCOMPARE(symbol(Qt::Key_A, Qt::ControlModifier, QString(QChar(1))), "a");
    QCOMPARE(symbol(Qt::Key_Z, Qt::ControlModifier, {}), "z");
  }

  void namedKeys() {
    QCOMPARE(symbol(Qt::Key_Space, Qt::NoModifier, " "), "space");
    QCOMPARE(symbol(Qt::Key_PageUp, Qt::NoModifier, {}), "Prior");
    QCOMPARE(symbol(Qt::Key_F12, Qt::NoModifier, {}), "F12");
    QCOMPARE(symbol(Qt::Key_Plus, Qt::ShiftModifier, "+"), "plus");
    QCOMPARE(symbol(Qt::Key_Enter, Qt::KeypadModifier, "\r"), "Return");
  }

  void othersHaveNone() {
    QCOMPARE(symbol(Qt::Key_Udiaeresis, Qt::NoModifier, QString(QChar(0xfc))), "None");
    QCOMPARE(symbol(Qt::Key_VolumeUp, Qt::NoModifier, {}), "None");
  }

  void codesAreAsciiOrNone() {
    const auto code = [](const QString& text) {
      return vtkKeyCode(QKeyEvent(QEvent::KeyPress, Qt::Key_X, Qt::NoModifier, text));
    };
    QCOMPARE(code("x"), 'x');
    QCOMPARE(code(""), '\0');
    QCOMPARE(code(QString(QChar(0xfc))), '\0');
  }
};

QTEST_GUILESS_MAIN(VtkKeysTest)
#include "vtk_keys.moc"
