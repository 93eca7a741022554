#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <filesystem>
#include <string>
#include <vector>

#include "app/experiment/run_file.h"

namespace fathom {

class MethodShelf;
class RunFiles;
class Workbench;

/// Keeps what is on show from session to session: sources, sample, experiment, layer, and the run
/// file that is open. A run file with a [window] table, written a while after a change on a thread
/// of its own, and at the end.
class Session : public QObject {
  Q_OBJECT
 public:
  static constexpr int kDelay = 5000;  ///< ms from a change to the file

  Session(Workbench& workbench, MethodShelf& shelf, RunFiles& files, std::filesystem::path file,
          int delay = kDelay, QObject* parent = nullptr);
  /// Writes what has changed since and waits for it.
  ~Session() override;

  /// $XDG_STATE_HOME/fathom/session.toml or ~/.local/state/fathom/session.toml
  static std::filesystem::path usualFile();

  /// Brings back what the file says as far as it is still there; what is not is told. A file that
  /// is none of ours is set aside as FILE.bad. Without a file nothing happens. Never throws.
  void restore();
  /// What the file is to say now.
  std::string text() const;

 Q_SIGNALS:
  /// Some of the last session could not be brought back.
  void warned(const QString& why);

 private:
  struct Kept;
  Kept read() const;
  void take(const Kept& kept);
  std::vector<MethodDefinition> usable(const std::vector<MethodDefinition>& definitions);
  void open(const Kept& kept);
  void select(const std::string& sample);
  void touch();
  void write();
  void warn(const QString& why);

  Workbench& workbench_;
  MethodShelf& shelf_;
  RunFiles& files_;
  const std::filesystem::path file_;
  QTimer soon_;
  std::string written_;   ///< what was handed to the other thread last
  bool opening_ = false;  ///< sources of the last session: until they are there nothing is written
  QThreadPool pool_;
};

}  // namespace fathom
