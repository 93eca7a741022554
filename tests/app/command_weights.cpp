// fathom-cli weights, with a catalogue that points to a server in this test.
#include <signal.h>

#include <QEventLoop>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "child.h"
#include "hard_times.h"
#include "loopback_server.h"
#include "made_up_weights.h"

namespace {

constexpr qsizetype kSize = 2'000'000;
constexpr qint64 kFirst = 700'000;

}  // namespace

class CommandWeightsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    folder_ = temporary_->filePath("weights");
    file_ = madeUpWeights(kSize);
    server_ = std::make_unique<LoopbackServer>(
        [this](const HttpRequest& request) { return serveFile(request, file_, "\"one\""); });
    qputenv("FATHOM_WEIGHTS", folder_.toUtf8());
    qputenv("FATHOM_CATALOGUE", temporary_->filePath("catalogue.json").toUtf8());
    hash_ = sha256Of(file_);
    writeCatalogue();
  }

  void lists() {
    const ChildResult text = runCli({"weights", "list"});
    QVERIFY2(text.code == 0, text.err);
    QVERIFY(text.out.contains("depth_anything_v2_vits"));
    QVERIFY(text.out.contains("made_up"));
    QVERIFY(text.out.contains(folder_.toUtf8()));
    const QJsonObject small = listed("depth_anything_v2_vits");
    QCOMPARE(small["size"].toInt(), 99'218'434);
    QCOMPARE(small["state"].toString(), QString("missing"));
    QCOMPARE(small["licence"].toObject()["id"].toString(), QString("Apache-2.0"));
    QCOMPARE(small["sha256_from"].toString(), QString("page"));
    QVERIFY(small["path"].isNull());
    QCOMPARE(listed("sgnet_x8")["state"].toString(), QString("by hand"));
    QVERIFY(!QFileInfo::exists(folder_));
    QCOMPARE(server_->requests().size(), 0);
  }

  void fetchesListsRemoves() {
    const ChildResult run = served({"weights", "fetch", "made_up", "--accept-licence", "--json"});
    QVERIFY2(run.code == 0, run.err);
    QVERIFY2(run.err.contains("https://example.org/licence"), run.err);
    const QJsonObject report = QJsonDocument::fromJson(run.out).array()[0].toObject();
    QCOMPARE(report["path"].toString(), folder_ + "/made_up.pt");
    QCOMPARE(report["sha256"].toString().toUtf8(), hash_);
    QCOMPARE(report["check"].toString(), QString("as published"));
    QVERIFY(readAll(folder_ + "/made_up.pt") == file_);
    QCOMPARE(listed("made_up")["state"].toString(), QString("here"));

    const ChildResult again = served({"weights", "fetch", "made_up"});
    QCOMPARE(again.code, 0);
    QVERIFY(again.err.contains("here already"));
    QCOMPARE(server_->requests().size(), 1);

    QCOMPARE(runCli({"weights", "remove", "made_up"}).code, 0);
    QVERIFY(!QFileInfo::exists(folder_ + "/made_up.pt"));
    const ChildResult nothing = runCli({"weights", "remove", "made_up"});
    QCOMPARE(nothing.code, 0);
    QVERIFY(nothing.err.contains("nothing to remove"));
  }

  void aLicenceThatIsNotAccepted() {
    const ChildResult run = served({"weights", "fetch", "made_up"});
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("Own-1.0 (not for commercial use): https://example.org/licence"),
             run.err);
    QVERIFY(run.err.contains("--accept-licence"));
    QCOMPARE(server_->requests().size(), 0);
    QVERIFY(!QFileInfo::exists(folder_));
  }

  void wrongUsage_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const QStringList& arguments, const char* problem) {
      QTest::newRow(name) << arguments << QString(problem);
    };
    row("no action", {}, "list, fetch");
    row("unknown action", {"get"}, "get");
    row("no name", {"fetch"}, "NAME");
    row("unknown name", {"fetch", "made_down"}, "It has made_up");
    row("unknown name to remove", {"remove", "../made_up"}, "no weights of this name");
    row("negative time", {"fetch", "made_up", "--timeout", "-1"}, "--timeout");
    row("half a retry", {"fetch", "made_up", "--retries", "0.5"}, "--retries");
    row("an argument too many", {"list", "made_up"}, "made_up");
  }
  void wrongUsage() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, problem);
    const ChildResult run = served(QStringList{"weights"} + arguments);
    QVERIFY2(run.code == 2, run.err);
    QVERIFY2(run.err.contains(problem.toUtf8()), run.err);
    QCOMPARE(server_->requests().size(), 0);
  }

  void aDamagedCatalogue() {
    writeFile("catalogue.json", "{\"format\": 1, \"entries\": [{\"name\": \"x\"}]}");
    const ChildResult run = runCli({"weights", "list"});
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("catalogue.json: entry \"x\": \"title\" is missing"), run.err);
  }

  void oneOfTwoCannotBeHad() {
    const ChildResult run = served({"weights", "fetch", "sgnet_x8", "made_up", "--accept-licence"});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("SGNet_X8_R.pth by hand"), run.err);
    QVERIFY(QFileInfo::exists(folder_ + "/made_up.pt"));
  }

  void ctrlCKeepsThePart() {
    stallAfter(kFirst);
    QProcess process;
    process.start(programPath(), {"weights", "fetch", "made_up", "--accept-licence"});
    QTRY_COMPARE_WITH_TIMEOUT(QFileInfo(part()).size(), kFirst, 60'000);
    QCOMPARE(::kill(pid_t(process.processId()), SIGINT), 0);
    QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 60'000);
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(process.readAllStandardError().contains("700.0 kB of made_up are kept"));
    expectResumed();
  }

  void killedInTheMiddle() {
    stallAfter(kFirst);
    QProcess process;
    process.start(programPath(), {"weights", "fetch", "made_up", "--accept-licence"});
    QTRY_COMPARE_WITH_TIMEOUT(QFileInfo(part()).size(), kFirst, 60'000);
    QCOMPARE(::kill(pid_t(process.processId()), SIGKILL), 0);
    QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 60'000);
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    expectResumed();
  }

  void aSilentServer() {
    stallAfter(0);
    const ChildResult run = served(
        {"weights", "fetch", "made_up", "--accept-licence", "--timeout", "0.1", "--retries", "0"});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("nothing arrived for 0.1 s"), run.err);
  }

  void wrongBytes() {
    file_[5] = char(file_[5] ^ 1);
    const ChildResult run = served({"weights", "fetch", "made_up", "--accept-licence"});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("expected " + hash_), run.err);
    QCOMPARE(filesBelow(folder_), QStringList{"licences.json"});
  }

  void aFolderThatMayNotBeWritten() {
    QDir().mkpath(folder_);
    QVERIFY(QFile::setPermissions(folder_, QFile::ReadOwner | QFile::ExeOwner));
    const ChildResult run =
        served({"weights", "fetch", "made_up", "--accept-licence"}, obeyPermissions);
    QFile::setPermissions(folder_, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("Permission denied"), run.err);
    QCOMPARE(server_->requests().size(), 0);
    QVERIFY(filesBelow(folder_).isEmpty());
  }

  void aLimitOnFileSizes() {
    const ChildResult run = served({"weights", "fetch", "made_up", "--accept-licence"},
                                   [] { limitFileSizes(rlim_t(kFirst)); });
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("File too large"), run.err);
    QVERIFY(QFileInfo(part()).size() <= kFirst);
    // With more room it goes on.
    QCOMPARE(served({"weights", "fetch", "made_up"}).code, 0);
    QVERIFY(readAll(folder_ + "/made_up.pt") == file_);
  }

  void aDiskThatIsTooSmall() {
    const SmallDisk disk(folder_, "1m");
    if (!disk.valid()) QSKIP("only root may mount a small file system");
    const ChildResult run = served({"weights", "fetch", "made_up", "--accept-licence"});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("2.0 MB are still to come, but only"), run.err);
    QVERIFY(!QFileInfo::exists(part()));
  }

  void aDiskThatFillsUp() {
    const SmallDisk disk(folder_, "1m");
    if (!disk.valid()) QSKIP("only root may mount a small file system");
    writeCatalogue(false);
    server_->setHandler([this](const HttpRequest&) {
      HttpAnswer answer;
      answer.body = file_;
      answer.length = HttpAnswer::Length::kNone;
      return answer;
    });
    const ChildResult run = served({"weights", "fetch", "made_up", "--accept-licence"});
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("No space left on device"), run.err);
  }

  void theSystemsProxyIsAsked() {
    const QByteArray proxy = "http://127.0.0.1:" + QByteArray::number(server_->port());
    qputenv("https_proxy", proxy);
    qputenv("http_proxy", proxy);
    qputenv("no_proxy", "");
    server_->setHandler([](const HttpRequest&) {
      HttpAnswer answer;
      answer.status = 403;
      return answer;
    });
    const ChildResult run = served({"weights", "fetch", "dinov2_vits14", "--accept-licence",
                                    "--timeout", "30", "--retries", "0"});
    for (const char* name : {"https_proxy", "http_proxy", "no_proxy"}) qunsetenv(name);
    QCOMPARE(run.code, 1);
    QVERIFY2(!server_->requests().isEmpty(), run.err);
    QCOMPARE(server_->requests()[0].method, QByteArray("CONNECT"));
    QCOMPARE(server_->requests()[0].target, QByteArray("dl.fbaipublicfiles.com:443"));
  }

  void looksIntoAFile() {
    const QString path = writeWeights(1);
    const ChildResult text = runCli({"weights", "inspect", path});
    QVERIFY2(text.code == 0, text.err);
    QVERIFY2(text.out.contains("safetensors, "), text.out);
    QVERIFY(text.out.contains("2 tensors, 2 parameters"));
    QVERIFY(text.out.contains("  layer.weight  float32 2×1\n"));
    QVERIFY(text.out.contains("who = ?[2Jme\n"));
    QVERIFY(!text.out.contains('\x1b'));
    const QJsonObject json =
        QJsonDocument::fromJson(runCli({"weights", "inspect", path, "--json"}).out).object();
    QCOMPARE(json["format"].toString(), QString("safetensors"));
    QCOMPARE(json["parameters"].toInt(), 2);
    QCOMPARE(json["bytes"].toInt(), int(QFileInfo(path).size()));
    QCOMPARE(json["metadata"].toObject()["who"].toString(), QString("\x1b[2Jme"));
    const QJsonObject tensor = json["tensors"].toArray()[0].toObject();
    QCOMPARE(tensor["key"].toString(), QString("layer.weight"));
    QCOMPARE(tensor["type"].toString(), QString("float32"));
    QCOMPARE(tensor["shape"].toArray(), (QJsonArray{2, 1}));
  }

  void verifiesAFile() {
    const QString path = writeWeights(1);
    const ChildResult good = runCli({"weights", "verify", path});
    QVERIFY2(good.code == 0, good.err);
    QVERIFY2(good.out.contains(sha256Of(readAll(path)) + " is not in the catalogue"), good.out);

    const float nan = std::numeric_limits<float>::quiet_NaN();
    const ChildResult bad = runCli({"weights", "verify", writeWeights(nan), "--json"});
    QCOMPARE(bad.code, 1);
    const QJsonObject json = QJsonDocument::fromJson(bad.out).object();
    QCOMPARE(json["problems"].toArray().size(), 1);
    QVERIFY(json["problems"].toArray()[0].toString().contains("layer.weight"));
  }

  void verifiesADownloadedFile() {
    QCOMPARE(served({"weights", "fetch", "made_up", "--accept-licence"}).code, 0);
    const ChildResult good = runCli({"weights", "verify", "made_up"});
    QVERIFY2(good.code == 0, good.err);
    QVERIFY2(good.out.contains("is made_up\n"), good.out);
    QCOMPARE(runCli({"weights", "inspect", "made_up"}).code, 0);
    // One flipped bit.
    QFile file(folder_ + "/made_up.pt");
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(kFirst);
    const char flipped = char(file_[kFirst] ^ 1);
    file.write(&flipped, 1);
    file.close();
    const ChildResult bad = runCli({"weights", "verify", "made_up"});
    QCOMPARE(bad.code, 1);
    QVERIFY2(bad.err.contains(hash_ + " (as published)"), bad.err);
  }

  void convertsAFile() {
    const QString path = writeWeights(1), to = temporary_->filePath("deeper/out.safetensors");
    const ChildResult run = runCli({"weights", "convert", path, to});
    QVERIFY2(run.code == 0, run.err);
    const QJsonObject before = inspected(path), after = inspected(to);
    QCOMPARE(after["tensors"], before["tensors"]);
    const QJsonObject metadata = after["metadata"].toObject();
    QCOMPARE(metadata["converted_from"].toString(), QString("own.safetensors"));
    QCOMPARE(metadata["converted_from_sha256"].toString().toUtf8(), sha256Of(readAll(path)));
    QCOMPARE(metadata["who"].toString(), QString("\x1b[2Jme"));
    QVERIFY(readAll(to).contains(readAll(path).right(16).left(8)));

    QCOMPARE(runCli({"weights", "convert", path, path}).code, 2);
    QCOMPARE(runCli({"weights", "convert", path, temporary_->filePath("out.pth")}).code, 2);
    QCOMPARE(runCli({"weights", "convert", path}).code, 2);
  }

  void filesThatAreNoWeights() {
    writeFile("text.pth", "this is no weights file at all");
    for (const QString& path :
         {temporary_->filePath("text.pth"), temporary_->filePath("absent"), temporary_->path()}) {
      for (const char* action : {"inspect", "verify"}) {
        const ChildResult run = runCli({"weights", action, path});
        QCOMPARE(run.code, 1);
        QVERIFY2(run.err.contains(path.toUtf8()), run.err);
      }
      const ChildResult run =
          runCli({"weights", "convert", path, temporary_->filePath("o.safetensors")});
      QCOMPARE(run.code, 1);
    }
    QVERIFY(!QFileInfo::exists(temporary_->filePath("o.safetensors")));
  }

 private:
  QString part() const { return folder_ + "/made_up.part"; }

  void writeFile(const QString& name, const QByteArray& bytes) {
    QFile file(temporary_->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
  }

  /// A file of two tensors whose first value is this one.
  QString writeWeights(float value) {
    const QByteArray header =
        QByteArray(
            "{'layer.weight': {'dtype': 'F32', 'shape': [2, 1], 'data_offsets': [0, 8]}, "
            "'count': {'dtype': 'I64', 'shape': [], 'data_offsets': [8, 16]}, "
            "'__metadata__': {'who': '\\u001b[2Jme'}}")
            .replace('\'', '"');
    const float numbers[] = {value, 2, 0, 0};
    writeFile("own.safetensors",
              safetensorsFile(header, QByteArray(reinterpret_cast<const char*>(numbers), 16)));
    return temporary_->filePath("own.safetensors");
  }

  static QJsonObject inspected(const QString& path) {
    return QJsonDocument::fromJson(runCli({"weights", "inspect", path, "--json"}).out).object();
  }

  void writeCatalogue(bool sized = true) {
    QJsonObject entry{{"name", "made_up"},
                      {"title", "Made up"},
                      {"file", "published.pt"},
                      {"address", server_->address()},
                      {"page", "https://example.org"},
                      {"sha256", QString(hash_)},
                      {"sha256_from", "page"},
                      {"licence", "Own-1.0"}};
    if (sized) entry["size"] = qint64(file_.size());
    const QJsonObject licence{{"address", "https://example.org/licence"}, {"non_commercial", true}};
    const QJsonObject whole{{"format", 1},
                            {"licences", QJsonObject{{"Own-1.0", licence}}},
                            {"entries", QJsonArray{entry}}};
    writeFile("catalogue.json", QJsonDocument(whole).toJson());
  }

  void stallAfter(qint64 bytes) {
    server_->setHandler([this, bytes](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, "\"one\"");
      answer.stallAfter = bytes;
      return answer;
    });
  }

  /// Runs fathom-cli while the server answers.
  static ChildResult served(const QStringList& arguments,
                            const std::function<void()>& prepare = {}) {
    QProcess process;
    if (prepare) process.setChildProcessModifier(prepare);
    QEventLoop loop;
    connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
    process.start(programPath(), arguments);
    loop.exec();
    ChildResult result;
    if (process.exitStatus() == QProcess::NormalExit) result.code = process.exitCode();
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
  }

  static QJsonObject listed(const QString& name) {
    const ChildResult run = runCli({"weights", "list", "--json"});
    for (const QJsonValue each : QJsonDocument::fromJson(run.out).array()) {
      if (each.toObject()["id"].toString() == name) return each.toObject();
    }
    return {};
  }

  void expectResumed() {
    QCOMPARE(listed("made_up")["state"].toString(), QString("partly downloaded"));
    QCOMPARE(listed("made_up")["bytes"].toInt(), int(kFirst));
    server_->setHandler(
        [this](const HttpRequest& request) { return serveFile(request, file_, "\"one\""); });
    const ChildResult run = served({"weights", "fetch", "made_up"});
    QVERIFY2(run.code == 0, run.err);
    QCOMPARE(server_->requests().last().rangeFrom(), kFirst);
    QVERIFY(readAll(folder_ + "/made_up.pt") == file_);
    QCOMPARE(filesBelow(folder_), (QStringList{"licences.json", "made_up.pt"}));
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  QString folder_;
  QByteArray file_, hash_;
  std::unique_ptr<LoopbackServer> server_;
};

QTEST_GUILESS_MAIN(CommandWeightsTest)
#include "command_weights.moc"
