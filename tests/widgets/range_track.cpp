#include "widgets/image/range_track.h"

#include <QApplication>
#include <QLineEdit>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <memory>

#include "widgets/theme/theme.h"

using namespace fathom;
using Handle = RangeTrack::Handle;

namespace {

void moveMouse(QWidget& widget, const QPoint& at, Qt::MouseButtons buttons) {
  QMouseEvent move(QEvent::MouseMove, QPointF(at), widget.mapToGlobal(QPointF(at)), Qt::NoButton,
                   buttons, {});
  QApplication::sendEvent(&widget, &move);
}

Distribution spread(float low, float high) {
  std::vector<float> values;
  for (int i = 0; i <= 1000; ++i)
    values.push_back(low + (high - low) * static_cast<float>(i) / 1000);
  return {values};
}

}  // namespace

class RangeTrackTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    track_ = std::make_unique<RangeTrack>();
    track_->resize(560, 58);
    track_->setScale({ScaleKind::kLinear, 20, 60});
    track_->setDistribution(spread(0, 100));
    track_->setUnit(QStringLiteral("m"));
    track_->show();
    track_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(track_.get()));
  }
  void cleanup() { track_.reset(); }

  void handlesStandInsideWhereDataReachFurther() {
    const QRect gradient = track_->gradientRect();
    QVERIFY(track_->handlePosition(Handle::kLow).x() > gradient.left() + 10);
    QVERIFY(track_->handlePosition(Handle::kHigh).x() < gradient.right() - 10);
    track_->setScale({ScaleKind::kLinear, 0, 100});
    QVERIFY(std::abs(track_->handlePosition(Handle::kLow).x() - gradient.left()) <= 1);
    QVERIFY(std::abs(track_->handlePosition(Handle::kHigh).x() - gradient.right()) <= 1);
    QCOMPARE(track_->domain(), (Limits{0, 100}));
  }

  void draggingMovesOneLimit() {
    QSignalSpy changed(track_.get(), &RangeTrack::rangeChanged);
    QSignalSpy committed(track_.get(), &RangeTrack::rangeCommitted);
    const QPoint from = track_->handlePosition(Handle::kLow);
    const double perPixel =
        (track_->domain().high - track_->domain().low) / track_->gradientRect().width();
    QTest::mousePress(track_.get(), Qt::LeftButton, {}, from);
    moveMouse(*track_, from + QPoint(50, 0), Qt::LeftButton);
    QCOMPARE(track_->scale().high, 60.0);
    QVERIFY(std::abs(track_->scale().low - (20 + 50 * perPixel)) < 1e-6);
    QCOMPARE(committed.size(), 0);
    moveMouse(*track_, from + QPoint(80, 3), Qt::LeftButton);
    QTest::mouseRelease(track_.get(), Qt::LeftButton, {}, from + QPoint(80, 3));
    QCOMPARE(changed.size(), 2);
    QCOMPARE(changed.last()[0].toDouble(), track_->scale().low);
    QCOMPARE(committed.size(), 1);
  }

  void lateAnswersDoNotPullTheHandle() {
    const QPoint low = track_->handlePosition(Handle::kLow);
    QTest::mousePress(track_.get(), Qt::LeftButton, {}, low);
    moveMouse(*track_, low + QPoint(50, 0), Qt::LeftButton);
    const Scale dragged = track_->scale();
    track_->setScale({ScaleKind::kLinear, 21, 60});
    QCOMPARE(track_->scale(), dragged);
    QTest::mouseRelease(track_.get(), Qt::LeftButton, {}, low + QPoint(50, 0));
    track_->setScale({ScaleKind::kLinear, 21, 60});
    QCOMPARE(track_->scale().low, 21.0);
  }

  void handlesNeverCross() {
    const QPoint low = track_->handlePosition(Handle::kLow);
    QTest::mousePress(track_.get(), Qt::LeftButton, {}, low);
    moveMouse(*track_, {540, low.y()}, Qt::LeftButton);
    QTest::mouseRelease(track_.get(), Qt::LeftButton, {}, {540, low.y()});
    QVERIFY(track_->scale().low < track_->scale().high);
    QCOMPARE(track_->scale().high, 60.0);
  }

  void beyondTheTrackTheDatasEndIsReached() {
    const QPoint high = track_->handlePosition(Handle::kHigh);
    QTest::mousePress(track_.get(), Qt::LeftButton, {}, high);
    moveMouse(*track_, {560 + 400, high.y()}, Qt::LeftButton);
    QTest::mouseRelease(track_.get(), Qt::LeftButton, {}, {960, high.y()});
    QCOMPARE(track_->scale().high, 100.0);
  }

  void aClickOnAHandleChangesNothing() {
    QSignalSpy changed(track_.get(), &RangeTrack::rangeChanged);
    QSignalSpy committed(track_.get(), &RangeTrack::rangeCommitted);
    QTest::mouseClick(track_.get(), Qt::LeftButton, {}, track_->handlePosition(Handle::kHigh));
    QCOMPARE(changed.size() + committed.size(), 0);
  }

  void otherButtonsDoNotDrag() {
    const QPoint low = track_->handlePosition(Handle::kLow);
    QTest::mousePress(track_.get(), Qt::RightButton, {}, low);
    moveMouse(*track_, low + QPoint(40, 0), Qt::RightButton);
    QCOMPARE(track_->scale().low, 20.0);
  }

  void theValueShowsWhileDragging() {
    const QPoint low = track_->handlePosition(Handle::kLow);
    // How much of the strip above the handle has the bubble's ground.
    const auto above = [&] {
      const QImage strip = track_->grab(QRect(low.x() - 16, 2, 32, 12)).toImage();
      int count = 0;
      for (int y = 0; y < strip.height(); ++y) {
        for (int x = 0; x < strip.width(); ++x) {
          count += strip.pixel(x, y) == tokens().raise.rgb();
        }
      }
      return count;
    };
    QVERIFY(above() < 10);
    QTest::mousePress(track_.get(), Qt::LeftButton, {}, low);
    QVERIFY(above() > 60);
    QTest::mouseRelease(track_.get(), Qt::LeftButton, {}, low);
    QVERIFY(above() < 10);
  }

  void doubleClickOnTheGradientIsAutomatic() {
    QSignalSpy spy(track_.get(), &RangeTrack::automaticWanted);
    QTest::mouseDClick(track_.get(), Qt::LeftButton, {}, track_->gradientRect().center());
    QCOMPARE(spy.size(), 1);
    QVERIFY(track_->editor() == nullptr);
  }

  void doubleClickOnALimitTypesIt() {
    QSignalSpy committed(track_.get(), &RangeTrack::rangeCommitted);
    QTest::mouseDClick(track_.get(), Qt::LeftButton, {}, track_->handlePosition(Handle::kHigh));
    QVERIFY(track_->editor() != nullptr);
    QVERIFY(track_->rect().contains(track_->editor()->geometry()));
    QCOMPARE(track_->editor()->text(), QStringLiteral("60"));
    QTest::keyClicks(track_->editor(), QStringLiteral("250,5"));
    QCOMPARE(track_->editor()->text(), QStringLiteral("250,5"));
    QTest::keyClick(track_->editor(), Qt::Key_Return);
    QVERIFY(track_->editor() == nullptr);
    QCOMPARE(track_->scale().high, 250.5);
    QCOMPARE(track_->scale().low, 20.0);
    QCOMPARE(committed.size(), 1);
  }

  void whatIsNoLimitIsRefused_data() {
    QTest::addColumn<Handle>("handle");
    QTest::addColumn<QString>("typed");
    QTest::newRow("words") << Handle::kLow << "near";
    QTest::newRow("nothing") << Handle::kLow << "";
    QTest::newRow("nan") << Handle::kLow << "nan";
    QTest::newRow("crossing") << Handle::kLow << "60";
    QTest::newRow("crossing high") << Handle::kHigh << "20";
    QTest::newRow("negative disparity") << Handle::kLow << "-1";
  }
  void whatIsNoLimitIsRefused() {
    QFETCH(Handle, handle);
    QFETCH(QString, typed);
    track_->setScale({ScaleKind::kInverse, 20, 60});
    track_->edit(handle);
    track_->editor()->setText(typed);
    QTest::keyClick(track_->editor(), Qt::Key_Return);
    QVERIFY(track_->editor() != nullptr);
    QVERIFY(!track_->editor()->toolTip().isEmpty());
    QCOMPARE(track_->scale(), (Scale{ScaleKind::kInverse, 20, 60}));
    QTest::keyClick(track_->editor(), Qt::Key_Escape);
    QVERIFY(track_->editor() == nullptr);
    QCOMPARE(track_->scale(), (Scale{ScaleKind::kInverse, 20, 60}));
  }

  void keysDoEverything() {
    QSignalSpy committed(track_.get(), &RangeTrack::rangeCommitted);
    QSignalSpy automatic(track_.get(), &RangeTrack::automaticWanted);
    track_->setFocus();
    QTest::keyClick(track_.get(), Qt::Key_Right);
    const double coarse = track_->scale().low - 20;
    QVERIFY(coarse > 0);
    QTest::keyClick(track_.get(), Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(track_->scale().low > 20 && track_->scale().low < 20 + coarse);
    QTest::keyClick(track_.get(), Qt::Key_Up);
    QTest::keyClick(track_.get(), Qt::Key_PageDown);
    QVERIFY(track_->scale().high < 60 - 5 * coarse);
    QTest::keyClick(track_.get(), Qt::Key_Return);
    QVERIFY(track_->editor() != nullptr);
    QCOMPARE(track_->editor()->accessibleName(), QStringLiteral("High limit"));
    QTest::keyClick(track_->editor(), Qt::Key_Escape);
    QVERIFY(track_->hasFocus());
    QTest::keyClick(track_.get(), Qt::Key_Delete);
    QCOMPARE(committed.size(), 3);
    QCOMPARE(automatic.size(), 1);
  }

  void symmetricLimitsMoveTogether() {
    track_->setSymmetric(true);
    track_->setScale({ScaleKind::kLinear, -10, 10});
    track_->setDistribution(spread(-40, 40));
    const QPoint high = track_->handlePosition(Handle::kHigh);
    QTest::mousePress(track_.get(), Qt::LeftButton, {}, high);
    moveMouse(*track_, high - QPoint(60, 0), Qt::LeftButton);
    QTest::mouseRelease(track_.get(), Qt::LeftButton, {}, high - QPoint(60, 0));
    QVERIFY(track_->scale().high < 10);
    QCOMPARE(track_->scale().low, -track_->scale().high);
  }

  void theGradientIsTheTable() {
    ColourTable table = colourMap(QStringLiteral("turbo")).entries;
    track_->setTable(table);
    const QImage shown = track_->grab().toImage();
    const QRect gradient = track_->gradientRect();
    const int y = gradient.center().y();
    const QPoint low = track_->handlePosition(Handle::kLow),
                 high = track_->handlePosition(Handle::kHigh);
    QCOMPARE(shown.pixel(gradient.left() + 4, y), table.front());
    QCOMPARE(shown.pixel(gradient.right() - 4, y), table.back());
    const int x = (low.x() + high.x()) / 2 + 17;
    const Limits domain = track_->domain();
    const double value =
        domain.low + (domain.high - domain.low) * (x + 0.5 - gradient.left()) / gradient.width();
    const int entry = entryAt(track_->scale().position(value));
    bool near = false;
    for (int i = entry - 2; i <= entry + 2; ++i) {
      near = near || shown.pixel(x, y) == table[static_cast<std::size_t>(i)];
    }
    QVERIFY(near);
  }

  void theHistogramIsHighWhereValuesAre() {
    std::vector<float> values(1000, 30.0F);
    values.front() = 0;
    values.back() = 100;
    track_->setDistribution({values});
    track_->setScale({ScaleKind::kLinear, 0, 100});
    const QImage shown = track_->grab().toImage();
    const QRect gradient = track_->gradientRect();
    const int y = gradient.top() - 8;
    const QRgb empty = shown.pixel(gradient.left() + gradient.width() * 7 / 10, y);
    QVERIFY(shown.pixel(gradient.left() + gradient.width() * 3 / 10, y) != empty);
    QCOMPARE(shown.pixel(gradient.left() + gradient.width() * 5 / 10, y), empty);
  }

  void strangeRangesDoNotHurt() {
    const double nan = std::nan("");
    for (const Scale& scale :
         {Scale{ScaleKind::kInverse, 0, 0}, Scale{ScaleKind::kLog, -5, nan},
          Scale{ScaleKind::kLinear, 5, 5}, Scale{ScaleKind::kInverse, 0.001, 65504}}) {
      track_->setScale(scale);
      QVERIFY(!track_->grab().isNull());
      QVERIFY(track_->scale().low < track_->scale().high);
    }
    track_->setDistribution({});
    track_->resize(20, 58);
    QVERIFY(!track_->grab().isNull());
  }

  void isNamedForScreenReaders() {
    QVERIFY(track_->accessibleDescription().contains(QStringLiteral("20 m")));
    QVERIFY(track_->accessibleDescription().contains(QStringLiteral("60 m")));
  }

 private:
  std::unique_ptr<RangeTrack> track_;
};

QTEST_MAIN(RangeTrackTest)
#include "range_track.moc"
