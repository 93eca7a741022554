#pragma once

#include <QString>
#include <QWidget>
#include <string>
#include <vector>

#include "core/setting.h"

class QVBoxLayout;

namespace fathom {

class SettingRow;

/// Some settings under a heading.
struct FormSection {
  QString heading;                 ///< shown in small capitals; may be empty
  std::vector<std::string> names;  ///< of the settings, in their order
};

/// A form made from settings: one row each, with exact field and slider, check box, choice or
/// path. Holds valid values only.
class ParameterForm : public QWidget {
  Q_OBJECT

 public:
  explicit ParameterForm(QWidget* parent = nullptr);

  /// Builds the rows anew, with the initial values. Settings that no section names come last,
  /// without a heading. Throws BadInput where a section names a setting that is not there.
  void setSettings(std::vector<Setting> settings, const std::vector<FormSection>& sections = {});

  /// Room at the left and right of the rows: 12 pixels, unless the form stands among others.
  void setMargin(int margin);

  const Values& values() const { return values_; }
  /// Shows these values; those not given stay. Emits nothing, and leaves alone a slider that the
  /// user holds. Throws BadInput on an unknown name or a value that does not fit.
  void setValues(const Values& values);
  void resetAll();

  /// Says under a row what is wrong with it, until it changes; an empty text takes it away. An
  /// unknown name is ignored.
  void setError(std::string_view name, const QString& text);
  void clearErrors();
  void setRowEnabled(std::string_view name, bool enabled);
  void setRowShown(std::string_view name, bool shown);
  /// Null where there is none.
  SettingRow* row(std::string_view name) const;

 Q_SIGNALS:
  /// The user changed a value: `dragging` while a slider is held, and once without on release.
  void changed(const fathom::Values& values, bool dragging);

 private:
  void addHeading(const QString& text);
  void addRow(const Setting& setting);
  void alignFields();

  std::vector<Setting> settings_;
  Values values_;
  std::vector<SettingRow*> rows_;
  QWidget* content_ = nullptr;
  QVBoxLayout* layout_ = nullptr;
  int margin_ = 12;
};

}  // namespace fathom
