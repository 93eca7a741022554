// What fathom-cli says: help, lists, usage errors. Nothing here computes.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "child.h"

namespace {

/// A list as JSON; every list is asked for once, since each run of the program takes its time.
QJsonArray listOf(const QString& what) {
  static QMap<QString, QJsonArray> known;
  if (!known.contains(what)) {
    known[what] = QJsonDocument::fromJson(runCli({"list", what, "--json"}).out).array();
  }
  return known[what];
}

QJsonObject entry(const QJsonArray& list, const QString& id) {
  for (const QJsonValue& each : list) {
    if (each.toObject()["id"] == id) return each.toObject();
  }
  return {};
}

QStringList idsOf(const QJsonArray& list) {
  QStringList ids;
  for (const QJsonValue& each : list) ids << each.toObject()["id"].toString();
  return ids;
}

}  // namespace

class CommandLineTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void helpOfEveryVerb_data() {
    QTest::addColumn<QString>("verb");
    for (const char* verb : {"", "info", "list", "degrade", "upsample", "evaluate"}) {
      QTest::newRow(*verb ? verb : "none") << verb;
    }
  }
  void helpOfEveryVerb() {
    QFETCH(QString, verb);
    QStringList arguments{"--help"};
    if (!verb.isEmpty()) arguments.prepend(verb);
    const ChildResult help = runCli(arguments);
    QCOMPARE(help.code, 0);
    QVERIFY(help.err.isEmpty());
    QVERIFY(help.out.contains("Example:\n  fathom-cli " + verb.toUtf8()));
    QVERIFY(help.out.contains("130 cancelled"));
    for (const QByteArray& line : help.out.split('\n')) {
      QVERIFY2(QString::fromUtf8(line).size() <= 100, line);
    }
  }

  void everyOptionOfEvaluateIsExplained() {
    const QByteArray help = runCli({"evaluate", "--help"}).out;
    for (const char* option :
         {"--methods", "--set", "--low", "--preset", "--degradation", "--seed", "--protocol",
          "--device", "--out", "--save-predictions", "--json", "--quiet", "--verbose"}) {
      QVERIFY2(help.contains(option), option);
    }
  }

  void version() {
    const ChildResult version = runCli({"--version"});
    QCOMPARE(version.code, 0);
    QVERIFY(QRegularExpression("^fathom-cli \\d+\\.\\d+\\.\\d+ \\(.+\\)\n$")
                .match(version.out)
                .hasMatch());
  }

  void info() {
    const QJsonObject info = QJsonDocument::fromJson(runCli({"info", "--json"}).out).object();
    QVERIFY(info["devices"].toArray().contains("cpu"));
    QCOMPARE(info["threads"].toInt(), qEnvironmentVariableIntValue("OMP_NUM_THREADS"));
    QCOMPARE(info["program"].toString(), QFileInfo(programPath()).canonicalFilePath());
    QVERIFY(info["torch"].toString().startsWith("2."));
    QCOMPARE(info["devices"].toArray().size() > 1, info["cuda_found"].toBool());
    const ChildResult text = runCli({"info"});
    QCOMPARE(text.code, 0);
    QVERIFY(text.out.contains(info["version"].toString().toUtf8()));
  }

  void methods() {
    const QJsonArray methods = listOf("methods");
    for (const char* id : {"nearest", "bilinear", "bicubic", "bicubic_raw", "lanczos"}) {
      QVERIFY2(idsOf(methods).contains(id), id);
      QCOMPARE(entry(methods, id)["parameters"], QJsonValue(0));
    }
    const QJsonArray settings = entry(methods, "bicubic")["settings"].toArray();
    const QJsonObject kernel = entry(settings, "kernel");
    QCOMPARE(kernel["type"].toString(), QString("choice"));
    QCOMPARE(kernel["options"].toArray(), (QJsonArray{"torch", "pillow"}));
    QCOMPARE(kernel["default"].toString(), QString("torch"));
    QCOMPARE(entry(settings, "half_step")["default"], QJsonValue(false));
    int defaults = 0;
    for (const QJsonValue& each : methods) defaults += each.toObject()["default"].toBool();
    QCOMPARE(defaults, 1);
  }

  void metrics() {
    const QJsonArray metrics = listOf("metrics");
    QCOMPARE(idsOf(metrics), QString("MAE RMSE AbsRel SqRel iMAE iRMSE log10 RMSElog delta1 delta2 "
                                     "delta3 SILog")
                                 .split(' '));
    QCOMPARE(entry(metrics, "iMAE")["unit"].toString(), QString("1/km"));
    QCOMPARE(entry(metrics, "delta1")["direction"].toString(), QString("higher"));
    for (const QJsonValue& each : metrics) {
      QVERIFY(!each.toObject()["formula"].toString().isEmpty());
      QVERIFY(!each.toObject()["source"].toString().isEmpty());
    }
  }

  void protocols() {
    const QJsonArray protocols = listOf("protocols");
    QCOMPARE(idsOf(protocols), (QStringList{"plain", "clip-20", "mask-20", "clip-80", "clip-300"}));
    QCOMPARE(entry(protocols, "mask-20")["mask"].toDouble(), 20.0);
    QVERIFY(entry(protocols, "plain")["clip"].isNull());
  }

  void presets() {
    const QJsonArray presets = listOf("presets");
    QCOMPARE(idsOf(presets), (QStringList{"challenge-measured", "paper-literal"}));
    const QJsonObject values = entry(presets, "challenge-measured")["values"].toObject();
    QCOMPARE(values["factor"].toInt(), 8);
    QCOMPARE(values["sigma_a"].toDouble(), 0.05);
    QCOMPARE(entry(presets, "challenge-measured")["metres_per_level"].toDouble(), 65535.0 / 4095.0);
    QVERIFY(entry(presets, "paper-literal")["note"].toString().contains("does not settle"));
  }

  void listsAsTextNameEveryId() {
    for (const char* what : {"methods", "metrics", "protocols", "presets"}) {
      const ChildResult text = runCli({"list", what});
      QCOMPARE(text.code, 0);
      for (const QString& id : idsOf(listOf(what))) QVERIFY2(text.out.contains(id.toUtf8()), what);
    }
  }

  void usageErrorsSayWhatIsKnown_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* line, const char* says) {
      QTest::newRow(line) << line << says;
    };
    row("", "info, list, degrade, upsample, evaluate");
    row("evalute SOURCE", "no verb \"evalute\"; known are info, list");
    row("list", "WHAT is required");
    row("list colours", "methods,architectures,metrics,protocols,presets");
    row("list methods metrics", "not expected");
    row("evaluate SOURCE", "--out is required");
    row("evaluate --out OUT", "SOURCE is required");
    row("evaluate SOURCE --out OUT --nonsense", "--nonsense");
    row("evaluate SOURCE --out OUT -q -v", "excludes");
    row("evaluate SOURCE --out OUT --methods bycubic", "bilinear, bicubic");
    row("evaluate SOURCE --out OUT --methods", "--methods");
    row("evaluate SOURCE --out OUT --methods ,", "no method is named");
    row("evaluate SOURCE --out OUT --methods bicubic --set bicubic.kernels=x", "kernel, gain");
    row("evaluate SOURCE --out OUT --methods bicubic --set bicubic.gain=much", "a number from");
    row("evaluate SOURCE --out OUT --protocol clap-20", "clip-C");
    row("evaluate SOURCE --out OUT --protocol clip--1", "clip-C");
    row("evaluate SOURCE --out OUT --preset paper", "challenge-measured, paper-literal");
    row("evaluate SOURCE --out OUT --degradation faktor=2", "source_bits");
    row("evaluate SOURCE --out OUT --degradation seed=2", "--seed");
    row("evaluate SOURCE --out OUT --low synthetic", "real,simulated");
    row("evaluate SOURCE --out OUT --seed -1", "whole number");
    row("evaluate SOURCE --out OUT --seed 1e3", "whole number");
    row("evaluate SOURCE --out OUT --seed 18446744073709551616", "whole number");
    row("evaluate SOURCE --out OUT --device tpu", "cpu, cuda");
    row("degrade SOURCE --out OUT --methods bicubic", "not expected");
    row("upsample SOURCE --out OUT --protocol plain", "not expected");
    row("evaluate scenes:9-3 --out OUT", "scenes");
    row("evaluate scenes:x --out OUT", "scenes");
  }
  void usageErrorsSayWhatIsKnown() {
    QFETCH(QString, line);
    QFETCH(QString, says);
    const QTemporaryDir folder;
    line.replace("OUT", folder.filePath("out")).replace("SOURCE", folder.path());
    const ChildResult refused = runCli(line.split(' ', Qt::SkipEmptyParts));
    QCOMPARE(refused.code, 2);
    QVERIFY2(refused.err.contains(says.toUtf8()), refused.err);
    QVERIFY(refused.out.isEmpty());
    QVERIFY(!QFileInfo::exists(folder.filePath("out")));
  }

  void garbageIsRefused() {
    const QTemporaryDir folder;
    const QStringList evaluate{"evaluate", folder.path(), "--out", folder.filePath("out")};
    for (const QString& garbage : {QString("\x01\xff%n%s"), QString(100'000, 'x')}) {
      QCOMPARE(runCli({garbage}).code, 2);
      QCOMPARE(runCli(evaluate + QStringList{"--set", garbage}).code, 2);
      QCOMPARE(runCli(evaluate + QStringList{"--methods", garbage}).code, 2);
    }
  }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "command_line.moc"
