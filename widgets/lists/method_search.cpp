#include "widgets/lists/method_search.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "widgets/lists/method_list.h"

namespace fathom {
namespace {

constexpr int kMargin = 12;

}  // namespace

MethodSearch::MethodSearch(QWidget* parent)
    : QWidget(parent), field_(new QLineEdit), list_(new MethodList), empty_(new QLabel) {
  field_->setPlaceholderText(tr("Search methods…"));
  field_->setClearButtonEnabled(true);
  field_->setAccessibleName(tr("Search methods"));
  field_->setToolTip(
      tr("Shows the methods whose name, id, description or paper hold these words (/)"));
  field_->installEventFilter(this);
  list_->installEventFilter(this);
  empty_->setProperty("mute", true);
  empty_->setWordWrap(true);
  empty_->setContentsMargins(kMargin, 4, kMargin, 4);
  empty_->hide();
  auto* top = new QVBoxLayout;
  top->setContentsMargins(kMargin, 10, kMargin, 4);
  top->addWidget(field_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(top);
  layout->addWidget(empty_);
  layout->addWidget(list_, 1);
  setFocusProxy(field_);
  connect(field_, &QLineEdit::textChanged, this, &MethodSearch::applyFilter);
}

void MethodSearch::applyFilter(const QString& text) {
  list_->setFilter(text);
  const bool nothing = list_->shownMethods() == 0 && !list_->methods().empty();
  empty_->setText(nothing ? tr("No method matches “%1”.").arg(text.simplified()) : QString());
  empty_->setVisible(nothing);
}

void MethodSearch::focusField() {
  field_->setFocus(Qt::ShortcutFocusReason);
  field_->selectAll();
}

bool MethodSearch::fieldKey(int key) {
  switch (key) {
    case Qt::Key_Down:
    case Qt::Key_Up:
      list_->step(key == Qt::Key_Down ? 1 : -1);
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (!list_->currentIndex().isValid()) list_->step(1);
      list_->setFocus();
      return true;
    case Qt::Key_Escape:
      if (field_->text().isEmpty()) return false;
      field_->clear();
      return true;
    default:
      return false;
  }
}

bool MethodSearch::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride) return false;
  auto* key = static_cast<QKeyEvent*>(event);
  if (watched == list_) {
    if (event->type() != QEvent::KeyPress || key->text() != QLatin1String("/")) return false;
    focusField();
    return true;
  }
  if (event->type() == QEvent::KeyPress) return fieldKey(key->key());
  // Esc empties the field first; only then it is the window's.
  if (key->key() != Qt::Key_Escape || field_->text().isEmpty()) return false;
  key->accept();
  return true;
}

}  // namespace fathom
