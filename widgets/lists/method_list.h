#pragma once

#include <QListView>

#include "widgets/lists/method_model.h"

namespace fathom {

/// The methods: a check box for its pane, colour, title and, where something is to say, a state
/// that can be clicked. Space checks, arrows select.
class MethodList : public QListView {
  Q_OBJECT

 public:
  explicit MethodList(QWidget* parent = nullptr);

  /// Keeps the selected method where it is still there. Emits nothing.
  void setMethods(std::vector<MethodEntry> methods);
  const std::vector<MethodEntry>& methods() const { return model_->methods(); }
  /// These emit nothing; an unknown id is ignored.
  void setState(std::string_view id, const QString& state, bool warning = false);
  void setShown(std::string_view id, bool shown);
  void select(std::string_view id);
  /// Empty where none is.
  std::string selected() const;

  /// Where a row's state can be clicked, in the viewport; empty where it has none.
  QRect stateRect(int row) const;
  /// Where a row's check box is, in the viewport.
  QRect checkRect(int row) const;

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

 private:
  const MethodEntry& at(int row) const { return methods()[static_cast<std::size_t>(row)]; }

  MethodModel* model_;
  bool quiet_ = false;
};

}  // namespace fathom
