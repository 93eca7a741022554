#pragma once

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>
#include <filesystem>

namespace fathom {

/// Tells when anything in a folder (or the files in it) changes, once a burst of changes is over: a
/// rerun of a script rewrites hundreds of files. Belongs to a thread with an event loop. A folder
/// that is not there yet is waited for in the nearest one that is.
class FolderWatch : public QObject {
  Q_OBJECT
 public:
  explicit FolderWatch(std::filesystem::path folder, QObject* parent = nullptr);

  /// How long nothing must change before changed() comes; 300 ms. While changes go on without end
  /// it comes after ten times as long.
  void setQuiet(int milliseconds);

 Q_SIGNALS:
  void changed();

 private:
  void watch();
  void onChange();

  std::filesystem::path folder_;
  QFileSystemWatcher watcher_;
  QTimer quiet_, atMost_;
};

}  // namespace fathom
