#pragma once

#include <QListView>

#include "widgets/lists/method_model.h"

namespace fathom {

/// The methods in their groups: a check box for its pane, colour, title and at the right quiet
/// facts or, where something is to say, a state that can be clicked. Space checks, arrows select
/// (heads of groups are passed over), a click on a head folds its group.
class MethodList : public QListView {
  Q_OBJECT

 public:
  explicit MethodList(QWidget* parent = nullptr);

  /// Keeps the selected method where it is still there. Emits nothing.
  void setMethods(std::vector<MethodEntry> methods);
  const std::vector<MethodEntry>& methods() const { return model_->methods(); }
  /// These emit nothing; an unknown id is ignored.
  void setState(std::string_view id, const QString& state, bool warning = false);
  void setNote(std::string_view id, const QString& note);
  void setColour(std::string_view id, const QColor& colour);
  void setShown(std::string_view id, bool shown);
  void select(std::string_view id);
  /// Also where a search or a folded group hides it. Empty where none is.
  const std::string& selected() const { return selected_; }
  /// See MethodModel::setFilter. The selection stays, even where it is not seen.
  void setFilter(const QString& text);
  /// Methods that can be seen.
  int shownMethods() const { return model_->shownMethods(); }
  void setFolded(const QString& group, bool folded);
  /// Selects the next method that can be seen, or one before, and says so.
  void step(int by);

  /// Where a method's state can be clicked, in the viewport; empty where it has none or is hidden.
  QRect stateRect(std::string_view id) const;
  /// Where a method's check box is, in the viewport.
  QRect checkRect(std::string_view id) const;

  QSize sizeHint() const override;

 Q_SIGNALS:
  void selectedChanged(const std::string& id);
  void shownChanged(const std::string& id, bool shown);
  /// The user clicked the state ("get…") or pressed Return on a method that has one.
  void stateActivated(const std::string& id);

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
  QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;

 private:
  QModelIndex nextMethod(int row, int direction) const;
  void showSelected();
  bool isKnown(std::string_view id) const;
  bool clickedHead(const QModelIndex& index);

  MethodModel* model_;
  std::string selected_;
  bool quiet_ = false;
};

}  // namespace fathom
