#include "widgets/forms/value_slider.h"

#include <QtTest>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

QPoint at(const QSlider& slider, double part, int y = -1) {
  return {static_cast<int>(8 + part * (slider.width() - 16)), y < 0 ? slider.height() / 2 : y};
}

}  // namespace

class ValueSliderTest : public QObject {
  Q_OBJECT

  std::unique_ptr<ValueSlider> slider_;

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    slider_ = std::make_unique<ValueSlider>();
    slider_->setRange(0, 1000);
    slider_->resize(288, 18);
    slider_->show();
    QVERIFY(QTest::qWaitForWindowExposed(slider_.get()));
  }

  void goesWhereItIsPressed_data() {
    QTest::addColumn<double>("part");
    for (const double part : {0.0, 0.25, 0.5, 0.9, 1.0}) {
      QTest::addRow("%.2f", part) << part;
    }
  }
  void goesWhereItIsPressed() {
    QFETCH(double, part);
    slider_->setValue(part < 0.6 ? 800 : 100);
    QSignalSpy pressed(slider_.get(), &QSlider::sliderPressed);
    QSignalSpy released(slider_.get(), &QSlider::sliderReleased);
    QTest::mousePress(slider_.get(), Qt::LeftButton, {}, at(*slider_, part));
    QVERIFY(std::abs(slider_->value() - 1000 * part) < 15);
    QVERIFY(slider_->isSliderDown());
    QCOMPARE(pressed.count(), 1);
    QTest::mouseMove(slider_.get(), at(*slider_, 0.4));
    QVERIFY(std::abs(slider_->value() - 400) < 25);
    QTest::mouseRelease(slider_.get(), Qt::LeftButton, {}, at(*slider_, 0.4));
    QVERIFY(!slider_->isSliderDown());
    QCOMPARE(released.count(), 1);
  }

  void aPressAboveTheGrooveDragsToo() {
    slider_->setValue(900);
    QTest::mousePress(slider_.get(), Qt::LeftButton, {}, at(*slider_, 0.2, 1));
    QVERIFY(slider_->isSliderDown());
    QVERIFY(std::abs(slider_->value() - 200) < 15);
    QTest::mouseRelease(slider_.get(), Qt::LeftButton, {}, at(*slider_, 0.2, 1));
  }

  void otherButtonsDoNothing() {
    slider_->setValue(500);
    QTest::mouseClick(slider_.get(), Qt::RightButton, {}, at(*slider_, 0.1));
    QCOMPARE(slider_->value(), 500);
  }

  void doubleClickAsksForTheDefault() {
    QSignalSpy reset(slider_.get(), &ValueSlider::resetWanted);
    QTest::mouseDClick(slider_.get(), Qt::LeftButton, {}, at(*slider_, 0.5));
    QCOMPARE(reset.count(), 1);
  }

  void wheelOnlyWithTheFocus() {
    slider_->setValue(500);
    const auto turn = [&] {
      QWheelEvent event({5, 5}, slider_->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton,
                        Qt::NoModifier, Qt::NoScrollPhase, false);
      QCoreApplication::sendEvent(slider_.get(), &event);
      return event.isAccepted();
    };
    slider_->clearFocus();
    QVERIFY(!turn());
    QCOMPARE(slider_->value(), 500);
    slider_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(slider_.get()));
    slider_->setFocus();
    QVERIFY(turn());
    QVERIFY(slider_->value() > 500);
  }
};

QTEST_MAIN(ValueSliderTest)
#include "value_slider.moc"
