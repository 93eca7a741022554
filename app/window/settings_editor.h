#pragma once

#include <QWidget>
#include <vector>

#include "core/setting.h"

class QTableWidget;
class QToolButton;

namespace fathom {

/// The knobs that a program of the user's has: a row each, to be written into, added and removed.
class SettingsEditor : public QWidget {
  Q_OBJECT
 public:
  enum Column { kName, kTitle, kUnit, kKind, kRange, kInitial, kColumns };

  explicit SettingsEditor(QWidget* parent = nullptr);

  void setSettings(const std::vector<Setting>& settings);
  /// As the table has them. Throws BadInput that names the setting and what is allowed.
  std::vector<Setting> settings() const;
  /// Adds a number between 0 and 1 and lets its name be written.
  void add();
  void removeCurrent();
  QTableWidget& table() { return *table_; }

 private:
  void arrangeTable();
  void append(const Setting& setting);
  void fill(int row, const Setting& setting);
  void changeKind(int row, int kind);
  Setting settingOf(int row) const;
  QString cell(int row, Column column) const;
  void setCell(int row, Column column, const QString& text, bool writable = true);
  void fit();

  QTableWidget* table_;
  QToolButton* remove_;
};

}  // namespace fathom
