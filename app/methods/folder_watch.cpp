#include "app/methods/folder_watch.h"

#include <QDir>
#include <algorithm>

namespace fathom {
namespace {

/// Every watched file takes a handle of the system, of which there are few thousands.
constexpr int kMostFiles = 2000;

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
  QStringList gone;
  std::ranges::copy_if(had, std::back_inserter(gone),
                       [&](const QString& path) { return !wanted.contains(path); });
  if (!gone.isEmpty()) watcher_.removePaths(gone);
  watcher_.addPaths(wanted);
}

void FolderWatch::onChange() {
  quiet_.start();
  if (!atMost_.isActive()) atMost_.start();
}

}  // namespace fathom
