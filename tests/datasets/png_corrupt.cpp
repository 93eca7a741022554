#include <QtTest>
#include <random>

#include "datasets/codecs/image.h"
#include "fixtures.h"
#include "png_fixture.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

constexpr std::uint64_t kAllowedMemory = 256u << 20;

struct Case {
  std::string name, bytes;
  std::string says;  ///< must occur in the error
};

std::vector<Case> cutCases() {
  // Signature 8, IHDR to 33, IDAT from 33, IEND the last 12.
  const std::string whole = PngFile().bytes();
  const std::size_t end = whole.size();
  std::vector<Case> cases{{"empty", "", "is empty"},
                          {"one byte", whole.substr(0, 1), "neither a PNG nor a JPEG"},
                          {"half a signature", whole.substr(0, 7), "neither a PNG nor a JPEG"}};
  for (const auto& [at, says] :
       std::vector<std::pair<std::size_t, const char*>>{{8, "ends after 8 bytes"},
                                                        {12, "ends after 12 bytes"},
                                                        {16, "ends after 16 bytes"},
                                                        {20, "chunk IHDR announces 13 bytes"},
                                                        {32, "chunk IHDR announces 13 bytes"},
                                                        {33, "ends after 33 bytes"},
                                                        {37, "ends after 37 bytes"},
                                                        {41, "ends after 41 bytes"},
                                                        {45, "chunk IDAT announces"},
                                                        {60, "chunk IDAT announces"},
                                                        {end - 16, "chunk IDAT announces"},
                                                        {end - 13, "chunk IDAT announces"},
                                                        {end - 12, "before its end chunk"},
                                                        {end - 8, "before its end chunk"},
                                                        {end - 1, "before its end chunk"}}) {
    cases.push_back({"cut at " + std::to_string(at), whole.substr(0, at), says});
  }
  return cases;
}

std::vector<Case> headerCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, auto change, std::string says) {
    PngFile file;
    change(file);
    cases.push_back({std::move(name), file.bytesWith({packed("x")}), std::move(says)});
  };
  const auto size = [&](std::uint32_t width, std::uint32_t height, std::string says) {
    add(
        std::to_string(width) + " by " + std::to_string(height),
        [=](PngFile& f) {
          f.width = width;
          f.height = height;
        },
        std::move(says));
  };
  size(0, 3, "announces 0×3 pixels");
  size(5, 0, "announces 5×0 pixels");
  size(0, 0, "announces 0×0 pixels");
  size(40'000, 40'000, "announces 40000×40000 pixels; at most 64 million");
  size(64'000, 1'001, "at most 64 million");
  size(1'000'000, 1'000'000, "at most 64 million");
  size(1'000'001, 1, "sides of 1 to 1000000");
  size(1, 0x7fffffff, "sides of 1 to 1000000");
  size(0xffffffff, 0xffffffff, "announces 4294967295×4294967295 pixels");
  size(0x80000000, 1, "sides of 1 to 1000000");
  size(8'000, 8'000, "a row has an unknown filter");  // allowed; its data is one letter
  for (const auto& [colour, bits] : std::vector<std::pair<int, int>>{{0, 0},
                                                                     {0, 3},
                                                                     {0, 32},
                                                                     {1, 8},
                                                                     {2, 4},
                                                                     {2, 1},
                                                                     {3, 16},
                                                                     {4, 4},
                                                                     {5, 8},
                                                                     {6, 2},
                                                                     {7, 8},
                                                                     {255, 8}}) {
    add(
        "colour type " + std::to_string(colour) + ", " + std::to_string(bits) + " bits",
        [colour = colour, bits = bits](PngFile& f) {
          f.colour = colour;
          f.bits = bits;
        },
        "unknown kind");
  }
  add(
      "unknown compression", [](PngFile& f) { f.compression = 1; }, "unknown kind");
  add(
      "unknown filter method", [](PngFile& f) { f.filter = 1; }, "unknown kind");
  add(
      "unknown interlacing", [](PngFile& f) { f.interlace = 2; }, "unknown kind");
  return cases;
}

std::vector<Case> damagedChunkCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, std::string bytes, std::string says) {
    cases.push_back({std::move(name), std::move(bytes), std::move(says)});
  };
  const auto changed = [](std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    return bytes;
  };
  const std::string whole = PngFile().bytes();
  add("bad checksum of IHDR", changed(whole, 32), "checksum of the PNG's chunk IHDR");
  add("bad width", changed(whole, 19), "checksum of the PNG's chunk IHDR");
  add("bad checksum of IDAT", changed(whole, whole.size() - 13),
      "checksum of the PNG's chunk IDAT");
  add("bad pixel", changed(whole, 50), "checksum of the PNG's chunk IDAT");
  add("bad checksum of IEND", changed(whole, whole.size() - 1), "checksum of the PNG's chunk IEND");
  add("length too long", changed(whole, 34), "chunk IDAT announces");
  add("length above 2 GiB", changed(whole.substr(0, 33) + "\xff" + whole.substr(34), 34),
      "no PNG chunk at byte 33");
  add("length too short", whole.substr(0, 36) + '\1' + whole.substr(37), "checksum");
  add("name without letters", whole.substr(0, 37) + "1DAT" + whole.substr(41), "no PNG chunk");
  add("zeros after the header", whole.substr(0, 33) + std::string(500, '\0'), "no PNG chunk");
  return cases;
}

std::vector<Case> chunkOrderCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, std::string bytes, std::string says) {
    cases.push_back({std::move(name), std::move(bytes), std::move(says)});
  };
  const PngFile file;
  const std::string signature = "\x89PNG\r\n\x1a\n", data = packed(file.pixels());
  const std::string pixels = pngChunk("IDAT", data), end = pngChunk("IEND", "");
  add("header missing", signature + pixels + end, "");
  cases.back().says = "PNG";
  add("header of 12 bytes", signature + pngChunk("IHDR", std::string(12, '\1')) + pixels + end,
      "does not begin with its header");
  add("header of 14 bytes", signature + pngChunk("IHDR", std::string(14, '\1')) + pixels + end,
      "IHDR announces 14");
  add("header twice", signature + file.header() + file.header() + pixels + end, "chunk IHDR");
  add("no pixel data", signature + file.header() + end, "no pixel data");
  add("empty pixel data", file.bytesWith({""}), "ends after 0 of 48 bytes");
  add("no end", signature + file.header() + pixels, "before its end chunk");
  add("end is not empty", signature + file.header() + pixels + pngChunk("IEND", "x"), "not empty");
  add("unknown critical chunk", signature + file.header() + pngChunk("CgBI", "    ") + pixels + end,
      "chunk CgBI");
  add("pixel data interrupted",
      signature + file.header() + pngChunk("IDAT", data.substr(0, 9)) + pngChunk("tEXt", "x") +
          pngChunk("IDAT", data.substr(9)) + end,
      "interrupted");
  return cases;
}

std::vector<Case> paletteCases() {
  std::vector<Case> cases;
  const auto add = [&](std::string name, std::string bytes, std::string says) {
    cases.push_back({std::move(name), std::move(bytes), std::move(says)});
  };
  const PngFile file;
  const std::string signature = "\x89PNG\r\n\x1a\n", data = packed(file.pixels());
  const std::string pixels = pngChunk("IDAT", data), end = pngChunk("IEND", "");
  add(
      "palette missing",
      [] {
        PngFile grey;
        grey.colour = 3;
        return grey.bytes();
      }(),
      "palette is missing");
  const auto withPalette = [](std::size_t bytes, int bits) {
    PngFile palette;
    palette.colour = 3;
    palette.bits = bits;
    palette.palette.assign(bytes, '\5');
    return palette.bytes();
  };
  add("palette of 4 bytes", withPalette(4, 8), "palette is damaged");
  add("palette of 257 colours", withPalette(771, 8), "palette is damaged");
  add("palette of 5 colours for 2 bits", withPalette(15, 2), "too many colours");
  const std::string palette = pngChunk("PLTE", "abc");
  add("palette twice", signature + file.header() + palette + palette + pixels + end, "palette");
  add("palette after pixels", signature + file.header() + pixels + palette + end, "palette");
  add("empty palette", signature + file.header() + pngChunk("PLTE", "") + pixels + end, "palette");
  return cases;
}

std::vector<Case> pixelCases() {
  std::vector<Case> cases;
  const PngFile file;  // 3 rows of 1 + 15 bytes
  const std::string raw = file.pixels(), data = packed(raw);
  const auto add = [&](std::string name, const std::vector<std::string>& parts, std::string says) {
    cases.push_back({std::move(name), file.bytesWith(parts), std::move(says)});
  };
  add("truncated stream", {data.substr(0, data.size() - 10)}, "it ends after");
  add("checksum of the stream missing", {data.substr(0, data.size() - 4)},
      "it ends after 48 of 48");
  add("checksum of the stream cut", {data.substr(0, data.size() - 1)}, "it ends after 48 of 48");
  add("wrong checksum of the stream", {data.substr(0, data.size() - 1) + "x"},
      "incorrect data check");
  add("no zlib header", {"x" + data}, "incorrect header check");
  add("zlib dictionary", {"\x78\xbb" + data.substr(2)}, "cannot be unpacked");
  add("broken block", {data.substr(0, 2) + "\x07" + data.substr(3)}, "invalid block type");
  add("noise", {std::string(60, '\x5a')}, "damaged");
  add("one row missing", {packed(raw.substr(0, 32))},
      "holds 32 bytes where the header announces 48");
  add("one byte missing", {packed(raw.substr(0, 47))}, "holds 47 bytes");
  add("one byte over", {packed(raw + "x")}, "more than the 48 bytes");
  add("bomb", {packed(std::string(100'000'000, '\0'))}, "more than the 48 bytes");
  add("bytes behind the stream", {data + "xyz"}, "3 bytes follow its end");
  add("chunk behind the stream", {data, "xyz"}, "3 bytes follow its end");
  for (const int row : {0, 1, 2}) {
    std::string filtered = raw;
    filtered[16 * row] = '\5';
    add("unknown filter in row " + std::to_string(row), {packed(filtered)}, "unknown filter");
  }
  PngFile interlaced;
  interlaced.interlace = 1;
  const std::string passes = interlaced.pixels();
  cases.push_back({"interlaced without its last pass",
                   interlaced.bytesWith({packed(passes.substr(0, passes.size() - 16))}), "holds"});
  cases.push_back({"interlaced flag without passes", interlaced.bytesWith({data}), "damaged"});
  PngFile deep;
  deep.bits = 16;
  cases.push_back({"half of 16 bits", deep.bytesWith({data}), "damaged"});
  return cases;
}

std::vector<Case> strangerCases() {
  return {{"text", "not an image at all", "neither a PNG nor a JPEG"},
          {"gif", "GIF89a" + std::string(50, '\0'), "neither a PNG nor a JPEG"},
          {"bmp", "BM" + std::string(60, '\1'), "neither a PNG nor a JPEG"},
          {"npy", "\x93NUMPY" + std::string(60, ' '), "neither a PNG nor a JPEG"},
          {"exr", "\x76\x2f\x31\x01" + std::string(60, '\0'), "neither a PNG nor a JPEG"},
          {"line ends changed", "\x89PNG\n\x1a\n" + PngFile().bytes().substr(8), "neither"},
          {"zeros", std::string(1000, '\0'), "neither a PNG nor a JPEG"}};
}

}  // namespace

Q_DECLARE_METATYPE(Case)

class PngCorruptTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void isRefusedInSilenceWithItsReason_data() {
    QTest::addColumn<Case>("file");
    for (const auto& part : {cutCases(), headerCases(), damagedChunkCases(), chunkOrderCases(),
                             paletteCases(), pixelCases(), strangerCases()}) {
      for (const Case& file : part) QTest::newRow(file.name.c_str()) << file;
    }
  }

  void isRefusedInSilenceWithItsReason() {
    QFETCH(Case, file);
    const fs::path path = folder_ / "corrupt.png";
    writeBytes(path, file.bytes);
    StandardError printed(folder_ / "stderr");
    std::optional<FileError> error;
    {
      const MemoryLimit limit(kAllowedMemory);
      error = fileError([&] { readRgb(path); });
    }
    QCOMPARE(printed.finish(), std::string());
    QVERIFY2(error, "it was read");
    QCOMPARE(error->subject(), path.string());
    QVERIFY2(error->problem().find(file.says) != std::string::npos, error->what());
    QVERIFY2(!error->remedy().empty(), error->what());
    QVERIFY(fileError([&] { readThumbnail(path); }));
    QVERIFY(fileError([&] { readDepthPng(path, 0.001); }));
  }

  void everyCutIsRefused() {
    const std::string whole = PngFile().bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
      writeBytes(folder_ / "cut.png", whole.substr(0, length));
      QVERIFY2(fileError([&] { readRgb(folder_ / "cut.png"); }),
               QByteArray::number(quint64(length)));
    }
  }

  void everyFlippedBitIsFound() {
    const std::string whole = PngFile().bytes();
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      std::string bytes = whole;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      writeBytes(folder_ / "flip.png", bytes);
      QVERIFY2(fileError([&] { readRgb(folder_ / "flip.png"); }), QByteArray::number(quint64(bit)));
    }
  }

  /// Changed pixel data under a right checksum: what a broken writer makes.
  void everyFlippedBitOfTheStreamIsRefusedInSilenceOrRead() {
    const PngFile file;
    const std::string data = packed(file.pixels());
    StandardError printed(folder_ / "stderr");
    int read = 0;
    for (std::size_t bit = 0; bit < 8 * data.size(); ++bit) {
      std::string changed = data;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
      writeBytes(folder_ / "stream.png", file.bytesWith({changed}));
      // Up to seven bits between the last code and the checksum belong to nobody.
      if (!fileError([&] { readRgb(folder_ / "stream.png"); })) ++read;
    }
    QCOMPARE(printed.finish(), std::string());
    QVERIFY2(read <= 7, QByteArray::number(read));
  }

  void fileLongerThanItsImageCanBeIsNotReadIn() {
    const std::string bytes = PngFile().bytes();
    writeBytes(folder_ / "long.png", bytes);
    fs::resize_file(folder_ / "long.png", 8ull << 30);  // sparse
    const MemoryLimit limit(kAllowedMemory);
    const auto error = fileError([&] { readRgb(folder_ / "long.png"); });
    QVERIFY(error);
    QVERIFY2(error->problem().find("8589934592 bytes long") != std::string::npos, error->what());
  }

  void whatIsNoFileIsNamed() {
    QVERIFY(fileError([&] { readRgb(folder_ / "absent.png"); }));
    QVERIFY(fileError([&] { readRgb(folder_.path()); }));
    QVERIFY(fileError([&] { readRgb("/dev/null"); }));
  }

  void forbiddenFileIsNamed() {
    if (::geteuid() == 0) QSKIP("root may read every file, so there is no forbidden one to try");
    writeBytes(folder_ / "closed.png", PngFile().bytes());
    fs::permissions(folder_ / "closed.png", fs::perms::none);
    const auto error = fileError([&] { readRgb(folder_ / "closed.png"); });
    QVERIFY(error && error->remedy().find("permission") != std::string::npos);
  }

 private:
  Folder folder_;
};

QTEST_GUILESS_MAIN(PngCorruptTest)
#include "png_corrupt.moc"
