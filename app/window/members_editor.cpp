#include "app/window/members_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

namespace fathom {
namespace {

QToolButton* toolButton(const QString& text, const QString& help) {
  auto* button = new QToolButton;
  button->setText(text);
  button->setToolTip(help);
  button->setAccessibleName(help);
  return button;
}

}  // namespace

MembersEditor::MembersEditor(QWidget* parent)
    : QWidget(parent),
      list_(new QListWidget),
      choices_(new QComboBox),
      up_(toolButton(QStringLiteral("↑"), tr("Earlier"))),
      down_(toolButton(QStringLiteral("↓"), tr("Later"))),
      remove_(toolButton(QStringLiteral("−"), tr("Take out"))) {
  list_->setAccessibleName(tr("Members"));
  list_->setMinimumHeight(110);
  choices_->setAccessibleName(tr("Method to add"));
  choices_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  auto* add = new QPushButton(tr("Add"));
  auto* line = new QHBoxLayout;
  line->addWidget(choices_, 1);
  line->addWidget(add);
  for (QToolButton* button : {up_, down_, remove_}) line->addWidget(button);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->addWidget(list_);
  rows->addLayout(line);
  connect(add, &QPushButton::clicked, this, &MembersEditor::add);
  connect(up_, &QToolButton::clicked, this, [this] { move(-1); });
  connect(down_, &QToolButton::clicked, this, [this] { move(1); });
  connect(remove_, &QToolButton::clicked, this, &MembersEditor::remove);
  connect(list_, &QListWidget::currentRowChanged, this, [this](int row) {
    up_->setEnabled(row > 0);
    down_->setEnabled(row >= 0 && row + 1 < list_->count());
    remove_->setEnabled(row >= 0);
  });
  showMembers(-1);
}

void MembersEditor::setMethods(std::vector<UpsamplerInfo> methods) {
  methods_ = std::move(methods);
  showMembers(list_->currentRow());
}

void MembersEditor::setChain(bool chain) {
  chain_ = chain;
  showChoices();
}

void MembersEditor::setMembers(std::vector<MethodChoice> members) {
  members_ = std::move(members);
  showMembers(members_.empty() ? -1 : 0);
}

QString MembersEditor::titleOf(const std::string& id) const {
  const auto found = std::ranges::find(methods_, id, &UpsamplerInfo::id);
  return QString::fromStdString(found == methods_.end() ? id : found->title);
}

void MembersEditor::showMembers(int current) {
  list_->clear();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    list_->addItem(QString("%1. %2").arg(i + 1).arg(titleOf(members_[i].id)));
  }
  list_->setCurrentRow(current);
  if (current < 0) {
    for (QToolButton* button : {up_, down_, remove_}) button->setEnabled(false);
  }
  showChoices();
}

void MembersEditor::showChoices() {
  const QVariant before = choices_->currentData();
  choices_->clear();
  for (const UpsamplerInfo& info : methods_) {
    if (chain_ && !members_.empty() && !info.refines) continue;
    choices_->addItem(QString::fromStdString(info.title), QString::fromStdString(info.id));
  }
  choices_->setCurrentIndex(std::max(0, choices_->findData(before)));
}

void MembersEditor::add() {
  const std::string id = choices_->currentData().toString().toStdString();
  if (id.empty()) return;
  members_.push_back({id, {}});
  showMembers(static_cast<int>(members_.size()) - 1);
  Q_EMIT changed();
}

void MembersEditor::move(int by) {
  const int row = list_->currentRow(), to = row + by;
  if (row < 0 || to < 0 || to >= static_cast<int>(members_.size())) return;
  std::swap(members_[static_cast<std::size_t>(row)], members_[static_cast<std::size_t>(to)]);
  showMembers(to);
  Q_EMIT changed();
}

void MembersEditor::remove() {
  const int row = list_->currentRow();
  if (row < 0) return;
  members_.erase(members_.begin() + row);
  showMembers(std::min(row, static_cast<int>(members_.size()) - 1));
  Q_EMIT changed();
}

}  // namespace fathom
