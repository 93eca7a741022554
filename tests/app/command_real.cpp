// fathom-cli on the real challenge samples that FATHOM_REAL_DATA names.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "child.h"
#include "plain_metrics.h"
#include "scores_csv.h"

class CommandRealTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    if (qEnvironmentVariableIsEmpty("FATHOM_REAL_DATA")) {
      QSKIP("FATHOM_REAL_DATA names no folder of real samples");
    }
    challenge_ = qEnvironmentVariable("FATHOM_REAL_DATA") + "/ais2024_challenge";
    if (!QFileInfo(challenge_).isDir()) QSKIP("FATHOM_REAL_DATA holds no ais2024_challenge");
    numbers_ = QDir(challenge_ + "/AI4S_train_gt").entryList({"*.npy"}, QDir::Files, QDir::Name);
    others_ = QDir(challenge_ + "/AI4S_val_inp").entryList({"*.npy"}, QDir::Files, QDir::Name);
  }

  void scoresEverySampleWithTruth() {
    const QString out = temporary_.filePath("real");
    QStringList protocols;
    for (const PlainProtocol& protocol : kPlainProtocols) protocols << protocol.id;
    const ChildResult run =
        runCli({"evaluate", challenge_, "--low", "real", "--methods", "nearest,bicubic,lanczos",
                "--protocol", protocols.join(','), "--out", out, "--save-predictions"});
    QVERIFY2(run.code == 0, run.err);
    const ScoresCsv csv(out + "/scores.csv");
    QCOMPARE(csv.rows.size(), numbers_.size() * 3 * 5);
    for (const QStringList& row : csv.rows) {
      const auto* protocol = std::ranges::find(kPlainProtocols, row[2],
                                               [](const auto& each) { return QString(each.id); });
      const auto expected = plainMetrics(
          readPlainNpy(QString("%1/predictions/%2/%3.npy").arg(out, row[1], row[0])),
          readPlainNpy(QString("%1/AI4S_train_gt/%2.npy").arg(challenge_, row[0].right(4))),
          protocol->clip, protocol->mask);
      for (auto metric = expected.begin(); metric != expected.end(); ++metric) {
        QVERIFY2(std::abs(csv.value(row, metric.key()) - *metric) <= 1e-9 * std::abs(*metric),
                 qPrintable(row.mid(0, 3).join(' ') + " " + metric.key()));
      }
    }
    // Those without truth are predicted, but have no row.
    const QStringList ids = csv.column(0);
    for (const QString& name : others_) {
      const QString id = "valid-" + QFileInfo(name).baseName();
      QVERIFY(!ids.contains(id));
      QCOMPARE(readPlainNpy(out + "/predictions/bicubic/" + id + ".npy").columns, 640);
      QCOMPARE(readAll(out + "/low/" + id + ".npy").right(60 * 80 * 4),
               readAll(challenge_ + "/AI4S_val_inp/" + name).right(60 * 80 * 4));
    }
  }

  void simulatesThoseWithTruthOnly() {
    const QString out = temporary_.filePath("simulated");
    const ChildResult run =
        runCli({"evaluate", challenge_, "--low", "simulated", "--out", out, "--json"});
    QVERIFY2(run.code == 0, run.err);
    const QJsonObject json = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(json["finished"].toArray().size(), numbers_.size());
    QCOMPARE(json["skipped"].toArray().size(), others_.size());
    QCOMPARE(filesBelow(out + "/low").size(), 2 * numbers_.size());
  }

 private:
  QTemporaryDir temporary_;
  QString challenge_;
  QStringList numbers_, others_;
};

QTEST_GUILESS_MAIN(CommandRealTest)
#include "command_real.moc"
