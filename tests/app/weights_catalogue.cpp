// The shipped catalogue, the user's own, what of it is here, and which licences were accepted.
#include "app/weights/catalogue.h"

#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "app/weights/state.h"
#include "child.h"
#include "core/error.h"

using namespace fathom;

namespace {

// Written with other quotation marks, and not as raw strings, over which moc stumbles.
const QByteArray kEntry =
    QByteArray(
        "{'name': 'mine', 'title': 'Mine', 'file': 'mine.pth', "
        "'address': 'https://example.org/mine.pth', 'page': 'https://example.org', 'size': 12, "
        "'sha256': '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', "
        "'sha256_from': 'page', 'licence': 'Own', 'architecture': 'sgnet', "
        "'settings': {'scale': '8'}}")
        .replace('\'', '"');

QByteArray catalogueWith(const QByteArray& entries) {
  return QByteArray(
             "{'format': 1, 'licences': {'Own': {'address': 'https://example.org/licence', "
             "'non_commercial': true}}, 'entries': [")
             .replace('\'', '"') +
         entries + "]}";
}

/// What the reader says to the text; empty where it takes it.
QString problemOf(const QByteArray& json) {
  try {
    Catalogue().add(json.toStdString(), "own.json");
  } catch (const BadInput& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

}  // namespace

class WeightsCatalogueTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    qunsetenv("FATHOM_CATALOGUE");
    temporary_ = std::make_unique<QTemporaryDir>();
    folder_ = temporary_->path().toStdString();
  }

  void whatIsShipped() {
    const Catalogue catalogue = shippedCatalogue();
    QVERIFY(catalogue.entries().size() > 40);
    const WeightsEntry& small = catalogue.find("depth_anything_v2_vits");
    QCOMPARE(small.size.value(), 99'218'434);
    QCOMPARE(small.storedFile(), std::string("depth_anything_v2_vits.pth"));
    QVERIFY(small.sha256.starts_with("715fade1"));
    QCOMPARE(small.architecture, std::string("depth_anything_v2"));
    QCOMPARE(small.settings.at("variant"), std::string("vits"));
    QVERIFY(!small.licence.nonCommercial && !small.byHand());
    QVERIFY(catalogue.find("depth_anything_v2_metric_hypersim_vitb").licence.nonCommercial);
    QVERIFY(catalogue.find("dinov2_vits14").hashFromThirdParty);
    QVERIFY(catalogue.find("sgnet_x8").byHand());
    for (const char* name : {"depth_anything_v1_vits", "dinov2_vits14_nyu_dpt_head", "zoedepth_n",
                             "swin_base_patch4_window7_224_22k", "depth_anything_v2_vitl"}) {
      QCOMPARE(catalogue.find(name).name, std::string(name));
    }
  }

  void shippedEntriesAreSound() {
    std::set<std::string> addresses;
    const Catalogue catalogue = shippedCatalogue();
    for (const WeightsEntry& entry : catalogue.entries()) {
      const QString name = QString::fromStdString(entry.name);
      const QUrl address(QString::fromStdString(entry.address));
      QVERIFY2(entry.byHand() || address.scheme() == "https", qPrintable(name));
      QVERIFY2(entry.byHand() || addresses.insert(entry.address).second, qPrintable(name));
      QVERIFY2(entry.byHand() || address.fileName().toStdString() == entry.file, qPrintable(name));
      // Parameters of 4 bytes (2 in half precision): no size is a typing error away.
      QVERIFY2(!entry.size || (*entry.size > 40'000'000 && *entry.size < 2'000'000'000),
               qPrintable(name));
    }
  }

  void unknownNames() {
    const Catalogue catalogue = shippedCatalogue();
    QVERIFY_EXCEPTION_THROWN(catalogue.find("nothing_like_it"), BadInput);
    try {
      catalogue.find("sgnet");
      QFAIL("found");
    } catch (const BadInput& error) {
      QVERIFY(error.remedy().find("sgnet_x16") != std::string::npos);
      QVERIFY(error.remedy().find("swin") == std::string::npos);
    }
  }

  void theUsersEntries_data() {
    QTest::addColumn<bool>("variable");
    QTest::newRow("in the folder") << false;
    QTest::newRow("named by a variable") << true;
  }
  void theUsersEntries() {
    QFETCH(bool, variable);
    QByteArray other = kEntry;
    other.replace("\"mine\"", "\"dinov2_vits14\"");
    const QString path = temporary_->filePath(variable ? "anywhere.json" : "catalogue.json");
    write(path, catalogueWith(kEntry + "," + other));
    if (variable) qputenv("FATHOM_CATALOGUE", path.toUtf8());
    const Catalogue catalogue = loadCatalogue(folder_);
    const std::size_t shipped = shippedCatalogue().entries().size();
    QCOMPARE(catalogue.entries().size(), shipped + 1);
    QCOMPARE(catalogue.entries().back().name, std::string("mine"));
    QCOMPARE(catalogue.entries().back().licence.id, std::string("Own"));
    QCOMPARE(catalogue.find("dinov2_vits14").title, std::string("Mine"));
  }

  void licencesOfTheProgramMayBeNamed() {
    QByteArray entry = kEntry;
    entry.replace("\"Own\"", "\"MIT\"");
    write(temporary_->filePath("catalogue.json"), "{\"format\": 1, \"entries\": [" + entry + "]}");
    QCOMPARE(loadCatalogue(folder_).find("mine").licence.address,
             shippedCatalogue().find("zoedepth_n").licence.address);
  }

  void catalogueFilesThatCannotBeRead() {
    qputenv("FATHOM_CATALOGUE", temporary_->filePath("absent.json").toUtf8());
    QVERIFY_EXCEPTION_THROWN(loadCatalogue(folder_), FileError);
    qputenv("FATHOM_CATALOGUE", temporary_->path().toUtf8());
    QVERIFY_EXCEPTION_THROWN(loadCatalogue(folder_), FileError);
    write(temporary_->filePath("big.json"), QByteArray((16 << 20) + 1, ' '));
    qputenv("FATHOM_CATALOGUE", temporary_->filePath("big.json").toUtf8());
    QVERIFY_EXCEPTION_THROWN(loadCatalogue(folder_), BadInput);
  }

  void errorsNameEntryAndField_data() {
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const char* from, const char* to, const char* problem) {
      QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString(problem);
    };
    row("no name", "\"name\": \"mine\",", "", "entry 1: \"name\" is missing");
    row("a path as name", "\"mine\"", "\"../mine\"", "entry 1: \"name\" must consist");
    row("an option as name", "\"mine\"", "\"-mine\"", "entry 1: \"name\" must consist");
    row("no title", "\"title\": \"Mine\",", "", "entry \"mine\": \"title\" is missing");
    row("empty title", "\"Mine\"", "\"\"", "\"title\" must be one line");
    row("title of two lines", "\"Mine\"", "\"a\\nb\"", "\"title\" must be one line");
    row("escape codes", "\"Mine\"", "\"a\\u001b[2J\"", "\"title\" must be one line");
    row("title is a number", "\"Mine\"", "7", "\"title\" must be a text");
    row("path as file", "mine.pth\",", "../mine.pth\",", "\"file\" must be the name");
    row("program as file", "mine.pth\",", "mine.exe\",", "\"file\" must be the name");
    row("plain http", "https://example.org/mine", "http://example.org/mine", "\"address\"");
    row("ftp", "https://example.org/mine", "ftp://example.org/mine",
        "\"address\" must be an https");
    row("no address", "\"address\": \"https://example.org/mine.pth\",", "",
        "\"how\" must be there");
    row("by hand and not", "\"size\": 12", "\"how\": \"x\"", "not both");
    row("no page", "\"page\": \"https://example.org\",", "", "\"page\" is missing");
    row("size 0", "12", "0", "\"size\"");
    row("negative size", "12", "-12", "\"size\"");
    row("fractional size", "12", "1.5", "\"size\"");
    row("size as text", "12", "\"12\"", "\"size\" must be a number of bytes");
    row("huge size", "12", "18446744073709551615", "\"size\"");
    row("short hash", "\"0123456789abcdef", "\"", "\"sha256\" must be 64");
    row("capital hash", "\"0123456789abcdef", "\"0123456789ABCDEF", "\"sha256\" must be 64");
    row("hash from nowhere", "\"sha256_from\": \"page\",", "", "\"sha256_from\" must be there");
    row("hash from a friend", "_from\": \"page\"", "_from\": \"friend\"", "\"sha256_from\"");
    row("unknown licence", "\"Own\"", "\"Other\"", "\"licence\" must be one of");
    row("no architecture", "\"architecture\": \"sgnet\",", "", "\"architecture\" is missing");
    row("settings as list", "{\"scale\": \"8\"}", "[]", "\"settings\" must be an object");
    row("setting as number", "\"8\"", "8", "\"settings\" must be an object");
    row("unknown field", "\"size\"", "\"length\"", "\"length\" is not a field");
    row("doubled field", "\"size\": 12", "\"size\": 12, \"size\": 13", "\"size\" is given twice");
    row("not an object", "{\"name\"", "7, {\"name\"", "entry 1 must be an object");
    row("cut off", "\"settings\": {\"scale\": \"8\"}}", "", "is not JSON");
    row("deep", "\"8\"", "[[[[[[[[[[[[0]]]]]]]]]]]]", "nested");
  }
  void errorsNameEntryAndField() {
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QString, problem);
    QCOMPARE(problemOf(catalogueWith(kEntry)), QString());
    QByteArray entry = kEntry;
    const qsizetype at = entry.indexOf(from);
    QVERIFY(at >= 0);
    entry.replace(at, from.size(), to);
    const QString found = problemOf(catalogueWith(entry));
    QVERIFY2(found.contains(problem), qPrintable(found));
    QVERIFY(found.startsWith("own.json: "));
  }

  void errorsOfTheWhole_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("problem");
    QTest::newRow("empty") << QByteArray() << "is not JSON";
    QTest::newRow("list") << QByteArray("[]") << "must be an object";
    QTest::newRow("no format") << QByteArray("{\"entries\": []}") << "\"format\" is missing";
    QTest::newRow("later format") << QByteArray("{\"format\": 2, \"entries\": []}")
                                  << "\"format\" must be 1";
    QTest::newRow("no entries") << QByteArray("{\"format\": 1}") << "\"entries\" is missing";
    QTest::newRow("entries") << QByteArray("{\"format\": 1, \"entries\": {}}")
                             << "\"entries\" must be a list";
    QTest::newRow("name twice") << catalogueWith(kEntry + "," + kEntry) << "given twice";
    QTest::newRow("licence without address")
        << QByteArray(
               "{\"format\": 1, \"licences\": {\"A\": {\"non_commercial\": true}}, "
               "\"entries\": []}")
        << "licence \"A\": \"address\" is missing";
    QTest::newRow("doubtful licence")
        << QByteArray(
               "{\"format\": 1, \"licences\": {\"A\": {\"address\": \"https://a.org\", "
               "\"non_commercial\": \"no\"}}, \"entries\": []}")
        << "\"non_commercial\" must be true or false";
    QTest::newRow("not UTF-8") << QByteArray("{\"format\": \"\xff\"}") << "is not JSON";
  }
  void errorsOfTheWhole() {
    QFETCH(QByteArray, json);
    QFETCH(QString, problem);
    QVERIFY2(problemOf(json).contains(problem), qPrintable(problemOf(json)));
  }

  /// Whatever a file holds: a catalogue or an error.
  void damagedCatalogues() {
    const QByteArray good = catalogueWith(kEntry);
    for (qsizetype size = 0; size < good.size(); ++size) {
      QVERIFY2(!problemOf(good.left(size)).isEmpty(), qPrintable(QString::number(size)));
    }
    for (qsizetype at = 0; at < good.size(); ++at) {
      for (const char byte : {'\0', '"', '{', '\xff', '9'}) {
        QByteArray bad = good;
        bad[at] = byte;
        problemOf(bad);
      }
    }
  }

  void safeAddresses_data() {
    QTest::addColumn<bool>("safe");
    QTest::newRow("https://example.org/a.pth") << true;
    QTest::newRow("HTTPS://example.org/a.pth") << true;
    QTest::newRow("http://127.0.0.1:8000/a") << true;
    QTest::newRow("http://[::1]/a") << true;
    QTest::newRow("http://localhost/a") << true;
    QTest::newRow("http://example.org/a") << false;
    QTest::newRow("http://127.0.0.1.example.org/a") << false;
    QTest::newRow("http://localhost.example.org/a") << false;
    QTest::newRow("https://user:word@example.org/") << false;
    QTest::newRow("https:///a") << false;
    QTest::newRow("file:///etc/passwd") << false;
    QTest::newRow("ftp://localhost/a") << false;
    QTest::newRow("data:,a") << false;
    QTest::newRow("/a") << false;
    QTest::newRow("") << false;
    QTest::newRow("https://exa mple.org/") << false;
  }
  void safeAddresses() {
    QFETCH(bool, safe);
    QCOMPARE(isSafeAddress(QTest::currentDataTag()), safe);
  }

  void whatIsThere() {
    WeightsEntry entry;
    entry.name = "mine";
    entry.file = "other.ckpt";
    entry.address = "https://example.org/other.ckpt";
    QCOMPARE(textOf(weightsState(entry, folder_).place), std::string("missing"));
    write(temporary_->filePath("mine.part"), {});
    QCOMPARE(textOf(weightsState(entry, folder_).place), std::string("missing"));
    write(temporary_->filePath("mine.part"), "1234");
    QCOMPARE(textOf(weightsState(entry, folder_).place), std::string("partly downloaded"));
    QCOMPARE(weightsState(entry, folder_).bytes, 4);
    write(temporary_->filePath("mine.ckpt"), "12345");
    QCOMPARE(textOf(weightsState(entry, folder_).place), std::string("here"));
    QCOMPARE(weightsState(entry, folder_).bytes, 5);
    QCOMPARE(removeWeights(entry, folder_).size(), std::size_t(2));
    QVERIFY(filesBelow(temporary_->path()).isEmpty());
    QVERIFY(removeWeights(entry, folder_).empty());

    entry.address.clear();
    entry.how = "on a shelf";
    entry.page = "https://example.org";
    QCOMPARE(textOf(weightsState(entry, folder_).place), std::string("by hand"));
    const QString how = QString::fromStdString(howByHand(entry, folder_));
    QVERIFY(how.contains("on a shelf") && how.contains("https://example.org"));
    QVERIFY(how.contains("weights convert other.ckpt " + temporary_->filePath("mine.safetensors")));
  }

  void acceptedLicences() {
    WeightsEntry one = shippedCatalogue().find("depth_anything_v2_vitb");
    const WeightsEntry other = shippedCatalogue().find("depth_anything_v2_vitl");
    QVERIFY(licenceText(one).find("not for commercial use") != std::string::npos);
    QVERIFY(!licenceAccepted(one, folder_));
    acceptLicence(one, folder_);
    QVERIFY(licenceAccepted(one, folder_));
    QVERIFY(!licenceAccepted(other, folder_));
    acceptLicence(other, folder_);
    QVERIFY(licenceAccepted(one, folder_) && licenceAccepted(other, folder_));
    one.licence.id = "Apache-2.0";
    QVERIFY(!licenceAccepted(one, folder_));
    // A damaged file means asking again.
    for (const char* damaged : {"{", "[]", "", "{\"depth_anything_v2_vitl\": 7}"}) {
      write(temporary_->filePath("licences.json"), damaged);
      QVERIFY(!licenceAccepted(other, folder_));
    }
    acceptLicence(other, folder_);
    QVERIFY(licenceAccepted(other, folder_));
  }

  void recordedHashes() {
    WeightsEntry entry;
    entry.name = "mine";
    entry.file = "a.pth";
    QCOMPARE(recordedHash(entry, folder_), std::string());
    const std::string hash(64, 'a');
    recordHash(entry, folder_, hash);
    QCOMPARE(recordedHash(entry, folder_), hash);
    for (const char* damaged : {"", "aaaa", "zz"}) {
      write(temporary_->filePath("mine.sha256"), damaged);
      QCOMPARE(recordedHash(entry, folder_), std::string());
    }
  }

  void sizesAsTexts() {
    QCOMPARE(bytesText(0), std::string("0 bytes"));
    QCOMPARE(bytesText(999), std::string("999 bytes"));
    QCOMPARE(bytesText(1500), std::string("1.5 kB"));
    QCOMPARE(bytesText(99'218'434), std::string("99.2 MB"));
    QCOMPARE(bytesText(1'341'395'338), std::string("1.34 GB"));
  }

 private:
  static void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  std::filesystem::path folder_;
};

QTEST_GUILESS_MAIN(WeightsCatalogueTest)
#include "weights_catalogue.moc"
