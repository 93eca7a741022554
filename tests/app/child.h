#pragma once

#include <QByteArray>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <functional>

/// What a run of fathom-cli left behind.
struct ChildResult {
  int code = -1;  ///< −1 where it crashed or did not end
  QByteArray out, err;
};

inline QString programPath() {
  return qEnvironmentVariable("FATHOM_BIN") + "/fathom-cli";
}

/// Runs fathom-cli to its end. `prepare` is called in the child before it becomes the program.
inline ChildResult runCli(const QStringList& arguments, const std::function<void()>& prepare = {}) {
  QProcess process;
  if (prepare) process.setChildProcessModifier(prepare);
  process.start(programPath(), arguments);
  if (!process.waitForFinished(120'000)) process.kill();
  ChildResult result;
  if (process.exitStatus() == QProcess::NormalExit) result.code = process.exitCode();
  result.out = process.readAllStandardOutput();
  result.err = process.readAllStandardError();
  return result;
}

inline QByteArray readAll(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QJsonObject readJson(const QString& path) {
  return QJsonDocument::fromJson(readAll(path)).object();
}

/// All files below a folder, relative, sorted.
inline QStringList filesBelow(const QString& folder) {
  QStringList files;
  QDirIterator entries(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (entries.hasNext()) files << QDir(folder).relativeFilePath(entries.next());
  files.sort();
  return files;
}
