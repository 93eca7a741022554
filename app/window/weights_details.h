#pragma once

#include <QHash>
#include <QWidget>

#include "app/window/weights_store.h"

class QCheckBox;
class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace fathom {

class FoldLabel;
class NoteBox;

/// One weights file: where it comes from, under which licence, where it lies, and what can be done
/// with it. Nothing is downloaded before its licence is accepted.
class WeightsDetails : public QWidget {
  Q_OBJECT
 public:
  explicit WeightsDetails(WeightsStore& store, QWidget* parent = nullptr);

  /// Shows this file from now on; nothing where the name is unknown.
  void setName(const std::string& name);
  const std::string& name() const { return name_; }
  /// Takes over what the store knows now.
  void refresh();

  QCheckBox* acceptBox() const { return accept_; }
  QPushButton* getButton() const { return get_; }
  QPushButton* chooseButton() const { return choose_; }
  QPushButton* verifyButton() const { return verify_; }
  QPushButton* removeButton() const { return remove_; }
  QPushButton* pageButton() const { return page_; }
  QProgressBar* bar() const { return bar_; }
  /// What is said of the state, and of how the last job ended.
  QString stateText() const;
  QString outcomeText() const;

 private:
  QLabel* addFact(const QString& head);
  void makeActions();
  void setFact(QLabel* text, const QString& html);
  void showFacts(const WeightsItem& item);
  void showLicence(const WeightsItem& item);
  void showState(const WeightsItem& item);
  void showJob(const WeightsItem& item);
  void showActions(const WeightsItem& item);
  void showOutcome(const WeightsItem& item);
  void getOrCancel();
  void choose();

  WeightsStore& store_;
  std::string name_;
  QGridLayout* facts_;
  QHash<QLabel*, QLabel*> heads_;  ///< of the facts
  QLabel *title_, *file_, *size_, *licence_, *from_, *hash_, *wanted_, *state_, *doing_;
  NoteBox *note_, *outcome_;
  QCheckBox* accept_;
  QProgressBar* bar_;
  QPushButton *get_, *choose_, *verify_, *remove_, *page_;
};

}  // namespace fathom
