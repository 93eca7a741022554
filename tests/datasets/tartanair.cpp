#include "datasets/tartanair.h"

#include <ATen/ops/full.h>

#include <QtTest>
#include <set>
#include <thread>

#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"
#include "fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

std::string six(int number) {
  std::string digits = std::to_string(number);
  return std::string(6 - digits.size(), '0') + digits;
}

/// A frame whose pixels hold `value`.
void addFrame(const fs::path& trajectory, int number, int value, bool depth = true) {
  writeRgbPng(trajectory / "image_left" / (six(number) + "_left.png"),
              at::full({3, 6, 8}, value, at::kByte));
  if (!depth) return;
  writeNpy(trajectory / "depth_left" / (six(number) + "_left_depth.npy"),
           at::full({6, 8}, static_cast<float>(value)));
}

/// Line N is the pose whose x is N.
void addPoses(const fs::path& trajectory, int lines) {
  std::string text;
  for (int line = 0; line < lines; ++line) text += std::to_string(line) + ".0 0 0 0 0 0 1\n";
  writeBytes(trajectory / "pose_left.txt", text);
}

}  // namespace

class TartanAirTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void findsTrajectoriesInATree() {
    Folder root;
    addFrame(root / "office/Easy/P001", 7, 1);
    addFrame(root / "office/Easy/P000", 3, 2);
    addFrame(root / "office/Easy/P000", 42, 3, false);
    addFrame(root / "office/Hard/P000", 0, 4);
    addFrame(root / "ocean/ocean/Hard/P012", 100, 5);  // as unpacked archives often lie
    writeBytes(root / "ocean/readme.txt", "x");
    const auto source = openTartanAir(root.path());
    QVERIFY((idsOf(*source) == Ids{"ocean-Hard-P012-000100", "office-Easy-P000-000003",
                                   "office-Easy-P000-000042", "office-Easy-P001-000007",
                                   "office-Hard-P000-000000"}));
    QCOMPARE(source->title(), root.path().filename().string());
    const std::vector<int> values{5, 2, 3, 1, 4};
    for (std::size_t index = 0; index < values.size(); ++index) {
      const Sample sample = source->load(index, {});
      QVERIFY(source->pictureSize(index, {}) == sample.size());
      QCOMPARE(sample.id, source->id(index));
      QCOMPARE(sample.rgb[2][5][7].item<int>(), values[index]);
      QCOMPARE(sample.truth.has_value(), index != 2);
      QCOMPARE(source->facts(index).hasTruth, index != 2);
      QVERIFY(!source->facts(index).hasLow && !sample.low && !sample.pose);
      if (sample.truth) QCOMPARE(sample.truth->metres[1][1].item<int>(), values[index]);
      QCOMPARE(int{source->thumbnail(index).rgb[0]}, values[index]);
    }
    QVERIFY_EXCEPTION_THROWN(source->id(5), BadInput);
  }

  void idsDoNotDependOnWhereTheTreeWasOpened() {
    Folder root;
    const fs::path trajectory = root / "office/Hard/P003";
    addFrame(trajectory, 12, 1);
    for (const fs::path& from :
         {root.path(), root / "office", root / "office/Hard", trajectory, trajectory / "",
          trajectory / "image_left", trajectory / "depth_left"}) {
      const auto source = openTartanAir(from);
      QVERIFY2(source, from.c_str());
      QVERIFY((idsOf(*source) == Ids{"office-Hard-P003-000012"}));
    }
  }

  void bareTrajectoryIsCalledByItsFolder() {
    Folder root;
    addFrame(root / "my hospital", 42, 1);
    addFrame(root / "deep/down/P000", 1, 2);
    QVERIFY((idsOf(*openTartanAir(root / "my hospital")) == Ids{"my_hospital-000042"}));
    QVERIFY(
        (idsOf(*openTartanAir(root.path())) == Ids{"deep-down-P000-000001", "my_hospital-000042"}));
  }

  void poseIsTheLineOfTheFramesNumber() {
    Folder root;
    const fs::path trajectory = root / "sea/Easy/P000";
    for (const int number : {2, 5, 8}) addFrame(trajectory, number, number);
    addPoses(trajectory, 9);
    const Warnings warnings;
    const auto source = openTartanAir(root.path());
    for (std::size_t index = 0; index < 3; ++index) {
      const Sample sample = source->load(index, {});
      QVERIFY(sample.pose);
      QCOMPARE(sample.pose->translation[0], 2.0 + 3.0 * static_cast<double>(index));
    }
    QCOMPARE(warnings.with("pose"), 0);
  }

  void framesAroundAreOfTheSameTrajectory() {
    Folder root;
    for (const int number : {2, 5, 8, 9}) addFrame(root / "sea/Easy/P000", number, 1);
    for (const int number : {0, 1, 2}) addFrame(root / "sea/Easy/P001", number, 1);
    const auto source = openTartanAir(root.path());
    using Frames = std::vector<std::size_t>;
    QVERIFY((source->framesAround(1, {1, 1}) == Frames{0, 2}));
    QVERIFY((source->framesAround(3, {2, 1}) == Frames{2, 1}));
    QVERIFY((source->framesAround(0, {2, 2}) == Frames{2}));
    QVERIFY((source->framesAround(4, {8, 1}) == Frames{5, 6}));
    QVERIFY(source->framesAround(4, {}).empty());
    QVERIFY_EXCEPTION_THROWN(source->framesAround(7, {1, 1}), BadInput);
  }

  void missingPosesAreSaidOnce() {
    Folder root;
    for (int number = 0; number < 4; ++number) addFrame(root / "a/Easy/P000", number, 1);
    for (int number = 0; number < 4; ++number) addFrame(root / "b/Easy/P000", number, 1);
    addPoses(root / "b/Easy/P000", 2);
    const Warnings warnings;
    const auto source = openTartanAir(root.path());
    for (std::size_t index = 0; index < source->size(); ++index) {
      QCOMPARE(source->load(index, {}).pose.has_value(), index == 4 || index == 5);
    }
    source->load(0, {});
    QCOMPARE(warnings.with("no poses: " + (root / "a/Easy/P000/pose_left.txt").string()), 1);
    QCOMPARE(warnings.with("2 of 4 frames have no usable pose in its 2 lines"), 1);
    QCOMPARE(warnings.with("pose"), 2);
  }

  void openingReadsNoFile() {
    Folder root;
    const fs::path trajectory = root / "big/Easy/P000";
    for (int number = 0; number < 3000; number += 3) {
      writeBytes(trajectory / "image_left" / (six(number) + "_left.png"), "");
      if (number % 2 == 0) {
        writeBytes(trajectory / "depth_left" / (six(number) + "_left_depth.npy"), "");
      }
    }
    const auto source = openTartanAir(root.path());
    QCOMPARE(source->size(), std::size_t{1000});
    QCOMPARE(source->id(999), std::string("big-Easy-P000-002997"));
    QVERIFY(source->facts(0).hasTruth && !source->facts(1).hasTruth);
    const auto error = fileError([&] { source->load(999, {}); });
    QVERIFY(error && error->subject().ends_with("002997_left.png"));
  }

  void namesThatAreNoFramesAreLeftOut() {
    Folder root;
    const fs::path images = root / "a/Easy/P000/image_left";
    addFrame(root / "a/Easy/P000", 1, 1);
    for (const char* name : {"000002_right.png", "_left.png", "x000003_left.png", "000004_left.jpg",
                             "-00005_left.png", "0000 6_left.png", "99999999999_left.png"}) {
      writeBytes(images / name, "x");
    }
    fs::create_directories(images / "000007_left.png");
    QVERIFY((idsOf(*openTartanAir(root.path())) == Ids{"a-Easy-P000-000001"}));
  }

  void doubledNumbersAreLeftOutAndSaid() {
    Folder root;
    addFrame(root / "a/Easy/P000", 1, 1);
    writeBytes(root / "a/Easy/P000/image_left/1_left.png", "x");
    const Warnings warnings;
    QVERIFY((idsOf(*openTartanAir(root.path())) == Ids{"a-Easy-P000-000001"}));
    QCOMPARE(warnings.with("have the number of another one"), 1);
  }

  void imagesWithoutDepthFolder() {
    Folder root;
    addFrame(root / "a/Easy/P000", 1, 1, false);
    const auto source = openTartanAir(root.path());
    QVERIFY(!source->facts(0).hasTruth && !source->load(0, {}).truth);
  }

  void depthOfAnotherSizeNamesBothFiles() {
    Folder root;
    addFrame(root / "a/Easy/P000", 1, 1);
    writeNpy(root / "a/Easy/P000/depth_left/000001_left_depth.npy", at::full({8, 6}, 1.0f));
    const auto source = openTartanAir(root.path());
    const auto error = fileError([&] { source->load(0, {}); });
    QVERIFY(error);
    const std::string text = error->what();
    for (const char* part : {"000001_left_depth.npy", "000001_left.png", "6×8", "8×6"}) {
      QVERIFY2(text.find(part) != std::string::npos, text.c_str());
    }
  }

  void linksAreFollowedButNotInCircles() {
    Folder root, elsewhere;
    addFrame(elsewhere / "Easy/P000", 4, 1);
    fs::create_directories(root / "sea");
    fs::create_symlink(elsewhere / "Easy", root / "sea/Easy");
    fs::create_symlink(root.path(), root / "sea/loop");
    fs::create_symlink("..", root / "sea/up");
    fs::create_symlink(root / "sea", root / "twice");
    fs::create_symlink(root / "nowhere", root / "broken");
    QVERIFY((idsOf(*openTartanAir(root.path())) == Ids{"sea-Easy-P000-000004"}));
  }

  void equalNamesGetANumber() {
    Folder root;
    addFrame(root / "one/sea/Easy/P000", 4, 1);
    addFrame(root / "two/sea/Easy/P000", 4, 2);
    QVERIFY((idsOf(*openTartanAir(root.path())) ==
             Ids{"sea-Easy-P000-000004", "sea-Easy-P000-2-000004"}));
  }

  void depthOfTheSearchIsLimited() {
    Folder root;
    addFrame(root / "1/2/3/4/5/6/7/8", 1, 1);
    addFrame(root / "a/2/3/4/5/6/7/8/9", 1, 1);
    addFrame(root / ".hidden/Easy/P000", 1, 1);
    QVERIFY((idsOf(*openTartanAir(root.path())) == Ids{"1-2-3-4-5-6-7-8-000001"}));
  }

  void emptyImageFolderIsAFolderLikeAnyOther() {
    Folder root;
    addFrame(root / "Easy/image_left/sea/Easy/P000", 1, 1);
    QVERIFY((idsOf(*openTartanAir(root.path())) == Ids{"sea-Easy-P000-000001"}));
  }

  void otherFoldersAreNotTaken() {
    Folder root;
    QVERIFY(!openTartanAir(root.path()));
    writeBytes(root / "image_right/000000_right.png", "x");
    fs::create_directories(root / "a/image_left");
    QVERIFY(!openTartanAir(root.path()));
    QVERIFY(fileError([&] { openTartanAir(root / "absent"); }));
  }

  void folderWithoutPermissionIsLeftOut() {
    if (::geteuid() == 0) QSKIP("root may look into every folder, so there is no forbidden one");
    Folder root;
    addFrame(root / "a/Easy/P000", 1, 1);
    addFrame(root / "b/Easy/P000", 1, 1);
    fs::permissions(root / "b", fs::perms::none);
    const Warnings warnings;
    const auto source = openTartanAir(root.path());
    fs::permissions(root / "b", fs::perms::owner_all);
    QVERIFY((idsOf(*source) == Ids{"a-Easy-P000-000001"}));
    QCOMPARE(warnings.with("left out"), 1);
  }

  void cancelIsHeeded() {
    Folder root;
    for (int number = 0; number < 9; ++number) {
      addFrame(root / ("e" + std::to_string(number)) / "Easy/P000", 1, 1);
    }
    std::stop_source stop;
    int reports = 0;
    const Progress progress{stop.get_token(), [&](double, std::string_view doing) {
                              QVERIFY(doing.starts_with(root.path().string()));
                              if (++reports == 5) stop.request_stop();
                            }};
    QVERIFY_EXCEPTION_THROWN(openTartanAir(root.path(), progress), Cancelled);
    QCOMPARE(reports, 5);
    const auto source = openTartanAir(root.path());
    QVERIFY_EXCEPTION_THROWN(source->load(0, progress), Cancelled);
  }

  void manyThreadsMayLoadAtOnce() {
    Folder root;
    for (int number = 0; number < 4; ++number) addFrame(root / "a/Easy/P000", number, number);
    addPoses(root / "a/Easy/P000", 4);
    const auto source = openTartanAir(root.path());
    std::atomic<int> right{0};
    {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
          for (int round = 0; round < 20; ++round) {
            const Sample sample = source->load(thread, {});
            right += sample.rgb[0][0][0].item<int>() == thread && sample.pose &&
                     sample.pose->translation[0] == thread;
          }
        });
      }
    }
    QCOMPARE(right.load(), 80);
  }
};

QTEST_GUILESS_MAIN(TartanAirTest)
#include "tartanair.moc"
