#include "core/score_table.h"

#include <QtTest>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "tests/support/maps.h"

using namespace fathom;
using fathom::test::has;

namespace {

ScoreRow row(std::string sample, std::string method, double first, std::string protocol = "plain",
             std::int64_t without = 0) {
  ScoreRow result{std::move(sample), std::move(method), std::move(protocol), {}};
  for (std::size_t i = 0; i < kMetricCount; ++i) result.scores.values[i] = first + double(i) / 7;
  result.scores.pixels = 307200;
  result.scores.withoutValue = without;
  return result;
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (const QString& line : QString::fromStdString(text).split('\n')) {
    lines.push_back(line.toStdString());
  }
  return lines;
}

/// The line of a table that is about this method.
std::string lineOf(const std::string& text, const std::string& start) {
  for (const std::string& line : linesOf(text)) {
    if (line.starts_with(start)) return line;
  }
  return {};
}

const Provenance kNobody{"fathom", "1.2", "abc", "2.11", "CPU", 7, {{"source", "scenes:0-3"}}};

}  // namespace

class ScoreTableTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void csvHeaderIsTheAgreedOne() {
    QCOMPARE(scoresCsv({}),
             std::string("sample,method,protocol,MAE,RMSE,AbsRel,SqRel,iMAE,iRMSE,log10,RMSElog,"
                         "delta1,delta2,delta3,SILog,pixels\n"));
  }

  void csvNumbersReadBackToTheSameBits() {
    ScoreRow wild = row("train-0000", "bicubic", 0);
    const double values[] = {1.0 / 3,
                             0.1,
                             1e-300,
                             5e-324,
                             1.7976931348623157e308,
                             12345678.9,
                             0,
                             3,
                             std::nextafter(1.0, 2.0),
                             100,
                             65504.25,
                             M_PI};
    std::copy(std::begin(values), std::end(values), wild.scores.values.begin());
    const std::string text = scoresCsv({wild});
    const auto fields = QString::fromStdString(linesOf(text)[1]).split(',');
    QCOMPARE(fields.size(), qsizetype(3 + 12 + 1));
    for (int i = 0; i < 12; ++i) {
      const std::string field = fields[3 + i].toStdString();
      double back = NAN;
      const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), back);
      QVERIFY(problem == std::errc() && end == field.data() + field.size());
      QVERIFY2(back == values[i], field.c_str());
    }
    QCOMPARE(fields.last(), QString("307200"));
  }

  void csvLeavesUndefinedEmpty() {
    ScoreRow none{"a", "b", "mask-20", {}};
    QCOMPARE(linesOf(scoresCsv({none}))[1], std::string("a,b,mask-20,,,,,,,,,,,,,0"));
    none.scores.values[0] = INFINITY;
    QCOMPARE(linesOf(scoresCsv({none}))[1], std::string("a,b,mask-20,,,,,,,,,,,,,0"));
  }

  void csvQuotesWhatNeedsIt() {
    const std::string line = linesOf(scoresCsv({row("a,b", "say \"x\"", 1)}))[1];
    QVERIFY2(line.starts_with("\"a,b\",\"say \"\"x\"\"\",plain,"), line.c_str());
    QVERIFY(has(scoresCsv({row("a\nb", "m", 1)}), "\"a\nb\",m,"));
  }

  void stampsStandInEveryTable() {
    std::vector<ScoreRow> rows{row("s1", "net", 1), row("s2", "net", 1), row("s1", "a", 2),
                               row("s2", "a", 2)};
    QVERIFY(!has(scoresCsv(rows), "stamp"));
    rows[0].stamp = "tiled 512, overlap 64";
    rows[1].stamp = "tiled 256";
    const auto csv = linesOf(scoresCsv(rows));
    QVERIFY(QString::fromStdString(csv[0]).endsWith(",pixels,stamp"));
    QVERIFY(QString::fromStdString(csv[1]).endsWith(",307200,\"tiled 512, overlap 64\""));
    QVERIFY(QString::fromStdString(csv[3]).endsWith(",307200,"));
    const Provenance& made = kNobody;
    QVERIFY(has(scoresJson(rows, made), "\"stamp\": \"tiled 256\""));
    QCOMPARE(meanRows(rows)[0].stamp, std::string("tiled 512, overlap 64, tiled 256"));
    QCOMPARE(meanRows(rows)[1].stamp, std::string());
    QVERIFY(has(scoresMarkdown(rows, made), "| net (tiled 512, overlap 64, tiled 256) |"));
    QVERIFY(has(scoresLatex(rows, made), "net (tiled 512, overlap 64, tiled 256) &"));
  }

  void randomWeightsAreRankedNowhere() {
    std::vector<ScoreRow> rows{row("s", "net", 1), row("s", "a", 2), row("s", "b", 3)};
    rows[0].stamp = "random weights";
    QVERIFY(!isResult(rows[0].stamp));
    QVERIFY(isResult("") && isResult("tiled 512"));
    const Provenance& made = kNobody;
    const std::string markdown = scoresMarkdown(rows, made), latex = scoresLatex(rows, made);
    QVERIFY(has(markdown, "net (random weights) | 1.000 |"));
    QVERIFY(has(markdown, "a | **2.000** |"));
    QVERIFY(has(latex, "a & \\textbf{2.000}"));
    QVERIFY(has(latex, "b & \\underline{3.000}"));
  }

  void jsonHoldsTheSameNumbers() {
    ScoreRow first = row("s\"1\\", "bicubic", 1.0 / 3), second = row("s2", "bicubic", 2, "clip-20");
    second.scores.values[3] = NAN;
    second.scores.withoutValue = 5;
    const auto json = nlohmann::json::parse(scoresJson({first, second}, kNobody));
    QCOMPARE(json["rows"].size(), std::size_t{2});
    QCOMPARE(json["rows"][0]["sample"].get<std::string>(), std::string("s\"1\\"));
    QVERIFY(json["rows"][0]["MAE"].get<double>() == 1.0 / 3);
    QVERIFY(json["rows"][1]["SqRel"].is_null());
    QCOMPARE(json["rows"][1]["without_value"].get<int>(), 5);
    QCOMPARE(json["rows"][1]["pixels"].get<int>(), 307200);
    QCOMPARE(json["means"].size(), std::size_t{2});
    QCOMPARE(json["means"][1]["protocol"].get<std::string>(), std::string("clip-20"));
    QVERIFY(json["means"][1]["SqRel"].is_null());
    QCOMPARE(json["provenance"]["seed"].get<int>(), 7);
    QCOMPARE(json["provenance"]["source"].get<std::string>(), std::string("scenes:0-3"));
  }

  void jsonSurvivesTextThatIsNoUtf8() {
    const auto json = nlohmann::json::parse(scoresJson({row("\xff\xfe", "m", 1)}, kNobody));
    QVERIFY(!json["rows"][0]["sample"].get<std::string>().empty());
  }

  void meansAreOfPerImageValues() {
    ScoreRow undefined = row("s3", "a", 100);
    undefined.scores.values.fill(NAN);
    const auto means =
        meanRows({row("s1", "a", 1), row("s1", "b", 5), row("s2", "a", 2, "plain", 4), undefined,
                  row("s1", "a", 9, "clip-20")});
    QCOMPARE(means.size(), std::size_t{3});
    QCOMPARE(means[0].method + means[1].method + means[2].protocol, std::string("abclip-20"));
    QCOMPARE(means[0].means[0], 1.5);
    QCOMPARE(means[0].counted[0], std::int64_t{2});
    QCOMPARE(means[0].samples, std::int64_t{3});
    QCOMPARE(means[0].withoutValue, std::int64_t{4});
    QCOMPARE(means[0].pixels, std::int64_t{3 * 307200});
    QVERIFY(meanRows({undefined})[0].counted[0] == 0 &&
            std::isnan(meanRows({undefined})[0].means[0]));
    QVERIFY(meanRows({}).empty());
  }

  void markdownMarksTheBest() {
    // delta1 to delta3 are the metrics where more is better.
    const std::string text = scoresMarkdown({row("s", "near", 1), row("s", "far", 2)}, kNobody);
    QVERIFY(has(text, "## plain") && has(text, "fathom 1.2 (abc)"));
    QVERIFY(has(text, "MAE m ↓") && has(text, "δ1 ↑"));
    const std::string near = lineOf(text, "| near |"), far = lineOf(text, "| far |");
    QVERIFY2(near.starts_with("| near | **1.000** |"), near.c_str());
    QCOMPARE(QString::fromStdString(near).count("**"), qsizetype(2 * 9));
    QCOMPARE(QString::fromStdString(far).count("**"), qsizetype(2 * 3));
    QVERIFY(near.ends_with("| 1 |"));
    const qsizetype columns = QString::fromStdString(lineOf(text, "| method |")).count('|');
    QCOMPARE(QString::fromStdString(near).count('|'), columns);
    QCOMPARE(QString::fromStdString(lineOf(text, "|---|")).count('|'), columns);
  }

  void oneTablePerProtocol() {
    const std::vector<ScoreRow> rows{row("s", "a", 1), row("s", "a", 2, "clip-20"),
                                     row("s", "b", 3), row("s", "b", 4, "clip-20")};
    const std::string markdown = scoresMarkdown(rows, kNobody), latex = scoresLatex(rows, kNobody);
    QVERIFY(has(markdown, "## plain") && has(markdown, "## clip-20") && has(markdown, "0…20 m"));
    QCOMPARE(QString::fromStdString(latex).count("\\begin{tabular}"), qsizetype(2));
    QCOMPARE(QString::fromStdString(latex).count("\\end{tabular}"), qsizetype(2));
    QVERIFY(has(latex, "% protocol clip-20"));
  }

  void latexMarksBestAndSecond() {
    const std::string text =
        scoresLatex({row("s", "a_1", 3), row("s", "b", 1), row("s", "c", 2)}, kNobody);
    QVERIFY(text.starts_with("% fathom 1.2 (abc)"));
    QVERIFY(lineOf(text, "b &").starts_with("b & \\textbf{1.000}"));
    QVERIFY(lineOf(text, "c &").starts_with("c & \\underline{2.000}"));
    QVERIFY(lineOf(text, "a\\_1 &").starts_with("a\\_1 & 3.000"));
    for (const char* start : {"Method", "b &"}) {
      QCOMPARE(QString::fromStdString(lineOf(text, start)).count('&'), qsizetype(12));
    }
    QVERIFY(has(text, "\\toprule") && has(text, "$\\delta_1$ $\\uparrow$"));
  }

  void tiesShareTheirPlace() {
    const std::string text = scoresLatex(
        {row("s", "a", 1), row("s", "b", 1), row("s", "c", 2), row("s", "d", 3)}, kNobody);
    for (const char* method : {"a &", "b &"}) {
      QVERIFY(has(lineOf(text, method).substr(0, 20), "\\textbf{1.000}"));
    }
    QVERIFY(has(lineOf(text, "c &").substr(0, 30), "\\underline{2.000}"));
    QVERIFY(lineOf(text, "d &").starts_with("d & 3.000"));
  }

  void aSingleMethodIsNotTheBest() {
    QVERIFY(!has(scoresMarkdown({row("s", "only", 1)}, kNobody), "**"));
    QVERIFY(!has(scoresLatex({row("s", "only", 1)}, kNobody), "textbf"));
  }

  void undefinedIsADashAndNeverBest() {
    ScoreRow none = row("s", "none", 0);
    none.scores.values.fill(NAN);
    const auto rows = {none, row("s", "a", 1)};
    QVERIFY(lineOf(scoresMarkdown(rows, kNobody), "| none").starts_with("| none | – |"));
    QVERIFY(lineOf(scoresLatex(rows, kNobody), "none &").starts_with("none & -- &"));
    QVERIFY(lineOf(scoresLatex(rows, kNobody), "a &").starts_with("a & \\textbf{1.000}"));
  }

  void coverageNoteAppearsWhereMeansAreNotComparable_data() {
    QTest::addColumn<int>("which");
    QTest::addColumn<bool>("noted");
    QTest::newRow("same samples") << 0 << false;
    QTest::newRow("fewer samples") << 1 << true;
    QTest::newRow("as many, but others") << 2 << true;
    QTest::newRow("pixels without a value") << 3 << true;
    QTest::newRow("another protocol's samples") << 4 << false;
  }
  void coverageNoteAppearsWhereMeansAreNotComparable() {
    QFETCH(int, which);
    QFETCH(bool, noted);
    std::vector<ScoreRow> rows{row("s1", "a", 1), row("s2", "a", 1), row("s1", "b", 2)};
    if (which == 0) rows.push_back(row("s2", "b", 2));
    if (which == 2) rows.push_back(row("s3", "b", 2));
    if (which == 3) rows.push_back(row("s2", "b", 2, "plain", 12));
    if (which == 4) {
      rows.push_back(row("s2", "b", 2));
      rows.push_back(row("s9", "b", 2, "clip-20"));
    }
    const std::string markdown = scoresMarkdown(rows, kNobody), latex = scoresLatex(rows, kNobody);
    QCOMPARE(has(markdown, "Coverage differs"), noted);
    QCOMPARE(has(latex, "% coverage differs"), noted);
    if (which == 2) QVERIFY(has(markdown, "different samples"));
    if (which == 3) QVERIFY(has(markdown, "12 pixels without a value"));
  }

  void namesCannotBreakTheTable() {
    const std::string name = "a|b_%&#${}~^\\";
    const auto rows = {row("s", name, 1)};
    QVERIFY(has(scoresMarkdown(rows, kNobody), "| a\\|b_"));
    QVERIFY(has(scoresLatex(rows, kNobody),
                "a|b\\_\\%\\&\\#\\$\\{\\}\\textasciitilde{}\\^{}\\textbackslash{} &"));
    Provenance loud = kNobody;
    loud.more = {{"note", "one\ntwo"}};
    QVERIFY(has(scoresLatex(rows, loud), "one two"));
  }

  void numbersHaveReadableDigits() {
    const std::string text =
        scoresMarkdown({row("s", "a", 12345.678), row("s", "b", 0.00012)}, kNobody);
    QVERIFY(has(lineOf(text, "| a |"), "| 12345.7 |"));
    QVERIFY(has(lineOf(text, "| b |"), "**0.0001**"));
  }

  void unknownProtocolIsNotPrintedSilently() {
    QVERIFY_EXCEPTION_THROWN(scoresMarkdown({row("s", "a", 1, "crop-6")}, kNobody), BadInput);
  }

  void provenanceSaysWhereNumbersComeFrom() {
    const Provenance made = makeProvenance("CPU, 2 threads", 5);
    QVERIFY(!made.version.empty() && !made.commit.empty() && !made.torch.empty());
    const std::string line = oneLine(made);
    QVERIFY(has(line, "fathom " + made.version) && has(line, "seed 5") &&
            has(line, "CPU, 2 threads"));
    QVERIFY(has(oneLine(kNobody), "source scenes:0-3"));
  }
};

QTEST_GUILESS_MAIN(ScoreTableTest)
#include "score_table.moc"
