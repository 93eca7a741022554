#pragma once

#include <QObject>
#include <QUndoStack>
#include <functional>

#include "app/window/experiment_state.h"

namespace fathom {

/// The experiment being edited, with undo. The window's controls change it through change() and
/// show what it says when it has changed, whoever changed it.
class Document : public QObject {
  Q_OBJECT
 public:
  explicit Document(ExperimentState initial, QObject* parent = nullptr);

  const ExperimentState& state() const { return state_; }
  QUndoStack& undoStack() { return undo_; }

  /// Every state goes through this before it is taken, old ones that undo brings back too: methods
  /// may be gone since, or have other settings.
  void setFit(std::function<ExperimentState(ExperimentState)> fit);

  /// Begins anew with this state: there is nothing to undo.
  void reset(ExperimentState state);

  /// One undoable step, called `what` in the Edit menu. While `dragging`, further changes of the
  /// same name become part of the same step; nothing happens where nothing changes.
  void change(const QString& what, ExperimentState next, bool dragging = false);

 Q_SIGNALS:
  /// `dragging`: more will follow at once, so only fast work is worth starting.
  void changed(bool dragging);

 private:
  class Step;
  void set(const ExperimentState& state, bool dragging);

  ExperimentState state_;
  std::function<ExperimentState(ExperimentState)> fit_;
  QUndoStack undo_;
  int gesture_ = 0;  ///< steps of one gesture merge
  bool inGesture_ = false;
};

}  // namespace fathom
