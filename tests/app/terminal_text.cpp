#include <QtTest>

#include "app/cli/progress_bar.h"
#include "app/cli/score_summary.h"
#include "app/cli/text.h"
#include "app/pipeline/subject.h"

using namespace fathom;
using namespace fathom::cli;

class TerminalTextTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void clock() {
    QCOMPARE(clockText(0), std::string("0:00"));
    QCOMPARE(clockText(6.2), std::string("0:07"));
    QCOMPARE(clockText(760), std::string("12:40"));
    QCOMPARE(clockText(3 * 3600 + 2 * 60 + 11), std::string("3:02:11"));
    QCOMPARE(clockText(1e300), std::string("1000:00:00"));
    QCOMPARE(clockText(-5), std::string("0:00"));
  }

  void barShowsPartTimeLeftAndWhat() {
    QCOMPARE(progressLine(0.25, "1/4 a", 30, 80),
             std::string("[=====               ]  25 %  ETA 0:30  1/4 a"));
    QCOMPARE(progressLine(1, "", {}, 80), std::string("[====================] 100 %"));
  }

  void barFitsTheTerminalAndSurvivesNonsense() {
    QCOMPARE(progressLine(0.5, std::string(200, 'x'), 9, 60).size(), std::size_t{59});
    QCOMPARE(progressLine(0.5, "a", 9, 0), std::string());
    QCOMPARE(progressLine(std::nan(""), "", {}, 80), progressLine(0, "", {}, 80));
    QCOMPARE(progressLine(7, "", {}, 80), progressLine(1, "", {}, 80));
  }

  void timeLeftFollowsThePartAndCountsDown() {
    TimeLeft left;
    QVERIFY(!left.at(0, 5));
    QVERIFY(!left.at(0.005, 6));
    QCOMPARE(*left.at(0.25, 10), 30.0);
    QCOMPARE(*left.at(0.25, 14), 26.0);
    QCOMPARE(*left.at(0.5, 15), 15.0);
    QCOMPARE(*left.at(0.5, 99), 0.0);
    QVERIFY(!left.at(1, 100));
    TimeLeft early;
    QVERIFY(!early.at(0.5, 0.5));
  }

  void wrapsBetweenWordsByColumns() {
    std::string words;
    for (int i = 0; i < 60; ++i) words += "δδδδ ";
    const std::string text = wrapped(words, 10);
    std::size_t lines = 0;
    for (const QString& line : QString::fromStdString(text).split('\n')) {
      const qsizetype indent = lines++ == 0 ? 10 : 0;
      QVERIFY(line.size() + indent <= qsizetype(kTextWidth));
      QVERIFY(lines == 1 || line.startsWith(QString(10, ' ')));
    }
    QCOMPARE(lines, std::size_t{4});
    QCOMPARE(columnsOf("δ1…"), std::size_t{3});
    QCOMPARE(wrapped(std::string(200, 'x'), 4), std::string(200, 'x'));
    QCOMPARE(wrapped("", 4), std::string());
  }

  void messagesWithoutTheirSubject() {
    QCOMPARE(withoutSubject("made-0: is cut short", "made-0"), std::string_view("is cut short"));
    QCOMPARE(withoutSubject("made-01: is cut short", "made-0"),
             std::string_view("made-01: is cut short"));
    QCOMPARE(withoutSubject("made-0 is cut short", "made-0"),
             std::string_view("made-0 is cut short"));
    QCOMPARE(withoutSubject(": odd", ""), std::string_view(": odd"));
    QCOMPARE(withoutSubject("made-0: ", "made-0"), std::string_view(""));
  }

  void summaryHasABlockForEachProtocol() {
    ScoreRow row{"a", "bicubic", "plain", {}};
    row.scores.values.fill(0.25);
    ScoreRow other = row;
    other.protocol = "clip-20";
    other.scores.values.fill(std::nan(""));
    const QString text = QString::fromStdString(scoreSummary({row, other}));
    QCOMPARE(text.count("bicubic"), 2);
    QVERIFY(text.startsWith("plain: all pixels count"));
    QVERIFY(text.contains("\n\nclip-20: "));
    QVERIFY(text.contains("0.25"));
    QVERIFY(text.contains(" - "));
    QVERIFY(scoreSummary({}).empty());
  }
};

QTEST_GUILESS_MAIN(TerminalTextTest)
#include "terminal_text.moc"
