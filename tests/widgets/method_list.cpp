#include "widgets/lists/method_list.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

std::vector<MethodEntry> methods() {
  return {{"bicubic", "Bicubic ×16", methodColour(0), "Cubic convolution", "", false, true},
          {"guided", "Guided filter", methodColour(1), "", "slow", false, false},
          {"sgnet", "SGNet", methodColour(2), "", "weights missing — get…", true, false}};
}

}  // namespace

class MethodListTest : public QObject {
  Q_OBJECT

  std::unique_ptr<MethodList> list_;

  void click(QPoint position) {
    QTest::mouseClick(list_->viewport(), Qt::LeftButton, {}, position);
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    list_ = std::make_unique<MethodList>();
    list_->resize(kRightWidth, 300);
    list_->setMethods(methods());
    list_->show();
    QVERIFY(QTest::qWaitForWindowExposed(list_.get()));
  }

  void modelHoldsItsPromises() {
    MethodModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setMethods(methods());
    model.setShown("guided", true);
    model.setState("sgnet", "ready", false);
    model.setData(model.index(0), Qt::Unchecked, Qt::CheckStateRole);
    QCOMPARE(model.rowOf("sgnet"), 2);
    QCOMPARE(model.rowOf("nobody"), -1);
    model.setMethods({});
  }

  void boxChecksAndOnlyTheBox() {
    QSignalSpy shown(list_.get(), &MethodList::shownChanged);
    click(list_->checkRect(1).center());
    QCOMPARE(shown.count(), 1);
    QCOMPARE(shown.at(0).at(0).value<std::string>(), std::string("guided"));
    QCOMPARE(shown.at(0).at(1).toBool(), true);
    click(list_->checkRect(1).center());
    QCOMPARE(shown.count(), 2);
    QVERIFY(!list_->methods()[1].shown);
    click(list_->visualRect(list_->model()->index(0, 0)).center());
    QCOMPARE(shown.count(), 2);
  }

  void spaceChecksArrowsSelect() {
    QSignalSpy shown(list_.get(), &MethodList::shownChanged);
    QSignalSpy selected(list_.get(), &MethodList::selectedChanged);
    list_->select("bicubic");
    list_->setFocus();
    QTest::keyClick(list_.get(), Qt::Key_Down);
    QCOMPARE(list_->selected(), std::string("guided"));
    QCOMPARE(selected.count(), 1);
    QTest::keyClick(list_.get(), Qt::Key_Space);
    QCOMPARE(shown.count(), 1);
    QVERIFY(list_->methods()[1].shown);
  }

  void settersHaveNoEcho() {
    QSignalSpy shown(list_.get(), &MethodList::shownChanged);
    QSignalSpy selected(list_.get(), &MethodList::selectedChanged);
    list_->setShown("sgnet", true);
    list_->select("sgnet");
    list_->setState("bicubic", "running");
    list_->setShown("nobody", true);
    list_->select("nobody");
    QVERIFY(list_->methods()[2].shown);
    QCOMPARE(list_->selected(), std::string("sgnet"));
    QCOMPARE(shown.count() + selected.count(), 0);
  }

  void selectionOutlivesNewMethods() {
    list_->select("guided");
    auto fewer = methods();
    fewer.erase(fewer.begin());
    QSignalSpy selected(list_.get(), &MethodList::selectedChanged);
    list_->setMethods(fewer);
    QCOMPARE(list_->selected(), std::string("guided"));
    fewer.erase(fewer.begin());
    list_->setMethods(fewer);
    QCOMPARE(list_->selected(), std::string());
    QCOMPARE(selected.count(), 0);
  }

  void stateCanBeClickedOrEntered() {
    QSignalSpy state(list_.get(), &MethodList::stateActivated);
    QVERIFY(list_->stateRect(0).isEmpty());
    click(list_->stateRect(2).center());
    QCOMPARE(state.count(), 1);
    QCOMPARE(state.at(0).at(0).value<std::string>(), std::string("sgnet"));
    list_->setFocus();
    QTest::keyClick(list_.get(), Qt::Key_Return);
    QCOMPARE(state.count(), 2);
    list_->select("bicubic");
    QTest::keyClick(list_.get(), Qt::Key_Return);
    QCOMPARE(state.count(), 2);
  }

  void longStatesLeaveRoomForTitles() {
    auto longer = methods();
    longer[2].title = "Depth Anything V2 with scale adjustment, large";
    longer[2].state = QString("a very long state that says everything ").repeated(3);
    list_->setMethods(longer);
    const QRect state = list_->stateRect(2), row = list_->visualRect(list_->model()->index(2, 0));
    QVERIFY(row.contains(state));
    QVERIFY(state.left() > row.left() + row.width() / 3);
    QVERIFY(state.width() > 60);
  }

  void tellsScreenReaders() {
    const QModelIndex index = list_->model()->index(2, 0);
    QCOMPARE(index.data(Qt::AccessibleTextRole).toString(), "SGNet, weights missing — get…");
    QVERIFY(index.data(Qt::ToolTipRole).toString().contains("weights missing"));
  }

  void paintsTheMethodsColour() {
    const QImage shot = list_->grab().toImage();
    const QRect check = list_->checkRect(0);
    bool found = false;
    for (int x = check.right() + 2; x < check.right() + 26 && !found; ++x) {
      found =
          shot.pixelColor((QPointF(x, check.center().y()) * shot.devicePixelRatio()).toPoint()) ==
          methodColour(0);
    }
    QVERIFY(found);
  }
};

QTEST_MAIN(MethodListTest)
#include "method_list.moc"
