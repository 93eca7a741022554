// safetensors files: written, read back, and refused wherever they are not exactly right.
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "tests/models/checkpoints_support.h"

using namespace fathom;
using namespace fathom::test;

namespace {

/// JSON with ' for ": raw strings confuse Qt's moc.
std::string json(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

std::string withHeader(const std::string& header, const std::string& data = {}) {
  return little(header.size(), 8) + header + data;
}

const std::string kGood = json(
    "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'U8','shape':[],'data_"
    "offsets':[8,9]}}");
const std::string kData(9, '\x01');

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

constexpr at::ScalarType kTypes[] = {
    at::kFloat,  at::kHalf,        at::kBFloat16,      at::kDouble,      at::kLong,   at::kInt,
    at::kShort,  at::kChar,        at::kByte,          at::kBool,        at::kUInt16, at::kUInt32,
    at::kUInt64, at::kFloat8_e5m2, at::kFloat8_e4m3fn, at::kComplexFloat};

}  // namespace

class CheckpointsSafetensorsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    path_ = fs::path(folder_->path().toStdString()) / "w.safetensors";
  }

  void everyTypeComesBack() {
    std::vector<std::pair<std::string, at::Tensor>> written;
    for (const at::ScalarType type : kTypes) {
      const at::Tensor values = filled("values", {3, 5}, 0, type == at::kBool ? 2 : 100).floor();
      written.emplace_back(c10::toString(type), values.to(type));
      written.emplace_back(std::string("scalar ") + c10::toString(type), values[0][0].to(type));
      written.emplace_back(std::string("empty ") + c10::toString(type),
                           at::zeros({2, 0, 3}, at::TensorOptions(type)));
    }
    writeSafetensors(path_, written, {{"architecture", "sgnet"}, {"note", "ä \" \\ \n"}});
    const CheckpointPtr file = openCheckpoint(path_);
    QCOMPARE(file->format(), std::string("safetensors"));
    QCOMPARE(file->metadata().at("note"), std::string("ä \" \\ \n"));
    QCOMPARE(file->tensors().size(), written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
      QCOMPARE(file->tensors()[i].key, written[i].first);
      QVERIFY2(sameBytes(file->read(i).contiguous(), written[i].second.contiguous()),
               written[i].first.c_str());
    }
    QVERIFY(!file->path().empty());
  }

  void viewsAreWrittenContiguously() {
    const at::Tensor whole = filled("whole", {4, 6}, -1, 1);
    writeSafetensors(path_, {{"t", whole.t()},
                             {"column", whole.select(1, 2)},
                             {"expanded", whole.select(1, 0).unsqueeze(1).expand({4, 3})}});
    const CheckpointPtr file = openCheckpoint(path_);
    QVERIFY(sameBytes(file->read(0), whole.t().contiguous()));
    QVERIFY(sameBytes(file->read(1), whole.select(1, 2).contiguous()));
    QVERIFY(sameBytes(file->read(2), whole.select(1, 0).unsqueeze(1).expand({4, 3}).contiguous()));
  }

  void dataIsAlignedWhateverTheOrder() {
    writeSafetensors(path_, {{"byte", at::zeros({3}, at::kByte)},
                             {"half", at::zeros({3}, at::kHalf)},
                             {"double", at::zeros({3}, at::kDouble)}});
    const std::string bytes = bytesOf(path_);
    QCOMPARE(static_cast<unsigned char>(bytes[0]) % 8, 0);
    const CheckpointPtr file = openCheckpoint(path_);
    QCOMPARE(file->tensors()[0].key, std::string("byte"));
    for (std::size_t i = 0; i < 3; ++i) {
      const at::Tensor tensor = file->read(i);
      QCOMPARE(reinterpret_cast<std::uintptr_t>(tensor.const_data_ptr()) % tensor.element_size(),
               std::uintptr_t{0});
    }
  }

  void unalignedDataOfOthersIsCopied() {
    const std::string header = json(
        "{'b':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'F32','shape':[1],'data_"
        "offsets':[1,5]}}");
    writeBytes(path_, withHeader(header, std::string("\x07\x00\x00\x80\x3f", 5)));
    const CheckpointPtr file = openCheckpoint(path_);
    QCOMPARE(tensorNamed(*file, "a").item<float>(), 1.0f);
    QCOMPARE(tensorNamed(*file, "b").item<int>(), 7);
  }

  void tensorsOutliveTheirFile() {
    writeSafetensors(path_, {{"a", filled("a", {100}, 0, 1)}});
    const at::Tensor tensor = openCheckpoint(path_)->read(0);
    fs::remove(path_);
    QVERIFY(sameBytes(tensor, filled("a", {100}, 0, 1)));
  }

  void writingRefuses() {
    const at::Tensor one = at::zeros({1});
    const auto problem = [&](std::vector<std::pair<std::string, at::Tensor>> tensors) {
      return messageOf<BadInput>([&] { writeSafetensors(path_, tensors); });
    };
    QVERIFY(has(problem({{"a", one}, {"a", one}}), "comes twice"));
    QVERIFY(has(problem({{"__metadata__", one}}), "not a name"));
    QVERIFY(has(problem({{"a", at::zeros({1}, at::kComplexDouble)}}), "complex128"));
    QVERIFY(has(problem({{"\xff", one}}), "UTF-8"));
    QVERIFY(has(problem({{"a", at::zeros({1, 1, 1, 1, 1, 1, 1, 1, 1})}}), "8 dimensions"));
    QVERIFY(!fs::exists(path_));
    // One that breaks its promise half-way leaves the old file.
    writeBytes(path_, "old");
    QVERIFY(has(messageOf<BadInput>([&] {
                  writeSafetensors(path_, {{"a", at::kFloat, {1}}, {"b", at::kFloat, {2}}},
                                   [&](std::size_t) { return one; }, {}, {});
                }),
                "announced"));
    QCOMPARE(bytesOf(path_), std::string("old"));
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& bytes, const char* says) {
      QTest::newRow(name) << QByteArray(bytes.data(), qsizetype(bytes.size())) << QString(says);
    };
    const auto change = [&](const char* name, const std::string& from, const std::string& to,
                            const char* says) {
      row(name, withHeader(replaced(kGood, from, to), kData), says);
    };
    row("length beyond the file", little(1000, 8) + kGood + kData, "is announced");
    row("length beyond 100 MB", little(100000001, 8) + kGood, "known");
    row("length that overflows", little(~0ull, 8) + kGood, "known");
    row("no object", withHeader("[]", kData), "known");
    row("cut header", little(kGood.size() - 1, 8) + kGood + kData, "not JSON");
    row("text after the header", withHeader(kGood + "x", kData), "not JSON");
    row("zero byte after the header", withHeader(kGood + std::string(1, '\0'), kData), "zero byte");
    row("data too short", withHeader(kGood, kData.substr(1)), "outside the file");
    row("data too long", withHeader(kGood, kData + "x"), "belong to no tensor");
    change("same name twice", "\"b\"", "\"a\"", "comes twice");
    change("name twice by an escape", "\"b\"", json("'\\u0061'"), "comes twice");
    change("unknown field", "\"shape\"", "\"form\"", "unknown field");
    change("field twice", "\"shape\":[2]", "\"dtype\":\"F32\"", "comes twice");
    change("field missing", "\"shape\":[2],", "", "missing");
    change("unknown type", "F32", "F33", "not known here");
    change("negative side", "[2]", "[-2]", "negative");
    change("fractional side", "[2]", "[2.0]", "no whole number");
    change("side beyond 64 bits", "[2]", "[99999999999999999999]", "no whole number");
    change("side beyond 63 bits", "[2]", "[9223372036854775808]", "too long");
    change("product that overflows", "[2]", "[4294967296,4294967296]", "overflows");
    change("product that wraps to 8", "[2]", "[4611686018427387906]", "overflows");
    change("rank 9", "[2]", "[2,1,1,1,1,1,1,1,1]", "8 dimensions");
    change("nested shape", "[2]", "[[2]]", "no place");
    change("shape of text", "[2]", "[\"2\"]", "no place");
    change("null shape", "[2]", "null", "no place");
    change("three offsets", "[0,8]", "[0,8,8]", "more than two");
    change("one offset", "[0,8]", "[8]", "not two");
    change("offsets reversed", "[0,8]", "[8,0]", "outside the file");
    change("offset outside", "[8,9]", "[9,10]", "outside the file");
    change("hole", "[0,8]", "[1,9]", "no tensor");
    change("overlap", "[8,9]", "[7,8]", "another tensor");
    change("shape against offsets", "[2]", "[1]", "number of bytes");
    change("type against offsets", "F32", "F64", "number of bytes");
    change("metadata of numbers", "{\"a\"", "{\"__metadata__\":{\"x\":1},\"a\"", "no place");
    change("metadata twice", "{\"a\"", "{\"__metadata__\":{\"x\":\"\",\"x\":\"\"},\"a\"", "twice");
    change("metadata a list", "{\"a\"", "{\"__metadata__\":[],\"a\"", "no place");
    change("not UTF-8", "\"b\"", "\"\xff\"", "not JSON");
    row("truth value of 2",
        withHeader(json("{'a':{'dtype':'BOOL','shape':[1],'data_offsets':[0,1]}}"), "\x02"),
        "truth values");
    row("deep nesting", withHeader("{\"a\":" + std::string(100000, '['), {}), "no place");
    row("long text", withHeader("{\"" + std::string(std::size_t{5} << 20, 'x') + "\":1}"), "4 MiB");
  }

  void refuses() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    writeBytes(path_, {bytes.data(), std::size_t(bytes.size())});
    const std::string problem = problemOf(path_);
    QVERIFY2(has(problem, says.toStdString()), problem.c_str());
    QVERIFY(has(problem, path_.string()));
  }

  void refusesCutsAtEveryByte() {
    const std::string whole = withHeader(kGood, kData);
    writeBytes(path_, whole);
    QCOMPARE(problemOf(path_), std::string());
    for (std::size_t length = 0; length < whole.size(); ++length) {
      writeBytes(path_, std::string_view(whole).substr(0, length));
      QVERIFY2(!problemOf(path_).empty(), std::to_string(length).c_str());
    }
  }

  void refusesTooManyTensors() {
    std::string header = "{";
    for (int i = 0; i < 100001; ++i) {
      header += (i ? ",\"" : "\"") + std::to_string(i) +
                json("':{'dtype':'U8','shape':[0],'data_offsets':[0,0]}");
    }
    writeBytes(path_, withHeader(header + "}"));
    QVERIFY(has(problemOf(path_), "100,000"));
  }

  void refusesWhatIsNoFile() {
    QVERIFY(has(problemOf(path_), "cannot read"));
    QVERIFY(has(problemOf(path_.parent_path()), "not a file"));
    writeBytes(path_, "");
    QVERIFY(!problemOf(path_).empty());
  }

  void acceptsPaddingAndAnyDataOrder() {
    const std::string header = json(
        "{'b':{'shape':[1],'dtype':'U8','data_offsets':[4,5]},'e':{'dtype':'F32','shape':[0],'data_"
        "offsets':[4,4]}, 'a':{'data_offsets':[0,4],'dtype':'F32','shape':[1]}}    ");
    writeBytes(path_, withHeader(header, std::string("\x00\x00\x80\x3f\x05", 5)));
    const CheckpointPtr file = openCheckpoint(path_);
    QCOMPARE(file->tensors()[0].key, std::string("b"));
    QCOMPARE(tensorNamed(*file, "a").item<float>(), 1.0f);
    QCOMPARE(tensorNamed(*file, "e").numel(), 0);
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path path_;
};

QTEST_GUILESS_MAIN(CheckpointsSafetensorsTest)
#include "checkpoints_safetensors.moc"
