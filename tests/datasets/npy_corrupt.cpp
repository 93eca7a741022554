#include <sys/stat.h>

#include <QtTest>
#include <random>

#include "datasets/codecs/npy.h"
#include "fixtures.h"
#include "npy_fixture.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

constexpr std::uint64_t kSeed = 977;
constexpr std::uint64_t kAllowedMemory = 256u << 20;

struct Case {
  std::string name, bytes;
  std::string says;  ///< must occur in the error
};

std::vector<Case> cutCases() {
  const std::string whole = NpyFile().bytes();  // 128 bytes of header, 48 of data
  std::vector<Case> cases{{"empty", "", "is empty"}};
  for (const std::size_t at : {1, 5, 6, 7, 8, 9}) {
    cases.push_back({"cut at " + std::to_string(at), whole.substr(0, at), "too short"});
  }
  for (const std::size_t at : {10, 11, 40, 64, 127}) {
    cases.push_back({"cut at " + std::to_string(at), whole.substr(0, at), "announces a header"});
  }
  cases.push_back({"no data", whole.substr(0, 128), "48 bytes, but 0 bytes"});
  cases.push_back({"one byte", whole.substr(0, 129), "48 bytes, but 1 bytes"});
  cases.push_back({"one element short", whole.substr(0, 172), "48 bytes, but 44 bytes"});
  cases.push_back({"one byte short", whole.substr(0, 175), "48 bytes, but 47 bytes"});
  cases.push_back({"one byte over", whole + "x", "48 bytes, but 49 bytes"});
  cases.push_back({"twice the data", whole + std::string(48, 'x'), "48 bytes, but 96 bytes"});
  cases.push_back({"two files", whole + whole, "48 bytes, but 224 bytes"});
  return cases;
}

std::vector<Case> preambleCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, auto change, std::string says) {
    NpyFile file;
    change(file);
    cases.push_back({std::move(name), file.bytes(), std::move(says)});
  };
  add(
      "wrong first byte", [](NpyFile& f) { f.magic = "\x92NUMPY"; }, "not an NPY file");
  add(
      "wrong last letter", [](NpyFile& f) { f.magic = "\x93NUMPX"; }, "not an NPY file");
  add(
      "zip", [](NpyFile& f) { f.magic = "PK\3\4\24\0"; }, "not an NPY file");
  add(
      "png", [](NpyFile& f) { f.magic = "\x89PNG\r\n"; }, "not an NPY file");
  add(
      "text", [](NpyFile& f) { f.magic = "1.0 2."; }, "not an NPY file");
  cases.push_back({"one wrong byte", "x", "not an NPY file"});
  cases.push_back({"zeros", std::string(200, '\0'), "not an NPY file"});
  add(
      "version 0.0", [](NpyFile& f) { f.major = 0; }, "version 0.0");
  add(
      "version 4.0", [](NpyFile& f) { f.major = 4; }, "version 4.0");
  add(
      "version 255.0", [](NpyFile& f) { f.major = 255; }, "version 255.0");
  add(
      "version 1.1", [](NpyFile& f) { f.minor = 1; }, "version 1.1");
  return cases;
}

std::vector<Case> lengthCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, auto change, std::string says) {
    NpyFile file;
    change(file);
    cases.push_back({std::move(name), file.bytes(), std::move(says)});
  };
  const std::string dictionary = NpyFile().dictionary;
  add(
      "header of 0 bytes", [](NpyFile& f) { f.announcedLength = 0; }, "cannot be read");
  add(
      "header of 1 byte", [](NpyFile& f) { f.announcedLength = 1; }, "cannot be read");
  add(
      "header 30 short", [](NpyFile& f) { f.announcedLength = 30; }, "cannot be read");
  add(
      "header one over", [](NpyFile& f) { f.announcedLength = 119; },
      "expected nothing but spaces");
  add(
      "header to the end", [](NpyFile& f) { f.announcedLength = 166; }, "nothing but spaces");
  add(
      "header past the end", [](NpyFile& f) { f.announcedLength = 167; }, "only 166 bytes follow");
  add(
      "header of 65535", [](NpyFile& f) { f.announcedLength = 65535; },
      "65535 bytes; at most 10000");
  add(
      "v2 header of 4 GiB",
      [](NpyFile& f) {
        f.major = 2;
        f.announcedLength = 0xffffffff;
      },
      "4294967295 bytes; at most 10000");
  add(
      "v3 header of 2 GiB",
      [](NpyFile& f) {
        f.major = 3;
        f.announcedLength = 0x7fffffff;
      },
      "at most 10000");
  add(
      "v2 cut length", [](NpyFile& f) { f.major = 2; }, "");
  cases.back().bytes.resize(11);
  cases.back().says = "too short";
  add(
      "header of 10001 spaces",
      [&](NpyFile& f) { f.dictionary = dictionary + std::string(10'001 - dictionary.size(), ' '); },
      "at most 10000");
  return cases;
}

std::vector<Case> shapeCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string shape, std::string says, std::size_t payload = 48) {
    cases.push_back(
        {"shape " + shape.substr(0, 40), npyWithShape(shape, payload), std::move(says)});
  };
  add("(3, 5)", "60 bytes, but 48");
  add("(3, 3)", "36 bytes, but 48");
  add("(3, 4, 4)", "192 bytes, but 48");
  add("(480, 640)", "1228800 bytes, but 48");
  add("(0, 4)", "0 bytes, but 48");
  add("()", "4 bytes, but 48");
  add("(-3, 4)", "whole number");
  add("(3, -4)", "whole number");
  add("(+3, 4)", "whole number");
  add("(3.0, 4)", "expected");
  add("(0x3, 4)", "expected");
  add("(03, 4)", "leading zeros");
  add("(3 4)", "expected");
  add("(3,, 4)", "whole number");
  add("(, 3)", "whole number");
  add("(,)", "whole number");
  add("(12)", "comma after the only length");
  add("((3, 4))", "whole number");
  add("((3), (4))", "whole number");
  add("(3, (4))", "whole number");
  add("(3, 4", "expected");
  add("3, 4)", "expected (");
  add("[3, 4]", "expected (");
  add("{3, 4}", "expected (");
  add("12", "expected (");
  add("None", "expected (");
  add("'3, 4'", "expected (");
  add("(3e0, 4)", "expected");
  add("(True, 4)", "whole number");
  add("(3, 4) + (1,)", "expected");
  add("(3, 2**2)", "expected");
  return cases;
}

std::vector<Case> hugeShapeCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string shape, std::string says, std::size_t payload = 48) {
    cases.push_back(
        {"shape " + shape.substr(0, 40), npyWithShape(shape, payload), std::move(says)});
  };
  add("(4294967296, 4294967296)", "more than any file can hold");
  add("(9223372036854775807,)", "more than any file can hold");
  add("(9223372036854775807, 0)", "more than any file can hold", 0);
  add("(0, 9223372036854775807)", "more than any file can hold", 0);
  add("(4611686018427387904, 2)", "more than any file can hold");
  add("(2305843009213693952,)", "more than any file can hold");
  add("(2305843009213693951,)", "bytes, but 48");
  add("(9223372036854775808,)", "larger than any file");
  add("(99999999999999999999999999, 1)", "larger than any file");
  add("(" + std::string(3000, '9') + ",)", "larger than any file");
  add("(1, 1, 1, 1, 1, 1, 1, 1, 12)", "more than 8 dimensions");
  std::string many = "(";
  for (int at = 0; at < 1000; ++at) many += "1,";
  add(many + ")", "more than 8 dimensions");
  add(std::string(3000, '('), "whole number");
  add("(1000000, 1000000)", "4000000000000 bytes, but 48");
  return cases;
}

std::vector<Case> typeCases() {
  std::vector<Case> cases;
  for (const char* descr :
       {"'<i8'",  "'<u8'",     "'<u4'",     "'|i1'", "'<c8'", "'<f16'", "'|b1'",  "'<U10'",
        "'|S4'",  "'<M8[ns]'", "'f4'",      "'|f4'", "''",    "'<'",    "'<f4 '", "' <f4'",
        "'<f44'", "'<<f4'",    "'float32'", "'<f3'", "'<F4'", "'!f4'"}) {
    cases.push_back({std::string("type ") + descr, npyWithType(descr), "is not one of"});
  }
  for (const char* descr : {"'|O'", "'O'", "'<O8'", "'O8'"}) {
    cases.push_back({std::string("objects ") + descr, npyWithType(descr), "Python objects"});
  }
  cases.push_back({"structured", npyWithType("[('x', '<f4'), ('y', '<f4')]"), "structured"});
  cases.push_back({"structured object", npyWithType("[('x', '|O')]"), "structured"});
  cases.push_back({"type None", npyWithType("None"), "element type in quotes"});
  cases.push_back({"type number", npyWithType("4"), "element type in quotes"});
  cases.push_back({"type call", npyWithType("__import__('os').system('true')"), "in quotes"});
  cases.push_back({"type tuple", npyWithType("('<f4', (2,))"), "in quotes"});
  cases.push_back({"type long", npyWithType("'" + std::string(5000, 'f') + "'"), "is not one of"});
  cases.push_back({"type with control characters", npyWithType("'\x1b[31m\n'"), "'?[31m?'"});
  return cases;
}

std::vector<Case> grammarCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, std::string dictionary, std::string says) {
    cases.push_back({std::move(name), npyWith(dictionary), std::move(says)});
  };
  const std::string d = "'descr': '<f4'", o = "'fortran_order': False", s = "'shape': (3, 4)";
  add("no descr", "{" + o + ", " + s + "}", "no key 'descr'");
  add("no order", "{" + d + ", " + s + "}", "no key 'fortran_order'");
  add("no shape", "{" + d + ", " + o + "}", "no key 'shape'");
  add("no keys", "{}", "no key 'descr'");
  add("only spaces", "   ", "expected {");
  add("a list", "[" + d + "]", "expected {");
  add("a call", "dict(descr='<f4')", "expected {");
  add("unknown key", "{" + d + ", " + o + ", " + s + ", 'x': 1}", "unknown key 'x'");
  add("garbage key", "{'\x01\xff': 1, " + d + ", " + o + ", " + s + "}", "unknown key '?\?'");
  add("key in capitals", "{'DESCR': '<f4', " + o + ", " + s + "}", "unknown key 'DESCR'");
  add("key without quotes", "{descr: '<f4', " + o + ", " + s + "}", "a key in quotes");
  add("key twice", "{" + d + ", " + d + ", " + o + ", " + s + "}", "'descr' twice");
  add("shape twice", "{" + d + ", " + o + ", " + s + ", 'shape': (1,)}", "'shape' twice");
  add("order twice", "{" + o + ", " + o + ", " + d + ", " + s + "}", "'fortran_order' twice");
  add("no comma", "{" + d + " " + o + ", " + s + "}", "expected }");
  add("two commas", "{" + d + ",, " + o + ", " + s + "}", "a key in quotes");
  add("comma first", "{, " + d + ", " + o + ", " + s + "}", "a key in quotes");
  add("no colon", "{'descr' '<f4', " + o + ", " + s + "}", "expected :");
  add("not closed", "{" + d + ", " + o + ", " + s, "expected }");
  add("not closed after comma", "{" + d + ", " + o + ", " + s + ",", "a key in quotes");
  add("closed twice", "{" + d + ", " + o + ", " + s + "}}", "nothing but spaces");
  add("two dictionaries", "{" + d + ", " + o + ", " + s + "} {}", "nothing but spaces");
  add("text behind", "{" + d + ", " + o + ", " + s + "} # note", "nothing but spaces");
  add("zero byte behind", "{" + d + ", " + o + ", " + s + "}" + std::string(1, '\0'),
      "nothing but spaces");
  add("quote open", "{'descr: <f4, }", "a closing quote");
  add("quotes mixed", "{'descr\": 1, }", "a closing quote");
  add("brace in quotes", "{'descr': '<f4}", "a closing quote");
  for (const char* flag : {"true", "0", "1", "'False'", "None", "Fals", "", "not True"}) {
    add(std::string("order ") + flag, "{" + d + ", 'fortran_order': " + flag + ", " + s + "}",
        "True or False");
  }
  add("order Truely", "{" + d + ", 'fortran_order': Truely, " + s + "}", "expected }");
  add("nested braces", std::string(4000, '{'), "a key in quotes");
  return cases;
}

std::vector<Case> allCases() {
  std::vector<Case> all;
  for (const auto& part : {cutCases(), preambleCases(), lengthCases(), shapeCases(),
                           hugeShapeCases(), typeCases(), grammarCases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

Q_DECLARE_METATYPE(Case)

class NpyCorruptTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void isRefusedWithItsReason_data() {
    QTest::addColumn<Case>("file");
    for (const Case& file : allCases()) QTest::newRow(file.name.c_str()) << file;
  }

  void isRefusedWithItsReason() {
    QFETCH(Case, file);
    const fs::path path = folder_ / "corrupt.npy";
    writeBytes(path, file.bytes);
    const MemoryLimit limit(kAllowedMemory);
    const auto error = fileError([&] { readNpy(path); });
    QVERIFY2(error, "it was read");
    QCOMPARE(error->subject(), path.string());
    QVERIFY2(error->problem().find(file.says) != std::string::npos, error->what());
    QVERIFY2(!error->remedy().empty(), error->what());
    QVERIFY(fileError([&] { readNpyHeader(path); }));
    QVERIFY(fileError([&] { readDepthNpy(path); }));
  }

  void everyCutIsRefused() {
    const std::string whole = NpyFile().bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
      writeBytes(folder_ / "cut.npy", whole.substr(0, length));
      QVERIFY2(fileError([&] { readNpy(folder_ / "cut.npy"); }),
               QByteArray::number(quint64(length)));
    }
  }

  void randomChangesAreReadOrRefused() {
    std::mt19937_64 random(kSeed);
    const MemoryLimit limit(kAllowedMemory);
    // tools/nightly asks for many more.
    const int rounds = std::max(3000, qEnvironmentVariableIntValue("FATHOM_FUZZ_ROUNDS"));
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
      std::string bytes = NpyFile().bytes();
      for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
        bytes[random() % 128] = static_cast<char>(random());
      }
      if (random() % 4 == 0) bytes.resize(random() % bytes.size());
      writeBytes(folder_ / "changed.npy", bytes);
      const auto where = QByteArray("seed 977 round ") + QByteArray::number(round);
      try {
        const at::Tensor read = readNpy(folder_ / "changed.npy");
        QVERIFY2(read.nbytes() <= bytes.size(), where);
      } catch (const FileError& error) {
        QVERIFY2(!error.problem().empty(), where);
        ++refused;
      }
    }
    QVERIFY2(refused > rounds / 3 && refused < rounds, QByteArray::number(refused));
  }

  void whatIsNoFileIsNamed() {
    const auto says = [](const fs::path& path, const char* text) {
      const auto error = fileError([&] { readNpy(path); });
      return error && error->problem().find(text) != std::string::npos &&
             error->subject() == path.string();
    };
    QVERIFY(says(folder_ / "absent.npy", "No such file"));
    QVERIFY(says(folder_.path(), "is a folder"));
    QVERIFY(says("/dev/null", "not a regular file"));
    writeBytes(folder_ / "plain", "x");
    QVERIFY(says(folder_ / "plain/below.npy", "Not a directory"));
    QVERIFY(::mkfifo((folder_ / "pipe.npy").c_str(), 0600) == 0);
    QVERIFY(says(folder_ / "pipe.npy", "not a regular file"));  // and does not wait for a writer
  }

 private:
  Folder folder_;
};

QTEST_GUILESS_MAIN(NpyCorruptTest)
#include "npy_corrupt.moc"
