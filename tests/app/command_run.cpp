// fathom-cli run, methods of a user's on the command line, and the example of the documentation.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "challenge_folder.h"
#include "child.h"
#include "plain_npy.h"
#include "scores_csv.h"

namespace {

void write(const QString& path, const QByteArray& text) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(text);
}

/// A Python that has NumPy: FATHOM_PYTHON, or python3. Empty where there is none.
QString pythonWithNumpy() {
  for (const QString& python : {qEnvironmentVariable("FATHOM_PYTHON"), QString("python3")}) {
    if (python.isEmpty()) continue;
    QProcess process;
    process.start(python, {"-c", "import numpy"});
    if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit &&
        process.exitCode() == 0) {
      return python;
    }
  }
  return {};
}

QString example() {
  return qEnvironmentVariable("FATHOM_SOURCE") + "/docs/examples/own_method.py";
}

}  // namespace

class CommandRunTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    out_ = temporary_->filePath("out");
    ChallengeFolder data(temporary_->filePath("data"));
    for (int number = 0; number < 3; ++number) data.addTraining(number);
    qputenv("XDG_CONFIG_HOME", temporary_->filePath("config").toUtf8());
  }

  void runsWhatEvaluateRuns() {
    write(file(),
          "sources = [\"data\"]\nlow = \"simulated\"\nseed = 5\nprotocols = [\"plain\", "
          "\"mask-20\"]\n"
          "[degradation]\nfactor = 4\n"
          "[[method]]\nid = \"nearest\"\n"
          "[[method]]\nid = \"bicubic\"\nsettings = { kernel = \"pillow\" }\n");
    const ChildResult run = runCli({"run", file(), "-o", out_, "--save-predictions"});
    QVERIFY2(run.code == 0, run.err);
    const QString other = temporary_->filePath("other");
    const ChildResult evaluated = runCli(
        {"evaluate", temporary_->filePath("data"), "--low", "simulated", "--seed", "5",
         "--protocol", "plain,mask-20", "--degradation", "factor=4", "--methods", "nearest,bicubic",
         "--set", "bicubic.kernel=pillow", "--out", other, "--save-predictions"});
    QVERIFY2(evaluated.code == 0, evaluated.err);
    QCOMPARE(filesBelow(out_), filesBelow(other));
    for (const QString& name : filesBelow(out_)) {
      if (name.startsWith("table") || name == "scores.json") continue;
      QVERIFY2(readAll(out_ + "/" + name) == readAll(other + "/" + name), qPrintable(name));
    }
    QVERIFY(readAll(out_ + "/scores.json").contains("experiment.toml (SHA-256 "));
  }

  void refusesWhatIsWrongBeforeItBegins() {
    write(file(), "sources = [\"data\"]\n[[method]]\nid = \"bycubic\"\n");
    const ChildResult unknown = runCli({"run", file(), "-o", out_});
    QCOMPARE(unknown.code, 2);
    QVERIFY2(unknown.err.contains("bycubic"), unknown.err);
    write(file(), "sources = [\"data\"]\n[[method]]\nid = \"bicubic\"\ncolor = \"#ffffff\"\n");
    const ChildResult key = runCli({"run", file(), "-o", out_});
    QCOMPARE(key.code, 2);
    QVERIFY2(key.err.contains("experiment.toml:4"), key.err);
    write(file(), "[[method]]\nid = \"bicubic\"\n");
    QVERIFY(runCli({"run", file(), "-o", out_}).err.contains("names no sources"));
    QCOMPARE(runCli({"run", temporary_->filePath("none.toml"), "-o", out_}).code, 1);
    QVERIFY(!QFile::exists(out_));
  }

  void aFolderOfPredictionsIsScoredAndReported() {
    predict("mine", 0, 1);
    write(file(),
          "sources = [\"data\"]\nlow = \"real\"\n[[method]]\nid = \"mine\"\ntitle = \"Mine\"\n"
          "kind = \"predictions\"\nfolder = \"mine\"\n[[method]]\nid = \"nearest\"\n");
    const ChildResult run = runCli({"run", file(), "-o", out_});
    QCOMPARE(run.code, 1);  // one sample has no prediction
    QVERIFY2(run.err.contains("1 missing (train-0002)"), run.err);
    const ScoresCsv csv(out_ + "/scores.csv");
    QCOMPARE(csv.column(1).count("mine"), 4);
    QCOMPARE(csv.column(1).count("nearest"), 6);
    for (const QStringList& row : csv.rows) {
      if (row[1] == "mine" && row[2] == "plain") QCOMPARE(csv.value(row, "MAE"), 0.0);
    }
    const QJsonObject json = readJson(out_ + "/scores.json");
    QVERIFY(json["remarks"].toArray().first().toString().contains("train-0002"));
    QCOMPARE(json["failed"].toArray().size(), 1);
    QCOMPARE(json["failed"].toArray()[0].toObject()["method"].toString(), QString("mine"));
  }

  void methodFilesAreKnownToEvaluate() {
    predict("mine", 0, 2);
    write(file(),
          "[[method]]\nid = \"mine\"\nkind = \"predictions\"\nfolder = \"mine\"\n"
          "[[method]]\nid = \"both\"\nkind = \"ensemble\"\nmembers = [\"mine\", \"nearest\"]\n");
    const ChildResult run =
        runCli({"evaluate", temporary_->filePath("data"), "--method-file", file(), "--methods",
                "both,bicubic", "--set", "both.combine=median", "--out", out_});
    QVERIFY2(run.code == 0, run.err);
    QCOMPARE(ScoresCsv(out_ + "/scores.csv").column(1).count("both"), 6);
    const ChildResult without =
        runCli({"evaluate", temporary_->filePath("data"), "--methods", "both", "--out", out_});
    QCOMPARE(without.code, 2);
  }

  void aFailureNamesItsSampleOnce() {
    write(file(),
          "sources = [\"data\"]\nlow = \"real\"\n[[method]]\nid = \"mine\"\nkind = \"command\"\n"
          "command = [\"false\", \"{out}\"]\n");
    const ChildResult run = runCli({"run", file(), "-o", out_});
    QCOMPARE(run.code, 1);
    const QString said = QString::fromUtf8(run.err);
    QVERIFY2(said.contains("train-0000, mine failed: the program ended with exit code 1"), run.err);
  }

  void predictionsAreComparedWithSamples() {
    predict("mine", 0, 2);
    const QStringList call{"predictions", temporary_->filePath("mine"),
                           temporary_->filePath("data")};
    const ChildResult all = runCli(call);
    QVERIFY2(all.code == 0, all.err);
    QVERIFY(all.out.contains("3 samples: 3 predictions"));
    PlainNpy small{2, 2, {1, 2, 3, 4}};
    writePlainNpy(temporary_->filePath("mine/train-0001.npy"), small);
    writePlainNpy(temporary_->filePath("mine/other.npy"), small);
    QFile::remove(temporary_->filePath("mine/train-0000.npy"));
    const ChildResult some = runCli(call + QStringList{"--json"});
    QCOMPARE(some.code, 1);
    const QJsonObject json = QJsonDocument::fromJson(some.out).object();
    QCOMPARE(json["missing"].toArray(), QJsonArray{"train-0000"});
    QCOMPARE(json["extra"].toArray(), QJsonArray{"other.npy"});
    QVERIFY(json["wrong"].toArray()[0].toObject()["problem"].toString().contains("is 2×2"));
    QCOMPARE(
        runCli({"predictions", temporary_->filePath("none"), temporary_->filePath("data")}).code,
        1);
  }

  void codeIsRefusedAndAllowed() {
    write(temporary_->filePath("net.pt"), "no module");
    write(temporary_->filePath("net.json"), "{}");
    write(file(),
          "sources = [\"data\"]\n[[method]]\nid = \"net\"\nkind = \"torchscript\"\n"
          "file = \"net.pt\"\n");
    const ChildResult refused = runCli({"run", file(), "-o", out_});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.err.contains("is a program") && refused.err.contains("--allow-code"),
             refused.err);
    // Allowed, it turns out to be none; and that it was allowed is remembered.
    const ChildResult allowed =
        runCli({"run", file(), "-o", out_, "--allow-code", temporary_->filePath("net.pt")});
    QVERIFY2(allowed.err.contains("cannot be loaded as TorchScript"), allowed.err);
    const ChildResult again = runCli({"run", file(), "-o", out_});
    QVERIFY2(again.err.contains("cannot be loaded as TorchScript"), again.err);
    QVERIFY(!QFile::exists(out_ + "/scores.csv"));
  }

  void theExampleWorksInAllThreeWays() {
    const QString python = pythonWithNumpy();
    if (python.isEmpty()) QSKIP("no Python with NumPy: name one in FATHOM_PYTHON");
    // As a loop over what degrade wrote.
    const ChildResult made =
        runCli({"degrade", temporary_->filePath("data"), "--out", temporary_->filePath("maps")});
    QVERIFY2(made.code == 0, made.err);
    QProcess loop;
    loop.start(python, {example(), temporary_->filePath("maps"), temporary_->filePath("mine")});
    QVERIFY(loop.waitForFinished(120'000));
    QVERIFY2(loop.exitCode() == 0, loop.readAllStandardError());
    QByteArray text = "sources = [\"data\"]\nlow = \"simulated\"\nsave_predictions = true\n";
    text += "[[method]]\nid = \"files\"\nkind = \"predictions\"\nfolder = \"mine\"\n";
    text += method(python, "each", "\"{rgb_npy}\", \"{low}\", \"{out}\"");
    text += method(python, "one", "\"--serve\"") + "[[method]]\nid = \"bilinear\"\n";
    write(file(), text);
    const ChildResult run = runCli({"run", file(), "-o", out_});
    QVERIFY2(run.code == 0, run.err);
    const ScoresCsv csv(out_ + "/scores.csv");
    QCOMPARE(csv.rows.size(), 3 * 4 * 2);
    for (const char* id : {"train-0000", "train-0001", "train-0002"}) {
      const auto bytes = [&](const char* name) {
        return readAll(QString("%1/predictions/%2/%3.npy").arg(out_, name, id));
      };
      QVERIFY(!bytes("each").isEmpty());
      QCOMPARE(bytes("each"), bytes("one"));
    }
    // Linear between cells is not far from the built-in, which ignores the sampling's phase.
    const PlainNpy files = readPlainNpy(out_ + "/predictions/files/train-0001.npy");
    const PlainNpy builtIn = readPlainNpy(out_ + "/predictions/bilinear/train-0001.npy");
    QCOMPARE(files.rows, 48);
    double sum = 0, difference = 0;
    for (std::size_t i = 0; i < files.values.size(); ++i) {
      sum += std::abs(builtIn.values[i]);
      difference += std::abs(files.values[i] - builtIn.values[i]);
    }
    QVERIFY2(difference < 0.1 * sum, qPrintable(QString::number(difference / sum)));
  }

  void theExampleIsShort() {
    const QByteArray text = readAll(example());
    QVERIFY(!text.isEmpty() && text.count('\n') < 60);
  }

 private:
  QString file() const { return temporary_->filePath("experiment.toml"); }

  static QByteArray method(const QString& python, const char* processes, const char* arguments) {
    return QString(
               "[[method]]\nid = \"%1\"\nkind = \"command\"\nprocesses = \"%1\"\n"
               "command = [\"%2\", \"%3\", %4]\n")
        .arg(processes, python, example(), arguments)
        .toUtf8();
  }

  /// The truth itself, as predictions of some samples.
  void predict(const QString& folder, int first, int last) {
    QDir().mkpath(temporary_->filePath(folder));
    for (int number = first; number <= last; ++number) {
      const QString name = QString("%1.npy").arg(number, 4, 10, QChar('0'));
      QVERIFY(QFile::copy(temporary_->filePath("data/AI4S_train_gt/" + name),
                          temporary_->filePath(folder + "/train-" + name)));
    }
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  QString out_;
};

QTEST_GUILESS_MAIN(CommandRunTest)
#include "command_run.moc"
