#include "widgets/lists/sample_list.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QScopedValueRollback>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/lists/sample_delegate.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kMargin = 12, kLargeList = 20'000;

/// As large as the row shows it, covering the place, in device pixels.
QPixmap fitted(const QImage& image, double scale) {
  if (image.isNull()) return {};
  const QSize wanted = SampleDelegate::kThumbnail * scale;
  const QImage cover =
      image.scaled(wanted, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
  QRect cut(QPoint(), wanted);
  cut.moveCenter(cover.rect().center());
  QPixmap picture = QPixmap::fromImage(cover.copy(cut));
  picture.setDevicePixelRatio(scale);
  return picture;
}

/// Page Up and Home would stop at a head, which cannot become current.
class SampleView : public QListView {
 protected:
  QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override {
    const QModelIndex target = QListView::moveCursor(action, modifiers);
    if (target.isValid() && target.flags().testFlag(Qt::ItemIsSelectable)) {
      // Qt stays where it is when the page's first row cannot be chosen.
      if (target != currentIndex() || (action != MovePageUp && action != MoveHome)) return target;
    }
    const bool up = action == MovePageUp || action == MoveHome || action == MoveUp;
    const int page = std::max(1, viewport()->height() / SampleDelegate::kRowHeight);
    int row = action == MoveHome ? 0 : std::max(0, currentIndex().row() - page);
    if (!up) row = currentIndex().row();
    for (; row < model()->rowCount(); ++row) {
      const QModelIndex index = model()->index(row, 0);
      if (index.flags().testFlag(Qt::ItemIsSelectable)) return index;
    }
    return currentIndex();
  }
};

}  // namespace

SampleList::SampleList(QWidget* parent)
    : QWidget(parent),
      model_(new SampleModel(this)),
      view_(new SampleView),
      filter_(new QLineEdit),
      empty_(new QLabel(view_->viewport())),
      emptyText_(tr("No samples are open.\nDrop a folder here, or press Ctrl+O.")) {
  filter_->setPlaceholderText(tr("Filter…"));
  filter_->setClearButtonEnabled(true);
  filter_->setAccessibleName(tr("Filter samples"));
  filter_->setToolTip(tr("Shows the samples whose id or facts hold these words (Ctrl+F)"));
  filter_->installEventFilter(this);
  view_->setModel(model_);
  view_->setItemDelegate(new SampleDelegate(view_));
  view_->setSelectionMode(QAbstractItemView::SingleSelection);
  view_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setMouseTracking(true);
  view_->setAccessibleName(tr("Samples"));
  view_->viewport()->installEventFilter(this);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setProperty("mute", true);
  empty_->setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* field = new QVBoxLayout;
  field->setContentsMargins(kMargin, kMargin, kMargin, 8);
  field->addWidget(filter_);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addLayout(field);
  rows->addWidget(view_, 1);
  connect(filter_, &QLineEdit::textChanged, this, &SampleList::applyFilter);
  connect(model_, &SampleModel::thumbnailWanted, this, &SampleList::thumbnailWanted);
  connect(view_, &QListView::activated, this,
          [this](const QModelIndex& index) { Q_EMIT activated(model_->sampleAt(index)); });
  connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& index) {
            const int sample = model_->sampleAt(index);
            if (quiet_ || sample < 0 || sample == current_) return;
            current_ = sample;
            Q_EMIT currentChanged(sample);
          });
  auto* find = new QShortcut(QKeySequence::Find, this);
  connect(find, &QShortcut::activated, this, &SampleList::focusFilter);
  updateEmptyText();
}

void SampleList::setSections(std::vector<SampleSection> sections) {
  const QScopedValueRollback<bool> guard(quiet_, true);
  current_ = -1;
  model_->setSections(std::move(sections));
  // Laying out a very long list at once would be felt; in pieces it is not.
  view_->setLayoutMode(model_->sampleCount() > kLargeList ? QListView::Batched
                                                          : QListView::SinglePass);
  updateEmptyText();
}

void SampleList::setFacts(int sample, const QString& facts) {
  model_->setFacts(sample, facts);
}

void SampleList::setThumbnail(int sample, const QImage& image) {
  model_->setThumbnail(sample, fitted(image, devicePixelRatioF()));
}

void SampleList::setCurrent(int sample) {
  if (sample < -1 || sample >= sampleCount()) return;
  current_ = sample;
  showCurrent();
}

void SampleList::showCurrent() {
  const QScopedValueRollback<bool> guard(quiet_, true);
  const QModelIndex index = model_->indexOf(current_);
  view_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
  if (index.isValid()) view_->scrollTo(index);
}

void SampleList::step(int by) {
  const int direction = by < 0 ? -1 : 1;
  const QModelIndex from = model_->indexOf(current_);
  int row = from.isValid() ? from.row() : (direction > 0 ? -1 : model_->rowCount());
  int target = -1;
  for (int left = std::abs(by); left > 0;) {
    row += direction;
    if (row < 0 || row >= model_->rowCount()) break;
    const int sample = model_->sampleAt(model_->index(row));
    if (sample < 0) continue;
    target = sample;
    --left;
  }
  if (target < 0 || target == current_) return;
  setCurrent(target);
  Q_EMIT currentChanged(target);
}

void SampleList::applyFilter(const QString& text) {
  {
    const QScopedValueRollback<bool> guard(quiet_, true);
    model_->setFilter(text);
  }
  showCurrent();
  updateEmptyText();
}

void SampleList::focusFilter() {
  filter_->setFocus(Qt::ShortcutFocusReason);
  filter_->selectAll();
}

void SampleList::setEmptyText(const QString& text) {
  emptyText_ = text;
  updateEmptyText();
}

void SampleList::updateEmptyText() {
  const bool filtered = model_->sampleCount() > 0 && model_->shownSamples() == 0;
  empty_->setText(filtered ? tr("No sample matches “%1”.").arg(filter_->text()) : emptyText_);
  empty_->setVisible(filtered || model_->rowCount() == 0);
  empty_->setGeometry(view_->viewport()->rect().adjusted(kMargin, 0, -kMargin, 0));
}

void SampleList::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  updateEmptyText();
}

bool SampleList::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_->viewport() && event->type() == QEvent::Resize) updateEmptyText();
  if (watched != filter_ || event->type() != QEvent::KeyPress) return false;
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down:
      step(1);
      return true;
    case Qt::Key_Up:
      step(-1);
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (model_->indexOf(current_).isValid()) {
        view_->setFocus();
      } else {
        step(1);
      }
      return true;
    case Qt::Key_Escape:
      if (filter_->text().isEmpty()) {
        view_->setFocus();
      } else {
        filter_->clear();
      }
      return true;
    default:
      return false;
  }
}

}  // namespace fathom
