// What fathom-cli computes and writes, on made-up challenge folders.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "challenge_folder.h"
#include "child.h"
#include "plain_metrics.h"
#include "scores_csv.h"

namespace {

const QString kColumns =
    "sample,method,protocol,MAE,RMSE,AbsRel,SqRel,iMAE,iRMSE,log10,RMSElog,"
    "delta1,delta2,delta3,SILog,pixels";

/// How far standardised noise is from a standard normal one; informative cells only.
struct Noise {
  double sum = 0, squares = 0, greatest = 0;
  qint64 count = 0;
  double deviation() const {
    return std::sqrt(squares / double(count) - sum * sum / double(count * count));
  }
};

void addNoise(Noise& noise, const PlainNpy& low, const PlainNpy& truth, const QJsonObject& json) {
  const double r = json["sigma_r"].toDouble(), a = json["sigma_a"].toDouble();
  for (int row = 0; row < low.rows; ++row) {
    for (int column = 0; column < low.columns; ++column) {
      const double metres = truth.at(8 * row + 4, 8 * column + 4);
      if (!std::isfinite(metres)) continue;
      const double level = std::floor(metres * 4095.0 / 65535.0);
      if (level <= 0) continue;
      const double z = (low.at(row, column) - level) / std::hypot(a, level * r);
      noise.sum += z;
      noise.squares += z * z;
      noise.greatest = std::max(noise.greatest, std::abs(z));
      ++noise.count;
    }
  }
}

}  // namespace

class CommandEvaluateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    out_ = temporary_->filePath("out");
    source_ = temporary_->filePath("data");
  }

  void evaluateWritesExactlyItsFiles() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    data.addTraining(3);
    data.addValidation(7);
    const ChildResult run =
        runCli({"evaluate", source_, "--low", "real", "--methods", "nearest,bicubic", "--protocol",
                "plain,mask-20", "--out", out_, "--save-predictions"});
    QVERIFY2(run.code == 0, run.err);
    QStringList expected{"scores.csv", "scores.json", "table.md", "table.tex"};
    for (const char* id : {"train-0000", "train-0003", "valid-0007"}) {
      expected << QString("low/%1.json").arg(id) << QString("low/%1.npy").arg(id)
               << QString("predictions/bicubic/%1.npy").arg(id)
               << QString("predictions/nearest/%1.npy").arg(id);
    }
    expected.sort();
    QCOMPARE(filesBelow(out_), expected);

    const ScoresCsv csv(out_ + "/scores.csv");
    QCOMPARE(csv.header.join(','), kColumns);
    QCOMPARE(csv.column(0), (QStringList(4, "train-0000") + QStringList(4, "train-0003")));
    QCOMPARE(csv.column(1).mid(0, 4), (QStringList{"nearest", "nearest", "bicubic", "bicubic"}));
    QCOMPARE(csv.column(2).mid(0, 4), (QStringList{"plain", "mask-20", "plain", "mask-20"}));
    QVERIFY(run.err.contains("valid-0007"));
    QVERIFY(run.out.contains("mask-20"));

    const QJsonObject low = readJson(out_ + "/low/train-0000.json");
    QCOMPARE(low.keys(), (QStringList{"factor", "metres_per_level", "phase", "preset", "seed",
                                      "sigma_a", "sigma_r"}));
    QCOMPARE(low["preset"].toString(), QString("real"));
    QVERIFY(low["sigma_r"].isNull() && low["sigma_a"].isNull() && low["seed"].isNull());
    QCOMPARE(low["factor"].toDouble(), 8.0);
    QCOMPARE(low["phase"].toDouble(), 4.0);
    QCOMPARE(low["metres_per_level"].toDouble(), 65535.0 / 4095.0);
    QCOMPARE(readAll(out_ + "/low/train-0003.npy").right(8 * 6 * 4),
             readAll(data.lowPath(3)).right(8 * 6 * 4));
  }

  void everyMetricIsWhatThePredictionsSay() {
    ChallengeFolder data(source_);
    for (int number : {0, 1, 2}) data.addTraining(number);
    QStringList protocols;
    for (const PlainProtocol& protocol : kPlainProtocols) protocols << protocol.id;
    const ChildResult run = runCli({"evaluate", source_, "--low", "real", "--methods",
                                    "nearest,bilinear,bicubic,bicubic_raw,lanczos", "--protocol",
                                    protocols.join(','), "--out", out_, "--save-predictions"});
    QVERIFY2(run.code == 0, run.err);
    const ScoresCsv csv(out_ + "/scores.csv");
    QCOMPARE(csv.rows.size(), 3 * 5 * 5);
    for (const QStringList& row : csv.rows) {
      const auto* protocol = std::ranges::find(kPlainProtocols, row[2],
                                               [](const auto& each) { return QString(each.id); });
      const PlainNpy prediction =
          readPlainNpy(QString("%1/predictions/%2/%3.npy").arg(out_, row[1], row[0]));
      const PlainNpy truth = readPlainNpy(data.truthPath(row[0].right(4).toInt()));
      const auto expected = plainMetrics(prediction, truth, protocol->clip, protocol->mask);
      for (auto metric = expected.begin(); metric != expected.end(); ++metric) {
        const double value = csv.value(row, metric.key());
        const QString where = row.mid(0, 3).join(' ') + " " + metric.key();
        QVERIFY2(std::abs(value - *metric) <= 1e-9 * std::abs(*metric),
                 qPrintable(QString("%1: %2, not %3").arg(where).arg(value).arg(*metric)));
      }
    }
  }

  void jsonAndTablesHoldTheSameNumbers() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    const ChildResult run = runCli({"evaluate", source_, "--out", out_, "--json", "--seed", "7"});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.out, readAll(out_ + "/scores.json"));
    const QJsonObject json = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(json["complete"].toBool(), true);
    QCOMPARE(json["provenance"].toObject()["low"].toString(), QString("real"));
    const ScoresCsv csv(out_ + "/scores.csv");
    QCOMPARE(json["rows"].toArray().size(), csv.rows.size());
    QCOMPARE(json["rows"].toArray()[1].toObject()["RMSE"].toDouble(),
             csv.value(csv.rows[1], "RMSE"));
    QCOMPARE(csv.column(2), (QStringList{"plain", "clip-20"}));
    QVERIFY(readAll(out_ + "/table.md").contains("| interval |"));
    QVERIFY(readAll(out_ + "/table.tex").contains("\\toprule"));
  }

  void simulatedNoiseIsWhatItsFileSays() {
    ChallengeFolder data(source_, {640, 480});
    for (int number : {0, 1, 2, 3}) data.addTraining(number);
    const ChildResult run = runCli({"degrade", source_, "--seed", "11", "--out", out_});
    QVERIFY2(run.code == 0, run.err);
    Noise noise;
    QSet<double> drawn;
    for (int number : {0, 1, 2, 3}) {
      const QString name = QString("%1/low/train-000%2").arg(out_).arg(number);
      const QJsonObject json = readJson(name + ".json");
      QCOMPARE(json["preset"].toString(), QString("challenge-measured"));
      QCOMPARE(json["seed"].toInt(), 11);
      QVERIFY(json["sigma_r"].toDouble() > 0 && json["sigma_r"].toDouble() < 0.02);
      QVERIFY(json["sigma_a"].toDouble() > 0 && json["sigma_a"].toDouble() < 0.05);
      drawn << json["sigma_r"].toDouble() << json["sigma_a"].toDouble();
      addNoise(noise, readPlainNpy(name + ".npy"), readPlainNpy(data.truthPath(number)), json);
    }
    QCOMPARE(drawn.size(), 8);
    QVERIFY(noise.count > 8000);
    QVERIFY2(std::abs(noise.deviation() - 1) < 0.03,
             qPrintable(QString::number(noise.deviation())));
    QVERIFY(noise.greatest < 5);
    QVERIFY(std::abs(noise.sum / double(noise.count)) < 0.05);
  }

  void degradeWritesOnlyMapsAndTakesParameters() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    data.addValidation(1);
    const ChildResult run =
        runCli({"degrade", source_, "--out", out_, "--degradation", "factor=4", "--degradation",
                "sigma_r=0", "--degradation", "sigma_a=0", "--preset", "paper-literal"});
    QVERIFY2(run.code == 0, run.err);
    QVERIFY(run.err.contains("valid-0001"));
    QCOMPARE(filesBelow(out_), (QStringList{"low/train-0000.json", "low/train-0000.npy"}));
    const QJsonObject json = readJson(out_ + "/low/train-0000.json");
    QCOMPARE(json["preset"].toString(), QString("custom"));
    QCOMPARE(json["factor"].toInt(), 4);
    QCOMPARE(json["phase"].toInt(), 2);
    const PlainNpy low = readPlainNpy(out_ + "/low/train-0000.npy");
    const PlainNpy truth = readPlainNpy(data.truthPath(0));
    QCOMPARE(low.rows, 12);
    QCOMPARE(low.columns, 16);
    for (int row = 0; row < low.rows; ++row) {
      for (int column = 0; column < low.columns; ++column) {
        const double metres = truth.at(4 * row + 2, 4 * column + 2);
        const double level = std::isfinite(metres) ? std::floor(metres * 4095.0 / 65535.0) : 0;
        QCOMPARE(double(low.at(row, column)), level);
      }
    }
  }

  void upsampleWritesOnlyPredictions() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    data.addValidation(1);
    const ChildResult run = runCli({"upsample", source_, "--methods", "bilinear", "--set",
                                    "bilinear.gain=0.5", "--out", out_});
    QVERIFY2(run.code == 0, run.err);
    QVERIFY(run.err.contains("--low real"));
    QCOMPARE(filesBelow(out_), (QStringList{"predictions/bilinear/train-0000.npy",
                                            "predictions/bilinear/valid-0001.npy"}));
    const PlainNpy low = readPlainNpy(data.lowPath(0));
    const PlainNpy made = readPlainNpy(out_ + "/predictions/bilinear/train-0000.npy");
    // Half-pixel grid: output pixel (12, 12) lies at 1.0625 cells in both directions.
    const double expected = 0.5 * ((low.at(1, 1) * 0.9375 + low.at(1, 2) * 0.0625) * 0.9375 +
                                   (low.at(2, 1) * 0.9375 + low.at(2, 2) * 0.0625) * 0.0625);
    QVERIFY(std::abs(made.at(12, 12) - expected) <= 1e-5 * std::max(1.0, expected));
  }

  void theSameRunGivesTheSameBytes() {
    ChallengeFolder data(source_);
    for (int number : {0, 1}) data.addTraining(number);
    const auto runTo = [&](const QString& out, const char* seed, const QByteArray& threads) {
      const QStringList line{"evaluate",           source_,           "--low",  "simulated",
                             "--methods",          "bicubic,lanczos", "--seed", seed,
                             "--save-predictions", "--out",           out};
      return runCli(line, [threads] { qputenv("OMP_NUM_THREADS", threads); }).code;
    };
    const QString other = temporary_->filePath("other"), reseeded = temporary_->filePath("seed");
    QCOMPARE(runTo(out_, "5", "1"), 0);
    QCOMPARE(runTo(other, "5", "2"), 0);
    QCOMPARE(runTo(reseeded, "6", "1"), 0);
    int compared = 0;
    for (const QString& file : filesBelow(out_)) {
      if (file == "scores.json" || file.startsWith("table")) continue;  // they name the threads
      QVERIFY2(readAll(out_ + "/" + file) == readAll(other + "/" + file), qPrintable(file));
      ++compared;
    }
    QCOMPARE(compared, 1 + 2 * 2 + 2 * 2);
    QVERIFY(readAll(out_ + "/low/train-0000.npy") != readAll(reseeded + "/low/train-0000.npy"));
  }

  void aSecondRunReplacesTheFirst() {
    ChallengeFolder data(source_);
    for (int number : {0, 1}) data.addTraining(number);
    const QStringList line{"evaluate", source_, "--methods", "nearest", "--out", out_};
    QCOMPARE(runCli(line + QStringList{"--save-predictions"}).code, 0);
    const QByteArray scores = readAll(out_ + "/scores.csv");
    const ChildResult again = runCli(line);
    QCOMPARE(again.code, 0);
    QVERIFY(again.err.contains("replacing"));
    QCOMPARE(readAll(out_ + "/scores.csv"), scores);
    QVERIFY(filesBelow(out_).filter("predictions").isEmpty());
  }

  void samplesThatCannotBeUsedAreSkipped() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    data.addTraining(1);
    data.addValidation(2);
    QFile::remove(data.lowPath(1));
    const ChildResult simulated =
        runCli({"evaluate", source_, "--low", "simulated", "--out", out_ + "1"});
    QCOMPARE(simulated.code, 0);
    QVERIFY(simulated.err.contains("valid-0002"));
    QCOMPARE(ScoresCsv(out_ + "1/scores.csv").rows.size(), 4);
    QCOMPARE(filesBelow(out_ + "1/low").size(), 4);
    const ChildResult real = runCli({"evaluate", source_, "--low", "real", "--out", out_ + "2"});
    QCOMPARE(real.code, 0);
    QVERIFY(real.err.contains("train-0001"));
    QCOMPARE(ScoresCsv(out_ + "2/scores.csv").column(0), QStringList(2, "train-0000"));
    QCOMPARE(filesBelow(out_ + "2/low").size(), 4);
    QVERIFY(runCli({"evaluate", source_, "--low", "real", "--out", out_, "-q"}).err.isEmpty());
  }

  void aTruncatedFileFailsItsSampleOnly() {
    ChallengeFolder data(source_);
    for (int number : {0, 1, 2}) data.addTraining(number);
    QVERIFY(QFile::resize(data.truthPath(1), 500));
    const ChildResult run = runCli({"evaluate", source_, "--low", "real", "--out", out_});
    QCOMPARE(run.code, 1);
    QVERIFY(run.err.contains("train-0001"));
    QVERIFY(run.err.contains("AI4S_train_gt/0001.npy"));
    const ScoresCsv csv(out_ + "/scores.csv");
    QCOMPARE(csv.column(0), (QStringList(2, "train-0000") + QStringList(2, "train-0002")));
    const QJsonObject json = readJson(out_ + "/scores.json");
    QCOMPARE(json["complete"].toBool(true), false);
    QCOMPARE(json["failed"].toArray()[0].toObject()["sample"].toString(), QString("train-0001"));
    QVERIFY(!QFileInfo::exists(out_ + "/low/train-0001.npy"));
  }

  void nothingReadable() {
    const auto codeOf = [&](const QStringList& more) {
      const ChildResult run = runCli(QStringList{"evaluate", "--out", out_} + more);
      return run.err.contains("error: ") ? run.code : -2;
    };
    QCOMPARE(codeOf({temporary_->filePath("nowhere")}), 3);
    QCOMPARE(codeOf({temporary_->path()}), 3);
    ChallengeFolder data(source_);
    data.addValidation(1);
    QCOMPARE(codeOf({source_, "--low", "simulated"}), 3);
    QVERIFY2(!QFileInfo::exists(out_), "a folder was made for nothing");
    data.addTraining(4);
    for (const QString& path : {data.truthPath(4), data.lowPath(4)}) QFile::resize(path, 100);
    QCOMPARE(codeOf({source_, "--low", "simulated"}), 3);
  }

  void oneSourceOfTwoIsNotThere() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    const ChildResult run =
        runCli({"evaluate", source_, temporary_->filePath("nowhere"), "--out", out_});
    QCOMPARE(run.code, 1);
    QVERIFY(run.err.contains("nowhere"));
    QCOMPARE(ScoresCsv(out_ + "/scores.csv").rows.size(), 2);
  }

  void verboseTellsTheSigmasAndTimes() {
    ChallengeFolder data(source_);
    data.addTraining(0);
    const ChildResult run =
        runCli({"evaluate", source_, "--low", "simulated", "--out", out_, "-v"});
    QVERIFY(QRegularExpression("debug: train-0000: sigma_r 0\\.0\\d+, sigma_a 0\\.0\\d+, interval "
                               "\\d+\\.\\d ms")
                .match(run.err)
                .hasMatch());
  }

 private:
  std::unique_ptr<QTemporaryDir> temporary_;
  QString out_, source_;
};

QTEST_GUILESS_MAIN(CommandEvaluateTest)
#include "command_evaluate.moc"
