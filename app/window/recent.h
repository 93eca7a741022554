#pragma once

#include <QStringList>

namespace fathom {

inline constexpr int kMostRecent = 10;

/// Folders and run files that were opened, the last one first, kept with the window's settings.
QStringList recentPaths();
/// To the front; what was there before keeps its order, and only the last ten stay.
void addRecent(const QString& path);
void dropRecent(const QString& path);

}  // namespace fathom
