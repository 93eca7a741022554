// Downloads into the weights folder: resumed, checked, cancelled.
#include <QTimer>
#include <thread>

#include "app/weights/part_file.h"
#include "weights_fixture.h"

using namespace fathom;
using namespace std::chrono_literals;

class WeightsFetchTest : public FetchTest {
  Q_OBJECT
 private Q_SLOTS:
  void init() { prepare(); }

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
};

QTEST_GUILESS_MAIN(WeightsFetchTest)
#include "weights_fetch.moc"
