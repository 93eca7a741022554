#include "widgets/lists/method_list.h"

#include <QtTest>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

std::vector<MethodEntry> methods() {
  return {{"bicubic", "Bicubic ×16", methodColour(0), "Cubic convolution", "", false, true},
          {"guided", "Guided filter", methodColour(1), "", "slow", false, false},
          {"sgnet", "SGNet", methodColour(2), "", "weights missing — get…", true, false}};
}

/// Two groups, taken turns.
std::vector<MethodEntry> grouped() {
  std::vector<MethodEntry> all;
  for (int i = 0; i < 6; ++i) {
    MethodEntry method{"m" + std::to_string(i), QString("Method %1").arg(i), methodColour(i)};
    method.group = i % 2 == 0 ? "Interpolation" : "Networks";
    method.note = "12.3 M · 171 G";
    all.push_back(method);
  }
  return all;
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

  void boxChecksAndOnlyTheBox() {
    QSignalSpy shown(list_.get(), &MethodList::shownChanged);
    click(list_->checkRect("guided").center());
    QCOMPARE(shown.count(), 1);
    QCOMPARE(shown.at(0).at(0).value<std::string>(), std::string("guided"));
    QCOMPARE(shown.at(0).at(1).toBool(), true);
    click(list_->checkRect("guided").center());
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
    QVERIFY(list_->stateRect("bicubic").isEmpty());
    click(list_->stateRect("sgnet").center());
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
    const QRect state = list_->stateRect("sgnet"),
                row = list_->visualRect(list_->model()->index(2, 0));
    QVERIFY(row.contains(state));
    QVERIFY(state.left() > row.left() + row.width() / 3);
    QVERIFY(state.width() > 60);
  }

  void tellsScreenReaders() {
    const QModelIndex index = list_->model()->index(2, 0);
    QCOMPARE(index.data(Qt::AccessibleTextRole).toString(), "SGNet, weights missing — get…");
    QVERIFY(index.data(Qt::ToolTipRole).toString().contains("weights missing"));
  }

  void keysPassOverHeads() {
    list_->setMethods(grouped());  // head, m0, m2, m4, head, m1, m3, m5
    QCOMPARE(list_->model()->rowCount(), 8);
    list_->select("m4");
    list_->setFocus();
    QSignalSpy selected(list_.get(), &MethodList::selectedChanged);
    const auto after = [&](Qt::Key key) {
      QTest::keyClick(list_.get(), key);
      return list_->selected();
    };
    QCOMPARE(after(Qt::Key_Down), std::string("m1"));
    QCOMPARE(after(Qt::Key_Up), std::string("m4"));
    QCOMPARE(after(Qt::Key_Home), std::string("m0"));
    QCOMPARE(after(Qt::Key_Up), std::string("m0"));
    QCOMPARE(after(Qt::Key_End), std::string("m5"));
    QCOMPARE(after(Qt::Key_Down), std::string("m5"));
    QCOMPARE(after(Qt::Key_PageUp), std::string("m0"));
    QCOMPARE(after(Qt::Key_PageDown), std::string("m5"));
    QCOMPARE(selected.count(), 6);
  }

  void aHeadFoldsItsGroupAndIsNoMethod() {
    list_->setMethods(grouped());
    list_->select("m2");
    QSignalSpy selected(list_.get(), &MethodList::selectedChanged);
    QSignalSpy shown(list_.get(), &MethodList::shownChanged);
    const auto head = [&](int row) {
      return list_->visualRect(list_->model()->index(row, 0)).center();
    };
    click(head(0));
    QCOMPARE(list_->shownMethods(), 3);
    QVERIFY(list_->checkRect("m2").isEmpty());
    QCOMPARE(list_->selected(), std::string("m2"));  // its card stays
    click(head(1));
    QCOMPARE(list_->shownMethods(), 0);
    click(head(0));
    click(head(4));
    QCOMPARE(list_->shownMethods(), 6);
    QVERIFY(list_->currentIndex().isValid());
    QCOMPARE(selected.count() + shown.count(), 0);
  }

  void aSearchKeepsTheSelectionAndOpensFoldedGroups() {
    list_->setMethods(grouped());
    list_->select("m2");
    list_->setFolded("Networks", true);
    QSignalSpy selected(list_.get(), &MethodList::selectedChanged);
    list_->setFilter("method 3");
    QCOMPARE(list_->shownMethods(), 1);
    QCOMPARE(list_->model()->rowCount(), 2);  // with its head
    QCOMPARE(list_->selected(), std::string("m2"));
    QVERIFY(!list_->currentIndex().isValid());
    click(list_->visualRect(list_->model()->index(0, 0)).center());  // folds nothing now
    QCOMPARE(list_->shownMethods(), 1);
    list_->setFilter("");
    QCOMPARE(list_->shownMethods(), 3);
    QVERIFY(list_->currentIndex().isValid());
    QCOMPARE(selected.count(), 0);
  }

  void stepsThroughWhatIsSeen() {
    list_->setMethods(grouped());
    QSignalSpy selected(list_.get(), &MethodList::selectedChanged);
    list_->step(1);
    QCOMPARE(list_->selected(), std::string("m0"));
    list_->setFilter("networks m");  // a group's name is no word of a method
    QCOMPARE(list_->shownMethods(), 0);
    list_->step(1);
    QCOMPARE(selected.count(), 1);
    list_->setFilter("3");
    list_->step(-1);
    QCOMPARE(list_->selected(), std::string("m3"));
  }

  void notesStandAtTheRightAsFarAsTheyFit() {
    const auto inked = [&] {  // anything but ground right of the title's longest reach
      const QRect row = list_->visualRect(list_->model()->index(1, 0));
      const QImage shot = list_->grab(row.adjusted(row.width() - 40, 4, -12, -4)).toImage();
      for (int y = 0; y < shot.height(); ++y) {
        for (int x = 0; x < shot.width(); ++x) {
          if (shot.pixel(x, y) != shot.pixel(0, 0)) return true;
        }
      }
      return false;
    };
    list_->setMethods(grouped());
    QVERIFY(inked());
    list_->setNote("m0", "");
    QVERIFY(!inked());
    list_->setNote("m0", QString("wide").repeated(100));  // half a number is none
    QVERIFY(!inked());
    list_->setNote("m0", "1 M · " + QString("wide").repeated(100));
    QVERIFY(inked());
    QVERIFY(list_->model()->index(1, 0).data(Qt::ToolTipRole).toString().contains("1 M · wide"));
  }

  void twentyFiveMethodsScrollAndAreReached() {
    std::vector<MethodEntry> many;
    for (int i = 0; i < 25; ++i) {
      many.push_back({"m" + std::to_string(i), QString("Method %1").arg(i), methodColour(i)});
      many.back().group = QString("Group %1").arg(i / 6);
    }
    list_->setMethods(many);
    list_->select("m24");
    QVERIFY(list_->viewport()->rect().contains(list_->checkRect("m24")));
    click(list_->checkRect("m24").center());
    QVERIFY(list_->methods()[24].shown);
  }

  void paintsTheMethodsColour() {
    const QImage shot = list_->grab().toImage();
    const QRect check = list_->checkRect("bicubic");
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
