#include "app/window/weights_dialog.h"

#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QUrl>
#include <QVBoxLayout>

#include "app/window/weights_delegate.h"
#include "app/window/weights_details.h"
#include "app/window/weights_model.h"
#include "widgets/forms/elided_label.h"

namespace fathom {
namespace {

QFrame* line() {
  auto* frame = new QFrame;
  frame->setProperty("line", true);
  frame->setFixedHeight(1);
  return frame;
}

}  // namespace

WeightsDialog::WeightsDialog(WeightsStore& store, QWidget* parent)
    : QDialog(parent),
      store_(store),
      model_(new WeightsModel(store, this)),
      search_(new QLineEdit),
      list_(new QListView),
      details_(new WeightsDetails(store)),
      folder_(new ElidedLabel(Qt::ElideMiddle)),
      problem_(new QLabel) {
  setWindowTitle(tr("Weights"));
  search_->setPlaceholderText(tr("Search weights…"));
  search_->setClearButtonEnabled(true);
  search_->setAccessibleName(tr("Search weights"));
  list_->setModel(model_);
  list_->setItemDelegate(new WeightsDelegate(list_));
  list_->setMouseTracking(true);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("Weights"));
  makeLayout();
  resize(940, 580);
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
    const std::string before = selected();
    model_->setFilter(text);
    select(before);
  });
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          &WeightsDialog::showSelected);
  connect(&store_, &WeightsStore::changed, this, &WeightsDialog::refresh);
  connect(&store_, &WeightsStore::progressed, this, [this](const std::string& name) {
    model_->refresh(name);
    if (name == details_->name()) details_->refresh();
  });
  refresh();
}

void WeightsDialog::makeLayout() {
  auto* left = new QWidget;
  auto* field = new QVBoxLayout;
  field->setContentsMargins(12, 12, 12, 4);
  field->addWidget(search_);
  auto* rows = new QVBoxLayout(left);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addLayout(field);
  rows->addWidget(list_, 1);
  left->setMinimumWidth(300);
  auto* right = new QScrollArea;
  right->setAccessibleName(tr("Weights file"));
  right->setWidget(details_);
  right->setWidgetResizable(true);
  right->setFrameShape(QFrame::NoFrame);
  right->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  right->setMinimumWidth(380);
  auto* halves = new QSplitter(Qt::Horizontal);
  halves->addWidget(left);
  halves->addWidget(right);
  halves->setChildrenCollapsible(false);
  halves->setSizes({420, 520});
  halves->setStretchFactor(1, 1);
  problem_->setProperty("bad", true);
  problem_->setWordWrap(true);
  problem_->setContentsMargins(12, 8, 12, 0);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(problem_);
  layout->addWidget(halves, 1);
  layout->addWidget(line());
  layout->addLayout(makeFoot());
}

/// Where the folder is, and what can be done with it.
QLayout* WeightsDialog::makeFoot() {
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(12, 8, 12, 10);
  foot->setSpacing(8);
  folder_->setProperty("mute", true);
  auto* show = new QPushButton(tr("Show folder"));
  auto* again = new QPushButton(tr("Look again"));
  again->setToolTip(tr("Looks what lies in the folder now"));
  auto* close = new QPushButton(tr("Close"));
  foot->addWidget(folder_);
  foot->addStretch(1);
  for (QPushButton* button : {again, show, close}) {
    button->setAutoDefault(false);
    foot->addWidget(button);
  }
  connect(close, &QPushButton::clicked, this, &QDialog::close);
  connect(again, &QPushButton::clicked, &store_, &WeightsStore::rescan);
  connect(show, &QPushButton::clicked, this, [this] {
    const QString folder = QString::fromStdString(store_.folder().string());
    QDir().mkpath(folder);
    QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
  });
  return foot;
}

void WeightsDialog::select(const std::string& name) {
  std::string chosen = name;
  if (chosen.empty()) {
    for (const WeightsItem& item : store_.items()) {
      const bool missing = item.state.place != WeightsPlace::kHere;
      if (chosen.empty() && missing && !item.wantedBy.empty()) chosen = item.entry.name;
    }
  }
  if (chosen.empty() && !store_.items().empty()) chosen = store_.items().front().entry.name;
  wanted_ = chosen.empty() ? name : chosen;
  const int row = model_->rowOf(chosen);
  if (row < 0) return;
  list_->setCurrentIndex(model_->index(row));
  list_->scrollTo(model_->index(row));
}

std::string WeightsDialog::selected() const {
  return list_->currentIndex().data(WeightsModel::kName).toString().toStdString();
}

void WeightsDialog::showSelected() {
  const std::string name = selected();
  if (!name.empty()) details_->setName(name);
}

void WeightsDialog::refresh() {
  const std::string before = selected();
  model_->refresh();
  select(before.empty() ? wanted_ : before);
  details_->refresh();
  folder_->setText(tr("In %1").arg(QString::fromStdString(store_.folder().string())));
  problem_->setText(store_.problem());
  problem_->setVisible(!store_.problem().isEmpty());
}

void WeightsDialog::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  store_.rescan();  // files may have come or gone since
}

}  // namespace fathom
