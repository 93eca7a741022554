#pragma once

#include <QWidget>
#include <map>
#include <string>

#include "core/setting.h"

class QLabel;

namespace fathom {

class MethodList;
class ParameterForm;
class Workbench;

/// All methods with a check box for their pane, and the card and settings of the selected one.
class MethodsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit MethodsPanel(Workbench& workbench, QWidget* parent = nullptr);

 private:
  void showMethods();
  void showSelected();
  void setShown(const std::string& id, bool shown);

  Workbench& workbench_;
  MethodList* list_;
  QLabel* card_;
  ParameterForm* form_;
  std::string formOf_;                  ///< the method whose settings the form holds
  std::map<std::string, Values> kept_;  ///< settings of methods that are not shown
};

}  // namespace fathom
