#include "widgets/forms/note_box.h"

#include <QEvent>
#include <QLabel>
#include <QVBoxLayout>

#include "widgets/theme/theme.h"

namespace fathom {
namespace {

QColor colourOf(NoteBox::Kind kind) {
  switch (kind) {
    case NoteBox::Kind::kWarning:
      return tokens().warn;
    case NoteBox::Kind::kGood:
      return tokens().good;
    case NoteBox::Kind::kBad:
      return tokens().bad;
    default:
      return tokens().text;
  }
}

QString signOf(NoteBox::Kind kind) {
  switch (kind) {
    case NoteBox::Kind::kWarning:
      return QStringLiteral("⚠");
    case NoteBox::Kind::kGood:
      return QStringLiteral("✓");
    case NoteBox::Kind::kBad:
      return QStringLiteral("✕");
    default:
      return {};
  }
}

}  // namespace

NoteBox::NoteBox(QWidget* parent) : QFrame(parent), label_(new QLabel) {
  setProperty("card", true);
  label_->setProperty("mute", true);
  label_->setWordWrap(true);
  label_->setTextFormat(Qt::RichText);
  label_->setTextInteractionFlags(Qt::TextBrowserInteraction);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(10, 8, 10, 8);
  layout->addWidget(label_);
  connect(label_, &QLabel::linkActivated, this, &NoteBox::linkActivated);
  hide();
}

void NoteBox::setNote(const QString& html, Kind kind) {
  if (html == html_ && kind == kind_) return;
  html_ = html;
  kind_ = kind;
  render();
  if (parentWidget()) setVisible(!html.isEmpty());  // else it would be a window
}

void NoteBox::render() {
  const QString strong = QStringLiteral("<b style=\"color:%1\">").arg(colourOf(kind_).name());
  const QString sign = signOf(kind_);
  QString text = html_;
  text.replace("<b>", strong);
  if (!sign.isEmpty()) text.prepend(strong + sign + "</b> ");
  label_->setText(text);
}

void NoteBox::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::StyleChange && !html_.isEmpty()) render();
  if (event->type() == QEvent::ParentChange) setHidden(html_.isEmpty());
}

}  // namespace fathom
