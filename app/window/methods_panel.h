#pragma once

#include <QWidget>
#include <map>
#include <set>
#include <string>

#include "core/setting.h"

class QPushButton;

namespace fathom {

class MethodCard;
class MethodSearch;
class ParameterForm;
class Workbench;
struct UpsamplerInfo;

/// All methods with a search field and a check box for their pane; under them the card and the
/// settings of the selected one.
class MethodsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit MethodsPanel(Workbench& workbench, QWidget* parent = nullptr);

  /// The search field gets the focus.
  void focusSearch();
  void select(const std::string& id);
  /// Which methods are the user's own: they can be edited and removed.
  void setOwn(std::set<std::string> ids);

 Q_SIGNALS:
  /// The user wants to get or manage this weights file.
  void weightsWanted(const std::string& name);
  /// "Add method…", or "Edit…" of one that the user brought.
  void editWanted(const std::string& id);
  void removeWanted(const std::string& id);

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void makeLayout();
  void fillList();
  void takeMethods();
  QWidget* makeOwnRow();
  void showMethods();
  void showColours();
  void showSelected();
  void showCosts();
  void showCostsOf(const std::string& id);
  void showWeights();
  void setShown(const std::string& id, bool shown);
  void setValues(const Values& values, bool dragging);
  void chooseFile(const std::string& setting);
  const UpsamplerInfo& infoOf(const std::string& id) const;
  Values valuesOf(const std::string& id) const;

  Workbench& workbench_;
  MethodSearch* search_;
  MethodCard* card_;
  ParameterForm* form_;
  QPushButton *edit_ = nullptr,
              *remove_ = nullptr;  ///< of the selected one, where it is the user's
  std::string formOf_;             ///< the method whose settings the form holds
  std::set<std::string> own_;
  std::map<std::string, Values> kept_;  ///< settings of methods that are not shown
};

}  // namespace fathom
