#include "app/evaluation/results_folder.h"

#include <ATen/ops/full.h>

#include <QTemporaryDir>
#include <QtTest>

#include "child.h"
#include "core/error.h"
#include "plain_npy.h"

using namespace fathom;

namespace {

SampleResult resultOf(const char* id, double metres = 30) {
  SampleResult result;
  result.id = id;
  result.low = {{at::full({2, 3}, 1.5, at::kFloat), 16, 8, 8, 4, 4}, "real", {}, {}};
  result.methods = {{"nearest", at::full({16, 24}, metres, at::kFloat), 0},
                    {"bicubic", at::full({16, 24}, metres + 1, at::kFloat), 0}};
  ScoreRow row{id, "nearest", "plain", {}};
  row.scores.values.fill(0.5);
  row.scores.pixels = 384;
  result.rows = {row};
  return result;
}

EvaluationReport reportOf(std::vector<std::string> finished) {
  EvaluationReport report;
  report.usable = finished.size();
  report.finished = std::move(finished);
  return report;
}

const Provenance kProvenance{"fathom", "0.1.0", "abc", "2.11.0", "CPU", 1, {{"low", "real"}}};

void touch(const QString& path, const QByteArray& bytes) {
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(bytes);
}

}  // namespace

class ResultsFolderTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    root_ = temporary_->path() + "/out";
  }

  void writesTheFilesOfASample() {
    ResultsFolder folder(root_.toStdString());
    folder.write(resultOf("made-0"), {true, true});
    QCOMPARE(filesBelow(root_),
             (QStringList{"low/made-0.json", "low/made-0.npy", "predictions/bicubic/made-0.npy",
                          "predictions/nearest/made-0.npy"}));
    const PlainNpy low = readPlainNpy(root_ + "/low/made-0.npy");
    QCOMPARE(low.rows, 2);
    QCOMPARE(low.columns, 3);
    QCOMPARE(low.at(1, 2), 1.5f);
    QCOMPARE(readPlainNpy(root_ + "/predictions/bicubic/made-0.npy").at(15, 23), 31.0f);
  }

  void writesOnlyWhatIsAskedFor() {
    ResultsFolder folder(root_.toStdString());
    folder.write(resultOf("made-0"), {true, false});
    folder.write(resultOf("made-1"), {false, true});
    QCOMPARE(filesBelow(root_),
             (QStringList{"low/made-0.json", "low/made-0.npy", "predictions/bicubic/made-1.npy",
                          "predictions/nearest/made-1.npy"}));
  }

  void tablesSayHowTheRunWent() {
    ResultsFolder folder(root_.toStdString());
    EvaluationReport report = reportOf({"made-0"});
    report.skipped = {{"made-7", "", "no truth"}};
    folder.write(resultOf("made-0").rows, report, kProvenance);
    QJsonObject json = readJson(root_ + "/scores.json");
    QCOMPARE(json["complete"].toBool(), true);
    QCOMPARE(json["provenance"].toObject()["program"].toString(), QString("fathom"));
    QCOMPARE(json["rows"].toArray().size(), 1);
    QCOMPARE(json["skipped"].toArray()[0].toObject()["reason"].toString(), QString("no truth"));
    QVERIFY(!readAll(root_ + "/table.md").contains("incomplete"));

    report.cancelled = true;
    report.usable = 9;
    folder.write(resultOf("made-0").rows, report, kProvenance);
    json = readJson(root_ + "/scores.json");
    QCOMPARE(json["complete"].toBool(true), false);
    QVERIFY(readAll(root_ + "/table.md").contains("incomplete 1 of 9 samples"));
    QVERIFY(readAll(root_ + "/table.tex").contains("incomplete 1 of 9 samples"));
  }

  void anEarlierRunGoesWhenTheFirstResultIsWritten() {
    {
      ResultsFolder first(root_.toStdString());
      first.write(resultOf("old-0"), {true, true});
      first.write(resultOf("old-0").rows, reportOf({"old-0"}), kProvenance);
    }
    touch(root_ + "/notes.txt", "mine");
    touch(root_ + "/low/old-1.npy.17-0.part", "left by a killed run");
    const QStringList before = filesBelow(root_);
    ResultsFolder second(root_.toStdString());
    QVERIFY(second.replaces());
    QCOMPARE(filesBelow(root_), before);
    second.write(resultOf("new-0"), {true, false});
    QCOMPARE(filesBelow(root_), (QStringList{"low/new-0.json", "low/new-0.npy", "notes.txt"}));
    QVERIFY(!QDir(root_ + "/predictions").exists());
    second.write(resultOf("new-1"), {true, false});
    QCOMPARE(filesBelow(root_).size(), 5);
  }

  void whatIsNotOursIsNotTouched_data() {
    QTest::addColumn<QString>("path");
    QTest::newRow("table") << "table.md";
    QTest::newRow("csv") << "scores.csv";
    QTest::newRow("json") << "scores.json";
    QTest::newRow("picture in low") << "low/0001.png";
    QTest::newRow("folder in low") << "low/deeper/0001.npy";
    QTest::newRow("low is a file") << "low";
    QTest::newRow("predictions is a file") << "predictions";
    QTest::newRow("file among the methods") << "predictions/0001.npy";
    QTest::newRow("text among predictions") << "predictions/mine/readme.txt";
  }
  void whatIsNotOursIsNotTouched() {
    QFETCH(QString, path);
    touch(root_ + "/" + path, "{\"provenance\": {\"program\": \"other\"}}");
    try {
      const ResultsFolder folder(root_.toStdString());
      QFAIL("took the folder");
    } catch (const FileError& error) {
      const QString subject = QString::fromStdString(error.subject());
      QVERIFY2(subject.startsWith(root_) && (root_ + "/" + path).startsWith(subject),
               qPrintable(subject));
      QVERIFY(error.remedy().find("--out") != std::string::npos);
    }
    QCOMPARE(filesBelow(root_), QStringList{path});
  }

  void otherFilesAreNoObstacle() {
    touch(root_ + "/log.txt", "");
    touch(root_ + "/figures/a.png", "");
    ResultsFolder folder(root_.toStdString());
    QVERIFY(!folder.replaces());
    folder.write(resultOf("made-0").rows, reportOf({"made-0"}), kProvenance);
    QCOMPARE(filesBelow(root_).size(), 6);
  }

  void aSampleIsThereWithAllItsFilesOrNotAtAll() {
    ResultsFolder folder(root_.toStdString());
    folder.write(resultOf("made-0"), {true, true});
    QDir(root_ + "/predictions/bicubic").removeRecursively();
    touch(root_ + "/predictions/bicubic", "in the way");
    QVERIFY_EXCEPTION_THROWN(folder.write(resultOf("made-1"), {true, true}), FileError);
    QVERIFY(filesBelow(root_).filter("made-1").isEmpty());
    QVERIFY(filesBelow(root_).filter(".part").isEmpty());
    QCOMPARE(filesBelow(root_).filter("made-0").size(), 3);
  }

  void aFileIsNoFolder() {
    touch(root_, "");
    QVERIFY_EXCEPTION_THROWN(ResultsFolder(root_.toStdString()), FileError);
  }

 private:
  std::unique_ptr<QTemporaryDir> temporary_;
  QString root_;
};

QTEST_GUILESS_MAIN(ResultsFolderTest)
#include "results_folder.moc"
