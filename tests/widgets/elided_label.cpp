#include "widgets/forms/elided_label.h"

#include <QHBoxLayout>
#include <QtTest>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

bool hasInk(const QImage& image, const QRect& area) {
  for (int y = area.top(); y <= area.bottom(); ++y) {
    for (int x = area.left(); x <= area.right(); ++x) {
      if (image.pixel(x, y) != image.pixel(0, 0)) return true;
    }
  }
  return false;
}

}  // namespace

class ElidedLabelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void shortTextIsWhole() {
    ElidedLabel label;
    label.setText("random weights");
    label.resize(label.sizeHint());
    QCOMPARE(label.shownText(), "random weights");
  }

  void longTextNeverWidensItsWindow() {
    QWidget window;
    auto* layout = new QHBoxLayout(&window);
    auto* label = new ElidedLabel;
    layout->addWidget(label);
    window.resize(200, 40);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const QString text = QString("tiled 512 ").repeated(30);
    label->setText(text);
    QTRY_VERIFY(label->shownText().endsWith(QChar(0x2026)));
    QCOMPARE(window.width(), 200);
    QVERIFY(window.minimumSizeHint().width() < 120);
    QCOMPARE(label->toolTip(), text);
    const QImage shot = label->grab().toImage();
    QVERIFY(hasInk(shot, shot.rect()));
  }

  void theMiddleCanGiveWay() {
    ElidedLabel label(Qt::ElideMiddle);
    label.setText("/some/folder/with/a/very/long/path/weights.safetensors");
    label.resize(160, 20);
    QVERIFY(label.shownText().startsWith("/some"));
    QVERIFY(label.shownText().endsWith("tensors"));
  }

  void nothingTakesNoRoom() {
    ElidedLabel label;
    label.setText({});
    QCOMPARE(label.minimumSizeHint().width(), 0);
  }
};

QTEST_MAIN(ElidedLabelTest)
#include "elided_label.moc"
