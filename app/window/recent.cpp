#include "app/window/recent.h"

#include <QSettings>

namespace fathom {
namespace {

constexpr const char* kKey = "recent";

}  // namespace

QStringList recentPaths() {
  return QSettings().value(kKey).toStringList().mid(0, kMostRecent);
}

void addRecent(const QString& path) {
  QStringList paths = recentPaths();
  paths.removeAll(path);
  paths.prepend(path);
  QSettings().setValue(kKey, paths.mid(0, kMostRecent));
}

void dropRecent(const QString& path) {
  QStringList paths = recentPaths();
  paths.removeAll(path);
  QSettings().setValue(kKey, paths);
}

}  // namespace fathom
