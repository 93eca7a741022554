#include "widgets/image/pane.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QProcess>
#include <QProcessEnvironment>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "widgets/theme/theme.h"

using namespace fathom;

namespace {

QImage plain(QRgb colour, int width = 64, int height = 48) {
  QImage image(width, height, QImage::Format_RGB32);
  image.fill(colour);
  return image;
}

QImage labelled(int width, int height) {
  QImage image(width, height, QImage::Format_RGB32);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) image.setPixel(x, y, qRgb(40 + x, 40 + y, 90));
  }
  return image;
}

QImage grabbed(Pane& pane) {
  return pane.grab().toImage().convertToFormat(QImage::Format_RGB32);
}

void turnWheel(Pane& pane, const QPoint& at, int delta, Qt::KeyboardModifiers modifiers = {}) {
  QWheelEvent event(at, pane.mapToGlobal(QPointF(at)), {}, {0, delta}, Qt::NoButton, modifiers,
                    Qt::NoScrollPhase, false);
  QApplication::sendEvent(&pane, &event);
}

void drag(Pane& pane, const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers = {}) {
  QTest::mousePress(&pane, Qt::LeftButton, modifiers, from);
  QMouseEvent move(QEvent::MouseMove, to, pane.mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                   modifiers);
  QApplication::sendEvent(&pane, &move);
}

}  // namespace

class PaneTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    applyTheme(*qApp, Theme::kDark);
    setReducedMotion(true);
  }

  void init() {
    state_ = std::make_unique<ViewState>();
    state_->setReferenceSize({64, 48});
    pane_ = std::make_unique<Pane>(state_.get());
    pane_->resize(160, 120);
    pane_->show();
    QVERIFY(QTest::qWaitForWindowExposed(pane_.get()));
    pane_->clearFocus();
  }
  void cleanup() {
    pane_.reset();
    state_.reset();
  }

  void everyDevicePixelIsThePicturesPixel() {
    const QImage image = labelled(64, 48);
    pane_->setImage(image);
    const QImage shown = grabbed(*pane_);
    const QSize device = pane_->deviceSize();
    QCOMPARE(shown.size(), device);
    const QRect picture = state_->pictureIn(device);
    for (int y = 0; y < device.height(); ++y) {
      for (int x = 0; x < device.width(); ++x) {
        const int column = (2 * (x - picture.x()) + 1) * 64 / (2 * picture.width());
        const int row = (2 * (y - picture.y()) + 1) * 48 / (2 * picture.height());
        const QRgb expected =
            picture.contains(x, y) ? image.pixel(column, row) : tokens().pane.rgb();
        if (shown.pixel(x, y) != expected) {
          QFAIL(qPrintable(QStringLiteral("%1, %2 shows %3")
                               .arg(x)
                               .arg(y)
                               .arg(QColor(shown.pixel(x, y)).name())));
        }
      }
    }
  }

  // This whole program once more, where a pixel of Qt is one and a half of the screen.
  void everythingAtAnotherScale() {
    if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR")) QSKIP("this is the other scale");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("1.5"));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QApplication::applicationFilePath(), QStringList());
    QVERIFY(process.waitForFinished(60000));
    QVERIFY2(process.exitCode() == 0, process.readAll().constData());
  }

  void coarseAndFineLieOnEachOther() {
    Pane coarse(state_.get());
    coarse.resize(pane_->size());
    QImage fineImage(64, 48, QImage::Format_RGB32), coarseImage(8, 6, QImage::Format_RGB32);
    for (int y = 0; y < 48; ++y) {
      for (int x = 0; x < 64; ++x) fineImage.setPixel(x, y, qRgb(x / 8 * 20, y / 8 * 20, 50));
    }
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < 8; ++x) coarseImage.setPixel(x, y, qRgb(x * 20, y * 20, 50));
    }
    pane_->setImage(fineImage);
    coarse.setImage(coarseImage);
    QCOMPARE(grabbed(coarse), grabbed(*pane_));
    turnWheel(*pane_, {33, 71}, 240);
    QCOMPARE(grabbed(coarse), grabbed(*pane_));
    drag(*pane_, {80, 60}, {50, 43});
    QTest::mouseRelease(pane_.get(), Qt::LeftButton, {}, {50, 43});
    state_->setCrosshair(std::nullopt);
    pane_->clearFocus();
    QCOMPARE(grabbed(coarse), grabbed(*pane_));
  }

  void shrunkPicturesMoveAsTheyAre() {
    QImage image(320, 240, QImage::Format_RGB32);
    for (int y = 0; y < 240; ++y) {
      for (int x = 0; x < 320; ++x) image.setPixel(x, y, qRgb(x * y % 251, x % 256, y));
    }
    state_->setReferenceSize({320, 240});
    state_->zoomAt({0, 0}, 1.01, pane_->deviceSize());
    pane_->setImage(image);
    const QImage before = grabbed(*pane_);
    state_->pan({-9, -5}, pane_->deviceSize());
    const QImage after = grabbed(*pane_);
    const QSize inner = before.size() - QSize(20, 20);
    QCOMPARE(after.copy(QRect(QPoint(0, 0), inner)), before.copy(QRect(QPoint(9, 5), inner)));
    pane_->setImage(plain(0xff336699, 320, 240));
    QCOMPARE(grabbed(*pane_).pixel(40, 40), 0xff336699);
  }

  void wheelZoomsAroundThePointer() {
    const QPointF before = pane_->fieldAt({40, 50});
    const double zoom = state_->zoom(pane_->deviceSize());
    turnWheel(*pane_, {40, 50}, 120);
    QVERIFY(state_->zoom(pane_->deviceSize()) > zoom);
    const QPointF off = (pane_->fieldAt({40, 50}) - before) * 160;
    QVERIFY(off.manhattanLength() < 2);
    turnWheel(*pane_, {40, 50}, -120);
    QVERIFY(std::abs(state_->zoom(pane_->deviceSize()) - zoom) < 1e-9);
  }

  void dragPansAndHidesTheHeader() {
    pane_->setImage(plain(0xff406080));
    pane_->setHeader({"Truth", "3.8 … 100.6 m", "1"});
    const QImage with = grabbed(*pane_);
    turnWheel(*pane_, {80, 60}, 480);
    const QPointF centre = state_->view().centre;
    drag(*pane_, {80, 60}, {60, 60});
    QVERIFY(state_->view().centre.x() > centre.x());
    QCOMPARE(state_->view().centre.y(), centre.y());
    state_->setCrosshair(std::nullopt);
    QTRY_VERIFY(grabbed(*pane_).pixel(12, 12) == 0xff406080);
    QTest::mouseRelease(pane_.get(), Qt::LeftButton, {}, {60, 60});
    QTRY_VERIFY(grabbed(*pane_).pixel(12, 12) == with.pixel(12, 12));
  }

  void aClickIsNoDrag() {
    QSignalSpy spy(pane_.get(), &Pane::clicked);
    const View before = state_->view();
    QTest::mouseClick(pane_.get(), Qt::LeftButton, Qt::ShiftModifier, {80, 60});
    QCOMPARE(spy.size(), 1);
    QVERIFY((spy[0][0].toPointF() - QPointF(0.5, 0.5)).manhattanLength() < 0.02);
    QCOMPARE(spy[0][1].value<Qt::KeyboardModifiers>(), Qt::ShiftModifier);
    QCOMPARE(state_->view(), before);
    drag(*pane_, {80, 60}, {20, 60});
    QTest::mouseRelease(pane_.get(), Qt::LeftButton, {}, {20, 60});
    QCOMPARE(spy.size(), 1);
  }

  void doubleClickFits() {
    turnWheel(*pane_, {10, 10}, 600);
    QVERIFY(!state_->view().fitted);
    QTest::mouseDClick(pane_.get(), Qt::LeftButton, {}, {80, 60});
    QVERIFY(state_->view().fitted);
  }

  void keysZoomAndFit() {
    QTest::keyClick(pane_.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(state_->zoom(pane_->deviceSize()), 1.0);
    QTest::keyClick(pane_.get(), Qt::Key_Plus);
    QVERIFY(state_->zoom(pane_->deviceSize()) > 1);
    QTest::keyClick(pane_.get(), Qt::Key_Minus);
    QVERIFY(std::abs(state_->zoom(pane_->deviceSize()) - 1) < 1e-9);
    QTest::keyClick(pane_.get(), Qt::Key_F);
    QVERIFY(state_->view().fitted);
    QTest::keyClick(pane_.get(), Qt::Key_Equal);
    QTest::keyClick(pane_.get(), Qt::Key_0, Qt::ControlModifier);
    QVERIFY(state_->view().fitted);
  }

  void altMovesThisPaneAlone() {
    Pane other(state_.get());
    other.resize(pane_->size());
    turnWheel(*pane_, {20, 20}, 360, Qt::AltModifier);
    QVERIFY(state_->view().fitted);
    QVERIFY(!pane_->view()->view().fitted);
    QVERIFY(other.view() == state_.get());
    state_->setCrosshair(QPointF(0.3, 0.4));
    QCOMPARE(*pane_->view()->crosshair(), QPointF(0.3, 0.4));
    QTest::keyClick(pane_.get(), Qt::Key_F);
    QVERIFY(pane_->view() == state_.get());
  }

  void pointerAndKeysMoveTheCrosshair() {
    pane_->setImage(labelled(64, 48));
    QSignalSpy moved(pane_.get(), &Pane::cursorMoved);
    QSignalSpy left(pane_.get(), &Pane::cursorLeft);
    QMouseEvent move(QEvent::MouseMove, QPointF(40, 60), pane_->mapToGlobal(QPointF(40, 60)),
                     Qt::NoButton, Qt::NoButton, {});
    QApplication::sendEvent(pane_.get(), &move);
    QVERIFY(state_->crosshair().has_value());
    QCOMPARE(static_cast<int>(state_->crosshair()->x() * 64), 16);
    QTest::keyClick(pane_.get(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(state_->crosshair()->x(), 17.5 / 64);
    QTest::keyClick(pane_.get(), Qt::Key_Down, Qt::ShiftModifier | Qt::ControlModifier);
    QCOMPARE(state_->crosshair()->y(), 34.5 / 48);
    for (int i = 0; i < 9; ++i) {
      QTest::keyClick(pane_.get(), Qt::Key_Left, Qt::ShiftModifier | Qt::ControlModifier);
    }
    QCOMPARE(state_->crosshair()->x(), 0.5 / 64);
    QVERIFY(moved.size() >= 3);
    QSignalSpy clicked(pane_.get(), &Pane::clicked);
    QTest::keyClick(pane_.get(), Qt::Key_Return);
    QCOMPARE(clicked[0][0].toPointF(), *state_->crosshair());
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(pane_.get(), &leave);
    QVERIFY(!state_->crosshair());
    QCOMPARE(left.size(), 1);
  }

  void crosshairIsOneBrightLineEachWay() {
    pane_->setImage(plain(0xff203040));
    state_->setCrosshair(QPointF(0.5, 0.25));
    const QImage shown = grabbed(*pane_);
    const QSize device = pane_->deviceSize();
    const QPointF at = state_->deviceAt({0.5, 0.25}, device);
    const int x = static_cast<int>(at.x()), y = static_cast<int>(at.y());
    QVERIFY(qRed(shown.pixel(x, y + 20)) > 180);
    QVERIFY(qRed(shown.pixel(x + 20, y)) > 180);
    QCOMPARE(shown.pixel(x + 20, y + 20), 0xff203040);
    QVERIFY(qRed(shown.pixel(x - 1, y + 20)) < 60);
  }

  void staleIsDimmedNotGone() {
    pane_->setImage(plain(0xffc0c0c0));
    const auto middle = [&] {
      const QImage shown = grabbed(*pane_);
      return qRed(shown.pixel(shown.width() / 2, shown.height() / 2));
    };
    QCOMPARE(middle(), 0xc0);
    pane_->setStale(true);
    pane_->setProgress(0.5);
    QVERIFY(pane_->isStale());
    QTRY_VERIFY(middle() < 0x80);
    QVERIFY(middle() > qRed(tokens().pane.rgb()) + 20);
    const QImage shown = grabbed(*pane_);
    const int foot = shown.height() - 1;
    QCOMPARE(shown.pixel(shown.width() / 4, foot), tokens().accent.rgb());
    QVERIFY(shown.pixel(shown.width() * 3 / 4, foot) != tokens().accent.rgb());
    pane_->setImage(plain(0xff808080));
    QVERIFY(!pane_->isStale());
    QTRY_COMPARE(middle(), 0x80);
  }

  void whatIsQuickDoesNotFlicker() {
    pane_->setImage(plain(0xffc0c0c0));
    const QImage before = grabbed(*pane_);
    pane_->setStale(true);
    QCOMPARE(grabbed(*pane_), before);
    pane_->setImage(plain(0xffc0c0c0));
    QCOMPARE(grabbed(*pane_), before);
  }

  void goingFreshFadesUnlessMotionIsReduced() {
    setReducedMotion(false);
    pane_->setImage(plain(0xffffffff));
    pane_->setStale(true);
    pane_->setProgress(0.1);
    const auto middle = [&] {
      const QImage shown = grabbed(*pane_);
      return qRed(shown.pixel(shown.width() / 2, shown.height() / 2));
    };
    QTRY_VERIFY(middle() < 0x90);
    pane_->setStale(false);
    QVERIFY(middle() < 0xff);
    QTRY_COMPARE(middle(), 0xff);
    setReducedMotion(true);
  }

  void unknownProgressWanders() {
    setReducedMotion(false);
    pane_->setImage(plain(0xffc0c0c0));
    pane_->setStale(true);
    const auto foot = [&] {
      const QImage shown = grabbed(*pane_);
      return shown.copy(0, shown.height() - 1, shown.width(), 1);
    };
    QTRY_VERIFY(foot().pixel(0, 0) != 0xffc0c0c0);
    const QImage first = foot();
    QTRY_VERIFY(foot() != first);
    setReducedMotion(true);
  }

  void messageNamesTheRemedy() {
    QSignalSpy spy(pane_.get(), &Pane::actionTriggered);
    pane_->setMessage(QStringLiteral("The weights of SGNet are missing."),
                      QStringLiteral("Get weights…"));
    QVERIFY(pane_->actionButton()->isVisible());
    QVERIFY(pane_->rect().contains(
        QRect(pane_->actionButton()->mapTo(pane_.get(), QPoint()), pane_->actionButton()->size())));
    QTest::keyClick(pane_->actionButton(), Qt::Key_Space);
    QCOMPARE(spy.size(), 1);
    pane_->setMessage(QStringLiteral("Cancelled."));
    QVERIFY(!pane_->actionButton()->isVisible());
    pane_->setImage(plain(0xffc0c0c0));
    QVERIFY(pane_->message().isEmpty());
  }

  void aLongMessageShowsAllItsLines() {
    pane_->resize(280, 200);
    QString sentence = QStringLiteral("scene-0002-000: the program ended with exit code 3.");
    for (int line = 0; line < 3; ++line)
      sentence += QStringLiteral("\nline %1 it printed").arg(line);
    pane_->setMessage(sentence);
    const QLabel* label = pane_->findChild<QLabel*>();
    QCOMPARE(label->toolTip(), sentence);
    QTRY_VERIFY(label->height() >= label->heightForWidth(label->width()));
    const auto inside = [&] {
      return pane_->rect().contains(QRect(label->mapTo(pane_.get(), QPoint()), label->size()));
    };
    QTRY_VERIFY(inside());
    // What is longer than the pane begins with its first line, and stays inside.
    pane_->setMessage(QStringLiteral("word ").repeated(600));
    QTRY_VERIFY(inside());
    QVERIFY(label->height() < label->heightForWidth(label->width()));
    QVERIFY(label->alignment() & Qt::AlignTop);
  }

  void selectionIsFramed() {
    pane_->setImage(plain(0xff808080));
    pane_->setSelected(true);
    const QImage shown = grabbed(*pane_);
    QCOMPARE(shown.pixel(0, 0), tokens().accent.rgb());
    QCOMPARE(shown.pixel(shown.width() - 1, shown.height() / 2), tokens().accent.rgb());
    QCOMPARE(shown.pixel(shown.width() / 2, shown.height() / 2), 0xff808080);
  }

  void isNamedForScreenReaders() {
    pane_->setHeader({"Guided filter", "MAE 1.50 · 21 ms", "2"});
    QCOMPARE(pane_->accessibleName(), QStringLiteral("Guided filter"));
    pane_->setStale(true);
    pane_->setSelected(true);
    QVERIFY(pane_->accessibleDescription().contains(QStringLiteral("MAE 1.50")));
    QVERIFY(pane_->accessibleDescription().contains(QStringLiteral("recomputed")));
    QVERIFY(pane_->accessibleDescription().contains(QStringLiteral("selected")));
  }

  void contextMenuIsAskedForByMouseAndKey() {
    QSignalSpy spy(pane_.get(), &Pane::contextMenuWanted);
    QContextMenuEvent mouse(QContextMenuEvent::Mouse, {40, 60}, pane_->mapToGlobal(QPoint(40, 60)));
    QApplication::sendEvent(pane_.get(), &mouse);
    QContextMenuEvent key(QContextMenuEvent::Keyboard, {}, pane_->mapToGlobal(QPoint()));
    QApplication::sendEvent(pane_.get(), &key);
    QCOMPARE(spy.size(), 2);
    QVERIFY((spy[0][1].toPointF() - QPointF(0.25, 0.5)).manhattanLength() < 0.02);
    QVERIFY((spy[1][1].toPointF() - QPointF(0.5, 0.5)).manhattanLength() < 0.02);
  }

  void plainArrowsAreTheWindows() {
    for (const int key : {Qt::Key_Left, Qt::Key_Up, Qt::Key_Space, Qt::Key_G, Qt::Key_2}) {
      QKeyEvent event(QEvent::KeyPress, key, Qt::NoModifier);
      QApplication::sendEvent(pane_.get(), &event);
      QVERIFY(!event.isAccepted());
    }
  }

 private:
  std::unique_ptr<ViewState> state_;
  std::unique_ptr<Pane> pane_;
};

QTEST_MAIN(PaneTest)
#include "pane.moc"
