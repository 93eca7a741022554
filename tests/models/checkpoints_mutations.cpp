// Damaged weights files: each is an error, or loads what PyTorch loads from the same bytes; none
// crashes, hangs or takes more memory than allowed. FATHOM_FUZZ_ROUNDS sets the number per kind of
// file, FATHOM_FUZZ_SEED the damage, FATHOM_FUZZ_FOLDER a folder that keeps the files.
#include <QProcess>
#include <algorithm>
#include <map>

#include "tests/models/checkpoints_builders.h"
#include "tests/models/checkpoints_child.h"

using namespace fathom;
using namespace fathom::test;
using namespace fathom::test::pickle;

namespace {

/// Numbers that are the same on every machine (splitmix64).
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t limit) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return (z ^ z >> 31) % limit;
  }

 private:
  std::uint64_t state_;
};

/// One of the ways in which files are damaged, or attacked; the first two keep the length. The
/// damage begins in [from, to).
void damage(std::string& bytes, Numbers& numbers, std::size_t from, std::size_t to,
            bool sameLength) {
  const std::uint64_t at = from + numbers.below(to - from);
  const std::uint64_t kind = numbers.below(sameLength ? 6 : 9);
  const auto byte = [&] { return static_cast<char>(numbers.below(256)); };
  if (kind <= 2) {
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << numbers.below(8));
  } else if (kind <= 4) {
    bytes[at] = byte();
  } else if (kind == 5) {
    const std::uint64_t values[] = {0, 1, 0x7FFFFFFF, 0xFFFFFFFF, ~0ull, 1ull << 62, 255, 0x80};
    const std::string number = little(values[numbers.below(8)], 1 << numbers.below(4));
    bytes.replace(at, std::min<std::size_t>(number.size(), bytes.size() - at), number);
  } else if (kind == 6) {
    bytes.erase(at, 1 + numbers.below(4));
  } else if (kind == 7) {
    bytes.insert(at, bytes.substr(numbers.below(bytes.size()), 1 + numbers.below(8)));
  } else {
    bytes.insert(at, 1, byte());
  }
  if (bytes.empty()) bytes = "x";
}

std::string damagedFile(std::string bytes, Numbers& numbers) {
  const bool sameLength = numbers.below(4) != 0;  // other lengths are noticed at once
  for (std::uint64_t i = std::max<std::uint64_t>(numbers.below(6), 3) - 2; i > 0; --i) {
    damage(bytes, numbers, 0, bytes.size(), sameLength);
  }
  if (numbers.below(20) == 0) bytes.resize(numbers.below(bytes.size()));
  return bytes;
}

std::uint64_t numberAt(const std::string& bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// Damages the pickle of a zip file and gives it the right checksum: an attack, not an accident.
std::string attackedZip(std::string bytes, Numbers& numbers) {
  const std::size_t header = bytes.rfind("PK\x01\x02", bytes.rfind("/data.pkl"));
  const std::size_t local = numberAt(bytes, header + 42, 4), size = numberAt(bytes, header + 24, 4);
  const std::size_t start =
      local + 30 + numberAt(bytes, local + 26, 2) + numberAt(bytes, local + 28, 2);
  for (std::uint64_t i = std::max<std::uint64_t>(numbers.below(6), 3) - 2; i > 0; --i) {
    damage(bytes, numbers, start, start + size - 8, true);
  }
  const std::uint32_t crc = crc32(std::string_view(bytes).substr(start, size));
  bytes.replace(header + 16, 4, little(crc, 4));
  if (numberAt(bytes, local + 14, 4) != 0) bytes.replace(local + 14, 4, little(crc, 4));
  return bytes;
}

std::string stateDict(bool legacy) {
  const auto values = [&](const char* key, const char* type) {
    return storage(key, 6, legacy, type);
  };
  const std::string parameter = global("torch._utils", "_rebuild_parameter") + "(" +
                                tensor(values("1", "HalfStorage"), 0, {3, 2}, {1, 3}) + kTrue +
                                kOrdered + "tR";
  const std::string state = global("collections", "OrderedDict") + ")R(" + text("weight") +
                            tensor(values("0", "FloatStorage"), 0, {2, 3}, {3, 1}) + text("view") +
                            tensor(values("0", "FloatStorage"), 1, {2, 2}, {3, 1}) + text("half") +
                            parameter + text("steps") +
                            tensor(values("2", "LongStorage"), 5, {}, {}) + text("mask") +
                            tensor(values("3", "BoolStorage"), 0, {6}, {1}) + "u}" +
                            text("_metadata") + dict({{"", dict({{"version", number(1)}})}}) + "sb";
  return dict({{"epoch", number(7)}, {"state_dict", state}, {"arch", text("net")}});
}

const std::vector<std::string>& storageBytes() {
  static const std::vector<std::string> bytes = {floats(6), floats(3), floats(12),
                                                 std::string("\1\0\1\0\0\1", 6)};
  return bytes;
}

std::string legacySeed() {
  std::vector<LegacyStorage> storages;
  for (std::size_t i = 0; i < 4; ++i) storages.push_back({std::to_string(i), 6, storageBytes()[i]});
  return legacyFile(stateDict(true), storages);
}

int rounds() {
  const int asked = qEnvironmentVariableIntValue("FATHOM_FUZZ_ROUNDS");
  return asked > 0 ? asked : 200;
}

}  // namespace

class CheckpointsMutationsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    const QString kept = qEnvironmentVariable("FATHOM_FUZZ_FOLDER");
    root_ = kept.isEmpty() ? fs::path(folder_.path().toStdString()) : fs::path(kept.toStdString());
    seed_ = std::uint64_t(std::max(1, qEnvironmentVariableIntValue("FATHOM_FUZZ_SEED")));
    seeds_ = makeSeeds();
  }

  void seedsAreRight() {
    for (const auto& [kind, files] : seeds_) {
      for (const std::string& bytes : files) {
        writeBytes(root_ / "seed", bytes);
        QVERIFY2(problemOf(root_ / "seed").empty(), problemOf(root_ / "seed").c_str());
      }
    }
  }

  void damagedFiles_data() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"safetensors", "zip", "legacy", "attacked"}) {
      QTest::newRow(kind) << QString(kind);
    }
  }
  void damagedFiles() {
    QFETCH(QString, kind);
    const std::string name = kind.toStdString();
    const std::string suffix = name == "safetensors" ? ".safetensors" : ".pth";
    const fs::path folder = root_ / name;
    fs::create_directories(folder);
    Numbers numbers(seed_ * 1000003 + name.size());
    std::map<std::string, std::string> outcomes;
    int loaded = 0;
    for (int i = 0; i < rounds(); ++i) {
      const std::string file = std::to_string(i) + suffix;
      const std::string bytes = damaged(name, numbers);
      writeBytes(folder / file, bytes);
      const std::string outcome = outcomeInChild(folder / file, kMemoryBound + 2 * bytes.size());
      QVERIFY2(
          outcome == "error" || outcome.starts_with("ok "),
          ((folder / file).string() + ", seed " + std::to_string(seed_) + ": " + outcome).c_str());
      loaded += outcome != "error";
      outcomes[file] = outcome;
    }
    qInfo("%d of %d load", loaded, rounds());
    compareWithPyTorch(folder, outcomes);
  }

  void hostileFilesStayWithinTheirMemory_data() {
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const std::string& bytes) {
      QTest::newRow(name) << QByteArray(bytes.data(), qsizetype(bytes.size()));
    };
    const auto zipped = [](const std::string& body) {
      return zipFile(zipParts(body, {floats(6)}));
    };
    const auto header = [](const std::string& text) { return little(text.size(), 8) + text; };
    const std::size_t many = 4000000;
    row("lists", zipped(std::string(many, ']')));
    row("dictionaries", zipped(std::string(many, '}')));
    row("marks", zipped(std::string(many, '(')));
    row("constants", zipped(std::string(many, 'N')));
    row("tuples", zipped("N" + std::string(many, '\x85')));
    std::string puts = "N", globals, tensors, calls = "](" + std::string(200000, 'N') + "eq";
    for (int i = 0; i < 800000; ++i) puts += "r" + little(std::uint64_t(i), 4);
    for (int i = 0; i < 100000; ++i) globals += global("a" + std::to_string(i), "b");
    for (int i = 0; i < 60000; ++i) tensors += tensor(storage(std::to_string(i), 6), 0, {1}, {1});
    calls += std::string(1, '\0');
    for (int i = 0; i < 5000; ++i) {
      calls += global("collections", "OrderedDict") + "h" + std::string(1, '\0') + "\x85R";
    }
    std::string entries = "}(";
    for (int i = 0; i < 350000; ++i) entries += text(std::to_string(i)) + "N";
    row("entries of a dictionary",
        zipped(dict({{"model", dict({{"a", tensor(storage("0", 6), 0, {1}, {1})}})},
                     {"other", entries + "u"}})));
    row("entries of the network",
        zipped(entries + text("a") + tensor(storage("0", 6), 0, {1}, {1}) + "u"));
    // One tuple of 200,000 items, used as a name 100,000 times: time must not grow with both.
    const std::string zero(1, '\0');
    std::string keys = "](" + ("(" + std::string(200000, 'N') + "tq" + zero) + "e}(";
    for (int i = 0; i < 100000; ++i) keys += "h" + zero + "N";
    row("long names", zipped(keys + "u\x86"));
    row("memo", zipped(puts));
    row("names", zipped(globals));
    row("names without checksums", legacyFile(globals));
    row("tensors", zipped(tensors));
    row("copies of a list", zipped(calls));
    row("large tensor", zipped(dict({{"a", tensor(storage("0", 6), 0, {1ll << 40}, {0})}})));
    row("large storage", zipped(dict({{"a", tensor(storage("0", 1ll << 40), 0, {1}, {1})}})));
    std::vector<ZipPart> parts;
    for (int i = 0; i < 60000; ++i) parts.push_back({std::to_string(i), ""});
    row("entries", zipFile(parts));
    std::string names = "{";
    for (int i = 0; i < 99000; ++i) {
      names += (i ? ",\"" : "\"") + std::to_string(i) + std::string(100, 'x') +
               "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
    }
    row("names in a header", header(names + "}"));
    row("one long name", header("{\"" + std::string(std::size_t{4} << 20, 'x') + "\":{}}"));
    row("long texts", header("{\"__metadata__\":{\"" + std::string(4000000, 'x') + "\":\"" +
                             std::string(4000000, 'y') + "\"}}"));
    row("long number", header("{\"a\":{\"shape\":[" + std::string(9000000, '1') + "]}}"));
    row("brackets", header("{\"a\":" + std::string(many, '[') + "}"));
    row("spaces", header("{" + std::string(many, ' ') + "}"));
    row("header of 100 MB", little(100000000, 8) + "{}");
  }
  void hostileFilesStayWithinTheirMemory() {
    QFETCH(QByteArray, bytes);
    const fs::path path = root_ / "hostile";
    writeBytes(path, bytes.toStdString());
    // The file itself is mapped, the rest must fit.
    const std::string outcome = outcomeInChild(path, kMemoryBound + std::uint64_t(bytes.size()));
    QVERIFY2(outcome == "error" || outcome.starts_with("ok "), outcome.c_str());
  }

 private:
  using Seeds = std::map<std::string, std::vector<std::string>>;

  /// Ours, and PyTorch's own where there is one.
  Seeds makeSeeds() const {
    const std::string zip = zipFile(zipParts(stateDict(false), storageBytes()));
    Seeds seeds = {{"safetensors", {safetensorsSeed()}},
                   {"zip", {zip}},
                   {"legacy", {legacySeed()}},
                   {"attacked", {zip}}};
    const QString python = pythonWithTorch();
    const fs::path folder = fs::path(folder_.path().toStdString()) / "seeds";
    fs::create_directories(folder);
    if (python.isEmpty() ||
        QProcess::execute(python, {writerScript(), "write", QString::fromStdString(folder)}) != 0) {
      return seeds;
    }
    std::vector<fs::path> paths(fs::directory_iterator(folder), {});
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      const bool readable =
          path.extension() == ".pth" && fs::exists(fs::path(path).replace_extension(".txt"));
      if (!readable || has(name, "protocol4")) continue;  // PyTorch's safe reader knows 2 only
      for (const char* kind : {"zip", "legacy", "attacked"}) {
        if (name.starts_with(kind[0] == 'l' ? "legacy" : "zip"))
          seeds[kind].push_back(bytesOf(path));
      }
    }
    return seeds;
  }

  std::string safetensorsSeed() const {
    const fs::path path = root_ / "written.safetensors";
    const at::Tensor values = filled("values", {2, 3}, 0, 2);
    writeSafetensors(path,
                     {{"weight", values},
                      {"half", values.to(at::kHalf)},
                      {"mask", values.to(at::kBool)},
                      {"steps", values.to(at::kLong)[0][0]},
                      {"none", values.narrow(0, 0, 0)}},
                     {{"format", "pt"}});
    return bytesOf(path);
  }

  std::string damaged(const std::string& kind, Numbers& numbers) const {
    const std::vector<std::string>& all = seeds_.at(kind);
    const std::string& seed = all[numbers.below(all.size())];
    return kind == "attacked" ? attackedZip(seed, numbers) : damagedFile(seed, numbers);
  }

  /// What we loaded, PyTorch must load too, and equal.
  void compareWithPyTorch(const fs::path& folder,
                          const std::map<std::string, std::string>& outcomes) {
    const QString python = pythonWithTorch();
    if (python.isEmpty()) QSKIP("no Python with PyTorch in the environment of set-up");
    QProcess process;
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(python, {writerScript(), "compare", QString::fromStdString(folder.string())});
    QVERIFY(process.waitForFinished(1800000));
    QCOMPARE(process.exitCode(), 0);
    int compared = 0;
    std::string differing;
    for (const QByteArray& line : process.readAllStandardOutput().split('\n')) {
      const std::string text = line.toStdString();
      const std::size_t space = text.find(' ');
      const auto found = outcomes.find(text.substr(0, space));
      if (found == outcomes.end()) continue;
      ++compared;
      const std::string theirs = text.substr(space + 1);
      if (found->second != "error" && found->second != theirs) differing += text + "; ";
    }
    QVERIFY2(differing.empty(), ("seed " + std::to_string(seed_) + ": " + differing).c_str());
    QCOMPARE(compared, int(outcomes.size()));
  }

  QTemporaryDir folder_;
  fs::path root_;
  std::uint64_t seed_ = 1;
  Seeds seeds_;
};

QTEST_GUILESS_MAIN(CheckpointsMutationsTest)
#include "checkpoints_mutations.moc"
