#pragma once

#include <QWidget>
#include <functional>

#include "core/setting.h"

class QBoxLayout;
class QLabel;
class QToolButton;

namespace fathom {

class NumberField;
class ValueSlider;

/// One setting in a form: label left, field right, slider below where the kind has one, and under
/// all what is wrong with it.
class SettingRow : public QWidget {
  Q_OBJECT

 public:
  explicit SettingRow(Setting setting, QWidget* parent = nullptr);

  const Setting& setting() const { return setting_; }
  const Value& value() const { return value_; }
  /// Emits nothing; left out while the user holds the slider.
  void setValue(const Value& value);
  void resetToDefault();
  /// An empty text takes the error away; so does the next change by the user.
  void setError(const QString& text);
  QString error() const;
  /// Field of a number, null for other kinds: forms give all of them one width.
  NumberField* numberField() const { return field_; }
  /// What the keyboard focus goes to.
  QWidget* editor() const { return editor_; }

 Q_SIGNALS:
  /// The user changed the value; `dragging` while the slider is held, then once without.
  void changed(bool dragging);

 protected:
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void buildNumber(QBoxLayout& top, QBoxLayout& rows);
  void buildFlag(QBoxLayout& top);
  void buildChoice(QBoxLayout& top, const Choice& choice);
  void buildFile(QBoxLayout& rows, const File& file);
  void connectSlider();
  void take(const Value& value, bool dragging);
  void showValue(const Value& value);
  QString helpText() const;

  Setting setting_;
  Value value_, default_;
  QLabel *label_ = nullptr, *error_ = nullptr;
  QToolButton* reset_ = nullptr;
  QWidget* editor_ = nullptr;
  NumberField* field_ = nullptr;
  ValueSlider* slider_ = nullptr;
  std::function<void(const Value&)> showInEditor_;
  bool dragged_ = false;
};

}  // namespace fathom
