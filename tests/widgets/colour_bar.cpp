#include "widgets/image/colour_bar.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QWidgetAction>
#include <memory>

#include "core/error.h"
#include "widgets/image/range_track.h"
#include "widgets/theme/theme.h"

using namespace fathom;

namespace {

QAction* named(const QMenu& menu, const QString& text) {
  for (QAction* action : menu.actions()) {
    if (action->text() == text) return action;
    if (action->menu() != nullptr) {
      if (QAction* inner = named(*action->menu(), text)) return inner;
    }
  }
  return nullptr;
}

/// As a user chooses an entry of a combo box by keys.
void choose(QComboBox* box, int index) {
  box->setFocus();
  while (box->currentIndex() < index) QTest::keyClick(box, Qt::Key_Down);
  while (box->currentIndex() > index) QTest::keyClick(box, Qt::Key_Up);
}

}  // namespace

class ColourBarTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    bar_ = std::make_unique<ColourBar>();
    bar_->resize(1000, kColourBarHeight);
    bar_->setScale({ScaleKind::kInverse, 3.8, 100});
    bar_->show();
    bar_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(bar_.get()));
  }
  void cleanup() { bar_.reset(); }

  void startsWithTheDefaults() {
    QCOMPARE(bar_->map(), QStringLiteral("viridis"));
    QCOMPARE(bar_->rangeRule(), RangeRule::kCentral);
    QCOMPARE(bar_->height(), kColourBarHeight);
    QVERIFY(bar_->table() == tableOf(colourMap(QStringLiteral("viridis")), MapUse::kDepth));
  }

  void settersEmitNothing() {
    QSignalSpy range(bar_.get(), &ColourBar::rangeChanged);
    QSignalSpy rule(bar_.get(), &ColourBar::rangeRuleChanged);
    QSignalSpy map(bar_.get(), &ColourBar::mapChanged);
    QSignalSpy scale(bar_.get(), &ColourBar::scaleChanged);
    QSignalSpy sky(bar_.get(), &ColourBar::skyRuleChanged);
    bar_->setScale({ScaleKind::kLog, 1, 10});
    bar_->setRangeRule(RangeRule::kFull);
    bar_->setMap(QStringLiteral("turbo"));
    bar_->setSkyRule(SkyRule::kAsValue);
    bar_->setQuantity({"Absolute error", "metres", "m", MapUse::kMagnitude, false});
    QCOMPARE(range.size() + rule.size() + map.size() + scale.size() + sky.size(), 0);
    QCOMPARE(bar_->ruleBox()->currentText(), QStringLiteral("0–100 %"));
    QCOMPARE(bar_->mapBox()->currentText(), QStringLiteral("Turbo"));
    QVERIFY(bar_->table() == colourMap(QStringLiteral("turbo")).entries);
    QVERIFY_EXCEPTION_THROWN(bar_->setMap(QStringLiteral("jet")), BadInput);
    QCOMPARE(bar_->map(), QStringLiteral("turbo"));
  }

  void draggingFixesTheRange() {
    QSignalSpy range(bar_.get(), &ColourBar::rangeChanged);
    QSignalSpy rule(bar_.get(), &ColourBar::rangeRuleChanged);
    QSignalSpy committed(bar_.get(), &ColourBar::rangeCommitted);
    bar_->track()->setFocus();
    QTest::keyClick(bar_->track(), Qt::Key_Right);
    QCOMPARE(range.size(), 1);
    QVERIFY(range[0][0].toDouble() > 3.8);
    QCOMPARE(range[0][1].toDouble(), 100.0);
    QCOMPARE(rule.size(), 1);
    QCOMPARE(rule[0][0].value<RangeRule>(), RangeRule::kFixed);
    QCOMPARE(committed.size(), 1);
    QTest::keyClick(bar_->track(), Qt::Key_Right);
    QCOMPARE(rule.size(), 1);
    QCOMPARE(bar_->ruleBox()->currentText(), QStringLiteral("Fixed"));
  }

  void doubleClickGoesBackToAutomatic() {
    bar_->setRangeRule(RangeRule::kFixed);
    QSignalSpy rule(bar_.get(), &ColourBar::rangeRuleChanged);
    QTest::mouseDClick(bar_->track(), Qt::LeftButton, {}, bar_->track()->gradientRect().center());
    QCOMPARE(rule.size(), 1);
    QCOMPARE(bar_->rangeRule(), RangeRule::kCentral);
  }

  void boxesChoose() {
    QSignalSpy rule(bar_.get(), &ColourBar::rangeRuleChanged);
    QSignalSpy map(bar_.get(), &ColourBar::mapChanged);
    choose(bar_->ruleBox(), 1);
    QCOMPARE(rule.last()[0].value<RangeRule>(), RangeRule::kFull);
    choose(bar_->mapBox(), 4);
    QCOMPARE(map.last()[0].toString(), QStringLiteral("spectral"));
    QCOMPARE(bar_->map(), QStringLiteral("spectral"));
    QVERIFY(bar_->table() == tableOf(colourMap(QStringLiteral("spectral")), MapUse::kDepth));
  }

  void menuChangesScaleMapAndSky() {
    QMenu menu;
    bar_->fillMenu(menu);
    QSignalSpy scale(bar_.get(), &ColourBar::scaleChanged);
    QSignalSpy map(bar_.get(), &ColourBar::mapChanged);
    QSignalSpy sky(bar_.get(), &ColourBar::skyRuleChanged);
    QVERIFY(named(menu, QStringLiteral("Inverse (even in disparity)"))->isChecked());
    named(menu, QStringLiteral("Logarithmic"))->trigger();
    QCOMPARE(scale[0][0].value<ScaleKind>(), ScaleKind::kLog);
    QCOMPARE(bar_->scale(), (Scale{ScaleKind::kLog, 3.8, 100}));
    named(menu, QStringLiteral("Magma"))->trigger();
    QCOMPARE(map[0][0].toString(), QStringLiteral("magma"));
    named(menu, QStringLiteral("Show the sky in its own colour"))->trigger();
    QCOMPARE(sky[0][0].value<SkyRule>(), SkyRule::kAsValue);
    QCOMPARE(bar_->skyRule(), SkyRule::kAsValue);
  }

  void menuExplainsTheColoursOutsideOfTheMap() {
    QMenu menu;
    bar_->fillMenu(menu);
    menu.ensurePolished();
    const std::pair<const char*, QRgb> expected[] = {
        {"Sky", kSkyColour}, {"No value: missing or outside", kInvalidColour}};
    for (const auto& [text, colour] : expected) {
      auto* action = qobject_cast<QWidgetAction*>(named(menu, QString::fromUtf8(text)));
      QVERIFY(action != nullptr);
      const auto labels = action->defaultWidget()->findChildren<QLabel*>();
      QCOMPARE(labels.size(), 2);
      const QImage sample = labels[0]->pixmap(Qt::ReturnByValue).toImage();
      QCOMPARE(sample.pixel(sample.width() / 2, sample.height() / 2), colour);
      QCOMPARE(labels[1]->text(), QString::fromUtf8(text));
    }
  }

  void signedErrorIsLinearOnly() {
    bar_->setQuantity({"Signed error", "metres", "m", MapUse::kMagnitude, true});
    bar_->setScale({ScaleKind::kLinear, -5, 5});
    QMenu menu;
    bar_->fillMenu(menu);
    QVERIFY(!named(menu, QStringLiteral("Logarithmic"))->isEnabled());
    QVERIFY(named(menu, QStringLiteral("Linear"))->isEnabled());
    bar_->track()->setFocus();
    QTest::keyClick(bar_->track(), Qt::Key_Right);
    QCOMPARE(bar_->scale().low, -bar_->scale().high);
  }

  void saysWhatIsShown() {
    bar_->setQuantity({"Absolute error", "metres", "m", MapUse::kMagnitude, false});
    bar_->setScale({ScaleKind::kLinear, 0, 10});
    QStringList texts;
    for (const QLabel* label : bar_->findChildren<QLabel*>()) texts += label->text();
    QVERIFY(texts.contains(QStringLiteral("Absolute error, metres")));
    QVERIFY(texts.contains(QStringLiteral("linear scale")));
  }

  void nothingIsCutInASmallWindow() {
    bar_->resize(760, kColourBarHeight);
    QCoreApplication::processEvents();
    for (const QWidget* part :
         bar_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
      QVERIFY(bar_->rect().contains(part->geometry()));
      QVERIFY(part->width() >= part->minimumSizeHint().width());
    }
  }

 private:
  std::unique_ptr<ColourBar> bar_;
};

QTEST_MAIN(ColourBarTest)
#include "colour_bar.moc"
