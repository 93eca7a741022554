#include "app/window/document.h"

namespace fathom {

/// From one state to another. Applied when pushed; merges with the step before it if both belong
/// to one gesture.
class Document::Step : public QUndoCommand {
 public:
  Step(Document& document, const QString& what, ExperimentState before, ExperimentState after,
       int gesture, bool dragging)
      : QUndoCommand(what),
        document_(document),
        before_(std::move(before)),
        after_(std::move(after)),
        gesture_(gesture),
        dragging_(dragging) {}

  void undo() override { document_.set(before_, false); }
  void redo() override {
    document_.set(after_, dragging_);
    dragging_ = false;
  }
  int id() const override { return gesture_; }
  bool mergeWith(const QUndoCommand* next) override {
    if (next->text() != text()) return false;
    after_ = static_cast<const Step*>(next)->after_;
    return true;
  }

 private:
  Document& document_;
  ExperimentState before_, after_;
  int gesture_;
  bool dragging_;
};

Document::Document(ExperimentState initial, QObject* parent)
    : QObject(parent), state_(std::move(initial)) {}

void Document::change(const QString& what, ExperimentState next, bool dragging) {
  const bool last = inGesture_ && !dragging;  // the release that ends a drag belongs to it
  if (!inGesture_) ++gesture_;
  inGesture_ = dragging;
  if (next == state_) {
    // Heavy work was left out while dragging: the release starts it even if nothing moved since.
    if (last) Q_EMIT changed(false);
    return;
  }
  undo_.push(new Step(*this, what, state_, std::move(next), gesture_, dragging));
}

void Document::setFit(std::function<ExperimentState(ExperimentState)> fit) {
  fit_ = std::move(fit);
  ExperimentState fitted = fit_(state_);
  if (fitted == state_) return;
  state_ = std::move(fitted);
  Q_EMIT changed(false);
}

void Document::reset(ExperimentState state) {
  undo_.clear();
  inGesture_ = false;
  set(state, false);
}

void Document::set(const ExperimentState& state, bool dragging) {
  state_ = fit_ ? fit_(state) : state;
  Q_EMIT changed(dragging);
}

}  // namespace fathom
