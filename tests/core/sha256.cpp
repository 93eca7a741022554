// SHA-256 against the examples of FIPS 180 and against itself, in pieces of every length.
#include "core/sha256.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "tests/support/maps.h"

using namespace fathom;
using fathom::test::has;
using fathom::test::messageOf;

namespace {

std::string bytes(std::size_t count) {
  std::string text(count, '\0');
  for (std::size_t i = 0; i < count; ++i) text[i] = static_cast<char>(i * 2654435761u >> 13);
  return text;
}

std::string byQt(const std::string& text) {
  return QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha256)
      .toHex()
      .toStdString();
}

}  // namespace

class Sha256Test : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cleanup() { usePlainSha256(false); }

  void examples_data() {
    QTest::addColumn<bool>("plain");
    QTest::newRow("as the processor can") << false;
    QTest::newRow("plain") << true;
  }
  void examples() {
    QFETCH(bool, plain);
    usePlainSha256(plain);
    QCOMPARE(sha256(""),
             std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(sha256("abc"),
             std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
             std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    QCOMPARE(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
             std::string("cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"));
    QCOMPARE(sha256(std::string(1000000, 'a')),
             std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
  }

  void everyLengthAgreesWithQt() {
    for (std::size_t length = 0; length < 300; ++length) {
      const std::string text = bytes(length);
      QCOMPARE(sha256(text), byQt(text));
      usePlainSha256(true);
      QCOMPARE(sha256(text), byQt(text));
      usePlainSha256(false);
    }
  }

  void piecesOfEveryLengthAgree() {
    const std::string text = bytes(1000);
    for (std::size_t piece = 1; piece < 200; ++piece) {
      Sha256 sum;
      for (std::size_t at = 0; at < text.size(); at += piece) {
        sum.add(std::string_view(text).substr(at, piece));
      }
      QCOMPARE(sum.finish(), byQt(text));
    }
  }

  void files() {
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("f").toStdString();
    const std::string text = bytes(3000001);
    std::ofstream(path, std::ios::binary) << text;
    double last = -1;
    bool rising = true;
    Progress progress;
    progress.report = [&](double part, std::string_view) {
      rising = rising && part >= last && part <= 1;
      last = part;
    };
    QCOMPARE(sha256OfFile(path, progress), byQt(text));
    QVERIFY(rising && last > 0.5);
    std::ofstream(path, std::ios::trunc).close();
    QCOMPARE(sha256OfFile(path), sha256(""));
  }

  void filesThatCannotBeRead() {
    QVERIFY(has(messageOf<FileError>([] { sha256OfFile("/nowhere/at all"); }), "cannot read"));
    const QTemporaryDir folder;
    QVERIFY(!messageOf<FileError>([&] { sha256OfFile(folder.path().toStdString()); }).empty());
  }

  void cancels() {
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("f").toStdString();
    std::ofstream(path, std::ios::binary) << bytes(5000000);
    std::stop_source stop;
    Progress progress{stop.get_token(), [&](double, std::string_view) { stop.request_stop(); }};
    QVERIFY_EXCEPTION_THROWN(sha256OfFile(path, progress), Cancelled);
  }
};

QTEST_GUILESS_MAIN(Sha256Test)
#include "sha256.moc"
