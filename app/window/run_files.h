#pragma once

#include <QObject>
#include <QString>
#include <filesystem>
#include <memory>
#include <string>

#include "app/window/on_show.h"

namespace fathom {

class MethodShelf;
class Workbench;

/// The run file that is open: read, compared with what is on show, written.
class RunFiles : public QObject {
  Q_OBJECT
 public:
  RunFiles(Workbench& workbench, MethodShelf& shelf, QObject* parent = nullptr);

  /// Whether a path is that of a run file, by its ending.
  static bool isRunFile(const QString& path);

  /// Reads it and opens its sources off the GUI thread; then all of it is on show, in one step for
  /// undo, or, on any error, nothing has changed.
  void open(const QString& file);
  /// Writes what is on show and stays with that file. Throws FileError.
  void save(const QString& file);
  /// Empty where none is open.
  const std::filesystem::path& file() const { return file_; }
  /// What is on show differs from what the file said when it was opened or saved.
  bool isModified() const { return modified_; }

  /// What is on show, as a file in this folder has it.
  Experiment experiment(const std::filesystem::path& base) const;

  /// For a session: the file that was open, and stamp() as it was then. A file that is not there
  /// any more is none.
  void resume(const std::filesystem::path& file, const std::string& stamp);
  /// Tells what the file said from anything else; empty where none is open.
  const std::string& stamp() const { return stamp_; }

 Q_SIGNALS:
  /// @param remark  what the user should know; mostly empty
  void opened(const QString& file, const QString& remark);
  void failed(const QString& file, const QString& why);
  /// Another file, or isModified() is another.
  void changed();

 private:
  void take(const std::filesystem::path& file, const Experiment& experiment);
  QString remarkOn(const std::vector<MethodDefinition>& definitions) const;
  void settle(const std::filesystem::path& file, Experiment before);
  std::string stampOf(const std::filesystem::path& file) const;
  void compare();

  Workbench& workbench_;
  MethodShelf& shelf_;
  std::filesystem::path file_;
  Experiment before_;  ///< as the file had it
  std::string stamp_;
  bool modified_ = false;
  bool taking_ = false;  ///< changes of our own are no changes to the file
  int asked_ = 0;        ///< only the file asked for last is opened
};

}  // namespace fathom
