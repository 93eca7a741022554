// What reaches the disk: files that are either old or new, and the log.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/log.h"
#include "tests/support/maps.h"

using namespace fathom;
using fathom::test::has;
using fathom::test::messageOf;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t filesIn(const fs::path& folder) {
  return std::size_t(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// Runs the function in a child process and returns its exit status; −1 if it died otherwise.
int inChild(const std::function<int()>& function) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(function());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// 0: a FileError that says `part`; 1: no error; 2: another text; 3: another exception.
int fileErrorSaying(const std::string& part, const std::function<void()>& function) {
  try {
    function();
    return 1;
  } catch (const FileError& error) {
    return has(error.what(), part) ? 0 : 2;
  } catch (...) {
    return 3;
  }
}

constexpr int kCannotTry = 77;

}  // namespace

class FilesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    QVERIFY(folder_->isValid());
    root_ = folder_->path().toStdString();
  }

  void writesAndReplaces() {
    const fs::path path = root_ / "a.txt";
    writeFile(path, "old");
    writeFile(path, std::string_view("n\0w", 3));
    QCOMPARE(contentOf(path), std::string("n\0w", 3));
    writeFile(path, "");
    QCOMPARE(contentOf(path), std::string());
    QCOMPARE(filesIn(root_), std::size_t{1});
  }

  void writesInPieces() {
    const fs::path path = root_ / "pieces.bin";
    const std::string piece(100000, 'x');
    writeFile(path, [&](const Append& append) {
      for (int i = 0; i < 20; ++i) append(piece.data(), piece.size());
      append(nullptr, 0);
    });
    QCOMPARE(fs::file_size(path), std::uintmax_t{2000000});
  }

  void makesMissingFolders() {
    writeFile(root_ / "one" / "two" / "three.txt", "deep");
    QCOMPARE(contentOf(root_ / "one" / "two" / "three.txt"), std::string("deep"));
  }

  void aFailingWriterLeavesTheOldFile() {
    const fs::path path = root_ / "a.txt";
    writeFile(path, "old");
    const auto failing = [](const Append& append) {
      append("half", 4);
      throw BadInput("no more");
    };
    QVERIFY_EXCEPTION_THROWN(writeFile(path, failing), BadInput);
    QCOMPARE(contentOf(path), std::string("old"));
    QCOMPARE(filesIn(root_), std::size_t{1});
  }

  void targetThatIsAFolder() {
    fs::create_directories(root_ / "taken" / "inside");
    const std::string said = messageOf<FileError>([&] { writeFile(root_ / "taken", "x"); });
    QVERIFY2(has(said, "taken") && has(said, "directory"), said.c_str());
    QCOMPARE(filesIn(root_), std::size_t{1});
  }

  void parentThatIsAFile() {
    writeFile(root_ / "file", "x");
    const std::string said = messageOf<FileError>([&] { writeFile(root_ / "file" / "a", "y"); });
    QVERIFY2(has(said, "file"), said.c_str());
    QCOMPARE(contentOf(root_ / "file"), std::string("x"));
  }

  void folderWithoutPermission() {
    fs::permissions(root_, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                               fs::perms::others_exec);
    const int status = inChild([&] {
      // Root may write anywhere, so the child becomes nobody.
      if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return kCannotTry;
      return fileErrorSaying("may write to", [&] { writeFile(root_ / "a.txt", "x"); }) +
             10 * fileErrorSaying("may write to", [&] { checkWritableFolder(root_); });
    });
    fs::permissions(root_, fs::perms::owner_all);
    if (status == kCannotTry) QSKIP("this root cannot become another user");
    QCOMPARE(status, 0);
    QCOMPARE(filesIn(root_), std::size_t{0});
  }

  void fullDisk() {
    writeFile(root_ / "keep.txt", "outside");
    const int status = inChild([&] {
      // A disk of 64 KB that only this child sees.
      if (::unshare(CLONE_NEWNS) != 0) return kCannotTry;
      if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kCannotTry;
      if (::mount("tmpfs", root_.c_str(), "tmpfs", 0, "size=64k") != 0) return kCannotTry;
      writeFile(root_ / "a.txt", "old");
      const std::string large(1 << 20, 'x');
      const int said =
          fileErrorSaying("Free some space", [&] { writeFile(root_ / "a.txt", large); });
      const bool intact = contentOf(root_ / "a.txt") == "old" && filesIn(root_) == 1;
      writeFile(root_ / "a.txt", "new");  // and trying again works
      return said + (intact ? 0 : 10) + (contentOf(root_ / "a.txt") == "new" ? 0 : 20);
    });
    if (status == kCannotTry) QSKIP("a small disk of one's own takes root and the right to mount");
    QCOMPARE(status, 0);
  }

  void fileSizeLimit() {
    const fs::path path = root_ / "a.txt";
    writeFile(path, "old");
    QCOMPARE(inChild([&] {
               std::signal(SIGXFSZ, SIG_IGN);
               const rlimit limit{65536, 65536};
               ::setrlimit(RLIMIT_FSIZE, &limit);
               return fileErrorSaying("cannot write",
                                      [&] { writeFile(path, std::string(1 << 20, 'x')); });
             }),
             0);
    QCOMPARE(contentOf(path), std::string("old"));
    QCOMPARE(filesIn(root_), std::size_t{1});
  }

  void aKilledWriterLeavesOldOrNew() {
    const fs::path path = root_ / "victim.bin";
    constexpr std::size_t kPiece = 4096, kPieces = 16;
    writeFile(path, std::string(kPiece * kPieces, 'a'));
    for (int round = 0; round < 20; ++round) {
      int ends[2];
      QCOMPARE(::pipe(ends), 0);
      const pid_t child = ::fork();
      if (child == 0) {
        for (char letter = 'b';; letter = letter == 'z' ? 'a' : char(letter + 1)) {
          const std::string piece(kPiece, letter);
          writeFile(path, [&](const Append& append) {
            for (std::size_t i = 0; i < kPieces; ++i) {
              append(piece.data(), piece.size());
              if (::write(ends[1], &letter, 1) != 1) ::_exit(1);
            }
          });
        }
      }
      // Killed after some number of pieces, so at another moment of a write in each round.
      const int pieces = 1 + int(test::unit("kill", std::uint64_t(round)) * 60);
      char letter = 0;
      for (int i = 0; i < pieces; ++i) QCOMPARE(::read(ends[0], &letter, 1), ssize_t{1});
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
      ::close(ends[0]);
      ::close(ends[1]);
      const std::string left = contentOf(path);
      QCOMPARE(left.size(), kPiece * kPieces);
      QCOMPARE(left.find_first_not_of(left[0]), std::string::npos);
    }
    // Nothing stands in the way of the next one.
    writeFile(path, "after");
    QCOMPARE(contentOf(path), std::string("after"));
  }

  void writersOfOneFileDoNotMix() {
    const fs::path path = root_ / "shared.bin";
    {
      std::vector<std::jthread> writers;
      for (char letter = 'a'; letter < 'e'; ++letter) {
        writers.emplace_back([&path, letter] {
          for (int i = 0; i < 10; ++i) writeFile(path, std::string(50000, letter));
        });
      }
    }
    const std::string left = contentOf(path);
    QVERIFY(left == std::string(50000, left[0]));
    QCOMPARE(filesIn(root_), std::size_t{1});
  }

  void writableFolder() {
    checkWritableFolder(root_ / "made" / "now");
    QVERIFY(fs::is_directory(root_ / "made" / "now"));
    QCOMPARE(filesIn(root_ / "made" / "now"), std::size_t{0});
    writeFile(root_ / "file", "x");
    QVERIFY_EXCEPTION_THROWN(checkWritableFolder(root_ / "file"), FileError);
    QVERIFY_EXCEPTION_THROWN(checkWritableFolder("/proc/self/nothing"), FileError);
  }

  void listenersHearEveryLineUntilTheyLeave() {
    startLogging({"", false, 2});
    std::vector<std::string> first, second;
    int level = 0;
    auto token = onLogLine([&](const LogLine& line) {
      first.push_back(line.text);
      level = line.level;
    });
    const auto other = onLogLine([&](const LogLine& line) {
      QCOMPARE(line.time.size(), std::size_t{8});  // hh:mm:ss
      second.push_back(line.text);
    });
    log().debug("too quiet");
    log().info("one {}", 1);
    log().error("two");
    QCOMPARE(level, 4);
    token.reset();
    log().info("three");
    QVERIFY((first == std::vector<std::string>{"one 1", "two"}));
    QVERIFY((second == std::vector<std::string>{"one 1", "two", "three"}));
    startLogging({"", false, 1});
    log().debug("loud enough");
    QCOMPARE(second.back(), std::string("loud enough"));
  }

  void logFileRotates() {
    startLogging({(root_ / "logs").string(), false, 2});
    const std::string megabyte(1 << 20, 'm');
    for (int i = 0; i < 32; ++i) log().info("{} {}", i, megabyte);
    log().flush();
    QCOMPARE(filesIn(root_ / "logs"), std::size_t{5});
    for (const auto& file : fs::directory_iterator(root_ / "logs")) {
      QVERIFY(file.file_size() <= 5u << 20);
    }
    QVERIFY(has(contentOf(root_ / "logs" / "fathom.log").substr(0, 100), " info "));
    startLogging({"", false, 2});  // lets go of the file
  }

  void aLogThatCannotBeOpenedIsSaidOnce() {
    writeFile(root_ / "file", "x");
    std::vector<std::string> lines;
    const auto token = onLogLine([&](const LogLine& line) { lines.push_back(line.text); });
    startLogging({(root_ / "file" / "logs").string(), false, 2});
    QCOMPARE(lines.size(), std::size_t{1});
    QVERIFY(has(lines[0], "no log file"));
    log().info("still alive");
    QCOMPARE(lines.back(), std::string("still alive"));
  }

  void stateFolderFollowsTheEnvironment() {
    const QByteArray state = qgetenv("XDG_STATE_HOME"), home = qgetenv("HOME");
    qputenv("XDG_STATE_HOME", "/somewhere");
    QCOMPARE(stateFolder(), std::string("/somewhere/fathom"));
    qunsetenv("XDG_STATE_HOME");
    qputenv("HOME", "/nowhere/ann");
    QCOMPARE(stateFolder(), std::string("/nowhere/ann/.local/state/fathom"));
    qunsetenv("HOME");
    QCOMPARE(stateFolder(), std::string());
    qputenv("HOME", home);
    if (!state.isNull()) qputenv("XDG_STATE_HOME", state);
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path root_;
};

QTEST_GUILESS_MAIN(FilesTest)
#include "files.moc"
