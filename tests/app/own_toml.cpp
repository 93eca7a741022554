// TOML as run files use it: read, written, read again; and texts that are none.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <limits>
#include <random>

#include "app/experiment/run_file.h"
#include "app/methods/definition.h"
#include "app/methods/toml_reader.h"
#include "core/error.h"

using namespace fathom;

namespace {

bool same(const TomlValue& a, const TomlValue& b);

bool same(const TomlTable& a, const TomlTable& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](const TomlEntry& x, const TomlEntry& y) {
           return x.key == y.key && same(x.value, y.value);
         });
}

bool same(const TomlValue& a, const TomlValue& b) {
  if (a.data.index() != b.data.index()) return false;
  if (const auto* x = std::get_if<double>(&a.data)) {
    const double y = std::get<double>(b.data);
    return std::isnan(*x) ? std::isnan(y) : *x == y;
  }
  if (const auto* x = std::get_if<TomlValue::Array>(&a.data)) {
    const auto& y = std::get<TomlValue::Array>(b.data);
    return x->size() == y.size() &&
           std::equal(x->begin(), x->end(), y.begin(),
                      [](const TomlValue& p, const TomlValue& q) { return same(p, q); });
  }
  if (const auto* x = std::get_if<TomlTable>(&a.data)) return same(*x, std::get<TomlTable>(b.data));
  if (const auto* x = std::get_if<bool>(&a.data)) return *x == std::get<bool>(b.data);
  if (const auto* x = std::get_if<std::int64_t>(&a.data))
    return *x == std::get<std::int64_t>(b.data);
  return std::get<std::string>(a.data) == std::get<std::string>(b.data);
}

/// Any table, from any seed.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  TomlTable table(int depth) {
    TomlTable made;
    const int count = below(6);
    for (int i = 0; i < count; ++i) {
      made.push_back({(below(4) ? "key-" : "odd key \"") + std::to_string(i), value(depth)});
    }
    return made;
  }

 private:
  int below(int end) { return int(random_() % unsigned(end)); }

  std::string text() {
    std::string made;
    const int length = below(12);
    for (int i = 0; i < length; ++i) {
      static const std::vector<std::string> kPieces{"a", " ", "\"", "\\", "\n", "\t",   "\x01",
                                                    "ü", "'", "#",  "=",  "]",  "\x7f", "🙂"};
      made += kPieces[std::size_t(below(int(kPieces.size())))];
    }
    return made;
  }

  TomlValue value(int depth) {
    switch (below(depth > 0 ? 7 : 5)) {
      case 0:
        return {below(2) == 0, 0};
      case 1:
        return {std::int64_t(random_()) * (below(2) ? 1 : -1), 0};
      case 2:
        return {std::ldexp(double(random_()), below(200) - 100), 0};
      case 3:
        return {below(2) ? std::numeric_limits<double>::infinity() : std::nan(""), 0};
      case 4:
        return {text(), 0};
      case 5:
        return {table(depth - 1), 0};
      default: {
        TomlValue::Array array;
        const int count = below(4);
        for (int i = 0; i < count; ++i) array.push_back(value(depth - 1));
        return {std::move(array), 0};
      }
    }
  }

  std::mt19937 random_;
};

/// Single values and tables in the order in which they are written.
TomlTable sorted(TomlTable table) {
  const TomlTable read = parseToml(printToml(table), "x");
  TomlTable made;
  for (const TomlEntry& entry : read) {
    for (const TomlEntry& own : table) {
      if (own.key == entry.key) made.push_back(own);
    }
  }
  return made;
}

const char* const kRunFile =
    "sources = [\"scenes:0-4\"]\nlow = \"real\"\nseed = 12\n[degradation]\nfactor = 4\n"
    "[[method]]\nid = \"a\"\nkind = \"predictions\"\nfolder = \"f\"\nscale = 0.5\n"
    "[[method]]\nid = \"b\"\nkind = \"ensemble\"\nmembers = [\"a\", { id = \"bicubic\" }]\n";

}  // namespace

class OwnTomlTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void anythingComesBack() {
    for (unsigned seed = 0; seed < 300; ++seed) {
      const TomlTable table = Generator(seed).table(3);
      const std::string text = printToml(table);
      const TomlTable read = parseToml(text, "x.toml");
      QVERIFY2(same(read, sorted(table)),
               qPrintable(QString("seed %1:\n%2").arg(seed).arg(text.c_str())));
      QCOMPARE(printToml(read), text);
    }
  }

  void numbersKeepTheirKindAndValue() {
    const std::vector<double> numbers{0.1, 1, -0.0, 1e300, 5e-324, 1.0 / 3, 123456789.123};
    for (const double number : numbers) {
      const TomlTable read = parseToml(printToml({{"x", {number, 0}}}), "x");
      const auto* back = std::get_if<double>(&read[0].value.data);
      QVERIFY(back && std::signbit(*back) == std::signbit(number));
      QCOMPARE(*back, number);
    }
    for (const std::int64_t whole : {std::int64_t(0), std::numeric_limits<std::int64_t>::min(),
                                     std::numeric_limits<std::int64_t>::max()}) {
      const TomlTable read = parseToml(printToml({{"x", {whole, 0}}}), "x");
      QCOMPARE(std::get<std::int64_t>(read[0].value.data), whole);
    }
  }

  void orderAndLinesAreKept() {
    const TomlTable read = parseToml("z = 1\na = 2\n\n[m]\ny = 1\nb = 2\n", "x");
    QCOMPARE(read[0].key, std::string("z"));
    QCOMPARE(read[1].key, std::string("a"));
    QCOMPARE(read[1].value.line, 2);
    const auto& inner = std::get<TomlTable>(read[2].value.data);
    QCOMPARE(inner[0].key, std::string("y"));
    QCOMPARE(inner[1].value.line, 6);
  }

  void textsThatAreNone_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("no value") << QByteArray("a =");
    QTest::newRow("twice") << QByteArray("a = 1\na = 2");
    QTest::newRow("no UTF-8") << QByteArray("a = \"\xff\xfe\"");
    QTest::newRow("zero byte") << QByteArray("a = \"\0\"", 7);
    QTest::newRow("open text") << QByteArray("a = \"b");
    QTest::newRow("too large") << QByteArray("a = 9223372036854775808");
    QTest::newRow("deep") << QByteArray("a = " + QByteArray(100'000, '['));
    QTest::newRow("JSON") << QByteArray("{\"a\": 1}");
  }
  void textsThatAreNone() {
    QFETCH(QByteArray, text);
    QVERIFY_EXCEPTION_THROWN(parseToml(text.toStdString(), "x.toml"), BadInput);
  }

  void longFilesAreRefused() {
    const QTemporaryDir folder;
    const std::string file = folder.filePath("long.toml").toStdString();
    std::ofstream(file) << std::string((16u << 20) + 1, '#');
    QVERIFY_EXCEPTION_THROWN(readTextFile(file), FileError);
    QVERIFY_EXCEPTION_THROWN(parseToml(std::string((16u << 20) + 1, '#'), file), BadInput);
    QVERIFY_EXCEPTION_THROWN(readTextFile(folder.path().toStdString()), FileError);
    QVERIFY_EXCEPTION_THROWN(readTextFile(file + "x"), FileError);
  }

  void damagedRunFilesAreErrorsAndNothingElse() {
    const std::string whole = kRunFile;
    for (std::size_t length = 0; length <= whole.size(); ++length)
      survives(whole.substr(0, length));
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
      std::string damaged = whole;
      for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = char(random() % 256);
      survives(damaged);
    }
  }

  void readersKnowWhatWasAskedFor() {
    const TomlTable table = parseToml("flag = true\nwhole = 3\ntext = \"t\"\nlist = [\"a\"]", "x");
    TomlReader reader(table, "x.toml", "[part]", 4);
    QVERIFY(reader.flag("flag").value());
    QCOMPARE(reader.whole("whole").value(), std::int64_t{3});
    QCOMPARE(reader.text("text").value(), std::string("t"));
    QVERIFY(!reader.text("absent") && !reader.whole("absent") && !reader.has("absent"));
    QVERIFY_EXCEPTION_THROWN(reader.finish(), BadInput);
    QCOMPARE(reader.texts("list")->size(), std::size_t{1});
    reader.finish();
    QVERIFY_EXCEPTION_THROWN(reader.text("flag"), BadInput);
    QVERIFY_EXCEPTION_THROWN(reader.texts("text"), BadInput);
    QVERIFY_EXCEPTION_THROWN(reader.flag("whole"), BadInput);
    QVERIFY_EXCEPTION_THROWN((void)reader.requiredText("absent"), BadInput);
    QVERIFY_EXCEPTION_THROWN(reader.allValues(), BadInput);  // the list
    try {
      reader.fail("text", "is odd", "Change it");
    } catch (const BadInput& error) {
      QCOMPARE(std::string(error.what()), std::string("x.toml:3: [part] text is odd. Change it"));
    }
  }

  void settingsAsToml_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("fits");
    QTest::newRow("number") << "0.5" << 0 << true;
    QTest::newRow("whole number for a number") << "1" << 0 << true;
    QTest::newRow("number out of range") << "1.5" << 0 << false;
    QTest::newRow("not a number") << "nan" << 0 << false;
    QTest::newRow("whole") << "3" << 1 << true;
    QTest::newRow("number for a whole one") << "3.0" << 1 << false;
    QTest::newRow("flag") << "true" << 2 << true;
    QTest::newRow("1 is no flag") << "1" << 2 << false;
    QTest::newRow("choice") << "\"a\"" << 3 << true;
    QTest::newRow("no choice") << "\"c\"" << 3 << false;
    QTest::newRow("file") << "\"any/where\"" << 4 << true;
    QTest::newRow("list") << "[1]" << 0 << false;
  }
  void settingsAsToml() {
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(bool, fits);
    const std::vector<Setting> settings{{"s", "s", "", "", Real{0, 1, 0}},
                                        {"s", "s", "", "", Integer{0, 5, 0}},
                                        {"s", "s", "", "", Flag{}},
                                        {"s", "s", "", "", Choice{{"a", "b"}, "a"}},
                                        {"s", "s", "", "", File{}}};
    const TomlTable table = parseToml("s = " + text.toStdString(), "x");
    const Setting& setting = settings[std::size_t(kind)];
    if (!fits) {
      QVERIFY_EXCEPTION_THROWN((void)fromToml(table[0].value, setting), BadInput);
      return;
    }
    const Value value = fromToml(table[0].value, setting);
    QVERIFY(fromToml(toToml(value), setting) == value);
  }

  void pathsFromOneFolderToAnother_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("expected");
    QTest::newRow("same") << "a/b"
                          << "x"
                          << "x"
                          << "a/b";
    QTest::newRow("same, said otherwise") << "./a"
                                          << "x"
                                          << "x/../x/"
                                          << "./a";
    QTest::newRow("absolute") << "/a"
                              << "x"
                              << "y"
                              << "/a";
    QTest::newRow("empty") << ""
                           << "x"
                           << "y"
                           << "";
    QTest::newRow("sibling") << "a"
                             << "x"
                             << "y"
                             << "../x/a";
    QTest::newRow("down") << "a"
                          << ""
                          << "y/z"
                          << "../../a";
    QTest::newRow("up") << "../a"
                        << "x/y"
                        << "x"
                        << "a";
  }
  void pathsFromOneFolderToAnother() {
    QFETCH(QString, path);
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, expected);
    const std::string moved = movedPath(path.toStdString(), from.toStdString(), to.toStdString());
    QCOMPARE(QString::fromStdString(moved), expected);
  }

 private:
  /// Reads, or says what is wrong; nothing else may happen.
  static void survives(const std::string& text) {
    try {
      const Experiment read = parseExperiment(text, "x.toml");
      const std::string printed = printExperiment(read, "");
      QCOMPARE(printExperiment(parseExperiment(printed, "x.toml"), ""), printed);
    } catch (const BadInput& error) {
      QVERIFY2(QString(error.what()).startsWith("x.toml"), error.what());
    }
  }
};

QTEST_GUILESS_MAIN(OwnTomlTest)
#include "own_toml.moc"
