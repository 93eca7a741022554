// Depth as other programs write it: OpenEXR's and HDF5's many ways, made with their libraries.
#include <ATen/ops/arange.h>
#include <ImfArray.h>
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfOutputFile.h>
#include <ImfTiledOutputFile.h>
#include <hdf5.h>

#include <QtTest>
#include <thread>

#include "core/error.h"
#include "datasets/codecs/depth_file.h"
#include "datasets/codecs/exr.h"
#include "datasets/codecs/hdf5.h"
#include "tests/datasets/fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

constexpr int kHeight = 37, kWidth = 53;

/// Values that half floats hold exactly.
at::Tensor someDepth() {
  return at::arange(kHeight * kWidth, at::kFloat)
      .remainder(1000)
      .div(4)
      .view({kHeight, kWidth})
      .contiguous();
}

struct ExrFile {
  std::vector<std::string> channels{"Z"};
  Imf::PixelType type = Imf::FLOAT;
  Imf::Compression compression = Imf::ZIP_COMPRESSION;
  bool tiles = false;
  int shift = 0;  ///< of both windows
  int cut = 0;    ///< rows that the data window lacks
};

/// The same values in every channel, with its number added.
void writeExrFile(const fs::path& path, const ExrFile& how) {
  const Imath::Box2i display({how.shift, how.shift},
                             {how.shift + kWidth - 1, how.shift + kHeight - 1});
  Imath::Box2i data = display;
  data.max.y -= how.cut;
  Imf::Header header(display, data);
  header.compression() = how.compression;
  std::vector<at::Tensor> planes;
  std::vector<std::vector<Imath::half>> halves;
  Imf::FrameBuffer buffer;
  for (const std::string& name : how.channels) {
    header.channels().insert(name, Imf::Channel(how.type));
    planes.push_back(someDepth().add(double(planes.size())));
    const float* values = planes.back().const_data_ptr<float>();
    if (how.type == Imf::FLOAT) {
      buffer.insert(name, Imf::Slice::Make(Imf::FLOAT, values, data));
    } else if (how.type == Imf::HALF) {
      halves.emplace_back(values, values + kHeight * kWidth);
      buffer.insert(name, Imf::Slice::Make(Imf::HALF, halves.back().data(), data));
    } else {
      planes.push_back(planes.back().to(at::kInt));
      buffer.insert(name, Imf::Slice::Make(Imf::UINT, planes.back().const_data_ptr<int>(), data));
    }
  }
  if (how.tiles) {
    header.setTileDescription(Imf::TileDescription(16, 16, Imf::ONE_LEVEL));
    Imf::TiledOutputFile file(path.c_str(), header);
    file.setFrameBuffer(buffer);
    file.writeTiles(0, file.numXTiles() - 1, 0, file.numYTiles() - 1);
  } else {
    Imf::OutputFile file(path.c_str(), header);
    file.setFrameBuffer(buffer);
    file.writePixels(kHeight - how.cut);
  }
}

std::string problemOf(const fs::path& path, const std::string& dataset = {}) {
  const auto error = fileError([&] { (void)readDepth(path, 0, dataset); });
  return error ? error->what() : "";
}

/// A dataset with anything set on its creation list.
void writeHdf5File(const fs::path& path, hid_t type, const std::function<void(hid_t)>& prepare,
                   const void* values = nullptr, hid_t memory = H5T_NATIVE_FLOAT) {
  const at::Tensor depth = someDepth();
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t shape[] = {kHeight, kWidth};
  const hid_t space = H5Screate_simple(2, shape, nullptr);
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  if (prepare) prepare(list);
  const hid_t set = H5Dcreate2(file, "depth", type, space, H5P_DEFAULT, list, H5P_DEFAULT);
  if (set >= 0) {
    H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values ? values : depth.const_data_ptr());
    H5Dclose(set);
  }
  H5Pclose(list);
  H5Sclose(space);
  H5Fclose(file);
}

}  // namespace

class DepthFormatsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void exrFiles_data() {
    QTest::addColumn<int>("compression");
    QTest::addColumn<bool>("tiles");
    QTest::addColumn<bool>("narrow");
    QTest::newRow("plain") << int(Imf::NO_COMPRESSION) << false << false;
    QTest::newRow("RLE") << int(Imf::RLE_COMPRESSION) << false << false;
    QTest::newRow("ZIP") << int(Imf::ZIP_COMPRESSION) << false << false;
    QTest::newRow("ZIPS") << int(Imf::ZIPS_COMPRESSION) << false << true;
    QTest::newRow("PIZ") << int(Imf::PIZ_COMPRESSION) << false << true;
    QTest::newRow("tiles") << int(Imf::ZIP_COMPRESSION) << true << false;
    QTest::newRow("tiles of halves") << int(Imf::PIZ_COMPRESSION) << true << true;
  }
  void exrFiles() {
    QFETCH(int, compression);
    QFETCH(bool, tiles);
    QFETCH(bool, narrow);
    ExrFile how;
    how.compression = Imf::Compression(compression);
    how.tiles = tiles;
    if (narrow) how.type = Imf::HALF;
    const fs::path path = folder_ / "a.exr";
    writeExrFile(path, how);
    QVERIFY(readDepth(path).equal(someDepth()));
    QVERIFY((depthSize(path) == Size{kHeight, kWidth}));
  }

  void exrChannels_data() {
    QTest::addColumn<QStringList>("channels");
    QTest::addColumn<int>("chosen");  // −1: none
    QTest::newRow("only one, of any name") << QStringList{"anything"} << 0;
    QTest::newRow("Z among colours") << QStringList{"B", "G", "R", "Z"} << 3;
    QTest::newRow("depth of a layer") << QStringList{"A", "View.depth"} << 1;
    QTest::newRow("Z before V") << QStringList{"V", "Z"} << 1;
    QTest::newRow("V with alpha") << QStringList{"A", "V"} << 1;
    QTest::newRow("only colours") << QStringList{"B", "G", "R"} << -1;
  }
  void exrChannels() {
    QFETCH(QStringList, channels);
    QFETCH(int, chosen);
    ExrFile how;
    how.channels.clear();
    for (const QString& name : channels) how.channels.push_back(name.toStdString());
    const fs::path path = folder_ / "channels.exr";
    writeExrFile(path, how);
    if (chosen >= 0) {
      QVERIFY(readDepth(path).equal(someDepth().add(double(chosen))));
    } else {
      QVERIFY(problemOf(path).find("B, G, R") != std::string::npos);
    }
  }

  void exrWindows() {
    ExrFile how;
    how.shift = 100;
    writeExrFile(folder_ / "shifted.exr", how);
    QVERIFY(readDepth(folder_ / "shifted.exr").equal(someDepth()));
    how.cut = 5;
    writeExrFile(folder_ / "part.exr", how);
    QVERIFY(problemOf(folder_ / "part.exr").find("another window") != std::string::npos);
  }

  void exrWholeNumbersNeedAScale() {
    ExrFile how;
    how.type = Imf::UINT;
    writeExrFile(folder_ / "codes.exr", how);
    QVERIFY(problemOf(folder_ / "codes.exr").find("how many metres") != std::string::npos);
    QVERIFY(readDepth(folder_ / "codes.exr", 2).equal(someDepth().floor().mul(2)));
  }

  void exrHeadersThatLie() {
    ExrFile how;
    writeExrFile(folder_ / "a.exr", how);
    const std::string whole = readBytes(folder_ / "a.exr");
    const auto broken = [&](std::size_t at, const std::string& bytes) {
      std::string damaged = whole;
      damaged.replace(at, bytes.size(), bytes);
      writeBytes(folder_ / "lie.exr", damaged);
      return problemOf(folder_ / "lie.exr");
    };
    const MemoryLimit limit(1ull << 30);
    // An attribute of 2 GB; a window of 2^31 rows; deep data; several parts; no version we know.
    const std::size_t window = whole.find("dataWindow") + 11 + 6;
    QVERIFY(broken(window, std::string("\xff\xff\xff\x7f", 4)).find("announces") !=
            std::string::npos);
    QVERIFY(!broken(window + 4 + 12, std::string("\xff\xff\xff\x7f", 4)).empty());
    QVERIFY(!broken(window + 4 + 8, std::string("\xff\xff\xff\x7f", 4)).empty());
    QVERIFY(broken(5, "\x08").find("deep") != std::string::npos);
    QVERIFY(broken(5, "\x10").find("multi-part") != std::string::npos);
    QVERIFY(!broken(4, "\x63").empty());
    QVERIFY(broken(0, "PNG").find("no OpenEXR") != std::string::npos);
  }

  void hdf5Layouts_data() {
    QTest::addColumn<int>("layout");
    QTest::newRow("contiguous") << 0;
    QTest::newRow("chunks") << 1;
    QTest::newRow("packed") << 2;
    QTest::newRow("shuffled and packed, with checksums") << 3;
  }
  void hdf5Layouts() {
    QFETCH(int, layout);
    const fs::path path = folder_ / "layout.h5";
    writeHdf5File(path, H5T_IEEE_F32LE, [&](hid_t list) {
      const hsize_t chunk[] = {16, 16};
      if (layout > 0) H5Pset_chunk(list, 2, chunk);
      if (layout > 2) H5Pset_shuffle(list);
      if (layout > 1) H5Pset_deflate(list, 6);
      if (layout > 2) H5Pset_fletcher32(list);
    });
    QVERIFY(readDepth(path).equal(someDepth()));
  }

  void hdf5Numbers() {
    for (const hid_t type : {H5T_IEEE_F64LE, H5T_IEEE_F32BE}) {
      writeHdf5File(folder_ / "n.h5", type, {});
      QVERIFY(readDepth(folder_ / "n.h5").equal(someDepth()));
    }
    for (const hid_t type : {H5T_STD_U16LE, H5T_STD_I32BE, H5T_STD_U8LE}) {
      writeHdf5File(folder_ / "n.h5", type, {});
      QVERIFY(problemOf(folder_ / "n.h5").find("how many metres") != std::string::npos);
      QVERIFY(readDepth(folder_ / "n.h5", 1).equal(someDepth().floor()));
    }
  }

  void hdf5WithoutNumbers() {
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 4);
    const std::string values(kHeight * kWidth * 4, 'x');
    writeHdf5File(folder_ / "text.h5", text, {}, values.data(), text);
    H5Tclose(text);
    QVERIFY(problemOf(folder_ / "text.h5").find("no numbers") != std::string::npos);
    const hid_t file =
        H5Fcreate((folder_ / "empty.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    QVERIFY(problemOf(folder_ / "empty.h5").find("no two-dimensional") != std::string::npos);
  }

  void hdf5TooLarge() {
    const hid_t file =
        H5Fcreate((folder_ / "large.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t shape[] = {1u << 20, 1u << 20};
    const hid_t space = H5Screate_simple(2, shape, nullptr);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk[] = {64, 64};
    H5Pset_chunk(list, 2, chunk);
    H5Dclose(H5Dcreate2(file, "depth", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Pclose(list);
    H5Sclose(space);
    H5Fclose(file);
    QVERIFY(problemOf(folder_ / "large.h5").find("at most 64") != std::string::npos);
  }

  void hdf5InManyThreadsAtOnce() {
    writeHdf5File(folder_ / "shared.h5", H5T_IEEE_F32LE, {});
    std::atomic<int> right{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 5; ++round)
          right += readDepth(folder_ / "shared.h5").equal(someDepth());
      });
    }
    threads.clear();
    QCOMPARE(right.load(), 20);
  }

  void hdf5DamagedAnywhere() {
    writeHdf5File(folder_ / "whole.h5", H5T_IEEE_F32LE, [](hid_t list) {
      const hsize_t chunk[] = {8, 8};
      H5Pset_chunk(list, 2, chunk);
      H5Pset_deflate(list, 1);
    });
    const std::string whole = readBytes(folder_ / "whole.h5");
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 120 + 1) {
      std::string damaged = whole;
      for (std::size_t i = at; i < std::min(at + 4, whole.size()); ++i) damaged[i] = '\xff';
      writeBytes(folder_ / "damaged.h5", damaged);
      // Read, or an error that names it; this process lives on.
      const auto error = fileError([&] { (void)readDepth(folder_ / "damaged.h5"); });
      QVERIFY(!error || error->subject().find("damaged.h5") != std::string::npos);
    }
  }

 private:
  Folder folder_;
};

QTEST_GUILESS_MAIN(DepthFormatsTest)
#include "depth_formats.moc"
