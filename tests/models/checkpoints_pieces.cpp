// The small pieces that weights files are read with.
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "models/checkpoints/crc32.h"
#include "models/checkpoints/element_types.h"
#include "models/checkpoints/key_repairs.h"
#include "models/checkpoints/pickle_input.h"
#include "models/checkpoints/pickle_tensors.h"
#include "models/checkpoints/tensor_bytes.h"
#include "models/checkpoints/zip_archive.h"
#include "tests/models/checkpoints_builders.h"

using namespace fathom;
using namespace fathom::test;

class CheckpointsPiecesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    path_ = fs::path(folder_->path().toStdString()) / "f";
  }

  void crcOfKnownTexts() {
    QCOMPARE(crc32(""), 0u);
    QCOMPARE(crc32("123456789"), 0xCBF43926u);
    QCOMPARE(crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339u);
    QCOMPARE(crc32(std::string(32, '\0')), 0x190A55ADu);
    QCOMPARE(crc32(std::string(32, '\xff')), 0xFF6CAB0Bu);
  }

  void crcInPieces() {
    std::string text;
    for (int i = 0; i < 200; ++i) text += static_cast<char>(i * 73);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      const std::string_view whole = text;
      QCOMPARE(crc32(whole.substr(cut), crc32(whole.substr(0, cut))), crc32(whole));
    }
  }

  void counts() {
    constexpr std::int64_t kHalfway = std::int64_t{1} << 32;
    QCOMPARE(elementCount({}).value_or(-1), std::int64_t{1});
    QCOMPARE(elementCount({2, 0, 3}).value_or(-1), std::int64_t{0});
    QCOMPARE(elementCount({2, 3, 4}).value_or(-1), std::int64_t{24});
    QVERIFY(!elementCount({-1}) && !elementCount({kHalfway, kHalfway}));
    QVERIFY(!elementCount({kHalfway, kHalfway, 0}) && !elementCount({0, kHalfway, kHalfway}));
    QCOMPARE(byteCount({"a", at::kDouble, {3}}).value_or(-1), std::int64_t{24});
    QVERIFY(!byteCount({"a", at::kDouble, {kHalfway, kHalfway / 4}}));
    QCOMPARE(shapeText({}), std::string("a single value"));
    QCOMPARE(shapeText({3, 4}), std::string("3×4"));
  }

  void typesHaveTheirNames() {
    for (const at::ScalarType type : knownElements()) {
      QCOMPARE(elementFromName(elementName(type)).value(), type);
      const char* name = safetensorsName(type);
      if (name != nullptr) QCOMPARE(elementFromSafetensors(name).value(), type);
    }
    QVERIFY(!elementFromName("float33") && !elementFromSafetensors("F4"));
    QVERIFY(!elementFromStorage("QInt8Storage") && !elementFromStorage(""));
    QCOMPARE(elementFromStorage("BFloat16Storage").value(), at::kBFloat16);
    QVERIFY(isFloatingElement(at::kFloat8_e5m2) && isFloatingElement(at::kComplexFloat));
    QVERIFY(!isFloatingElement(at::kUInt16) && !isFloatingElement(at::kBool));
  }

  void devices() {
    for (const char* good : {"cpu", "cuda", "cuda:0", "cuda:15", "mps"})
      QVERIFY(isDeviceName(good));
    for (const char* bad : {"", "cpv", "cuda:", "cuda:x", "cuda:1:2", "cuda:99999", "meta", ":0"}) {
      QVERIFY(!isDeviceName(bad));
    }
  }

  void inputEndsWhereItShould() {
    PickleInput input("xx\x01\x02name\nyy", 2, 9);
    QCOMPARE(input.number(2), std::uint64_t{0x0201});
    QCOMPARE(input.line(), std::string_view("name"));
    QCOMPARE(input.position(), std::size_t{9});
    QCOMPARE(input.left(), std::size_t{0});
    QVERIFY_EXCEPTION_THROWN(input.take(1), PickleError);
    QVERIFY_EXCEPTION_THROWN(input.line(), PickleError);
    QVERIFY_EXCEPTION_THROWN(PickleInput("ab", 0, 2).take(SIZE_MAX), PickleError);
  }

  void pipesAreNoFiles() {
    QCOMPARE(::mkfifo(path_.c_str(), 0600), 0);
    QVERIFY(has(messageOf<FileError>([&] { openCheckpoint(path_); }), "is not a file"));
  }

  void storagesAreReadByManyThreads() {
    const std::string body =
        pickle::dict({{"a", pickle::tensor(pickle::storage("0", 100000), 0, {100000}, {1})}});
    writeBytes(path_, zipFile(zipParts(body, {floats(100000)})));
    const CheckpointPtr file = openCheckpoint(path_);
    const std::string expected = listing(*file);
    std::atomic<int> equal{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) threads.emplace_back([&] { equal += listing(*file) == expected; });
    threads.clear();
    QCOMPARE(equal.load(), 8);
  }

  void largeEnds() {
    // The end of a zip file beyond 4 GB: a second, larger record and where it stands.
    const std::string small = zipFile({{"a/x", "1234"}});
    const std::size_t end = small.size() - 22;
    const std::string entries = little(1, 8), size = small.substr(end + 12, 4) + little(0, 4),
                      start = small.substr(end + 16, 4) + little(0, 4);
    const auto large = [&](const std::string& count, std::uint64_t place) {
      return small.substr(0, end) + "PK\x06\x06" + little(44, 8) + little(45, 2) + little(45, 2) +
             little(0, 8) + count + count + size + start + "PK\x06\x07" + little(0, 4) +
             little(place, 8) + little(1, 4) + small.substr(end);
    };
    writeBytes(path_, large(entries, end));
    const ZipArchive archive(MappedFile::open(path_));
    QCOMPARE(archive.entries().size(), std::size_t{1});
    QCOMPARE(archive.content(archive.find("a/x").value()), std::string_view("1234"));
    QVERIFY(!archive.find("a/y"));
    for (const std::string& bytes :
         {large(little(2, 8), end), large(entries, end + 1), large(entries, ~0ull)}) {
      writeBytes(path_, bytes);
      QVERIFY(has(messageOf<FileError>([&] { ZipArchive bad(MappedFile::open(path_)); }),
                  "contradict"));
    }
  }

  void giantNames() {
    const std::vector<TensorInfo> file = {
        {"embeddings.patch_embeddings.projection.weight", at::kFloat, {1}},
        {"encoder.layer.39.mlp.weights_in.weight", at::kFloat, {1}},
        {"encoder.layer.39.mlp.weights_out.bias", at::kFloat, {1}},
        {"encoder.layer.39.mlp.unknown", at::kFloat, {1}}};
    const std::vector<KeyReading> readings = keyReadings(file);
    QCOMPARE(readings.size(), std::size_t{2});
    QVERIFY(readings[0].steps.empty());
    QCOMPARE(readings[1].keys[1].name, std::string("blocks.39.mlp.w12.weight"));
    QCOMPARE(readings[1].keys[2].name, std::string("blocks.39.mlp.w3.bias"));
    QCOMPARE(readings[1].keys[3].name, file[3].key);
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path path_;
};

QTEST_GUILESS_MAIN(CheckpointsPiecesTest)
#include "checkpoints_pieces.moc"
