#include "widgets/forms/number_field.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTimer>
#include <algorithm>

#include "core/error.h"

namespace fathom {
namespace {

/// The range may be all of int64: the sum must not overflow on the way to it.
std::int64_t saturatedSum(std::int64_t value, std::int64_t step, const Integer& range) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(value, step, &sum)) return step > 0 ? range.greatest : range.least;
  return std::clamp(sum, range.least, range.greatest);
}

constexpr int kPadding = 22, kNarrowest = 72, kWidest = 132;

}  // namespace

NumberField::NumberField(const Setting& setting, QWidget* parent)
    : QAbstractSpinBox(parent),
      setting_(setting),
      scale_(SliderScale::of(setting)),
      value_(initialValue(setting)) {
  setButtonSymbols(NoButtons);
  setAlignment(Qt::AlignRight);
  setFocusPolicy(Qt::StrongFocus);
  setKeyboardTracking(false);
  setAccelerated(true);
  connect(this, &QAbstractSpinBox::editingFinished, this, &NumberField::commit);
  showValue();
}

void NumberField::setValue(const Value& value) {
  value_ = value;
  showValue();
}

void NumberField::showValue() {
  const QString number = fieldText(value_);
  const QString unit = QString::fromStdString(setting_.unit);
  shown_ = unit.isEmpty() ? number : number + QChar(0xa0) + unit;
  lineEdit()->setText(shown_);
  const QString exact = QString::fromStdString(printValue(value_));
  setToolTip(exact == number ? QString() : exact + ' ' + unit);
}

int NumberField::wantedWidth() const {
  const QString unit =
      setting_.unit.empty() ? QString() : ' ' + QString::fromStdString(setting_.unit);
  int width = fontMetrics().horizontalAdvance(fieldText(value_) + unit);
  width = std::max(width, fontMetrics().horizontalAdvance("0.0000" + unit));
  return std::clamp(width + kPadding, kNarrowest, kWidest);
}

// Everything may stand in the field while it is typed; commit decides.
QValidator::State NumberField::validate(QString&, int&) const {
  return QValidator::Acceptable;
}

// Not QLineEdit::isModified: QAbstractSpinBox clears that before it says that editing is finished.
bool NumberField::isEdited() const {
  return lineEdit()->text() != shown_;
}

void NumberField::commit() {
  if (!isEdited()) return;
  try {
    const Value typed = typedValue(setting_, lineEdit()->text());
    const bool differs = typed != value_;
    setValue(typed);
    if (differs) Q_EMIT changed(value_);
  } catch (const BadInput& error) {
    showValue();
    Q_EMIT refused(QString::fromStdString(error.problem()));
  }
}

void NumberField::stepBy(int steps) {
  commit();
  Value next = value_;
  if (scale_) {
    next = scale_->stepped(value_, steps);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value_)) {
    next = saturatedSum(*whole, steps, std::get<Integer>(setting_.kind));
  }
  if (next == value_) return;
  setValue(next);
  selectAll();
  Q_EMIT changed(value_);
}

void NumberField::focusInEvent(QFocusEvent* event) {
  QAbstractSpinBox::focusInEvent(event);
  // A click would drop the selection again: select after it.
  if (event->reason() != Qt::PopupFocusReason) QTimer::singleShot(0, this, &NumberField::selectAll);
}

void NumberField::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && isEdited()) {
    showValue();
    selectAll();
    return;
  }
  QAbstractSpinBox::keyPressEvent(event);
}

// The wheel scrolls the panel; only a field that was chosen takes it.
void NumberField::wheelEvent(QWheelEvent* event) {
  hasFocus() ? QAbstractSpinBox::wheelEvent(event) : event->ignore();
}

}  // namespace fathom
