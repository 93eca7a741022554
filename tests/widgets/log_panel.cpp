#include "widgets/lists/log_panel.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QListView>
#include <QScrollBar>
#include <QtTest>
#include <thread>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

LogLine line(int level, const std::string& text) {
  return {level, "12:00:01", text};
}

std::vector<LogLine> lines(int count, int level = 2) {
  std::vector<LogLine> all;
  for (int i = 0; i < count; ++i) all.push_back(line(level, "line " + std::to_string(i)));
  return all;
}

QString textAt(const LogModel& model, int row) {
  return model.index(row).data().toString();
}

}  // namespace

class LogPanelTest : public QObject {
  Q_OBJECT

  std::unique_ptr<LogPanel> panel_;

  void fill(int count) {
    for (const LogLine& each : lines(count)) panel_->append(each);
    QTRY_COMPARE(panel_->model()->rowCount(), count);
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    panel_ = std::make_unique<LogPanel>();
    panel_->resize(600, 180);
    panel_->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
  }

  void modelHoldsItsPromises() {
    LogModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.append(lines(3000));
    model.append(lines(3000, 3));
    QCOMPARE(model.rowCount(), 5000);
    model.setLeastLevel(3);
    QCOMPARE(model.rowCount(), 3000);
    model.append(lines(4000));
    QCOMPARE(model.rowCount(), 1000);
    model.append(lines(4000, 4));
    QCOMPARE(model.rowCount(), 4000);
    model.setLeastLevel(0);
    QCOMPARE(model.rowCount(), 5000);
    model.append({});
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    model.append(lines(2));
    QCOMPARE(textAt(model, 1), "line 1");
  }

  void theOldestAreDropped() {
    LogModel model;
    model.append(lines(12'000));
    QCOMPARE(model.rowCount(), 5000);
    QCOMPARE(textAt(model, 0), "line 7000");
    model.append({line(2, "last")});
    QCOMPARE(textAt(model, 0), "line 7001");
    QCOMPARE(textAt(model, 4999), "last");
  }

  void linesComeInBatches() {
    QSignalSpy inserted(panel_->model(), &QAbstractItemModel::rowsInserted);
    fill(500);
    QCOMPARE(inserted.count(), 1);
  }

  void threadsMayWrite() {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([this] {
        for (int i = 0; i < 200; ++i) panel_->append(line(2, "x"));
      });
    }
    threads.clear();
    QTRY_COMPARE(panel_->model()->rowCount(), 800);
  }

  void floodKeepsTheNewest() {
    for (int i = 0; i < 30'000; ++i) panel_->append(line(2, std::to_string(i)));
    QTRY_COMPARE(panel_->model()->rowCount(), 5000);
    QCOMPARE(textAt(*panel_->model(), 4999), "29999");
  }

  void listensToTheLogUntilItIsGone() {
    panel_->listen();
    log().info("hello {}", 7);
    std::jthread([] { log().error("from a thread"); }).join();
    QTRY_COMPARE(panel_->model()->rowCount(), 2);
    QCOMPARE(textAt(*panel_->model(), 0), "hello 7");
    QCOMPARE(panel_->model()->index(1).data(LogModel::kLevel).toInt(), 4);
    std::jthread writer([](const std::stop_token& stop) {
      while (!stop.stop_requested()) log().info("under way");
    });
    panel_.reset();  // must not be called again
    log().info("nobody hears it");
  }

  void filterByLevel() {
    panel_->append(line(1, "debug"));
    panel_->append(line(2, "info"));
    panel_->append(line(3, "warning"));
    panel_->append(line(4, "error"));
    QTRY_COMPARE(panel_->model()->rowCount(), 3);
    panel_->setLeastLevel(3);
    QCOMPARE(panel_->model()->rowCount(), 2);
    auto* box = panel_->findChild<QComboBox*>();
    QCOMPARE(box->currentText(), "Warnings and errors");
    box->setCurrentIndex(0);
    QCOMPARE(panel_->model()->rowCount(), 4);
  }

  void followsUntilScrolledUp() {
    fill(200);
    QScrollBar* bar = panel_->view()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    QTRY_COMPARE(bar->value(), bar->maximum());
    bar->setValue(bar->maximum() / 2);
    QVERIFY(!panel_->isFollowing());
    const int kept = bar->value();
    panel_->append(line(2, "new"));
    QTRY_COMPARE(panel_->model()->rowCount(), 201);
    QCOMPARE(bar->value(), kept);
    panel_->setFollowing(true);
    QTRY_COMPARE(bar->value(), bar->maximum());
    bar->setValue(0);
    bar->setValue(bar->maximum());
    QVERIFY(panel_->isFollowing());
  }

  void copiesSelectedOrAll() {
    fill(3);
    panel_->view()->setFocus();
    QTest::keyClick(panel_->view(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(),
             "12:00:01 info line 0\n12:00:01 info line 1\n12:00:01 info line 2");
    panel_->view()->setCurrentIndex(panel_->model()->index(1));
    QCOMPARE(panel_->copyText(), "12:00:01 info line 1");
  }

  void levelsHaveWordsAndSigns() {
    QCOMPARE(levelWord(0), "debug");
    QCOMPARE(levelWord(3), "warning");
    QCOMPARE(levelWord(5), "error");
    panel_->append(line(4, "broken\nover two lines"));
    QTRY_COMPARE(panel_->model()->rowCount(), 1);
    QVERIFY(panel_->model()->index(0).data(Qt::AccessibleTextRole).toString().startsWith("error"));
    panel_->clear();
    QCOMPARE(panel_->model()->rowCount(), 0);
  }
};

QTEST_MAIN(LogPanelTest)
#include "log_panel.moc"
