#pragma once

#include <QDialog>
#include <functional>
#include <string>

#include "app/methods/definition.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace fathom {

class MembersEditor;
class MethodShelf;
class MethodTrial;
class ParameterForm;
class SettingsEditor;
class Workbench;

/// "Add method…" and "Edit…": kinds at the left, a form at the right, a trial on the sample on
/// show at the foot.
class MethodDialog : public QDialog {
  Q_OBJECT
 public:
  /// @param edited  id of the method to edit; empty: a new one
  MethodDialog(Workbench& workbench, MethodShelf& shelf, const std::string& edited,
               QWidget* parent = nullptr);

  /// As the form has it. Throws BadInput where the command cannot be split.
  MethodDefinition definition() const;
  void setKind(MethodKind kind);
  MethodKind kind() const { return kind_; }

 Q_SIGNALS:
  /// It was added or changed; the dialog closes.
  void saved(const std::string& id);

 private:
  QWidget* makeForm();
  QWidget* makeFoot();
  void fill(const MethodDefinition& definition);
  void chooseColour();
  void showColour();
  void tryIt();
  void save();
  void guarded(const std::function<void()>& work);
  void afterConsent(const MethodDefinition& definition, const std::function<void()>& then);
  void say(const QString& text, bool bad);

  Workbench& workbench_;
  MethodShelf& shelf_;
  const std::string edited_;
  MethodKind kind_ = MethodKind::kPredictions;
  MethodDefinition base_;  ///< what the form does not show: its folder
  QString colour_;
  QListWidget* kinds_;
  QLabel* summary_;
  QLineEdit *title_, *id_, *command_;
  QPushButton *colourButton_, *try_, *save_;
  QWidget* commandRow_;
  MembersEditor* members_;
  SettingsEditor* settings_;
  ParameterForm* form_;
  QPlainTextEdit* answer_;
  MethodTrial* trial_;
};

}  // namespace fathom
