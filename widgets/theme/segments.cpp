#include "widgets/theme/segments.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStyleOptionToolButton>
#include <QStylePainter>
#include <QToolButton>

#include "widgets/theme/theme.h"

namespace fathom {
namespace {

/// A tool button whose key is painted faint behind its text.
class SegmentButton : public QToolButton {
 public:
  SegmentButton(const Segments::Choice& choice, const QString& place) : key_(choice.key) {
    setText(choice.text);
    setToolTip(choice.help);
    setCheckable(true);
    setProperty("segment", place);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    setAccessibleName(choice.text);
    setAccessibleDescription(choice.help);
  }

  QSize sizeHint() const override {
    const int width = fontMetrics().horizontalAdvance(text()) + keyWidth() + 24;
    return {width + 2, 28};
  }
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  // The row moves the choice; Qt's own handling would pass over it.
  void keyPressEvent(QKeyEvent* event) override {
    const bool aside = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
    aside ? event->ignore() : QToolButton::keyPressEvent(event);
  }

  void paintEvent(QPaintEvent*) override {
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    option.text.clear();
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
    const Tokens& t = tokens();
    const int textWidth = fontMetrics().horizontalAdvance(text());
    const int left = (width() - textWidth - keyWidth()) / 2;
    const bool lit = isChecked() || underMouse();
    painter.setPen(!isEnabled() ? t.faint : (lit ? t.text : t.mute));
    painter.drawText(QRect(left, 0, textWidth + 1, height()), Qt::AlignVCenter, text());
    if (key_.isEmpty()) return;
    painter.setFont(keyFont());
    painter.setPen(isChecked() ? mixed(t.mute, t.text, 0.3) : t.faint);
    painter.drawText(QRect(left + textWidth + kGap, 0, keyWidth(), height()), Qt::AlignVCenter,
                     key_);
  }

 private:
  static constexpr int kGap = 6;
  static QFont keyFont() { return themeFont(kTextHead); }
  int keyWidth() const {
    return key_.isEmpty() ? 0 : kGap + QFontMetrics(keyFont()).horizontalAdvance(key_);
  }

  QString key_;
};

QString placeOf(qsizetype index, qsizetype count) {
  if (count == 1) return QStringLiteral("only");
  if (index == 0) return QStringLiteral("first");
  return index == count - 1 ? QStringLiteral("last") : QStringLiteral("middle");
}

}  // namespace

Segments::Segments(const QList<Choice>& choices, QWidget* parent)
    : QWidget(parent), group_(new QButtonGroup(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  for (qsizetype i = 0; i < choices.size(); ++i) {
    auto* button = new SegmentButton(choices[i], placeOf(i, choices.size()));
    button->setChecked(i == 0);
    group_->addButton(button, static_cast<int>(i));
    row->addWidget(button);
  }
  setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
  connect(group_, &QButtonGroup::idClicked, this, &Segments::chosen);
}

int Segments::current() const {
  return group_->checkedId();
}

int Segments::count() const {
  return static_cast<int>(group_->buttons().size());
}

void Segments::setCurrent(int index) {
  if (QAbstractButton* wanted = button(index)) wanted->setChecked(true);
}

void Segments::setChoiceEnabled(int index, bool enabled) {
  if (QAbstractButton* wanted = button(index)) wanted->setEnabled(enabled);
}

QAbstractButton* Segments::button(int index) const {
  return group_->button(index);
}

void Segments::keyPressEvent(QKeyEvent* event) {
  const bool right = event->key() == Qt::Key_Right, left = event->key() == Qt::Key_Left;
  if (!left && !right) return QWidget::keyPressEvent(event);
  const int step = right == (layoutDirection() == Qt::LeftToRight) ? 1 : -1;
  for (int index = current() + step; index >= 0 && index < count(); index += step) {
    if (!button(index)->isEnabled()) continue;
    button(index)->setFocus(Qt::TabFocusReason);
    button(index)->click();
    return;
  }
}

}  // namespace fathom
