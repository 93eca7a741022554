// Depth maps in every format that predictions come in, whole and damaged.
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isnan.h>
#include <hdf5.h>

#include <QtTest>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "datasets/codecs/depth_file.h"
#include "datasets/codecs/exr.h"
#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"
#include "datasets/codecs/pfm.h"
#include "tests/datasets/fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

/// 5×7 values that are no multiples of anything, the ends of float32 among them.
at::Tensor someDepth() {
  at::Tensor depth = at::arange(35, at::kFloat).mul(1.37F).add(0.25F).view({5, 7}).contiguous();
  depth[0][0] = kNan;
  depth[1][2] = kInf;
  depth[2][3] = -3.5;
  depth[3][4] = 0;
  depth[4][6] = 1e-41;
  return depth;
}

/// Bit for bit, NaN included.
bool same(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() &&
         std::memcmp(a.const_data_ptr(), b.contiguous().const_data_ptr(), a.nbytes()) == 0;
}

/// One dataset; the type in the file may be another than that of the values.
void writeHdf5(const fs::path& path, const std::string& name, const std::vector<hsize_t>& shape,
               const at::Tensor& values, hid_t type = H5T_IEEE_F32LE, bool append = false) {
  const hid_t file = append ? H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT)
                            : H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(int(shape.size()), shape.data(), nullptr);
  const hid_t links = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(links, 1);
  const hid_t set = H5Dcreate2(file, name.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.const_data_ptr());
  H5Dclose(set);
  H5Pclose(links);
  H5Sclose(space);
  H5Fclose(file);
}

/// A file of each format with the same 5×7 whole metres.
fs::path writeAny(const Folder& folder, const std::string& ending) {
  const at::Tensor metres = at::arange(1, 36, at::kFloat).view({5, 7});
  const fs::path path = folder / ("map" + ending);
  if (ending == ".npy") writeNpy(path, metres);
  if (ending == ".png") writeDepthPng(path, makeDepthMap(metres), 1);
  if (ending == ".pfm") writePfm(path, metres);
  if (ending == ".exr") writeExr(path, metres);
  if (ending == ".h5" || ending == ".hdf5") writeHdf5(path, "depth", {5, 7}, metres);
  return path;
}

void formats() {
  QTest::addColumn<QString>("ending");
  for (const std::string& ending : depthEndings()) {
    QTest::newRow(ending.c_str()) << QString::fromStdString(ending);
  }
}

}  // namespace

class DepthFileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyFormatReadsAlike_data() { formats(); }
  void everyFormatReadsAlike() {
    QFETCH(QString, ending);
    const fs::path path = writeAny(folder_, ending.toStdString());
    QVERIFY(isDepthFile(path));
    const at::Tensor expected = at::arange(1, 36, at::kFloat).view({5, 7});
    QVERIFY(same(readDepth(path, 1), expected));
    QVERIFY(same(readDepth(path, 0.5), expected.mul(0.5)));
    const Size size = depthSize(path);
    QVERIFY((size == Size{5, 7}));
  }

  void floatsComeBackBitForBit() {
    const at::Tensor depth = someDepth();
    writeNpy(folder_ / "a.npy", depth);
    writePfm(folder_ / "a.pfm", depth);
    writeExr(folder_ / "a.exr", depth);
    writeHdf5(folder_ / "a.h5", "x", {5, 7}, depth);
    for (const char* name : {"a.npy", "a.pfm", "a.exr", "a.h5"}) {
      QVERIFY2(same(readDepth(folder_ / name), depth), name);
    }
  }

  void wholeNumbersNeedAScale() {
    const at::Tensor codes = at::arange(1, 36, at::kFloat).view({5, 7});
    writeNpy(folder_ / "codes.npy", codes.to(at::kUInt16));
    writeDepthPng(folder_ / "codes.png", makeDepthMap(codes), 1);
    writeHdf5(folder_ / "codes.h5", "depth", {5, 7}, codes, H5T_STD_U16LE);
    for (const char* name : {"codes.npy", "codes.png", "codes.h5"}) {
      const auto error = fileError([&] { (void)readDepth(folder_ / name); });
      QVERIFY2(error && error->problem().find("how many metres") != std::string::npos, name);
      QVERIFY(
          same(readDepth(folder_ / name, 0.001), codes.to(at::kDouble).mul(0.001).to(at::kFloat)));
    }
  }

  void nothingInAPngIsNoValue() {
    at::Tensor metres = at::full({2, 3}, 4.0, at::kFloat);
    metres[1][1] = kNan;
    writeDepthPng(folder_ / "hole.png", makeDepthMap(metres), 0.001);
    const at::Tensor read = readDepth(folder_ / "hole.png", 0.001);
    QVERIFY(std::isnan(read[1][1].item<float>()));
    QCOMPARE(at::isnan(read).sum().item<int>(), 1);
    QCOMPARE(read[0][0].item<float>(), 4.0F);
  }

  void dimensionsOfLengthOneDoNotCount() {
    const at::Tensor depth = at::arange(6, at::kFloat).view({2, 3});
    writeNpy(folder_ / "front.npy", depth.view({1, 1, 2, 3}));
    writeNpy(folder_ / "back.npy", depth.view({2, 3, 1}));
    writeHdf5(folder_ / "front.h5", "depth", {1, 2, 3}, depth);
    for (const char* name : {"front.npy", "back.npy", "front.h5"}) {
      QVERIFY2(same(readDepth(folder_ / name), depth), name);
    }
    writeNpy(folder_ / "three.npy", at::arange(12, at::kFloat).view({2, 2, 3}));
    const auto error = fileError([&] { (void)readDepth(folder_ / "three.npy"); });
    QVERIFY(error && error->problem().find("two dimensions") != std::string::npos);
  }

  void pfmOfOtherPrograms() {
    // Big endian, and the rows from the bottom up: 1 is at the bottom left.
    const std::string big = std::string("Pf 2 2\n1.0\n") + std::string("\x3f\x80\0\0", 4) +
                            std::string("\x40\0\0\0", 4) + std::string("\x40\x40\0\0", 4) +
                            std::string("\x40\x80\0\0", 4);
    writeBytes(folder_ / "big.pfm", big);
    const at::Tensor read = readDepth(folder_ / "big.pfm");
    QCOMPARE(read[1][0].item<float>(), 1.0F);
    QCOMPARE(read[1][1].item<float>(), 2.0F);
    QCOMPARE(read[0][0].item<float>(), 3.0F);
    QCOMPARE(read[0][1].item<float>(), 4.0F);
  }

  void pfmThatIsNone_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const QByteArray pixel(4, '\0');
    QTest::newRow("empty") << QByteArray() << "is empty";
    QTest::newRow("colour") << QByteArray("PF\n1 1\n-1\n") + pixel << "colour";
    QTest::newRow("other magic") << QByteArray("P6\n1 1\n-1\n") + pixel << "no PFM";
    QTest::newRow("no number") << QByteArray("Pf\n1 one\n-1\n") + pixel << "\"one\"";
    QTest::newRow("scale 0") << QByteArray("Pf\n1 1\n0\n") + pixel << "scale";
    QTest::newRow("scale nan") << QByteArray("Pf\n1 1\nnan\n") + pixel << "scale";
    QTest::newRow("no pixel") << QByteArray("Pf\n0 1\n-1\n") << "without pixels";
    QTest::newRow("negative") << QByteArray("Pf\n-1 1\n-1\n") << "without pixels";
    QTest::newRow("huge") << QByteArray("Pf\n99999999 99999999\n-1\n") << "at most 64";
    QTest::newRow("short") << QByteArray("Pf\n2 1\n-1\n") + pixel << "still being written";
    QTest::newRow("long") << QByteArray("Pf\n1 1\n-1\n") + pixel + pixel << "but has";
    QTest::newRow("header without end") << "Pf " + QByteArray(1000, ' ') + "1 1 1 "
                                        << "header";
  }
  void pfmThatIsNone() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    writeBytes(folder_ / "bad.pfm", bytes.toStdString());
    const auto error = fileError([&] { (void)readDepth(folder_ / "bad.pfm"); });
    QVERIFY(error);
    QVERIFY2(QString(error->what()).contains(says), error->what());
    QVERIFY(QString(error->what()).contains("bad.pfm"));
  }

  void aFileThatIsStillBeingWritten_data() { formats(); }
  void aFileThatIsStillBeingWritten() {
    QFETCH(QString, ending);
    const std::string whole = readBytes(writeAny(folder_, ending.toStdString()));
    const fs::path path = folder_ / ("half" + ending.toStdString());
    // HDF5 files end in room that holds nothing.
    const std::size_t step = whole.size() > 1000 ? 97 : 1;
    const std::size_t end = ending.startsWith(".h") ? whole.size() / 2 : whole.size();
    for (std::size_t length = 0; length < end; length += step) {
      writeBytes(path, whole.substr(0, length));
      const auto error = fileError([&] { (void)readDepth(path, 1); });
      QVERIFY2(error, qPrintable(QString("%1 of %2 bytes").arg(length).arg(whole.size())));
      QVERIFY(error->subject().find("half") != std::string::npos);
    }
  }

  void flippedBytesNeverCrash_data() { formats(); }
  void flippedBytesNeverCrash() {
    QFETCH(QString, ending);
    const std::string whole = readBytes(writeAny(folder_, ending.toStdString()));
    const fs::path path = folder_ / ("flipped" + ending.toStdString());
    const MemoryLimit limit(1ull << 30);
    const std::size_t step = std::max<std::size_t>(1, whole.size() / 150);
    for (std::size_t at = 0; at < whole.size(); at += step) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(~damaged[at]);
      writeBytes(path, damaged);
      // Pixels may differ unnoticed; what is thrown must be an error about the file.
      (void)fileError([&] { QVERIFY((readDepth(path, 1).dim()) == 2); });
    }
  }

  void exrChannels() {
    const auto error = fileError([&] {
      writeBytes(folder_ / "no.exr", "\x76\x2f\x31\x01 and nothing more");
      (void)readDepth(folder_ / "no.exr");
    });
    QVERIFY(error && error->problem().find("OpenEXR") != std::string::npos);
  }

  void hdf5Datasets() {
    const at::Tensor depth = at::arange(6, at::kFloat).view({2, 3});
    const fs::path path = folder_ / "many.h5";
    writeHdf5(path, "group/first", {2, 3}, depth);
    QVERIFY(same(readDepth(path), depth));  // the only one
    writeHdf5(path, "second", {2, 3}, depth.add(1), H5T_IEEE_F64LE, true);
    writeHdf5(path, "vector", {6}, depth, H5T_IEEE_F32LE, true);
    const auto which = fileError([&] { (void)readDepth(path); });
    QVERIFY(which && which->problem().find("group/first, second") != std::string::npos);
    QVERIFY(same(readDepth(path, 0, "second"), depth.add(1)));
    QVERIFY(fileError([&] { (void)readDepth(path, 0, "third"); }));
    QVERIFY(fileError([&] { (void)readDepth(path, 0, "vector"); }));
    writeHdf5(path, "depth", {2, 3}, depth.add(2), H5T_IEEE_F32LE, true);
    QVERIFY(same(readDepth(path), depth.add(2)));
  }

  void hdf5NeverReadsOtherFiles() {
    writeBytes(folder_ / "secret", std::string(24, 's'));
    const fs::path path = folder_ / "outside.h5";
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t shape[] = {2, 3};
    const hid_t space = H5Screate_simple(2, shape, nullptr);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(list, (folder_ / "secret").c_str(), 0, 24);
    H5Dclose(H5Dcreate2(file, "depth", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Pclose(list);
    H5Sclose(space);
    H5Fclose(file);
    const auto error = fileError([&] { (void)readDepth(path); });
    QVERIFY(error && error->problem().find("other files") != std::string::npos);
  }

  void whatIsNoDepthFile() {
    QVERIFY(!isDepthFile("a.jpg"));
    QVERIFY(isDepthFile("A.EXR"));
    writeBytes(folder_ / "a.txt", "1 2 3");
    for (const char* name : {"a.txt", "missing.npy", "missing.h5", "missing.exr", "missing.pfm"}) {
      const auto error = fileError([&] { (void)readDepth(folder_ / name); });
      QVERIFY2(error && error->subject().find(name) != std::string::npos, name);
      QVERIFY(fileError([&] { (void)depthSize(folder_ / name); }));
    }
    QVERIFY_EXCEPTION_THROWN((void)readDepth(folder_ / "a.npy", -1), BadInput);
    QVERIFY_EXCEPTION_THROWN((void)readDepth(folder_ / "a.npy", kNan), BadInput);
  }

  void onlyMapsAreWritten() {
    QVERIFY_EXCEPTION_THROWN(writePfm(folder_ / "x.pfm", at::arange(3, at::kFloat)), BadInput);
    QVERIFY_EXCEPTION_THROWN(writeExr(folder_ / "x.exr", at::full({2, 2}, 1, at::kInt)), BadInput);
  }

 private:
  Folder folder_;
};

QTEST_GUILESS_MAIN(DepthFileTest)
#include "depth_file.moc"
