#include "datasets/folder.h"

#include <sys/stat.h>

#include <QtTest>

#include "datasets/codecs/poses.h"
#include "fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

class FolderTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void listsFilesAndFoldersSorted() {
    Folder folder;
    for (const char* name : {"b.txt", "a.txt", "sub/x", ".hidden"}) writeBytes(folder / name, "x");
    fs::create_symlink(folder / "sub", folder / "link");
    fs::create_symlink(folder / "b.txt", folder / "c.txt");
    fs::create_symlink(folder / "nowhere", folder / "broken");
    QVERIFY(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    const FolderListing listing = listFolder(folder.path());
    QVERIFY((listing.files == std::vector<std::string>{".hidden", "a.txt", "b.txt", "c.txt"}));
    QVERIFY((listing.folders == std::vector<std::string>{"link", "sub"}));
  }

  void whatCannotBeListedIsNamed() {
    Folder folder;
    writeBytes(folder / "file", "x");
    const auto problem = [](const fs::path& path) {
      const auto error = fileError([&] { listFolder(path); });
      return error && error->subject() == path.string() ? error->problem() : std::string();
    };
    QCOMPARE(problem(folder / "absent"), std::string("is not there"));
    QCOMPARE(problem(folder / "file"), std::string("is not a folder"));
    QCOMPARE(problem(folder / "file/below"), std::string("is not there"));
    fs::create_symlink(folder / "loop", folder / "loop");
    QVERIFY(problem(folder / "loop").starts_with("cannot be listed"));
  }

  void namesOfFolders() {
    QCOMPARE(folderName("/a/b"), std::string("b"));
    QCOMPARE(folderName("/a/b/"), std::string("b"));
    QCOMPARE(folderName("/a/b/."), std::string("b"));
    QCOMPARE(folderName("/a/b/../c//"), std::string("c"));
    QCOMPARE(folderName("/"), std::string("/"));
    QCOMPARE(folderName("."), fs::current_path().filename().string());
    QCOMPARE(tidyPath("/a/./b/").string(), std::string("/a/b"));
    QCOMPARE(tidyPath("/").string(), std::string("/"));
  }

  void fileSafeNames() {
    QCOMPARE(fileSafe("office2-Easy_P000.x"), std::string("office2-Easy_P000.x"));
    QCOMPARE(fileSafe("a b/c:d\\e"), std::string("a_b_c_d_e"));
    QCOMPARE(fileSafe("größe"), std::string("gr____e"));
    QCOMPARE(fileSafe(std::string_view("a\0b\n", 4)), std::string("a_b_"));
    QCOMPARE(fileSafe(""), std::string("_"));
    QCOMPARE(fileSafe("../x"), std::string("_.._x"));
  }

  void numbersInNames() {
    QCOMPARE(numberIn("0000"), std::optional<std::int64_t>(0));
    QCOMPARE(numberIn("0042"), std::optional<std::int64_t>(42));
    QCOMPARE(numberIn("frame_7"), std::optional<std::int64_t>(7));
    QCOMPARE(numberIn("7.left"), std::optional<std::int64_t>(7));
    QCOMPARE(numberIn("20200509112638"), std::optional<std::int64_t>(20200509112638));
    QVERIFY(!numberIn(""));
    QVERIFY(!numberIn("sky"));
    QVERIFY(!numberIn("0001_x8"));
    QVERIFY(!numberIn("0001 (1)"));
    QVERIFY(!numberIn("99999999999999999999"));
  }

  void longListsAreShortened() {
    QCOMPARE(listed({}), std::string());
    QCOMPARE(listed({"a", "b"}), std::string("a, b"));
    QCOMPARE(listed({"a", "b", "c"}, 2), std::string("a, b and 1 more"));
  }

  void posesByLine() {
    Folder folder;
    writeBytes(folder / "pose.txt",
               "1 2 3 0 0 0 1\n"
               "-1.5e1\t2.0  3.25 0.5 0.5 0.5 0.5\r\n"
               "\n"
               "1 2 3 0 0 0\n"
               "1 2 3 0 0 0 1 9\n"
               "1 2 3 0 0 0 2\n"
               "nan 2 3 0 0 0 1\n"
               "1 2 3 0 0 0 1x\n"
               "a b c d e f g\n"
               "1e999 2 3 0 0 0 1\n"
               "  4 5 6 0 0 1 0  ");
    const auto poses = readPoses(folder / "pose.txt");
    QCOMPARE(poses.size(), std::size_t{11});
    QVERIFY((poses[0]->translation == std::array<double, 3>{1, 2, 3}));
    QVERIFY((poses[1]->translation == std::array<double, 3>{-15, 2, 3.25}));
    QVERIFY((poses[1]->rotation == std::array<double, 4>{0.5, 0.5, 0.5, 0.5}));
    for (std::size_t line = 2; line < 10; ++line)
      QVERIFY2(!poses[line], QByteArray::number(quint64(line)));
    QVERIFY((poses[10]->rotation == std::array<double, 4>{0, 0, 1, 0}));
    writeBytes(folder / "empty.txt", "");
    QVERIFY(readPoses(folder / "empty.txt").empty());
    QVERIFY(fileError([&] { readPoses(folder / "absent.txt"); }));
  }
};

QTEST_GUILESS_MAIN(FolderTest)
#include "folder.moc"
