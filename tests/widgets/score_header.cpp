#include "widgets/lists/score_header.h"

#include <QtTest>

#include "tests/widgets/image_probe.h"
#include "widgets/lists/score_table.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

std::vector<ScoreTableRow> rows() {
  ScoreTableRow row{"a", "A", Qt::red, {}, 2, "", false};
  row.scores.values.fill(1.5);
  row.scores.pixels = 4;
  return {row};
}

}  // namespace

class ScoreHeaderTest : public QObject {
  Q_OBJECT

  QImage section(const ScoreTable& table, int column) {
    QHeaderView* head = table.horizontalHeader();
    const QRect place(head->sectionViewportPosition(column), 0, head->sectionSize(column),
                      head->height());
    return head->grab(place).toImage();
  }

 private Q_SLOTS:
  void arrowShowsWhatIsSorted_data() {
    QTest::addColumn<int>("theme");
    QTest::newRow("dark") << int(Theme::kDark);
    QTest::newRow("light") << int(Theme::kLight);
  }
  void arrowShowsWhatIsSorted() {
    QFETCH(int, theme);
    applyTheme(*qApp, static_cast<Theme>(theme));
    ScoreTable table;
    table.setRows(rows());
    table.resize(1000, 120);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    QVERIFY(!holds(section(table, 1), tokens().accent));
    const QImage before = section(table, 1);
    table.sortByColumn(1, Qt::AscendingOrder);
    const QImage ascending = section(table, 1);
    QVERIFY(holds(ascending, tokens().accent));
    QVERIFY(!holds(section(table, 2), tokens().accent));
    table.sortByColumn(1, Qt::DescendingOrder);
    QVERIFY(section(table, 1) != ascending);
    table.sortByColumn(-1, Qt::AscendingOrder);
    QCOMPARE(section(table, 1), before);
  }

  void everySectionIsWideEnough() {
    applyTheme(*qApp, Theme::kDark);
    ScoreTable table;
    table.setRows(rows());
    table.resize(900, 120);
    table.show();
    const auto* head = static_cast<const ScoreHeader*>(table.horizontalHeader());
    for (int column = 1; column < head->count(); ++column) {
      if (!head->isSectionHidden(column)) {
        QVERIFY(head->sectionSize(column) >= head->wantedWidth(column));
      }
    }
  }

  void defaultColumnsFitTheBottomDock() {
    applyTheme(*qApp, Theme::kDark);
    ScoreTable table;
    table.setRows(rows());
    int width = 0;
    for (int column = 0; column < table.model()->columnCount(); ++column) {
      if (!table.isColumnHidden(column)) width += table.columnWidth(column);
    }
    QVERIFY2(width <= 890, qPrintable(QString::number(width)));
  }
};

QTEST_MAIN(ScoreHeaderTest)
#include "score_header.moc"
