#include "datasets/codecs/npy.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QtTest>
#include <bit>
#include <random>

#include "datasets/codecs/npy_header.h"
#include "fixtures.h"
#include "npy_fixture.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

constexpr std::uint64_t kSeed = 20240917;

/// The bytes that tell reading errors: every pattern of the type's bits may occur, so float types
/// get NaN with payloads, infinities, denormals and both zeros.
std::string specialBytes(const NpyType& type, std::size_t elements, std::mt19937_64& random) {
  const std::size_t size = c10::elementSize(type.dtype);
  std::vector<std::uint64_t> patterns{0, 1, ~0ull};
  if (type.name == "f2") patterns = {0, 0x8000, 1, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x7e01};
  if (type.name == "f4") {
    patterns = {0, 0x80000000, 1, 0x007fffff, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc12345};
  }
  if (type.name == "f8") {
    patterns = {0,
                1ull << 63,
                1,
                0x000fffffffffffff,
                0x7fefffffffffffff,
                0x7ff0000000000000,
                0xfff0000000000000,
                0x7ff8000012345678};
  }
  std::string bytes;
  for (std::size_t at = 0; at < elements; ++at) {
    const std::uint64_t pattern = at < patterns.size() ? patterns[at] : random();
    bytes.append(reinterpret_cast<const char*>(&pattern), size);
  }
  return bytes;
}

std::string rawBytes(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()};
}

std::string shapeLiteral(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (const std::int64_t length : shape) text += std::to_string(length) + ", ";
  return text + ")";
}

/// C-order bytes rearranged to Fortran order, one element at a time and by the definition.
std::string inFortranOrder(const std::string& bytes, const std::vector<std::int64_t>& shape,
                           std::size_t size) {
  std::string out(bytes.size(), '\0');
  for (std::size_t at = 0; at < bytes.size() / size; ++at) {
    std::size_t rest = at, place = 0;
    std::vector<std::size_t> index(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
      index[axis] = rest % shape[axis];
    }
    for (std::size_t axis = shape.size(); axis-- > 0;) place = place * shape[axis] + index[axis];
    bytes.copy(&out[place * size], size, at * size);
  }
  return out;
}

std::string swapped(std::string bytes, std::size_t size) {
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    std::reverse(bytes.begin() + at, bytes.begin() + at + size);
  }
  return bytes;
}

}  // namespace

class NpyTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void readsEveryTypeAndOrder_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<bool>("fortran");
    QTest::addColumn<bool>("big");
    QTest::addColumn<int>("version");
    for (int type = 0; type < static_cast<int>(kNpyTypes.size()); ++type) {
      for (int variant = 0; variant < 12; ++variant) {
        const bool fortran = variant & 1, big = variant & 2;
        const int version = 1 + variant / 4;
        QTest::addRow("%s %s %s v%d", kNpyTypes[type].name.data(), fortran ? "Fortran" : "C",
                      big ? "big" : "little", version)
            << type << fortran << big << version;
      }
    }
  }

  void readsEveryTypeAndOrder() {
    QFETCH(int, type);
    QFETCH(bool, fortran);
    QFETCH(bool, big);
    QFETCH(int, version);
    const NpyType& wanted = kNpyTypes[type];
    const std::size_t size = c10::elementSize(wanted.dtype);
    std::mt19937_64 random(kSeed + type);
    for (const std::vector<std::int64_t>& shape : std::vector<std::vector<std::int64_t>>{
             {}, {13}, {4, 5}, {2, 3, 4}, {1, 7, 1, 2}, {0, 3}}) {
      std::size_t elements = 1;
      for (const std::int64_t length : shape) elements *= length;
      const std::string bytes = specialBytes(wanted, elements, random);
      NpyFile file;
      file.major = version;
      file.dictionary = std::string("{'descr': '") + (big ? '>' : '<') + std::string(wanted.name) +
                        "', 'fortran_order': " + (fortran ? "True" : "False") +
                        ", 'shape': " + (shape.empty() ? "()" : shapeLiteral(shape)) + "}";
      file.payload = fortran ? inFortranOrder(bytes, shape, size) : bytes;
      if (big) file.payload = swapped(file.payload, size);
      writeBytes(folder_ / "a.npy", file.bytes());

      const at::Tensor read = readNpy(folder_ / "a.npy");
      QCOMPARE(read.scalar_type(), wanted.dtype);
      QVERIFY(read.sizes() == at::IntArrayRef(shape));
      QVERIFY(read.is_contiguous());
      QVERIFY(rawBytes(read) == bytes);
    }
  }

  void writtenTensorsReadBackBitForBit() {
    std::mt19937_64 random(kSeed);
    for (const NpyType& type : kNpyTypes) {
      for (int round = 0; round < 12; ++round) {
        std::vector<std::int64_t> shape(random() % 5);
        for (std::int64_t& length : shape) length = static_cast<std::int64_t>(random() % 6);
        at::Tensor tensor = at::empty(shape, at::TensorOptions(type.dtype));
        const std::string bytes = specialBytes(type, tensor.numel(), random);
        bytes.copy(static_cast<char*>(tensor.data_ptr()), bytes.size());
        writeNpy(folder_ / "b.npy", tensor);
        const at::Tensor read = readNpy(folder_ / "b.npy");
        const auto where = QByteArray("seed ") + QByteArray::number(quint64{kSeed}) + " type " +
                           type.name.data() + " round " + QByteArray::number(round);
        QVERIFY2(read.sizes() == tensor.sizes() && read.scalar_type() == type.dtype, where.data());
        QVERIFY2(rawBytes(read) == bytes, where.data());
      }
    }
  }

  void writesTheBytesThatNumpyWrites_data() {
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("shape");
    QTest::addColumn<QByteArray>("dictionary");
    QTest::addColumn<int>("spaces");
    // Headers of numpy.save (NumPy 2.4), each 128 bytes long.
    const auto row = [](const char* type, const char* shape, const char* dictionary, int spaces) {
      QTest::newRow(dictionary) << QByteArray(type) << QByteArray(shape) << QByteArray(dictionary)
                                << spaces;
    };
    row("f4", "3 4", "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", 58);
    row("u1", "5", "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", 60);
    row("f8", "", "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 62);
    row("f2", "480 640", "{'descr': '<f2', 'fortran_order': False, 'shape': (480, 640), }", 54);
    row("i4", "0 7", "{'descr': '<i4', 'fortran_order': False, 'shape': (0, 7), }", 58);
    row("u2", "1 2 3 4 5 6 7 8",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2, 3, 4, 5, 6, 7, 8), }", 40);
    row("i2", "60 80", "{'descr': '<i2', 'fortran_order': False, 'shape': (60, 80), }", 56);
  }

  void writesTheBytesThatNumpyWrites() {
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, shape);
    QFETCH(QByteArray, dictionary);
    QFETCH(int, spaces);
    std::vector<std::int64_t> lengths;
    for (const QByteArray& length : shape.split(' ')) {
      if (!length.isEmpty()) lengths.push_back(length.toLongLong());
    }
    const auto* known = std::ranges::find(kNpyTypes, type.toStdString(), &NpyType::name);
    const at::Tensor tensor = at::zeros(lengths, at::TensorOptions(known->dtype));
    writeNpy(folder_ / "c.npy", tensor);
    const std::string expected = std::string("\x93NUMPY\x01\x00v\x00", 10) +
                                 dictionary.toStdString() + std::string(spaces, ' ') + "\n" +
                                 std::string(tensor.nbytes(), '\0');
    QVERIFY(readBytes(folder_ / "c.npy") == expected);
  }

  void dataBeginsAtAMultipleOf64() {
    for (std::int64_t length = 1; length < 2'000'000; length = length * 3 + 1) {
      const std::string header = npyHeaderBytes(kNpyTypes[1], {length, length, length});
      QCOMPARE(header.size() % 64, std::size_t{0});
      QCOMPARE(header.back(), '\n');
    }
  }

  void roomToGrowIsWhatNumpyLeaves() {
    // The longest shape that numpy.save fits into 128 bytes, and the next one.
    const std::int64_t long13 = 10'000'000'000'000, long14 = 10 * long13;
    QCOMPARE(npyHeaderBytes(kNpyTypes[1], {1, 1, 1, 1, 1, 1, 1'000'000, long13}).size(),
             std::size_t{128});
    QCOMPARE(npyHeaderBytes(kNpyTypes[1], {1, 1, 1, 1, 1, 1, 1'000'000, long14}).size(),
             std::size_t{192});
  }

  void writesWhatIsNotContiguousInCOrder() {
    const at::Tensor tensor = at::arange(12, at::kFloat).view({3, 4});
    writeNpy(folder_ / "d.npy", tensor.t());
    QVERIFY(at::equal(readNpy(folder_ / "d.npy"), tensor.t()));
    writeNpy(folder_ / "d.npy", tensor.slice(1, 0, 4, 2));
    QVERIFY(at::equal(readNpy(folder_ / "d.npy"), tensor.slice(1, 0, 4, 2)));
  }

  void refusesToWriteWhatItCouldNotRead() {
    QVERIFY_EXCEPTION_THROWN(writeNpy(folder_ / "e.npy", at::Tensor()), BadInput);
    QVERIFY_EXCEPTION_THROWN(writeNpy(folder_ / "e.npy", at::zeros({2}, at::kLong)), BadInput);
    QVERIFY_EXCEPTION_THROWN(writeNpy(folder_ / "e.npy", at::zeros({2}, at::kBool)), BadInput);
    QVERIFY_EXCEPTION_THROWN(writeNpy(folder_ / "e.npy", at::zeros({1, 1, 1, 1, 1, 1, 1, 1, 1})),
                             BadInput);
    QVERIFY(!fs::exists(folder_ / "e.npy"));
  }

  void failedWriteLeavesTheOldFile() {
    const at::Tensor old = at::arange(4, at::kFloat);
    writeNpy(folder_ / "f.npy", old);
    // Below a file no folder can be made, for root either.
    const auto error = fileError([&] { writeNpy(folder_ / "f.npy/g.npy", old); });
    QVERIFY(error);
    QVERIFY(at::equal(readNpy(folder_ / "f.npy"), old));
  }

  void acceptsWhatPythonWouldRead_data() {
    QTest::addColumn<QByteArray>("dictionary");
    for (const char* text :
         {"{'shape':(3,4),'descr':'<f4','fortran_order':False}",
          "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (3, 4)}",
          "  { 'fortran_order' : False , 'shape' : ( 3 , 4 , ) , 'descr' : '<f4' , }  ",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 4L), }",
          "{'descr': '=f4', 'fortran_order': False, 'shape': (3, 4), }",
          "{\n'descr': '<f4',\n\t'fortran_order': False,\r\n'shape': (3, 4)\n}"}) {
      QTest::newRow(QByteArray(text).simplified().data()) << QByteArray(text);
    }
  }

  void acceptsWhatPythonWouldRead() {
    QFETCH(QByteArray, dictionary);
    writeBytes(folder_ / "h.npy", npyWith(dictionary.toStdString()));
    const NpyHeader header = readNpyHeader(folder_ / "h.npy");
    QCOMPARE(header.dtype, at::kFloat);
    QVERIFY(!header.fortran && !header.bigEndian);
    QVERIFY((header.shape == std::vector<std::int64_t>{3, 4}));
    QCOMPARE(readNpy(folder_ / "h.npy").numel(), 12);
  }

  void depthComesAsFloat32Metres() {
    const at::Tensor depth = at::tensor({0.5f, -1.0f, 65504.0f, 0.0f, 7.25f, 2.0f}).view({2, 3});
    for (const at::ScalarType type : {at::kHalf, at::kFloat, at::kDouble}) {
      writeNpy(folder_ / "i.npy", depth.to(type));
      const at::Tensor read = readDepthNpy(folder_ / "i.npy");
      QCOMPARE(read.scalar_type(), at::kFloat);
      QVERIFY(at::equal(read, depth));
    }
  }

  void depthRefusesOtherShapesAndTypes_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, const std::string& bytes, const char* says) {
      QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(says);
    };
    row("one dimension", npyWithShape("(12,)"), "two dimensions");
    row("no dimension", npyWithShape("()", 4), "two dimensions");
    row("three dimensions", npyWithShape("(1, 3, 4)"), "1×3×4");
    row("no rows", npyWithShape("(0, 4)", 0), "without pixels");
    row("no columns", npyWithShape("(4, 0)", 0), "without pixels");
    row("integers", npyWith("{'descr': '<u2', 'fortran_order': False, 'shape': (3, 4)}", 24),
        "uint16");
    row("bytes", npyWith("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 4)}", 12), "uint8");
  }

  void depthRefusesOtherShapesAndTypes() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, says);
    writeBytes(folder_ / "j.npy", bytes.toStdString());
    const auto error = fileError([&] { readDepthNpy(folder_ / "j.npy"); });
    QVERIFY(error);
    QVERIFY2(error->problem().find(says.toStdString()) != std::string::npos, error->what());
    QVERIFY(!error->remedy().empty());
  }

  void depthOfTooManyPixelsIsRefusedByItsHeader() {
    // Sparse: the file claims its size without taking it.
    const std::string bytes = npyWithShape("(20000, 20000)", 0);
    writeBytes(folder_ / "k.npy", bytes);
    fs::resize_file(folder_ / "k.npy", bytes.size() + 1'600'000'000);
    const MemoryLimit limit(256 << 20);
    const auto error = fileError([&] { readDepthNpy(folder_ / "k.npy"); });
    QVERIFY(error);
    QVERIFY2(error->problem().find("400000000 pixels") != std::string::npos, error->what());
  }

 private:
  Folder folder_;
};

QTEST_GUILESS_MAIN(NpyTest)
#include "npy.moc"
