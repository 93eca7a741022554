// forward, conformance and the lists of networks and methods, run as users run them.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "models/checkpoints/checkpoint.h"
#include "models/conformance/filling.h"
#include "models/conformance/vectors.h"
#include "tests/app/child.h"
#include "tests/support/maps.h"

using namespace fathom;

class CommandNetworksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QVERIFY(folder_.isValid()); }

  void conformancePasses() {
    const ChildResult child = runCli({"conformance", "--json", "-q"});
    QCOMPARE(child.code, 0);
    const QJsonArray rows = QJsonDocument::fromJson(child.out).array();
    QVERIFY(rows.size() >= 40);
    for (const auto& row : rows) QVERIFY(row.toObject()["passed"].toBool());
  }

  void forwardGivesWhatTheTableSays() {
    const QString in = path("in.safetensors"), out = path("out.safetensors");
    writeSafetensors(in.toStdString(), {{"depth", filledInput("depth", {1, 1, 6, 8}, 0, 5)}});
    const ChildResult child = runCli({"forward", "scale_adjustment", "--weights", "conformance", "--in",
                                in, "--out", out, "-q"});
    QVERIFY2(child.code == 0, child.err);
    const CheckpointPtr file = openCheckpoint(out.toStdString());
    QCOMPARE(file->tensors().size(), std::size_t(1));
    QCOMPARE(file->tensors()[0].key, std::string("scale"));
    for (const ConformanceVector& vector : conformanceVectors()) {
      if (vector.architecture != "scale_adjustment") continue;
      QVERIFY(deviation(file->read(0), vector.rows[0]).passed);
    }
  }

  void fillAddMovesOneTensor() {
    const QString in = path("in2.safetensors");
    writeSafetensors(in.toStdString(), {{"depth", filledInput("depth", {1, 1, 4, 4}, 0, 5)}});
    const auto mean = [&](const QStringList& more) {
      const QString out = path("out2.safetensors");
      QStringList arguments{
          "forward", "scale_adjustment", "--weights", "conformance", "--in", in, "--out", out,
          "-q"};
      const ChildResult child = runCli(arguments + more);
      return child.code == 0 ? openCheckpoint(out.toStdString())->read(0).mean().item<double>()
                                 : -1e9;
    };
    const double apart = mean({"--fill-add", "tail.bias=1.5"}) - mean({});
    QVERIFY2(std::abs(apart - 1.5) < 1e-5, qPrintable(QString::number(apart)));
  }

  void keysAreListed() {
    const ChildResult child = runCli({"forward", "nafblock", "--keys"});
    QCOMPARE(child.code, 0);
    const QJsonArray keys = QJsonDocument::fromJson(child.out).array();
    QVERIFY(!keys.isEmpty());
    QCOMPARE(keys[0].toObject()["name"].toString(), QString("beta"));
    QCOMPARE(keys[0].toObject()["type"].toString(), QString("float32"));
    QCOMPARE(keys[0].toObject()["shape"].toArray().size(), 4);
  }

  void wrongUse_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("said");
    QTest::newRow("architecture") << QStringList{"no_such", "--keys"} << "no such architecture";
    QTest::newRow("setting") << QStringList{"sgnet", "--set", "colour=1", "--keys"} << "colour";
    QTest::newRow("value") << QStringList{"raft_du", "--set", "iterations=many", "--keys"}
                           << "iterations";
    QTest::newRow("no weights") << QStringList{"raft_du", "--in", "a", "--out", "b"} << "--weights";
    QTest::newRow("fill-add") << QStringList{"nafblock",   "--weights", "conformance",
                                             "--fill-add", "nothing=1", "--in",
                                             "IN",         "--out",     "b"}
                              << "nothing";
    QTest::newRow("shape") << QStringList{"nafblock", "--weights", "conformance", "--in", "IN",
                                          "--out",    "b"}
                           << "image";
  }
  void wrongUse() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, said);
    const QString in = path("wrong.safetensors");
    writeSafetensors(in.toStdString(), {{"image", filledInput("image", {4, 4}, 0, 1)}});
    for (QString& argument : arguments) {
      if (argument == "IN") argument = in;
      if (argument == "b") argument = path("never.safetensors");
    }
    const ChildResult child = runCli(QStringList{"forward"} + arguments);
    QCOMPARE(child.code, 2);
    QVERIFY2(child.err.contains(said.toUtf8()), child.err);
    QVERIFY(!QFile::exists(path("never.safetensors")));
  }

  void architecturesAreListed() {
    const ChildResult child = runCli({"list", "architectures", "--json"});
    QCOMPARE(child.code, 0);
    QStringList ids;
    for (const auto& each : QJsonDocument::fromJson(child.out).array()) {
      ids << each.toObject()["id"].toString();
    }
    for (const char* id :
         {"depth_anything_v2", "dinov2_dpt", "dinov2_controlnet", "sgnet", "pixelformer", "umit",
          "rga_unet", "raft_du", "raft_stereo", "scale_adjustment", "zoedepth", "nafnet",
          "nafblock", "adain", "sgnet_invblock", "sgnet_fre", "sgnet_upsampler"}) {
      QVERIFY2(ids.contains(id), id);
    }
  }

  void theMethodsPageIsFresh() {
    const ChildResult child = runCli({"list", "methods", "--markdown"});
    QCOMPARE(child.code, 0);
    QFile page(qEnvironmentVariable("FATHOM_SOURCE") + "/docs/methods.md");
    QVERIFY(page.open(QIODevice::ReadOnly));
    QVERIFY2(page.readAll() == child.out,
             "run: fathom-cli list methods --markdown > docs/methods.md");
  }

 private:
  QString path(const QString& name) const { return folder_.filePath(name); }
  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(CommandNetworksTest)
#include "command_networks.moc"
