// Downloads from a server on this machine that does all that servers and networks do.
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>
#include <thread>

#include "app/weights/part_file.h"
#include "app/weights/state.h"
#include "app/weights/transfer.h"
#include "child.h"
#include "core/error.h"
#include "weights_fixture.h"

using namespace fathom;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype kSize = 3'000'000;
constexpr qint64 kFirst = 1'000'000;
const QByteArray kTag = "\"one\"";

/// What a fetch threw, or "" where it did not.
QString problemOf(const std::function<void()>& function) {
  try {
    function();
  } catch (const Error& error) {
    return QString::fromUtf8(error.what());
  } catch (const Cancelled&) {
    return "cancelled";
  }
  return {};
}

}  // namespace

class WeightsFetchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    file_ = madeUpWeights(kSize);
    server_ = std::make_unique<LoopbackServer>(
        [this](const HttpRequest& request) { return serveFile(request, file_, kTag); });
    entry_ = entryOf(server_->address(), file_);
    options_ = {};
    options_.folder = temporary_->filePath("weights").toStdString();
    options_.acceptLicence = true;
    options_.backoff = 1ms;
    options_.retries = 2;
  }

  void aWholeFile() {
    const FetchReport report = fetchWeights(entry_, options_);
    QCOMPARE(QString::fromStdString(report.file), weightsPath("made_up.pth"));
    QCOMPARE(report.bytes, kSize);
    QCOMPARE(report.sha256, entry_.sha256);
    QCOMPARE(int(report.check), int(HashCheck::kPublished));
    QVERIFY(!report.alreadyHere);
    expectPublished(file_);
    QCOMPARE(filesBelow(weightsPath()), (QStringList{"licences.json", "made_up.pth"}));
    QCOMPARE(server_->requests().size(), 1);
    const HttpRequest request = server_->requests()[0];
    QCOMPARE(request.method, QByteArray("GET"));
    QCOMPARE(request.headers.value("accept-encoding"), QByteArray("identity"));
    QVERIFY(request.headers.value("user-agent").startsWith("fathom/"));
    QVERIFY(!request.headers.contains("range"));
  }

  void progressGrowsToItsEnd() {
    double last = 0;
    QString doing;
    const Progress progress{{}, [&](double part, std::string_view text) {
                              QVERIFY(part >= last && part <= 1);
                              last = part;
                              doing = QString::fromStdString(std::string(text));
                            }};
    fetchWeights(entry_, options_, progress);
    QCOMPARE(last, 1.0);
    QCOMPARE(doing, QString("made_up: 3.0 MB of 3.0 MB"));
  }

  void aFileThatIsHereAsksNobody() {
    fetchWeights(entry_, options_);
    options_.acceptLicence = false;
    const FetchReport report = fetchWeights(entry_, options_);
    QVERIFY(report.alreadyHere);
    QCOMPARE(server_->requests().size(), 1);
  }

  void aFileOfAnotherSizeUnderItsName() {
    touch("made_up.pth", "short");
    expectProblem("has 5 bytes, but the published file has 3000000");
    touch("made_up.pth", {});
    QVERIFY(QFile::remove(weightsPath("made_up.pth")));
    // A converted one has its own size.
    touch("made_up.safetensors", "short");
    QVERIFY(fetchWeights(entry_, options_).alreadyHere);
    QCOMPARE(server_->requests().size(), 0);
  }

  void theLicenceComesFirst() {
    options_.acceptLicence = false;
    expectProblem("MIT");
    expectProblem("https://opensource.org/license/mit");
    QCOMPARE(server_->requests().size(), 0);
    QVERIFY(!QFileInfo::exists(weightsPath()));
    options_.acceptLicence = true;
    fetchWeights(entry_, options_);
    // Remembered, but for this licence alone.
    QVERIFY(QFile::remove(weightsPath("made_up.pth")));
    options_.acceptLicence = false;
    fetchWeights(entry_, options_);
    QVERIFY(QFile::remove(weightsPath("made_up.pth")));
    entry_.licence.id = "CC-BY-NC-4.0";
    expectProblem("CC-BY-NC-4.0");
  }

  void whatABrowserMustGet() {
    entry_.address.clear();
    entry_.how = "on Google Drive, linked from the page";
    expectProblem("Google Drive");
    expectProblem("fathom-cli weights convert published.pth");
    QCOMPARE(server_->requests().size(), 0);
  }

  void goesOnAfterALostConnection_data() {
    QTest::addColumn<QByteArray>("tag");
    QTest::addColumn<int>("length");
    const auto lengths = {HttpAnswer::Length::kTrue, HttpAnswer::Length::kChunked,
                          HttpAnswer::Length::kNone};
    for (const auto length : lengths) {
      QTest::addRow("tag, length %d", int(length)) << kTag << int(length);
      QTest::addRow("no tag, length %d", int(length)) << QByteArray() << int(length);
    }
  }
  void goesOnAfterALostConnection() {
    QFETCH(QByteArray, tag);
    QFETCH(int, length);
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, tag);
      answer.length = HttpAnswer::Length(length);
      // Every answer loses its end, and sometimes Qt loses with it what had arrived before.
      if (answer.body.size() > 400'000) answer.cutAfter = 400'000;
      return answer;
    });
    options_.retries = 50;
    fetchWeights(entry_, options_);
    expectPublished(file_);
    QVERIFY(server_->requests().size() >= 8);
    qint64 last = 0;
    for (const HttpRequest& request : server_->requests()) {
      const qint64 from = std::max<qint64>(request.rangeFrom(), 0);
      QVERIFY(from >= last);
      last = from;
      QCOMPARE(request.headers.value("if-range"), from > 0 ? tag : QByteArray());
    }
    QVERIFY(last >= kSize - 400'000);
  }

  void aLaterRunGoesOn() {
    interrupt();
    const FetchReport report = fetchWeights(entry_, options_);
    QCOMPARE(report.resumedFrom, kFirst);
    QCOMPARE(server_->requests().last().rangeFrom(), kFirst);
    QCOMPARE(server_->requests().last().headers.value("if-range"), kTag);
    expectPublished(file_);
  }

  void aPartWithoutItsNotes() {
    interrupt();
    QVERIFY(QFile::remove(weightsPath("made_up.part.json")));
    fetchWeights(entry_, options_);  // the known hash will tell
    QCOMPARE(server_->requests().last().rangeFrom(), kFirst);
    expectPublished(file_);

    QVERIFY(QFile::remove(weightsPath("made_up.pth")));
    entry_.sha256.clear();
    interrupt();
    touch("made_up.part.json", "{");
    fetchWeights(entry_, options_);  // nothing would tell
    QCOMPARE(server_->requests().last().rangeFrom(), -1);
    expectPublished(file_);
  }

  void partsOfAWrongSize() {
    touch("made_up.part", file_ + "more");
    fetchWeights(entry_, options_);
    QCOMPARE(server_->requests().last().rangeFrom(), -1);
    expectPublished(file_);
    // All of it, but the run that fetched it was killed before it could say so.
    QVERIFY(QFile::rename(weightsPath("made_up.pth"), weightsPath("made_up.part")));
    fetchWeights(entry_, options_);
    QCOMPARE(server_->requests().size(), 1);
    expectPublished(file_);
  }

  void aWholePartOfUnknownSize() {
    entry_.size.reset();
    touch("made_up.part", file_);
    touch("made_up.part.json", "{\"validator\": \"\\\"one\\\"\"}");
    fetchWeights(entry_, options_);
    QCOMPARE(server_->requests().size(), 1);
    expectPublished(file_);
  }

  void aServerWithoutRanges() {
    interrupt();
    server_->setHandler([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.body = file_;
      return answer;
    });
    fetchWeights(entry_, options_);
    expectPublished(file_);
  }

  void theFileChangesBetweenTwoParts() {
    const QByteArray other = madeUpWeights(kSize, 2);
    entry_.sha256.clear();
    interrupt();
    server_->setHandler(
        [&](const HttpRequest& request) { return serveFile(request, other, "\"two\""); });
    fetchWeights(entry_, options_);
    expectPublished(other);
  }

  void theFileChangesAndTheServerHidesIt() {
    const QByteArray other = madeUpWeights(kSize, 2);
    interrupt();
    server_->setHandler([&](HttpRequest request) {
      request.headers.remove("if-range");
      return serveFile(request, other, kTag);
    });
    expectProblem("expected " + QString::fromStdString(entry_.sha256));
    expectNothingKept();
    server_->setHandler(
        [&](const HttpRequest& request) { return serveFile(request, file_, kTag); });
    fetchWeights(entry_, options_);
    expectPublished(file_);
  }

  void wrongBytes_data() {
    QTest::addColumn<bool>("thirdParty");
    QTest::newRow("publisher's hash") << false;
    QTest::newRow("third party's hash") << true;
  }
  void wrongBytes() {
    QFETCH(bool, thirdParty);
    entry_.hashFromThirdParty = thirdParty;
    QCOMPARE(int(fetchWeights(entry_, options_).check),
             int(thirdParty ? HashCheck::kThirdParty : HashCheck::kPublished));
    QVERIFY(QFile::remove(weightsPath("made_up.pth")));
    const QByteArray good = file_;
    file_[kSize / 2] = char(file_[kSize / 2] ^ 1);
    expectProblem("found " + sha256Of(file_));
    expectNothingKept();
    expectProblem(thirdParty ? "third party" : "publisher's page");
  }

  void aHashThatNobodyKnows() {
    entry_.sha256.clear();
    entry_.size.reset();
    const FetchReport first = fetchWeights(entry_, options_);
    QCOMPARE(int(first.check), int(HashCheck::kFirstSeen));
    QCOMPARE(readAll(weightsPath("made_up.sha256")), sha256Of(file_) + "  made_up.pth\n");
    QCOMPARE(removeWeights(entry_, options_.folder).size(), std::size_t(1));
    QCOMPARE(int(fetchWeights(entry_, options_).check), int(HashCheck::kAsBefore));
    removeWeights(entry_, options_.folder);

    const QByteArray before = file_;
    file_ = madeUpWeights(kSize, 3);
    expectProblem("expected " + sha256Of(before) + " (from an earlier download), found " +
                  sha256Of(file_));
    expectNothingKept();
    QVERIFY(QFile::remove(weightsPath("made_up.sha256")));
    QCOMPARE(int(fetchWeights(entry_, options_).check), int(HashCheck::kFirstSeen));
    expectPublished(file_);
  }

  void bytesThatAreNoWeights() {
    entry_.sha256.clear();
    file_[0] = '<';
    expectProblem("no weights file and was deleted");
    expectNothingKept();
    QVERIFY(!QFileInfo::exists(weightsPath("made_up.sha256")));
  }

  void answersThatAreNoFile_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("requests");
    QTest::addColumn<QString>("problem");
    QTest::newRow("forbidden") << 403 << 1 << "log in";
    QTest::newRow("not found") << 404 << 1 << "404";
    QTest::newRow("gone") << 410 << 1 << "moved";
    QTest::newRow("no such range") << 416 << 1 << "416";
    QTest::newRow("too many") << 429 << 3 << "429";
    QTest::newRow("broken") << 500 << 3 << "500";
    QTest::newRow("unavailable") << 503 << 3 << "503";
    QTest::newRow("no content") << 204 << 1 << "204";
    QTest::newRow("redirect to nowhere") << 302 << 1 << "302";
  }
  void answersThatAreNoFile() {
    QFETCH(int, status);
    QFETCH(int, requests);
    QFETCH(QString, problem);
    server_->setHandler([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.status = status;
      answer.body = status == 204 ? "" : "an explanation that is no file";
      return answer;
    });
    expectProblem(problem);
    QCOMPARE(server_->requests().size(), requests);
    expectNothingKept();
    // A part that is there already is not harmed, except by 416, which says that it is wrong.
    touch("made_up.part", file_.left(kFirst));
    expectProblem(problem);
    QCOMPARE(QFileInfo(weightsPath("made_up.part")).size(), status == 416 ? 0 : kFirst);
  }

  void passingTroubles() {
    int count = 0;
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, kTag);
      if (++count > 2) return answer;
      answer.status = count == 1 ? 503 : 429;
      answer.headers << "Retry-After: 0";
      return answer;
    });
    fetchWeights(entry_, options_);
    QCOMPARE(count, 3);
    expectPublished(file_);
  }

  void lengths_data() {
    QTest::addColumn<int>("length");
    QTest::addColumn<qint64>("declared");
    QTest::addColumn<bool>("known");  // to the catalogue
    QTest::addColumn<QString>("problem");
    const int yes = int(HttpAnswer::Length::kTrue), none = int(HttpAnswer::Length::kNone),
              chunked = int(HttpAnswer::Length::kChunked);
    const qint64 n = -1;
    QTest::newRow("longer") << yes << qint64(kSize + 1) << true << "announces 3000001 bytes";
    QTest::newRow("shorter") << yes << qint64(kSize - 1) << true << "announces 2999999 bytes";
    QTest::newRow("longer, unknown") << yes << qint64(kSize + 1) << false << "failed";
    QTest::newRow("absent") << none << n << true << "";
    QTest::newRow("absent, unknown") << none << n << false << "does not say how long";
    QTest::newRow("chunked") << chunked << n << true << "";
    QTest::newRow("chunked, unknown") << chunked << n << false << "does not say how long";
  }
  void lengths() {
    QFETCH(int, length);
    QFETCH(qint64, declared);
    QFETCH(bool, known);
    QFETCH(QString, problem);
    if (!known) {
      entry_.size.reset();
      entry_.sha256.clear();
    }
    server_->setHandler([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.body = file_;
      answer.length = HttpAnswer::Length(length);
      answer.declared = declared;
      return answer;
    });
    if (problem.isEmpty()) {
      fetchWeights(entry_, options_);
      expectPublished(file_);
    } else {
      expectProblem(problem);
      QVERIFY(!QFileInfo::exists(weightsPath("made_up.pth")));
    }
  }

  void moreBytesThanTheCatalogueKnows() {
    server_->setHandler([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.body = file_ + "more";
      answer.length = HttpAnswer::Length::kChunked;
      return answer;
    });
    expectProblem("more than the 3000000 bytes");
    expectNothingKept();
  }

  void aCutAnswerOfUnknownLength() {
    entry_.size.reset();
    server_->setHandler([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.body = file_;
      answer.length = HttpAnswer::Length::kChunked;
      answer.cutAfter = kFirst;
      return answer;
    });
    // Either the cut is seen or, at the latest, the hash tells.
    QVERIFY(!problemOf([&] { fetchWeights(entry_, options_); }).isEmpty());
    QVERIFY(!QFileInfo::exists(weightsPath("made_up.pth")));
  }

  void silence_data() {
    QTest::addColumn<qint64>("after");
    QTest::newRow("no byte at all") << qint64(0);
    QTest::newRow("in the middle") << kFirst;
  }
  void silence() {
    QFETCH(qint64, after);
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, kTag);
      answer.stallAfter = request.rangeFrom() > 0 ? 0 : after;
      return answer;
    });
    options_.stall = 50ms;
    expectProblem("nothing arrived for 0.05 s");
    QCOMPARE(server_->requests().size(), 1 + options_.retries);
    QCOMPARE(QFileInfo(weightsPath("made_up.part")).size(), after);
  }

  void whatIsNotHttp() {
    server_->setHandler([](const HttpRequest&) {
      HttpAnswer answer;
      answer.raw = "220 here is a mail server\r\n";
      return answer;
    });
    QVERIFY(!problemOf([&] { fetchWeights(entry_, options_); }).isEmpty());
    expectNothingKept();
  }

  void aLoginPageInstead() {
    server_->setHandler([](const HttpRequest&) {
      HttpAnswer answer;
      answer.headers << "Content-Type: text/HTML; charset=utf-8";
      answer.body = "<html>Welcome to the hotel</html>";
      return answer;
    });
    entry_.size.reset();
    entry_.sha256.clear();
    expectProblem("web page");
    expectNothingKept();
  }

  void anotherPartThanAskedFor() {
    interrupt();
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, kTag);
      answer.headers[1].replace("1000000-", "1000001-");
      return answer;
    });
    expectProblem("follows 1000001");
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, kTag);
      answer.headers.removeAt(1);
      return answer;
    });
    expectProblem("without saying which");
    QCOMPARE(QFileInfo(weightsPath("made_up.part")).size(), kFirst);
  }

  void redirectsAreFollowed() {
    interrupt();
    server_->setHandler([&](const HttpRequest& request) {
      if (request.target == "/elsewhere") return serveFile(request, file_, kTag);
      HttpAnswer answer;
      answer.status = request.target == "/file.pth" ? 302 : 307;
      answer.headers << (request.target == "/file.pth"
                             ? QByteArray("Location: next?x=1")
                             : "Location: " + server_->address("elsewhere").toUtf8());
      answer.body = QByteArray(9'000'000, 'x');  // and nobody reads all of this
      return answer;
    });
    fetchWeights(entry_, options_);
    expectPublished(file_);
    QCOMPARE(server_->requests().last().target, QByteArray("/elsewhere"));
    QCOMPARE(server_->requests().last().rangeFrom(), kFirst);
  }

  void redirectsThatAreNotFollowed_data() {
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QString>("problem");
    QTest::newRow("in a circle") << QByteArray("/file.pth") << "more than 5 redirects";
    QTest::newRow("to a file") << QByteArray("file:///etc/hostname") << "unsafe";
    QTest::newRow("to plain http") << QByteArray("http://example.org/a.pth") << "unsafe";
    QTest::newRow("to ftp") << QByteArray("ftp://127.0.0.1/a.pth") << "unsafe";
    QTest::newRow("to data") << QByteArray("data:,a") << "unsafe";
    QTest::newRow("with a password") << QByteArray("https://a:b@example.org/") << "unsafe";
  }
  void redirectsThatAreNotFollowed() {
    QFETCH(QByteArray, location);
    QFETCH(QString, problem);
    server_->setHandler([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.status = 302;
      answer.headers << "Location: " + location;
      return answer;
    });
    expectProblem(problem);
    expectNothingKept();
  }

  void httpsStaysHttps() {
    const QUrl secure("https://example.org/a"), plain("http://127.0.0.1/a");
    QCOMPARE(redirectTarget(secure, QUrl("/b")), QUrl("https://example.org/b"));
    QCOMPARE(redirectTarget(plain, secure), secure);
    QVERIFY_EXCEPTION_THROWN(redirectTarget(secure, plain), TransferFailed);
    QVERIFY_EXCEPTION_THROWN(redirectTarget(secure, QUrl("http://example.org/a")), TransferFailed);
  }

  void aServerThatCannotProveWhoItIs() {
    entry_.address = QString("https://127.0.0.1:%1/file.pth").arg(server_->port()).toStdString();
    QVERIFY(!problemOf([&] { fetchWeights(entry_, options_); }).isEmpty());
    QCOMPARE(server_->requests().size(), 0);
    expectNothingKept();
  }

  void nobodyAnswers() {
    server_.reset();
    expectProblem("Check the connection");
    expectNothingKept();
  }

  void cancelledWhileTheServerIsSilent() {
    std::stop_source stop;
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, kTag);
      answer.stallAfter = 0;
      QTimer::singleShot(0, server_.get(), [&] { stop.request_stop(); });
      return answer;
    });
    QVERIFY_EXCEPTION_THROWN(fetchWeights(entry_, options_, {stop.get_token(), {}}), Cancelled);
    // And before anything is asked.
    QVERIFY_EXCEPTION_THROWN(fetchWeights(entry_, options_, {stop.get_token(), {}}), Cancelled);
    QCOMPARE(server_->requests().size(), 1);
  }

  void cancelledBetweenTwoTries() {
    std::stop_source stop;
    server_->setHandler([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.status = 503;
      return answer;
    });
    options_.backoff = 1h;
    const Progress progress{stop.get_token(), [&](double, std::string_view doing) {
                              if (doing.find("trying again") == std::string_view::npos) return;
                              QTimer::singleShot(0, server_.get(), [&] { stop.request_stop(); });
                            }};
    QVERIFY_EXCEPTION_THROWN(fetchWeights(entry_, options_, progress), Cancelled);
  }

  void onAWorkerThread() {
    FetchReport report;
    std::atomic<bool> done = false;
    std::thread worker([&] {
      report = fetchWeights(entry_, options_);
      done = true;
    });
    QTRY_VERIFY_WITH_TIMEOUT(done, 60'000);
    worker.join();
    QCOMPARE(report.sha256, entry_.sha256);
    expectPublished(file_);
  }

  void cancelledFromAnotherThread() {
    std::stop_source stop;
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = serveFile(request, file_, kTag);
      answer.stallAfter = kFirst;
      return answer;
    });
    QString problem;
    std::atomic<bool> done = false;
    std::thread worker([&] {
      problem = problemOf([&] { fetchWeights(entry_, options_, {stop.get_token(), {}}); });
      done = true;
    });
    QTRY_COMPARE_WITH_TIMEOUT(QFileInfo(weightsPath("made_up.part")).size(), kFirst, 60'000);
    stop.request_stop();
    QTRY_VERIFY_WITH_TIMEOUT(done, 60'000);
    worker.join();
    QCOMPARE(problem, QString("cancelled"));
  }

  void oneDownloadAtATime() {
    QDir().mkpath(weightsPath());
    PartFile other(weightsPath("made_up.part").toStdString());
    expectProblem("another Fathom is downloading this file");
    QCOMPARE(server_->requests().size(), 0);
  }

  void aBigFileComesThrough() {
    file_ = madeUpWeights(80'000'000);
    entry_ = entryOf(server_->address(), file_);
    fetchWeights(entry_, options_);
    expectPublished(file_);
  }

 private:
  QString weightsPath(const QString& name = {}) const {
    const QString folder = QString::fromStdString(options_.folder.string());
    return name.isEmpty() ? folder : folder + "/" + name;
  }

  void touch(const QString& name, const QByteArray& bytes) {
    QDir().mkpath(weightsPath());
    QFile file(weightsPath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
  }

  /// A run that is cancelled after the first part has arrived.
  void interrupt() {
    std::stop_source stop;
    LoopbackServer::Handler good = [this](const HttpRequest& request) {
      return serveFile(request, file_, kTag);
    };
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = good(request);
      answer.stallAfter = kFirst;
      return answer;
    });
    const Progress progress{stop.get_token(), [&](double, std::string_view) {
                              if (QFileInfo(weightsPath("made_up.part")).size() == kFirst) {
                                stop.request_stop();
                              }
                            }};
    QCOMPARE(problemOf([&] { fetchWeights(entry_, options_, progress); }), QString("cancelled"));
    QCOMPARE(QFileInfo(weightsPath("made_up.part")).size(), kFirst);
    server_->setHandler(good);
  }

  void expectProblem(const QString& part) {
    const QString problem = problemOf([&] { fetchWeights(entry_, options_); });
    QVERIFY2(problem.contains(part), qPrintable("\"" + problem + "\" lacks \"" + part + "\""));
  }

  void expectPublished(const QByteArray& bytes) {
    QVERIFY(readAll(weightsPath("made_up.pth")) == bytes);
    QVERIFY(filesBelow(weightsPath()).filter(".part").isEmpty());
  }

  void expectNothingKept() {
    QVERIFY2(filesBelow(weightsPath()).filter(QRegularExpression("\\.p(art|th)")).isEmpty(),
             qPrintable(filesBelow(weightsPath()).join(' ')));
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  QByteArray file_;
  std::unique_ptr<LoopbackServer> server_;
  WeightsEntry entry_;
  FetchOptions options_;
};

QTEST_GUILESS_MAIN(WeightsFetchTest)
#include "weights_fetch.moc"
