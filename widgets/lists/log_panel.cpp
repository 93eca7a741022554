#include "widgets/lists/log_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <algorithm>

#include "widgets/lists/list_paint.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kBatchMilliseconds = 100, kRowHeight = 22, kMargin = 12, kGap = 10;

QColor levelColour(int level) {
  if (level >= 4) return tokens().bad;
  return level == 3 ? tokens().warn : tokens().mute;
}

QString levelSign(int level) {
  if (level >= 4) return QStringLiteral("✕ ");
  return level == 3 ? QStringLiteral("⚠ ") : QString();
}

class LogDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    painter->save();
    paintRowBackground(*painter, option);
    painter->setFont(themeFont(kTextSecondary));
    const QFontMetrics metrics = painter->fontMetrics();
    const int level = index.data(LogModel::kLevel).toInt();
    const bool selected = option.state & QStyle::State_Selected;
    QRect room = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    const auto column = [&](const QString& text, const QString& widest, const QColor& colour) {
      const int width = metrics.horizontalAdvance(widest);
      paintText(*painter, {room.left(), room.top(), width, room.height()}, text, colour);
      room.setLeft(room.left() + width + kGap);
    };
    column(index.data(LogModel::kTime).toString(), QStringLiteral("00:00:00"),
           selected ? tokens().text : tokens().mute);
    column(levelSign(level) + levelWord(level), levelSign(3) + levelWord(3), levelColour(level));
    paintText(*painter, room, index.data().toString().simplified(), tokens().text);
    painter->restore();
  }

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {200, kRowHeight};
  }
};

QToolButton* iconButton(const char* icon, const QString& name) {
  auto* button = new QToolButton;
  button->setIcon(themedIcon(icon));
  button->setToolTip(name);
  button->setAccessibleName(name);
  button->setFocusPolicy(Qt::StrongFocus);
  return button;
}

}  // namespace

LogPanel::LogPanel(QWidget* parent)
    : QWidget(parent),
      model_(new LogModel(this)),
      view_(new QListView),
      level_(new QComboBox),
      follow_(new QToolButton),
      batch_(new QTimer(this)) {
  view_->setModel(model_);
  view_->setItemDelegate(new LogDelegate(view_));
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setUniformItemSizes(true);
  view_->setMouseTracking(true);
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setAccessibleName(tr("Log"));
  view_->installEventFilter(this);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addLayout(makeBar());
  rows->addWidget(view_, 1);
  batch_->setSingleShot(true);
  batch_->setInterval(kBatchMilliseconds);
  connect(batch_, &QTimer::timeout, this, &LogPanel::takePending);
  connect(view_->verticalScrollBar(), &QScrollBar::valueChanged, this, &LogPanel::scrolled);
  connect(view_->verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] {
    if (isFollowing()) view_->scrollToBottom();
  });
}

/// Level left; follow, copy and clear right.
QBoxLayout* LogPanel::makeBar() {
  level_->addItem(tr("Everything"), 0);
  level_->addItem(tr("Info and above"), 2);
  level_->addItem(tr("Warnings and errors"), 3);
  level_->addItem(tr("Errors"), 4);
  level_->setCurrentIndex(level_->findData(model_->leastLevel()));
  level_->setAccessibleName(tr("Least level"));
  follow_->setText(tr("Follow"));
  follow_->setToolTip(tr("Stays at the newest line; scrolling up stops it"));
  follow_->setCheckable(true);
  follow_->setChecked(true);
  auto* copyButton = iconButton("copy", tr("Copy the selected lines, or all (Ctrl+C)"));
  auto* clearButton = iconButton("close", tr("Clear the panel; the log file stays"));
  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(kMargin, 6, kMargin, 6);
  bar->addWidget(level_);
  bar->addStretch(1);
  for (QWidget* button : {static_cast<QWidget*>(follow_), static_cast<QWidget*>(copyButton),
                          static_cast<QWidget*>(clearButton)}) {
    bar->addWidget(button);
  }
  connect(level_, &QComboBox::currentIndexChanged, this,
          [this] { setLeastLevel(level_->currentData().toInt()); });
  connect(follow_, &QToolButton::clicked, this, &LogPanel::setFollowing);
  connect(copyButton, &QToolButton::clicked, this, &LogPanel::copy);
  connect(clearButton, &QToolButton::clicked, this, &LogPanel::clear);
  return bar;
}

LogPanel::~LogPanel() {
  listening_.reset();  // waits for a call that is under way; then no thread calls append
}

void LogPanel::listen() {
  listening_ = onLogLine([this](const LogLine& line) { append(line); });
}

void LogPanel::append(LogLine line) {
  const std::lock_guard lock(mutex_);
  const bool first = pending_.empty();
  pending_.push_back(std::move(line));
  // A thread that floods the log must not fill the memory while the panel waits for its turn.
  if (pending_.size() >= 2 * LogModel::kMostLines) {
    pending_.erase(pending_.begin(), pending_.end() - LogModel::kMostLines);
  }
  if (first) QMetaObject::invokeMethod(batch_, qOverload<>(&QTimer::start), Qt::QueuedConnection);
}

void LogPanel::takePending() {
  std::vector<LogLine> lines;
  {
    const std::lock_guard lock(mutex_);
    lines.swap(pending_);
  }
  const QScopedValueRollback<bool> guard(filling_, true);
  model_->append(std::move(lines));
  if (isFollowing()) view_->scrollToBottom();
}

void LogPanel::scrolled(int value) {
  if (filling_) return;
  follow_->setChecked(value >= view_->verticalScrollBar()->maximum());
}

void LogPanel::setLeastLevel(int level) {
  const QScopedValueRollback<bool> guard(filling_, true);
  model_->setLeastLevel(level);
  const int entry = level_->findData(level);
  if (entry >= 0) level_->setCurrentIndex(entry);
  if (isFollowing()) view_->scrollToBottom();
}

bool LogPanel::isFollowing() const {
  return follow_->isChecked();
}

void LogPanel::setFollowing(bool follow) {
  follow_->setChecked(follow);
  if (follow) view_->scrollToBottom();
}

QString LogPanel::copyText() const {
  std::vector<int> rows;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows()) {
    rows.push_back(index.row());
  }
  std::ranges::sort(rows);
  if (rows.empty()) {
    for (int row = 0; row < model_->rowCount(); ++row) rows.push_back(row);
  }
  QStringList lines;
  for (const int row : rows) lines << model_->plainText(row);
  return lines.join('\n');
}

void LogPanel::copy() {
  QApplication::clipboard()->setText(copyText());
}

void LogPanel::clear() {
  model_->clear();
}

bool LogPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_ && event->type() == QEvent::KeyPress &&
      static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
    copy();
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace fathom
