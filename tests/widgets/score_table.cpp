#include "widgets/lists/score_table.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QRegularExpression>
#include <QScrollBar>
#include <QtTest>

#include "widgets/lists/score_delegate.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

Scores scores(double mae, double rmse, double delta1) {
  Scores values;
  values.values[static_cast<std::size_t>(Metric::kMae)] = mae;
  values.values[static_cast<std::size_t>(Metric::kRmse)] = rmse;
  values.values[static_cast<std::size_t>(Metric::kDelta1)] = delta1;
  values.pixels = 307200;
  return values;
}

std::vector<ScoreTableRow> rows() {
  return {{"bicubic", "Bicubic ×16", methodColour(0), scores(5.62, 7.38, 0.21), 2.1, "", false},
          {"guided", "Guided filter", methodColour(1), scores(1.5, 2.91, 0.66), 21, "", false},
          {"rga", "RGA U-Net", methodColour(2), scores(0.2, 0.63, 0.98), 1934, "", false},
          {"sgnet",
           "SGNet",
           methodColour(3),
           {},
           std::numeric_limits<double>::quiet_NaN(),
           "weights missing",
           true}};
}

int columnOf(Metric metric) {
  return ScoreModel::kFirstMetric + static_cast<int>(static_cast<std::size_t>(metric));
}

QStringList titles(const ScoreTable& table) {
  QStringList all;
  for (int row = 0; row < table.model()->rowCount(); ++row) {
    all << table.model()->index(row, 0).data().toString();
  }
  return all;
}

const QStringList kGiven{"Bicubic ×16", "Guided filter", "RGA U-Net", "SGNet"};

}  // namespace

class ScoreTableTest : public QObject {
  Q_OBJECT

  std::unique_ptr<ScoreTable> table_;

  QModelIndex cell(int row, int column) const { return table_->model()->index(row, column); }
  void clickHead(int column) {
    const QHeaderView* head = table_->horizontalHeader();
    const QPoint middle(head->sectionViewportPosition(column) + head->sectionSize(column) / 2,
                        head->height() / 2);
    QTest::mouseClick(head->viewport(), Qt::LeftButton, {}, middle);
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    table_ = std::make_unique<ScoreTable>();
    table_->resize(1400, 200);
    table_->setRows(rows(), {"train-0000", "clip-20", ""});
    table_->show();
    QVERIFY(QTest::qWaitForWindowExposed(table_.get()));
  }

  void modelHoldsItsPromises() {
    ScoreModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows(rows(), {});
    model.setRows(rows(), {"other", "plain", ""});
    model.setRows({}, {});
    ScoreOrder order;
    order.setSourceModel(&model);
    const QAbstractItemModelTester both(&order,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows(rows(), {});
    order.sort(columnOf(Metric::kMae));
  }

  void headsNameUnitAndDirection() {
    const auto head = [&](int column) {
      return table_->model()->headerData(column, Qt::Horizontal).toString();
    };
    QCOMPARE(head(columnOf(Metric::kMae)), "MAE ↓ m");
    QCOMPARE(head(columnOf(Metric::kDelta1)), "δ1 ↑");
    QCOMPARE(head(ScoreModel::kTimeColumn), "Time");
    QVERIFY(table_->model()
                ->headerData(columnOf(Metric::kMae), Qt::Horizontal, Qt::ToolTipRole)
                .toString()
                .contains("Lower is better"));
  }

  void numbersOfAColumnShareTheirDecimals() {
    QCOMPARE(cell(0, columnOf(Metric::kMae)).data().toString(), "5.620");
    QCOMPARE(cell(2, columnOf(Metric::kMae)).data().toString(), "0.200");
    QCOMPARE(cell(2, ScoreModel::kTimeColumn).data().toString(), "1.9 s");
    QCOMPARE(cell(0, ScoreModel::kPixelsColumn).data().toString(), "307200");
    QCOMPARE(cell(0, columnOf(Metric::kMae)).data(Qt::TextAlignmentRole).toInt(),
             int(Qt::AlignRight | Qt::AlignVCenter));
  }

  void bestFollowsTheDirection() {
    const auto best = [&](int row, Metric metric) {
      return cell(row, columnOf(metric)).data(ScoreModel::kBest).toBool();
    };
    QVERIFY(best(2, Metric::kMae) && !best(0, Metric::kMae) && !best(3, Metric::kMae));
    QVERIFY(best(2, Metric::kDelta1) && !best(0, Metric::kDelta1));
    QVERIFY(!best(2, Metric::kSiLog));
    QVERIFY(
        cell(2, columnOf(Metric::kMae)).data(Qt::AccessibleTextRole).toString().contains("best"));
  }

  void oneMethodAloneIsNotTheBest() {
    table_->setRows({rows()[0]});
    QVERIFY(!cell(0, columnOf(Metric::kMae)).data(ScoreModel::kBest).toBool());
    auto equal = rows();
    equal.resize(2);
    equal[1].scores = equal[0].scores;
    table_->setRows(equal);
    QVERIFY(!cell(0, columnOf(Metric::kMae)).data(ScoreModel::kBest).toBool());
  }

  void undefinedSaysWhy() {
    const int mae = columnOf(Metric::kMae);
    const auto why = [&](int row) { return cell(row, mae).data(Qt::ToolTipRole).toString(); };
    QCOMPARE(cell(3, mae).data().toString(), "–");
    QCOMPARE(why(3), "weights missing");
    auto blind = rows();
    for (ScoreTableRow& row : blind) row.scores = {};
    table_->setRows(blind, {"valid-0000", "plain", "This sample has no truth"});
    QCOMPARE(why(0), "This sample has no truth");
    table_->setRows(blind, {"valid-0000", "mask-20", ""});
    QVERIFY(why(0).contains("No pixel counts"));
    blind[0].scores.withoutValue = 12;
    table_->setRows(blind);
    QVERIFY(why(0).contains("gave no value"));
    QCOMPARE(cell(0, ScoreModel::kPixelsColumn).data().toString(), "–");
  }

  void toolTipHoldsTheExactNumberAndItsProtocol() {
    auto exact = rows();
    exact[0].scores.values[0] = 5.6212345678;
    table_->setRows(exact, {"train-0000", "clip-20", ""});
    const QString tip = cell(0, columnOf(Metric::kMae)).data(Qt::ToolTipRole).toString();
    QVERIFY(tip.contains("5.62123457 m"));
    QVERIFY(tip.contains("clip-20"));
  }

  void headSortsBothWaysAndBack() {
    const int mae = columnOf(Metric::kMae);
    clickHead(mae);
    const QStringList ascending{"RGA U-Net", "Guided filter", "Bicubic ×16", "SGNet"};
    QCOMPARE(titles(*table_), ascending);
    clickHead(mae);
    const QStringList descending{"Bicubic ×16", "Guided filter", "RGA U-Net", "SGNet"};
    QCOMPARE(titles(*table_), descending);
    clickHead(mae);
    QCOMPARE(titles(*table_), kGiven);
    clickHead(ScoreModel::kTimeColumn);
    clickHead(ScoreModel::kTimeColumn);
    QCOMPARE(titles(*table_).first(), "RGA U-Net");
    QCOMPARE(titles(*table_).last(), "SGNet");
    clickHead(0);
    QCOMPARE(titles(*table_).last(), "SGNet");
  }

  void newNumbersKeepSelectionAndReorder() {
    table_->select("guided");
    clickHead(columnOf(Metric::kMae));
    QSignalSpy spy(table_.get(), &ScoreTable::selectedChanged);
    auto better = rows();
    better[0].scores = scores(0.1, 0.2, 0.99);
    table_->setRows(better);
    QCOMPARE(titles(*table_).first(), "Bicubic ×16");
    QCOMPARE(table_->selected(), std::string("guided"));
    QCOMPARE(spy.count(), 0);
  }

  void otherMethodsKeepTheSelectionWhereTheyCan() {
    table_->select("guided");
    auto fewer = rows();
    fewer.erase(fewer.begin());
    table_->setRows(fewer);
    QCOMPARE(table_->selected(), std::string("guided"));
    table_->setRows({});
    QCOMPARE(table_->selected(), std::string());
  }

  void keysAndClicksSelect() {
    QSignalSpy spy(table_.get(), &ScoreTable::selectedChanged);
    QTest::mouseClick(table_->viewport(), Qt::LeftButton, {},
                      table_->visualRect(cell(1, 1)).center());
    QCOMPARE(spy.count(), 1);
    QCOMPARE(spy.at(0).at(0).value<std::string>(), std::string("guided"));
    QTest::keyClick(table_.get(), Qt::Key_Down);
    QCOMPARE(spy.at(1).at(0).value<std::string>(), std::string("rga"));
    table_->select("bicubic");
    table_->select("nobody");
    QCOMPARE(spy.count(), 2);
    QCOMPARE(table_->selected(), std::string("bicubic"));
  }

  void copiesTabSeparated() {
    table_->setFocus();
    QTest::keyClick(table_.get(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 5);
    const QStringList head = lines[0].split('\t'), first = lines[1].split('\t'),
                      last = lines[4].split('\t');
    QCOMPARE(head.mid(0, 5), (QStringList{"sample", "method", "protocol", "MAE", "RMSE"}));
    QCOMPARE(head.last(3), (QStringList{"time_ms", "parameters", "macs"}));
    QCOMPARE(first.mid(0, 5), (QStringList{"train-0000", "bicubic", "clip-20", "5.62", "7.38"}));
    QCOMPARE(last.mid(0, 4), (QStringList{"train-0000", "sgnet", "clip-20", ""}));
    for (const QString& line : lines) QCOMPARE(line.count('\t'), head.size() - 1);
    table_->select("rga");
    QCOMPARE(table_->copyText().split('\n', Qt::SkipEmptyParts).size(), 2);
  }

  void stampsStandBesideTheirNumbers() {
    auto stamped = rows();
    stamped[2].stamp = "random weights";
    table_->setRows(stamped, {"train-0000", "clip-20", ""});
    const QModelIndex method = cell(2, ScoreModel::kMethodColumn);
    QCOMPARE(method.data(ScoreModel::kState).toString(), "random weights");
    QCOMPARE(method.data(ScoreModel::kWarning).toBool(), true);
    QVERIFY(cell(2, columnOf(Metric::kMae)).data(Qt::ToolTipRole).toString().contains("random"));
    const QStringList lines = table_->copyText().split('\n', Qt::SkipEmptyParts);
    QVERIFY(lines[0].endsWith("\tstamp"));
    QVERIFY(lines[1].endsWith('\t'));
    QVERIFY(lines[3].endsWith("\trandom weights"));
    // A long title gives way: the stamp is seen.
    stamped[2].title = QString("A very long title of a method ").repeated(4);
    table_->setRows(stamped);
    const QModelIndex renewed = cell(2, ScoreModel::kMethodColumn);
    const QRect place = table_->visualRect(renewed);
    const QRect state = ScoreDelegate::stateRect(place, renewed);
    QVERIFY(place.contains(state));
    QVERIFY(state.width() > 60);
  }

  void randomWeightsAreNeverTheBest() {
    auto random = rows();
    const auto best = [&](int row) {
      return cell(row, columnOf(Metric::kMae)).data(ScoreModel::kBest).toBool();
    };
    QVERIFY(best(2));
    random[2].stamp = "random weights, tiled 512";
    table_->setRows(random);
    QVERIFY(!best(2));
    QVERIFY(best(1));
    random[2].stamp = "tiled 512";  // that is a result
    table_->setRows(random);
    QVERIFY(best(2));
  }

  void costsWaitBehindTheHead() {
    auto costly = rows();
    costly[2].parameters = 41'406'578;
    costly[2].macs = 121e9;
    costly[2].paperCosts = "The paper: 41.4 M parameters, 121 G multiply-adds";
    costly[0].parameters = costly[0].macs = 0;
    table_->setRows(costly);
    QVERIFY(table_->isColumnHidden(ScoreModel::kParametersColumn));
    QVERIFY(table_->isColumnHidden(ScoreModel::kMacsColumn));
    table_->setColumnShown("parameters", true);
    table_->setColumnShown("macs", true);
    QVERIFY(!table_->isColumnHidden(ScoreModel::kMacsColumn));
    const QModelIndex parameters = cell(2, ScoreModel::kParametersColumn);
    QCOMPARE(parameters.data().toString(), "41.4 M");
    QCOMPARE(cell(2, ScoreModel::kMacsColumn).data().toString(), "121 G");
    QVERIFY(parameters.data(Qt::ToolTipRole).toString().contains("The paper: 41.4 M"));
    QVERIFY(parameters.data(Qt::ToolTipRole)
                .toString()
                .remove(QRegularExpression("\\D"))
                .contains("41406578"));
    QCOMPARE(cell(0, ScoreModel::kMacsColumn).data().toString(), "0");
    QCOMPARE(cell(1, ScoreModel::kMacsColumn).data().toString(), "–");
    QVERIFY(!parameters.data(ScoreModel::kBest).toBool());
    QVERIFY(table_->copyText().contains("\t41406578\t1.21e+11"));
    clickHead(ScoreModel::kMacsColumn);
    QCOMPARE(titles(*table_).first(), "Bicubic ×16");
  }

  void aTabInANameSplitsNoCell() {
    table_->setRows(rows(), {"a\tb\nc", "plain", ""});
    const QStringList lines = table_->copyText().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 5);
    QVERIFY(lines[1].startsWith("a b c\tbicubic"));
  }

  void columnsCanBeHidden() {
    QVERIFY(table_->isColumnHidden(columnOf(Metric::kDelta3)));
    QVERIFY(!table_->isColumnHidden(columnOf(Metric::kMae)));
    table_->setColumnShown("SILog", false);
    QVERIFY(table_->isColumnHidden(columnOf(Metric::kSiLog)));
    table_->setColumnShown("pixels", false);
    QVERIFY(table_->isColumnHidden(ScoreModel::kPixelsColumn));
    table_->setColumnShown("SILog", true);
    QVERIFY(!table_->isColumnHidden(columnOf(Metric::kSiLog)));
    table_->setColumnShown("nonsense", false);
  }

  void nothingIsCut() {
    for (const MetricInfo& info : metricInfos()) table_->setColumnShown(info.id, true);
    for (int column = 1; column < table_->model()->columnCount(); ++column) {
      if (table_->isColumnHidden(column)) continue;
      for (int row = 0; row < table_->model()->rowCount(); ++row) {
        const QString text = cell(row, column).data().toString();
        const int wanted = table_->fontMetrics().horizontalAdvance(text);
        QVERIFY(table_->columnWidth(column) >= wanted + ScoreDelegate::kMargin);
      }
      const QString head = table_->model()->headerData(column, Qt::Horizontal).toString();
      QVERIFY(table_->columnWidth(column) >
              table_->horizontalHeader()->fontMetrics().horizontalAdvance(head));
    }
    table_->resize(500, 200);
    QVERIFY(table_->columnWidth(0) >= 190);
  }

  // The window at 1366×768 has this much room for it.
  void threeMethodsFitTheUsualWindow() {
    const auto filled = [](double factor) {
      Scores all;
      for (double& value : all.values) value = factor * 3.93;
      all.values[static_cast<std::size_t>(Metric::kIMae)] = factor * 241586;
      all.values[static_cast<std::size_t>(Metric::kIRmse)] = factor * 481016;
      all.pixels = 307200;
      return all;
    };
    const double never = std::numeric_limits<double>::quiet_NaN();
    table_->resize(788, 200);
    table_->setRows({{"interval", "Interval", methodColour(0), filled(0.1), 521, "", false},
                     {"bicubic", "Bicubic", methodColour(1), filled(1), 1, "", false},
                     {"net", "A method of a long name", methodColour(2), filled(0.5), never,
                      "weights missing", true}},
                    {"train-0000", "clip-20", ""});
    QTRY_COMPARE(table_->horizontalScrollBar()->maximum(), 0);
    QVERIFY(table_->columnWidth(0) >= 112);
    for (int column = 1; column < table_->model()->columnCount(); ++column) {
      if (table_->isColumnHidden(column)) continue;
      for (int row = 0; row < 3; ++row) {
        const QString text = cell(row, column).data().toString();
        QVERIFY(table_->columnWidth(column) > table_->fontMetrics().horizontalAdvance(text));
      }
    }
    clickHead(columnOf(Metric::kMae));  // the arrow gets its room
    QTRY_COMPARE(table_->horizontalScrollBar()->maximum(), 0);
    table_->resize(1400, 200);
    QVERIFY(table_->columnWidth(0) >= 190);
  }

  void stateCanBeClicked() {
    QSignalSpy spy(table_.get(), &ScoreTable::stateActivated);
    const QModelIndex method = cell(3, 0);
    const QRect state = ScoreDelegate::stateRect(table_->visualRect(method), method);
    QTest::mouseClick(table_->viewport(), Qt::LeftButton, {}, state.center());
    QCOMPARE(spy.count(), 1);
    QCOMPARE(spy.at(0).at(0).value<std::string>(), std::string("sgnet"));
  }
};

QTEST_MAIN(ScoreTableTest)
#include "score_table.moc"
