// Files of PyTorch put together byte by byte: what the machine reads, and everything it refuses.
#include "models/checkpoints/utf8.h"
#include "tests/models/checkpoints_builders.h"

using namespace fathom;
using namespace fathom::test;
using namespace fathom::test::pickle;

namespace {

const std::string kTensor = tensor(storage("0", 6), 0, {2, 3}, {3, 1});
const std::string kLegacyTensor = tensor(storage("0", 6, true), 0, {2, 3}, {3, 1});

QByteArray array(const std::string& bytes) {
  return {bytes.data(), qsizetype(bytes.size())};
}

}  // namespace

class CheckpointsPicklesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    path_ = fs::path(folder_->path().toStdString()) / "w.pth";
  }

  void readsBothFormats() {
    writeBytes(path_, zipFile(zipParts(dict({{"a", kTensor}}), {floats(6)})));
    QCOMPARE(openCheckpoint(path_)->format(), std::string("PyTorch zip"));
    QCOMPARE(tensorNamed(*openCheckpoint(path_), "a")[1][2].item<float>(), 5.0f);
    writeBytes(path_, legacyFile(dict({{"a", kLegacyTensor}}), {{"0", 6, floats(6)}}));
    QCOMPARE(openCheckpoint(path_)->format(), std::string("PyTorch legacy"));
    QCOMPARE(tensorNamed(*openCheckpoint(path_), "a")[1][2].item<float>(), 5.0f);
  }

  void viewsOfOldStorages() {
    const std::string view = "(" + text("storage") + global("torch", "FloatStorage") + text("0") +
                             text("cuda:0") + number(6) + "(" + text("v") + number(2) + number(3) +
                             "ttQ";
    writeBytes(path_,
               legacyFile(dict({{"whole", kLegacyTensor}, {"part", tensor(view, 1, {2}, {1})}}),
                          {{"0", 6, floats(6)}}));
    const at::Tensor part = tensorNamed(*openCheckpoint(path_), "part");
    QCOMPARE(part[0].item<float>(), 3.0f);
    QCOMPARE(part[1].item<float>(), 4.0f);
  }

  void python2Dictionaries() {
    const std::string pair = "](" + text("a") + kTensor + "e";
    const std::string body = global("collections", "OrderedDict") + "(](" + pair + "etR";
    writeBytes(path_, zipFile(zipParts(body, {floats(6)})));
    QCOMPARE(tensorNamed(*openCheckpoint(path_), "a")[0][1].item<float>(), 1.0f);
  }

  void strangersBesideTheNetworkDoNotMatter() {
    const std::string stranger =
        global("argparse", "Namespace") + ")R}" + text("lr") + "G" + std::string(8, '\x40') + "sb";
    const std::string holder = global("my.project", "Trainer") + "(" + kTensor + "tR";
    const std::string body =
        dict({{"args", stranger}, {"trainer", holder}, {"model", dict({{"a", kTensor}})}});
    writeBytes(path_, zipFile(zipParts(body, {floats(6)})));
    const CheckpointPtr file = openCheckpoint(path_);
    QCOMPARE(file->tensors().size(), std::size_t{1});
    QCOMPARE(file->notes().size(), std::size_t{2});
    QCOMPARE(file->notes()[1], std::string("not read: args, trainer"));
  }

  void namesOfTheirOwnAreNotDamage() {
    std::string body = "}(";
    int count = 0;
    for (const char* name :
         {"__builtin__\nint", "builtins\nslice", "__builtin__\ngetattr", "collections\ndeque",
          "argparse\nNamespace", "numpy\ndtype", "torch\nGenerator", "torch\nqint8",
          "numpy.core.multiarray\nscalar", "numpy._core.multiarray\n_reconstruct",
          "torch\nLongTensor", "torch.optim.adamw\nAdamW", "pathlib\nPosixPath", "torch\ndtype",
          "omegaconf.dictconfig\nDictConfig", "_codecs\ndecode_something",
          "copy_reg\n_reconstructor"}) {
      body += text("x" + std::to_string(count++)) + "c" + name + "\n";
    }
    writeBytes(path_,
               zipFile(zipParts(dict({{"args", body + "u"}, {"model", dict({{"a", kTensor}})}}),
                                {floats(6)})));
    QCOMPARE(problemOf(path_), std::string());
  }

  void tensorsBesideAWrapperAreNotTheNetwork() {
    const std::string body = dict({{"best", kTensor}, {"state_dict", dict({{"a", kTensor}})}});
    writeBytes(path_, zipFile(zipParts(body, {floats(6)})));
    const CheckpointPtr file = openCheckpoint(path_);
    QCOMPARE(file->tensors().size(), std::size_t{1});
    QCOMPARE(file->notes().back(), std::string("not read: best"));
  }

  void emptyTensorsMayLieAnywhere() {
    const std::string body = dict({{"a", tensor(storage("0", 6), 1000, {0, 3}, {7, 9})}});
    writeBytes(path_, zipFile(zipParts(body, {floats(6)})));
    QCOMPARE(tensorNamed(*openCheckpoint(path_), "a").numel(), 0);
  }

  void storagesAreVerifiedWhenRead() {
    const std::string body = dict({{"a", kTensor}, {"b", tensor(storage("1", 1), 0, {1}, {1})}});
    std::vector<ZipPart> parts = zipParts(body, {floats(6), floats(1)});
    parts.back().crc = 1;
    writeBytes(path_, zipFile(parts));
    const CheckpointPtr file = openCheckpoint(path_);
    QCOMPARE(file->read(0).numel(), 6);
    QVERIFY(has(messageOf<FileError>([&] { (void)file->read(1); }), "checksum of \"a/data/1\""));
    QVERIFY(has(messageOf<FileError>([&] { (void)file->read(1); }), "checksum"));
    QVERIFY(has(messageOf<FileError>([&] { file->verifyChecksums({}); }), "checksum"));
  }

  void checksumOutsideTheNetworkIsVerifiedOnRequest() {
    const std::string body =
        dict({{"model", dict({{"a", kTensor}})}, {"other", tensor(storage("1", 1), 0, {1}, {1})}});
    std::vector<ZipPart> parts = zipParts(body, {floats(6), floats(1)});
    parts.back().crc = 1;
    writeBytes(path_, zipFile(parts));
    QCOMPARE(problemOf(path_), std::string());
    QVERIFY(
        has(messageOf<FileError>([&] { openCheckpoint(path_)->verifyChecksums({}); }), "checksum"));
  }

  void largeSizesInExtraFields() {
    // One entry whose size and place stand in the 64-bit extra field, as beyond 4 GB.
    const std::string good = zipFile(zipParts(dict({{"a", kTensor}}), {floats(6)}));
    const std::size_t at = good.rfind("PK\x01\x02");
    std::string entry = good.substr(at);
    const std::size_t end = entry.find("PK\x05\x06");
    const std::string name = entry.substr(46, end - 46);
    const std::string place = entry.substr(42, 4);
    entry.replace(20, 8, std::string(8, '\xff')).replace(30, 2, little(28, 2));
    entry.replace(42, 4, std::string(4, '\xff'));
    const std::string extra =
        little(1, 2) + little(24, 2) + little(24, 8) + little(24, 8) + place + std::string(4, '\0');
    std::string bytes = good.substr(0, at) + entry.substr(0, end) + extra + entry.substr(end);
    const std::size_t tail = bytes.size() - 22;
    const std::uint64_t size = std::uint64_t(static_cast<unsigned char>(bytes[tail + 12])) +
                               256u * static_cast<unsigned char>(bytes[tail + 13]) + 28;
    bytes.replace(tail + 12, 4, little(size, 4));
    writeBytes(path_, bytes);
    QCOMPARE(problemOf(path_), std::string());
    QCOMPARE(tensorNamed(*openCheckpoint(path_), "a")[1][2].item<float>(), 5.0f);
  }

  void refusesPickles_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& body, const char* says) {
      QTest::newRow(name) << array(body) << QString(says);
    };
    const auto tensorRow = [&](const char* name, const std::string& t, const char* says) {
      row(name, dict({{"a", t}}), says);
    };
    tensorRow("beyond its storage", tensor(storage("0", 6), 1, {2, 3}, {3, 1}), "outside its data");
    tensorRow("offset", tensor(storage("0", 6), -1, {1}, {1}), "unknown way");
    tensorRow("stride", tensor(storage("0", 6), 0, {2, 3}, {4, 1}), "outside its data");
    tensorRow("negative stride", tensor(storage("0", 6), 5, {2}, {-1}), "unknown way");
    tensorRow("negative side", tensor(storage("0", 6), 0, {-2}, {1}), "unknown way");
    tensorRow("ranks differ", tensor(storage("0", 6), 0, {2, 3}, {1}), "unknown way");
    tensorRow("side that overflows", tensor(storage("0", 6), 0, {INT64_MAX, 2}, {0, 0}), "unknown");
    tensorRow("stride that overflows", tensor(storage("0", 6), 0, {3}, {INT64_MAX}), "outside");
    tensorRow("offset that overflows", tensor(storage("0", 6), INT64_MAX, {1}, {1}), "outside");
    tensorRow("rank 9",
              tensor(storage("0", 6), 0, std::vector<std::int64_t>(9, 1),
                     std::vector<std::int64_t>(9, 1)),
              "8 dimensions");
    tensorRow("repeated to a large one", tensor(storage("0", 6), 0, {1 << 30}, {0}), "repeats");
    tensorRow("conjugate", tensor(storage("0", 6), 0, {1}, {1}, dict({{"conj", kTrue}})), "conj");
    tensorRow("count that overflows", tensor(storage("0", INT64_MAX), 0, {1}, {1}), "unknown way");
    tensorRow("count of another length", tensor(storage("0", 5), 0, {1}, {1}), "another length");
    tensorRow("missing storage", tensor(storage("7", 6), 0, {1}, {1}), "missing");
    tensorRow("unknown device", tensor(storage("0", 6, false, "FloatStorage", "cpv"), 0, {1}, {1}),
              "unknown device");
    tensorRow("unknown storage", tensor(storage("0", 6, false, "QInt8Storage"), 0, {1}, {1}),
              "\"a\" is a Python object that cannot be read here (torch.QInt8Storage)");
    tensorRow("gradient of whole numbers",
              global("torch._utils", "_rebuild_parameter") + "(" +
                  tensor(storage("0", 6, false, "IntStorage"), 0, {1}, {1}) + kTrue + kOrdered +
                  "tR",
              "unknown way");
    tensorRow("data as an attribute",
              global("torch._utils", "_rebuild_parameter_with_state") + "(" + kTensor + kTrue +
                  kOrdered + dict({{"data", kTensor}}) + "tR",
              "unknown way");
    tensorRow("unknown function", global("os", "system") + "(" + kTensor + "tR", "os.system");
    tensorRow("hidden deep in a stranger", global("a", "b") + "(](((" + kTensor + "ttetR", "a.b");
    tensorRow("calls a tensor", kTensor + ")R", "cannot be called");
    tensorRow("calls with a list", global("torch", "Size") + "]R", "cannot be called");
    row("storage in two ways",
        dict({{"a", kTensor}, {"b", tensor(storage("0", 3, false, "DoubleStorage"), 0, {1}, {1})}}),
        "two ways");
    row("name twice", dict({{"a", kTensor}, {"a", kTensor}}), "\"a\" twice");
    row("tensor without a name", "}(" + number(1) + kTensor + text("a") + kTensor + "u",
        "without a name");
    row("list as a name", "}(]" + kTensor + "u", "as a name");
    row("list in a tuple as a name", "}(((N]ttNu", "as a name");
    row("odd number of items", "}(" + text("a") + "u", "without a value");
    row("fills no dictionary", "](" + text("a") + kTensor + "u", "that is none");
    row("fills no list", "}(" + kTensor + "e", "that is none");
    row("list below the mark", "](((" + kTensor + "e", "not there");
    row("nothing to take", "a", "more than it was given");
    row("nothing above the mark", "N(\x85", "more than it was given");
    row("no mark", "t", "not begun");
    row("open mark", "(N", "ends too early");
    row("two results", "NN", "ends too early");
    row("unknown number", "h\x05", "not there");
    row("number out of turn", "Nr\xff\xff\xff\xff", "numbered wrongly");
    row("unknown instruction", std::string("\xff"), "no instruction");
    row("later protocol",
        "\x8c\x01"
        "a",
        "later protocol");
    row("text not UTF-8", "X\x01" + std::string(3, '\0') + "\xff", "damaged text");
    row("surrogate", "X\x03" + std::string(3, '\0') + "\xed\xa0\x80", "damaged text");
    row("endless text",
        "X\xff\xff\xff\xff"
        "a",
        "ends too early");
    row("endless name", "c" + std::string(5000, 'a') + "\nb\n", "endless name");
    row("no name", "ca b\nc\n", "damaged name");
    row("second protocol", "N\x80\x02", "unknown protocol");
    row("attributes of a list", "]}b", "has none");
    row("reference of a number", number(1) + "Q", "unknown way");
    row("reference of another kind", "(" + text("module") + "NNNNtQ", "unknown way");
    row("damaged bytes", global("_codecs", "encode") + "(" + text("a") + text("utf8") + "tR",
        "damaged bytes");
    row("no device", global("torch", "device") + "(" + text("cqu") + "tR", "device");
    row("too many objects", std::string(2000000, ']'), "far more objects");
    row("too many texts", "](" + std::string(3000000, 'N') + "e", "far more objects");
    row("no dictionary", kTensor, "no named tensors");
    row("whole model", global("my", "Net") + ")R", "whole Python object (my.Net)");
  }
  void refusesPickles() {
    QFETCH(QByteArray, body);
    QFETCH(QString, says);
    writeBytes(path_, zipFile(zipParts(body.toStdString(), {floats(6)})));
    const std::string problem = problemOf(path_);
    QVERIFY2(has(problem, says.toStdString()), problem.c_str());
  }

  void nestingIsNoProblem() {
    std::string deep = kTensor;
    for (int i = 0; i < 100000; ++i) deep += "\x85";
    writeBytes(path_, zipFile(zipParts(dict({{"a", kTensor}, {"deep", deep}}), {floats(6)})));
    QCOMPARE(openCheckpoint(path_)->tensors().size(), std::size_t{1});
    // The same inside something unknown is searched for tensors, and found.
    const std::string hidden = global("a", "b") + "(" + deep + "tR";
    writeBytes(path_, zipFile(zipParts(dict({{"a", kTensor}, {"deep", hidden}}), {floats(6)})));
    QVERIFY(has(problemOf(path_), "\"deep\" is of a kind"));
    // A list that holds itself.
    const std::string loop =
        global("a", "b") + "(]q" + std::string(1, '\0') + "h" + std::string(1, '\0') + "atR";
    writeBytes(path_, zipFile(zipParts(dict({{"a", kTensor}, {"loop", loop}}), {floats(6)})));
    QCOMPARE(problemOf(path_), std::string());
  }

  void refusesArchives_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& bytes, const char* says) {
      QTest::newRow(name) << array(bytes) << QString(says);
    };
    const std::vector<ZipPart> good = zipParts(dict({{"a", kTensor}}), {floats(6)});
    const auto with = [&](std::size_t part, const ZipPart& other) {
      auto parts = good;
      parts.at(part) = other;
      return zipFile(parts);
    };
    const auto patched = [&](std::size_t fromEnd, const std::string& bytes) {
      std::string file = zipFile(good);
      return file.replace(file.size() - fromEnd, bytes.size(), bytes);
    };
    const auto central = [&](std::size_t offset, const std::string& bytes) {
      std::string file = zipFile(good);
      return file.replace(file.find("PK\x01\x02") + offset, bytes.size(), bytes);
    };
    const auto local = [&](std::size_t offset, const std::string& bytes) {
      return zipFile(good).replace(offset, bytes.size(), bytes);
    };
    row("pickle's checksum", with(0, {"a/data.pkl", good[0].content, 1}), "checksum");
    row("record's checksum", with(1, {"a/byteorder", "little", 1}), "checksum");
    row("big-endian", with(1, {"a/byteorder", "big"}), "big-endian");
    row("unknown order", with(1, {"a/byteorder", "Little"}), "byte order");
    row("no version", with(2, {"a/other", "3"}), "lacks its version");
    row("odd version", with(2, {"a/version", "x"}), "lacks its version");
    row("later version", with(2, {"a/version", "11"}), "file version 11");
    row("another folder", with(1, {"b/byteorder", "little"}), "several folders");
    row("two pickles", with(1, {"b/data.pkl", "little"}), "several networks");
    row("no pickle", with(0, {"a/data.pkx", "x"}), "none that torch.save wrote");
    row("TorchScript", with(1, {"a/code/x.py", ""}), "TorchScript");
    row("TorchScript constants", with(1, {"a/constants.pkl", ""}), "TorchScript");
    row("same name twice", with(1, {"a/version", "3\n"}), "twice");
    row("trailing bytes", zipFile(good) + "x", "end as it should");
    row("comment", patched(2, little(1, 2)) + "x", "end as it should");
    row("number of entries", patched(12, little(3, 2)), "contradicts itself");
    row("numbers of entries", patched(14, little(3, 2) + little(3, 2)), "another length");
    row("many entries", patched(14, little(9999, 2) + little(9999, 2)), "announces 9999");
    row("directory's place", patched(6, little(5, 4)), "elsewhere");
    row("directory's length", patched(10, little(5, 4)), "elsewhere");
    row("second disk", patched(18, little(1, 2)), "contradicts itself");
    row("encrypted", central(8, little(1, 2)), "none that PyTorch writes");
    row("compressed", central(10, little(8, 2)), "contradicts itself");
    row("name differs", central(46, "b"), "contradicts itself");
    row("place differs", central(42, little(1, 4)), "contradicts itself");
    row("place outside", central(42, std::string(3, '\xff')), "contradicts itself");
    row("size differs", central(20, little(5, 4) + little(5, 4)), "contradicts itself");
    row("size outside", central(20, std::string(8, '\xfe')), "contradicts itself");
    row("extra too long", central(30, "\xff"), "damaged");
    row("sizes follow elsewhere", central(20, std::string(8, '\xff')), "lacks its size");
    row("folder", central(38, little(0x10, 4)), "none that PyTorch writes");
    row("local signature", local(0, "PQ"), "known format");
    row("local checksum", local(14, "\x01"), "contradicts itself");
    row("local name", local(30, "b"), "contradicts itself");
    row("local extra", local(28, "\xff\xff"), "contradicts itself");
  }
  void refusesArchives() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    writeBytes(path_, bytes.toStdString());
    const std::string problem = problemOf(path_);
    QVERIFY2(has(problem, says.toStdString()), problem.c_str());
  }

  void refusesOverlaps() {
    // The second entry's directory record points at the first one's header, under its name.
    std::string file = zipFile({{"a/x", "1234"}, {"a/y", "1234"}});
    const std::size_t second = file.rfind("PK\x01\x02");
    file.replace(second + 42, 4, little(0, 4)).replace(second + 46, 3, "a/x");
    writeBytes(path_, file);
    QVERIFY(has(problemOf(path_), "twice"));
    // An entry inside another's content.
    const std::string inner = zipFile({{"a/y", "1234"}}).substr(0, 30 + 3 + 4);
    std::string outer = zipFile({{"a/x", inner}, {"a/y", "1234"}});
    outer.replace(outer.rfind("PK\x01\x02") + 42, 4, little(33, 4));
    writeBytes(path_, outer);
    QVERIFY2(has(problemOf(path_), "overlaps"), problemOf(path_).c_str());
  }

  void refusesOldFiles_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& bytes, const char* says) {
      QTest::newRow(name) << array(bytes) << QString(says);
    };
    const std::string body = dict({{"a", kLegacyTensor}});
    const std::string good = legacyFile(body, {{"0", 6, floats(6)}});
    row("another number", legacyFile(body, {{"0", 5, floats(6)}}), "two lengths");
    row("number that wraps", legacyFile(body, {{"0", 6 + (1ull << 62), floats(6)}}), "two lengths");
    row("unknown key", legacyFile(body, {{"1", 6, floats(6)}}), "no tensor uses");
    row("key twice", legacyFile(body, {{"0", 6, floats(6)}, {"0", 6, floats(6)}}), "same twice");
    row("no key", legacyFile(body), "lacks the data");
    row("bytes after it", good + "x", "1 bytes after");
    row("another magic number", std::string(good).replace(6, 1, "x"), "none that torch.save");
    row("a pickle", kStart + dict({}) + ".", "none that torch.save");
    row("another version", std::string(good).replace(good.find("\xe9\x03"), 1, "\xe8"), "version");
    row("big-endian", std::string(good).replace(good.find("endian") + 6, 1, kFalse), "big-endian");
    row("almost a known name",
        legacyFile(dict({{"x", global("collectionr", "OrderedDict") + ")R"}, {"a", kLegacyTensor}}),
                   {{"0", 6, floats(6)}}),
        "collectionr.OrderedDict in it is damaged");
    row("almost a module",
        legacyFile(dict({{"x", global("__builtin", "set") + "(]tR"}, {"a", kLegacyTensor}}),
                   {{"0", 6, floats(6)}}),
        "__builtin.set in it is damaged");
    row("almost a storage",
        legacyFile(dict({{"a", tensor(storage("0", 6, true, "FloatStorbge"), 0, {1}, {1})}}),
                   {{"0", 6, floats(6)}}),
        "FloatStorbge in it is damaged");
    row("untyped",
        legacyFile(
            dict({{"a", tensor("(" + text("storage") + global("torch.storage", "UntypedStorage") +
                                   text("0") + text("cpu") + number(6) + "NtQ",
                               0, {1}, {1})}}),
            {{"0", 6, floats(6)}}),
        "old format cannot hold");
    row("part outside",
        legacyFile(dict({{"a", tensor("(" + text("storage") + global("torch", "FloatStorage") +
                                          text("0") + text("cpu") + number(6) + "(" + text("v") +
                                          number(5) + number(2) + "ttQ",
                                      0, {1}, {1})}}),
                   {{"0", 6, floats(6)}}),
        "part of its data lies outside");
    row("tar", std::string(257, 'x') + "ustar" + std::string(300, 'x'), "first format");
    row("something else", "hello, this is a text", "known format");
  }
  void refusesOldFiles() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    writeBytes(path_, bytes.toStdString());
    const std::string problem = problemOf(path_);
    QVERIFY2(has(problem, says.toStdString()), problem.c_str());
  }

  void refusesCutsAtEveryByte() {
    for (const std::string& whole :
         {zipFile(zipParts(dict({{"a", kTensor}}), {floats(6)})),
          legacyFile(dict({{"a", kLegacyTensor}}), {{"0", 6, floats(6)}})}) {
      writeBytes(path_, whole);
      QCOMPARE(problemOf(path_), std::string());
      for (std::size_t length = 0; length < whole.size(); ++length) {
        writeBytes(path_, std::string_view(whole).substr(0, length));
        QVERIFY2(!problemOf(path_).empty(), std::to_string(length).c_str());
      }
    }
  }

  void utf8() {
    QVERIFY(isUtf8("") && isUtf8("a\x7f") && isUtf8("ä€😀"));
    for (const char* bad :
         {"\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3(", "\xff"}) {
      QVERIFY(!isUtf8(bad));
    }
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path path_;
};

QTEST_GUILESS_MAIN(CheckpointsPicklesTest)
#include "checkpoints_pickles.moc"
