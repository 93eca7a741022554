// Downloads from a server that does all that servers and networks do.
#include "app/weights/transfer.h"
#include "weights_fixture.h"

using namespace fathom;
using namespace std::chrono_literals;

class WeightsAnswersTest : public FetchTest {
  Q_OBJECT
 private Q_SLOTS:
  void init() { prepare(); }

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
};

QTEST_GUILESS_MAIN(WeightsAnswersTest)
#include "weights_answers.moc"
