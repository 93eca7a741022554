#include "app/methods/folder_watch.h"

#include <QDir>
#include <QSet>

namespace fathom {
namespace {

/// Each watched file takes a handle of the system and a moment of the window's thread. The newest
/// are watched: those are what a script is working on. All are seen to come, go and be renamed.
constexpr int kMostFiles = 500;

}  // namespace

FolderWatch::FolderWatch(std::filesystem::path folder, QObject* parent)
    : QObject(parent), folder_(std::move(folder)) {
  for (QTimer* timer : {&quiet_, &atMost_}) {
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, this, [this] {
      quiet_.stop();
      atMost_.stop();
      watch();
      Q_EMIT changed();
    });
  }
  setQuiet(300);
  connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, &FolderWatch::onChange);
  connect(&watcher_, &QFileSystemWatcher::fileChanged, this, &FolderWatch::onChange);
  watch();
}

void FolderWatch::setQuiet(int milliseconds) {
  quiet_.setInterval(milliseconds);
  atMost_.setInterval(10 * milliseconds);
}

/// The folder tells of files that come and go, a file of being written in place.
void FolderWatch::watch() {
  QDir folder(QString::fromStdString(folder_.string()));
  while (!folder.exists() && folder.path() != "/" && folder.path() != ".") {
    folder.setPath(QFileInfo(folder.path()).path());
  }
  QStringList wanted{folder.path()};
  if (folder == QDir(QString::fromStdString(folder_.string()))) {
    const auto entries =
        folder.entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time);
    for (const QFileInfo& entry : entries.mid(0, kMostFiles)) wanted << entry.filePath();
  }
  const QStringList had = watcher_.files() + watcher_.directories();
  const QSet<QString> before(had.begin(), had.end()), after(wanted.begin(), wanted.end());
  const QSet<QString> gone = before - after, fresh = after - before;
  if (!gone.isEmpty()) watcher_.removePaths({gone.begin(), gone.end()});
  if (!fresh.isEmpty()) watcher_.addPaths({fresh.begin(), fresh.end()});
}

void FolderWatch::onChange() {
  quiet_.start();
  if (!atMost_.isActive()) atMost_.start();
}

}  // namespace fathom
