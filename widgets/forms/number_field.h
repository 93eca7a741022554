#pragma once

#include <QAbstractSpinBox>
#include <optional>

#include "core/setting.h"
#include "widgets/forms/number_text.h"

namespace fathom {

/// The exact field of a number: "16.004 m". Up and Down step, Page Up and Down by ten. What is
/// typed counts with Return or when the focus leaves; what is not a number of the range is refused
/// with a reason and the former value stays.
class NumberField : public QAbstractSpinBox {
  Q_OBJECT

 public:
  explicit NumberField(const Setting& setting, QWidget* parent = nullptr);

  const Value& value() const { return value_; }
  /// Emits nothing.
  void setValue(const Value& value);
  /// Enough for any value that fits the range and its unit.
  int wantedWidth() const;

  void stepBy(int steps) override;
  QValidator::State validate(QString& text, int& position) const override;

 Q_SIGNALS:
  void changed(const fathom::Value& value);
  /// The text cannot be taken; `reason` is a sentence for the row.
  void refused(const QString& reason);

 protected:
  StepEnabled stepEnabled() const override { return StepUpEnabled | StepDownEnabled; }
  void focusInEvent(QFocusEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  bool isEdited() const;
  void commit();
  void showValue();

  Setting setting_;
  std::optional<SliderScale> scale_;
  Value value_;
  QString shown_;  // the text of value_
};

}  // namespace fathom
