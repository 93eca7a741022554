#include "widgets/lists/method_search.h"

#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QtTest>

#include "widgets/lists/method_list.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

class MethodSearchTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QWidget> window_;
  MethodSearch* search_ = nullptr;
  int cancelled_ = 0;

  void key(Qt::Key key) { QTest::keyClick(&search_->field(), key); }
  std::string selected() { return search_->list().selected(); }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    window_ = std::make_unique<QWidget>();
    search_ = new MethodSearch(window_.get());
    search_->resize(kRightWidth, 300);
    search_->list().setMethods({{"bicubic", "Bicubic", methodColour(0)},
                                {"sgnet", "SGNet", methodColour(1)},
                                {"umit", "UM-IT", methodColour(2)}});
    // The window's own Esc: cancels what runs.
    cancelled_ = 0;
    auto* escape = new QShortcut(QKeySequence("Esc"), window_.get());
    connect(escape, &QShortcut::activated, this, [this] { ++cancelled_; });
    window_->show();
    QApplication::setActiveWindow(window_.get());
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    search_->focusField();
    QTRY_VERIFY(search_->field().hasFocus());
  }

  void filtersAsOneTypes() {
    QTest::keyClicks(&search_->field(), "sg");
    QCOMPARE(search_->list().shownMethods(), 1);
    QTest::keyClicks(&search_->field(), "x");
    QCOMPARE(search_->list().shownMethods(), 0);
    QStringList said;
    for (QLabel* label : search_->findChildren<QLabel*>()) {
      if (label->isVisible()) said << label->text();
    }
    QVERIFY(said.join(' ').contains("No method matches “sgx”"));
    key(Qt::Key_Backspace);
    QCOMPARE(search_->list().shownMethods(), 1);
  }

  void escapeEmptiesFirstAndThenIsTheWindows() {
    QTest::keyClicks(&search_->field(), "sg");
    key(Qt::Key_Escape);
    QCOMPARE(search_->field().text(), QString());
    QCOMPARE(search_->list().shownMethods(), 3);
    QCOMPARE(cancelled_, 0);
    key(Qt::Key_Escape);
    QCOMPARE(cancelled_, 1);
  }

  void arrowsStepReturnGoesToTheList() {
    QTest::keyClicks(&search_->field(), "t");  // SGNet and UM-IT
    key(Qt::Key_Down);
    QCOMPARE(selected(), std::string("sgnet"));
    key(Qt::Key_Down);
    QCOMPARE(selected(), std::string("umit"));
    key(Qt::Key_Up);
    QCOMPARE(selected(), std::string("sgnet"));
    key(Qt::Key_Return);
    QVERIFY(search_->list().hasFocus());
    QTest::keyClick(&search_->list(), Qt::Key_Space);
    QVERIFY(search_->list().methods()[1].shown);
  }

  void slashInTheListGoesToTheField() {
    QTest::keyClicks(&search_->field(), "net");
    search_->list().setFocus();
    QTest::keyClick(&search_->list(), Qt::Key_Slash);
    QVERIFY(search_->field().hasFocus());
    QCOMPARE(search_->field().selectedText(), "net");  // typing replaces it
  }
};

QTEST_MAIN(MethodSearchTest)
#include "method_search.moc"
