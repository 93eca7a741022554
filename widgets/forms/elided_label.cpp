#include "widgets/forms/elided_label.h"

#include <QPainter>
#include <QStyle>

namespace fathom {

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget* parent) : QLabel(parent), mode_(mode) {
  setTextFormat(Qt::PlainText);
  QSizePolicy policy(QSizePolicy::Maximum, QSizePolicy::Preferred);
  setSizePolicy(policy);
}

void ElidedLabel::setText(const QString& text) {
  QLabel::setText(text);
  setToolTip(text);
}

QString ElidedLabel::shownText() const {
  return fontMetrics().elidedText(text(), mode_, contentsRect().width());
}

QSize ElidedLabel::minimumSizeHint() const {
  const int letters = fontMetrics().horizontalAdvance(QStringLiteral("MMM…"));
  return {text().isEmpty() ? 0 : std::min(letters, sizeHint().width()), sizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  style()->drawItemText(&painter, contentsRect(), int(alignment()), palette(), isEnabled(),
                        shownText(), foregroundRole());
}

}  // namespace fathom
