// Ctrl-C, full disks, folders that cannot be written: what is finished stays readable.
#include <signal.h>

#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "challenge_folder.h"
#include "child.h"
#include "hard_times.h"
#include "scores_csv.h"

class CommandOutputTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    out_ = temporary_->filePath("out");
    source_ = temporary_->filePath("data");
  }

  void aSignalKeepsWhatIsFinished_data() {
    QTest::addColumn<int>("signal");
    QTest::newRow("Ctrl-C") << SIGINT;
    QTest::newRow("terminated") << SIGTERM;
  }
  void aSignalKeepsWhatIsFinished() {
    QFETCH(int, signal);
    QProcess process;
    process.start(programPath(), {"evaluate", "scenes:0-200", "--methods", "bicubic,lanczos",
                                  "--out", out_, "--save-predictions"});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(out_ + "/predictions/lanczos/scene-0000-000.npy"),
                             60'000);
    QCOMPARE(::kill(pid_t(process.processId()), signal), 0);
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(process.readAllStandardError().contains("cancelled"));

    const QJsonObject json = readJson(out_ + "/scores.json");
    QCOMPARE(json["complete"].toBool(true), false);
    const qsizetype finished = json["finished"].toArray().size();
    QVERIFY(finished >= 1 && finished < 201);
    QCOMPARE(ScoresCsv(out_ + "/scores.csv").rows.size(), finished * 2 * 2);
    QCOMPARE(filesBelow(out_).size(), 4 + finished * 4);
    QVERIFY(readAll(out_ + "/table.md").contains("incomplete"));
    for (const QString& file : filesBelow(out_).filter(".npy")) {
      QVERIFY2(readPlainNpy(out_ + "/" + file).rows > 0, qPrintable(file));
    }
  }

  void aSecondSignalEndsAtOnce() {
    QProcess process;
    process.start(programPath(), {"evaluate", "scenes:0-200", "--out", out_});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(out_ + "/low/scene-0000-000.npy"), 60'000);
    // Both at hand at once: SIGINT and SIGTERM do not merge as two SIGINTs would.
    ::kill(pid_t(process.processId()), SIGSTOP);
    ::kill(pid_t(process.processId()), SIGINT);
    ::kill(pid_t(process.processId()), SIGTERM);
    ::kill(pid_t(process.processId()), SIGCONT);
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
  }

  void aFolderThatMayNotBeWritten() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    QDir().mkpath(out_);
    QVERIFY(QFile::setPermissions(out_, QFile::ReadOwner | QFile::ExeOwner));
    for (const QString& folder : {out_, out_ + "/deeper"}) {
      const ChildResult run = runCli({"evaluate", source_, "--out", folder}, obeyPermissions);
      QVERIFY2(run.code == 1, run.err);
      QVERIFY(run.err.contains("Permission denied"));
      QVERIFY(run.err.contains(folder.toUtf8()));
    }
    QFile::setPermissions(out_, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QVERIFY(filesBelow(out_).isEmpty());
  }

  void aFileInPlaceOfTheFolder() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    QFile file(out_);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("mine");
    file.close();
    const ChildResult run = runCli({"degrade", source_, "--out", out_});
    QCOMPARE(run.code, 1);
    QVERIFY(run.err.contains(out_.toUtf8()));
    QCOMPARE(readAll(out_), QByteArray("mine"));
  }

  void someoneElsesFolder() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    QDir().mkpath(out_ + "/low");
    QVERIFY(QFile::copy(data.truthPath(0), out_ + "/low/mine.tiff"));
    const ChildResult run = runCli({"evaluate", source_, "--out", out_});
    QCOMPARE(run.code, 1);
    QVERIFY(run.err.contains("mine.tiff"));
    QCOMPARE(filesBelow(out_), QStringList{"low/mine.tiff"});
  }

  void aFullDisk() {
    const SmallDisk disk(out_, "64k");
    if (!disk.valid()) QSKIP("only root may mount a small file system");
    ChallengeFolder data(source_);
    for (int number = 0; number < 4; ++number) data.addTraining(number);
    const ChildResult run = runCli({"evaluate", source_, "--save-predictions", "--methods",
                                    "nearest", "--out", out_ + "/run"});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("No space left on device"), run.err);
    QVERIFY(filesBelow(out_).filter(".part").isEmpty());
    for (const QString& file : filesBelow(out_).filter(".npy")) {
      QVERIFY2(readPlainNpy(out_ + "/" + file).rows > 0, qPrintable(file));
    }
  }

  void aLimitOnFileSizes() {
    ChallengeFolder data(source_);
    for (int number = 0; number < 2; ++number) data.addTraining(number);
    const auto limit = [] { limitFileSizes(4096); };
    const ChildResult run =
        runCli({"evaluate", source_, "--save-predictions", "--out", out_}, limit);
    QVERIFY2(run.code == 1, run.err);
    QVERIFY2(run.err.contains("File too large"), run.err);
    QVERIFY(filesBelow(out_).isEmpty());
  }

  void standardOutputIsFull() {
    if (!QFileInfo::exists("/dev/full")) QSKIP("there is no /dev/full");
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(programPath(), {"list", "methods"});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("No space left"));
  }

 private:
  std::unique_ptr<QTemporaryDir> temporary_;
  QString out_, source_;
};

QTEST_GUILESS_MAIN(CommandOutputTest)
#include "command_output.moc"
