#include "datasets/open.h"

#include <ATen/ops/full.h>
#include <sys/stat.h>

#include <QtTest>

#include "datasets/codecs/image.h"
#include "fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

void addImage(const fs::path& file, int value = 1) {
  writeRgbPng(file, at::full({3, 6, 8}, value, at::kByte));
}

}  // namespace

class OpenTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyFormatSaysWhatItLooksLike() {
    QVERIFY(formats().size() >= 2);
    for (const Format& format : formats()) {
      QVERIFY(!format.name.empty() && !format.looks.empty() && format.open);
    }
  }

  void tellsFormatsByContent() {
    Folder root;
    addImage(root / "a/RGB_train_HR/0001.png", 11);
    addImage(root / "b/sea/Easy/P000/image_left/000003_left.png", 22);
    QCOMPARE(openPath(root / "a")->id(0), std::string("train-0001"));
    QCOMPARE(openPath(root / "b")->id(0), std::string("sea-Easy-P000-000003"));
    QCOMPARE(openPath(root / "b")->load(0, {}).rgb[0][0][0].item<int>(), 22);
  }

  void severalFormatsInOneFolderBecomeOneSource() {
    Folder root;
    addImage(root / "a/RGB_train_HR/0001.png", 11);
    addImage(root / "b/sea/Easy/P000/image_left/000003_left.png", 22);
    const auto source = openPath(root.path());
    QCOMPARE(source->size(), std::size_t{2});
    QCOMPARE(source->id(0), std::string("train-0001"));
    QCOMPARE(source->id(1), std::string("sea-Easy-P000-000003"));
  }

  void relativePathsAndLinksAreFine() {
    Folder root;
    addImage(root / "real/RGB_test_HR/0001.png");
    fs::create_symlink(root / "real", root / "link");
    QCOMPARE(openPath(root / "link")->title(), std::string("link"));
    QCOMPARE(openPath(root / "link" / "RGB_test_HR")->title(), std::string("link (test)"));
    QCOMPARE(openPath(fs::relative(root / "real"))->id(0), std::string("test-0001"));
  }

  void whatCannotBeOpenedIsExplained_data() {
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("says");
    QTest::addColumn<QByteArray>("advises");
    const auto row = [](const char* name, const char* path, const char* says, const char* advises) {
      QTest::newRow(name) << QByteArray(path) << QByteArray(says) << QByteArray(advises);
    };
    row("not there", "absent", "is not there", "Check the path");
    row("below a file", "plain.txt/sub", "is not there", "Check the path");
    row("broken link", "broken", "is not there", "Check the path");
    row("a file", "plain.txt", "is a file", "Open the folder that it belongs to");
    row("a pipe", "pipe", "is a file", "Open the folder");
    row("an empty folder", "empty", "is an empty folder", "RGB_train_HR");
    row("of no known kind", "other", "among its 2 files and 1 folders", "image_left");
    row("challenge without colour", "depths", "no numbered colour image", "RGB_train_HR");
  }

  void whatCannotBeOpenedIsExplained() {
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, says);
    QFETCH(QByteArray, advises);
    Folder root;
    writeBytes(root / "plain.txt", "x");
    writeBytes(root / "other/a.txt", "x");
    writeBytes(root / "other/b.png", "x");
    writeBytes(root / "other/c/d.npy", "x");
    fs::create_directories(root / "empty");
    fs::create_directories(root / "depths/AI4S_train_gt");
    fs::create_symlink(root / "nowhere", root / "broken");
    QVERIFY(::mkfifo((root / "pipe").c_str(), 0600) == 0);
    const fs::path whole = root / path.toStdString();
    const auto error = fileError([&] { openPath(whole); });
    QVERIFY(error);
    QCOMPARE(error->subject(), whole.string());
    QVERIFY2(error->problem().find(says.toStdString()) != std::string::npos, error->what());
    QVERIFY2(error->remedy().find(advises.toStdString()) != std::string::npos, error->what());
  }

  void noPermissionIsSaid() {
    if (::geteuid() == 0) QSKIP("root may look into every folder, so there is no forbidden one");
    Folder root;
    addImage(root / "closed/RGB_train_HR/0001.png");
    fs::permissions(root / "closed", fs::perms::none);
    const auto error = fileError([&] { openPath(root / "closed"); });
    fs::permissions(root / "closed", fs::perms::owner_all);
    QVERIFY(error && error->remedy().find("permission") != std::string::npos);
  }

  void brokenPartDoesNotHideTheRest() {
    Folder root;
    fs::create_directories(root / "depths/AI4S_train_gt");
    addImage(root / "sea/Easy/P000/image_left/000003_left.png");
    const Warnings warnings;
    QCOMPARE(openPath(root.path())->id(0), std::string("sea-Easy-P000-000003"));
    QVERIFY(warnings.with("no numbered colour image") > 0);
  }

  void cancelIsHeeded() {
    Folder root;
    addImage(root / "RGB_train_HR/0001.png");
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(openPath(root.path(), {stop.get_token(), {}}), Cancelled);
  }
};

QTEST_GUILESS_MAIN(OpenTest)
#include "open.moc"
