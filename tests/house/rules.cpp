// The rules of the house that a compiler does not check, or only where a header was never seen:
// who may include whom, how long a file may be, what no file may say.
#include <QDirIterator>
#include <QProcess>
#include <QRegularExpression>
#include <QtTest>

namespace {

/// What a folder may include: other folders of the house, and libraries by their headers' names.
struct Room {
  const char* folder;
  QStringList folders;
  QString forbidden;  ///< headers in angle brackets that it must not know
};

const QString kQt = "Q[A-Z]|Qt|qcustomplot", kOpenCv = "opencv", kVtk = "vtk", kEmbree = "embree";
const QString kFiles = "hdf5|H5|zip\\.h|OpenEXR|png\\.h", kCommandLine = "CLI/";
// These take half a minute to compile; <ATen/ops/NAME.h> is there instead.
const QString kHeavy = "torch/torch\\.h|torch/all\\.h|ATen/ATen\\.h|ATen/Functions\\.h";

QString anyOf(const QStringList& patterns) {
  return "^(" + patterns.join('|') + ")";
}

const QList<Room> kRooms{
    {"core", {"core"}, anyOf({kQt, kOpenCv, kVtk, kEmbree, kFiles, kCommandLine, kHeavy})},
    {"datasets", {"core", "datasets"}, anyOf({kQt, kVtk, kCommandLine, kHeavy})},
    {"models",
     {"core", "models"},
     anyOf({kQt, kOpenCv, kVtk, kEmbree, kFiles, kCommandLine, kHeavy})},
    {"widgets", {"core", "widgets"}, anyOf({kOpenCv, kEmbree, kFiles, kCommandLine, kHeavy})},
    {"app", {"core", "datasets", "models", "widgets", "app"}, anyOf({kHeavy})},
    // A library of its own within models: the one that may use OpenCV.
    {"models/guided",
     {"core", "models"},
     anyOf({kQt, kVtk, kEmbree, kFiles, kCommandLine, kHeavy})},
};

constexpr int kLongestFile = 600;

/// The lines of a text file.
QStringList linesOf(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QString::fromUtf8(file.readAll()).split('\n');
}

bool looksLikeText(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) && !file.read(8192).contains('\0');
}

}  // namespace

class RulesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    root_ = qEnvironmentVariable("FATHOM_SOURCE");
    QVERIFY2(!root_.isEmpty() && QFile::exists(root_ + "/core/depth_map.h"),
             "FATHOM_SOURCE must name the checkout (ctest sets it)");
  }

  void includesFollowTheArrows_data() { rooms(); }
  void includesFollowTheArrows() {
    QFETCH(int, room);
    const QStringList files = sourcesOf(kRooms[room].folder);
    QVERIFY(!files.isEmpty());
    for (const QString& file : files) {
      const QStringList lines = linesOf(file);
      for (int i = 0; i < lines.size(); ++i) {
        const QString problem = problemOf(kRooms[room], lines[i]);
        if (!problem.isEmpty()) report(file, i + 1, problem + ": " + lines[i].trimmed());
      }
    }
    expectNothingReported();
  }

  void noFileIsTooLong_data() { rooms(); }
  void noFileIsTooLong() {
    QFETCH(int, room);
    for (const QString& file : sourcesOf(kRooms[room].folder)) {
      const auto lines = linesOf(file).size() - 1;
      if (lines > kLongestFile) report(file, int(lines), "more than 600 lines");
    }
    expectNothingReported();
  }

  void headersAreGuarded() {
    for (const Room& room : kRooms) {
      for (const QString& file : sourcesOf(room.folder)) {
        if (!file.endsWith(".h") || linesOf(file).contains("#pragma once")) continue;
        report(file, 1, "no #pragma once");
      }
    }
    expectNothingReported();
  }

  void noFileNamesAPlaceOfOneMachine() {
    // Written in two parts so that this file does not find itself.
    const QRegularExpression place(QString("(^|[\\s\"'=:(,])/(wo") + "rk|ro" + "ot|ho" +
                                   "me/\\w+|Us" + "ers/\\w+)(/|\\b)");
    const QStringList files = trackedFiles();
    QVERIFY(files.size() > 100);
    for (const QString& file : files) {
      if (!looksLikeText(file)) continue;
      const QStringList lines = linesOf(file);
      for (int i = 0; i < lines.size(); ++i) {
        if (place.match(lines[i]).hasMatch()) report(file, i + 1, lines[i].trimmed());
      }
    }
    expectNothingReported();
  }

  // The scan itself: a rule that never fires would pass everything above.
  void theScanSeesEveryKindOfBreach_data() {
    QTest::addColumn<int>("room");
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("core and Qt") << 0 << "#include <QString>" << false;
    QTest::newRow("core and a model") << 0 << "#include \"models/registry.h\"" << false;
    QTest::newRow("core and its own") << 0 << "#include \"core/error.h\"" << true;
    QTest::newRow("core and an operator") << 0 << "#include <ATen/ops/empty.h>" << true;
    QTest::newRow("datasets and OpenCV") << 1 << "#include <opencv2/core.hpp>" << true;
    QTest::newRow("datasets and Qt") << 1 << "  #  include <QtCore/QFile>" << false;
    QTest::newRow("models and OpenCV") << 2 << "#include <opencv2/core.hpp>" << false;
    QTest::newRow("models and Embree") << 2 << "#include <embree4/rtcore.h>" << false;
    QTest::newRow("models and torch.h") << 2 << "#include <torch/torch.h>" << false;
    QTest::newRow("widgets and VTK") << 3 << "#include <vtkRenderer.h>" << true;
    QTest::newRow("widgets and OpenCV") << 3 << "#include <opencv2/core.hpp>" << false;
    QTest::newRow("widgets and data") << 3 << "#include \"datasets/open.h\"" << false;
    QTest::newRow("widgets and the app") << 3 << "#include \"app/window/window.h\"" << false;
    QTest::newRow("app and everybody") << 4 << "#include \"datasets/open.h\"" << true;
    QTest::newRow("models and the guided") << 2 << "#include \"models/guided/space.h\"" << false;
    QTest::newRow("guided and OpenCV") << 5 << "#include <opencv2/core.hpp>" << true;
    QTest::newRow("guided and Qt") << 5 << "#include <QString>" << false;
    QTest::newRow("guided and a model") << 5 << "#include \"models/interpolation/taps.h\"" << true;
    QTest::newRow("up and out") << 3 << "#include \"../datasets/open.h\"" << false;
    QTest::newRow("no include at all") << 0 << "// see <QString>" << true;
  }
  void theScanSeesEveryKindOfBreach() {
    QFETCH(int, room);
    QFETCH(QString, line);
    QFETCH(bool, allowed);
    QCOMPARE(problemOf(kRooms[room], line).isEmpty(), allowed);
  }

 private:
  static void rooms() {
    QTest::addColumn<int>("room");
    for (int i = 0; i < kRooms.size(); ++i) QTest::newRow(kRooms[i].folder) << i;
  }

  QStringList sourcesOf(const QString& folder) const {
    QStringList files;
    QDirIterator each(root_ + "/" + folder, {"*.h", "*.cpp", "*.cu"}, QDir::Files,
                      QDirIterator::Subdirectories);
    const QStringList inner = roomsWithin(folder);
    while (each.hasNext()) {
      const QString file = each.next();
      const bool other = std::any_of(inner.begin(), inner.end(), [&](const QString& room) {
        return file.startsWith(root_ + "/" + room + "/");
      });
      if (!other) files << file;
    }
    return files;
  }

  /// Rooms within a room, which have rules of their own.
  static QStringList roomsWithin(const QString& folder) {
    QStringList rooms;
    for (const Room& room : kRooms) {
      if (QString(room.folder).startsWith(folder + "/")) rooms << room.folder;
    }
    return rooms;
  }

  static QString problemOf(const Room& room, const QString& line) {
    static const QRegularExpression include("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]");
    const auto found = include.match(line);
    if (!found.hasMatch()) return {};
    const QString name = found.captured(2);
    if (found.captured(1) == "<") {
      const bool bad = QRegularExpression(room.forbidden).match(name).hasMatch();
      return bad ? QString("%1 must not know this library").arg(room.folder) : QString();
    }
    // Made by the build (build_info.h, a moc file): beside the source, so without a folder.
    if (!name.contains('/')) return {};
    const bool shut = roomsWithin(room.folder).contains(name.section('/', 0, 1));
    if (!shut && room.folders.contains(name.section('/', 0, 0))) return {};
    return QString("%1 must not include this").arg(room.folder);
  }

  /// What git tracks; where there is no git, every file outside build folders.
  QStringList trackedFiles() const {
    QProcess git;
    git.start("git", {"-c", "safe.directory=*", "-C", root_, "ls-files", "-z"});
    QStringList files;
    if (git.waitForFinished() && git.exitStatus() == QProcess::NormalExit && git.exitCode() == 0) {
      for (const QByteArray& name : git.readAllStandardOutput().split('\0')) {
        if (!name.isEmpty()) files << root_ + "/" + QString::fromUtf8(name);
      }
    }
    if (!files.isEmpty()) return files;
    QDirIterator each(root_, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext()) {
      const QString file = each.next();
      if (!file.startsWith(root_ + "/build/") && !file.startsWith(root_ + "/.git")) files << file;
    }
    return files;
  }

  void report(const QString& file, int line, const QString& what) {
    problems_ << QString("%1:%2: %3").arg(QDir(root_).relativeFilePath(file)).arg(line).arg(what);
  }

  void expectNothingReported() {
    const QString all = problems_.join('\n');
    problems_.clear();
    QVERIFY2(all.isEmpty(), qPrintable("\n" + all));
  }

  QString root_;
  QStringList problems_;
};

QTEST_GUILESS_MAIN(RulesTest)
#include "rules.moc"
