#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace fathom {

class MethodList;

/// A method list under a search field. Up and down in the field step through what is found, Return
/// goes to the list, Esc empties the field.
class MethodSearch : public QWidget {
  Q_OBJECT

 public:
  explicit MethodSearch(QWidget* parent = nullptr);

  MethodList& list() { return *list_; }
  QLineEdit& field() { return *field_; }
  /// The field gets the focus, its text selected.
  void focusField();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool fieldKey(int key);
  void applyFilter(const QString& text);

  QLineEdit* field_;
  MethodList* list_;
  QLabel* empty_;  ///< says that nothing is found
};

}  // namespace fathom
