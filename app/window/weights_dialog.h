#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QListView;

namespace fathom {

class ElidedLabel;
class WeightsDetails;
class WeightsModel;
class WeightsStore;

/// The weights manager: what methods want and what the catalogue has, where it is, and how to get
/// it. Closing it stops nothing that is under way.
class WeightsDialog : public QDialog {
  Q_OBJECT
 public:
  /// @param store  must outlive the dialog
  explicit WeightsDialog(WeightsStore& store, QWidget* parent = nullptr);

  /// Shows this file; the first one that is wanted and missing where the name is empty.
  void select(const std::string& name);
  std::string selected() const;
  WeightsDetails& details() { return *details_; }
  QListView& list() { return *list_; }
  QLineEdit& search() { return *search_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void makeLayout();
  QLayout* makeFoot();
  void refresh();
  void showSelected();

  WeightsStore& store_;
  WeightsModel* model_;
  QLineEdit* search_;
  QListView* list_;
  WeightsDetails* details_;
  ElidedLabel* folder_;
  QLabel* problem_;
  std::string wanted_;  ///< selected before the first look ended
};

}  // namespace fathom
