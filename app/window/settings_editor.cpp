#include "app/window/settings_editor.h"

#include <fmt/format.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QToolButton>
#include <algorithm>
#include <set>

#include "core/error.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kHeadHeight = 30, kRowHeight = 30, kMostRows = 4;
/// Without a range of its own a number has this one, as in a file.
constexpr double kWidest = 1e9;

enum Kind { kNumber, kWhole, kSwitch, kChoice };

QStringList kindTitles() {
  return {SettingsEditor::tr("number"), SettingsEditor::tr("whole"), SettingsEditor::tr("yes/no"),
          SettingsEditor::tr("choice")};
}

Kind kindOf(const Setting& setting) {
  if (std::holds_alternative<Real>(setting.kind)) return kNumber;
  if (std::holds_alternative<Integer>(setting.kind)) return kWhole;
  if (std::holds_alternative<Flag>(setting.kind)) return kSwitch;
  return kChoice;
}

/// What a setting of this kind is at first.
void begin(Setting& setting, int kind) {
  switch (kind) {
    case kNumber:
      setting.kind = Real{0, 1, 0.5};
      break;
    case kWhole:
      setting.kind = Integer{0, 10, 1};
      break;
    case kSwitch:
      setting.kind = Flag{false};
      break;
    default:
      setting.kind = Choice{{"a", "b"}, "a"};
  }
}

QString rangeText(const Setting& setting) {
  const auto between = [](const Value& least, const Value& greatest, bool open) {
    return open ? QString()
                : QString::fromStdString(printValue(least) + " … " + printValue(greatest));
  };
  if (const auto* real = std::get_if<Real>(&setting.kind)) {
    return between(real->least, real->greatest,
                   real->least == -kWidest && real->greatest == kWidest);
  }
  if (const auto* whole = std::get_if<Integer>(&setting.kind)) {
    return between(whole->least, whole->greatest,
                   double(whole->least) == -kWidest && double(whole->greatest) == kWidest);
  }
  QStringList options;
  if (const auto* choice = std::get_if<Choice>(&setting.kind)) {
    for (const std::string& option : choice->options) options << QString::fromStdString(option);
  }
  return options.join(QLatin1String(", "));
}

QString initialText(const Setting& setting) {
  if (const auto* flag = std::get_if<Flag>(&setting.kind)) {
    return flag->initial ? SettingsEditor::tr("yes") : SettingsEditor::tr("no");
  }
  return QString::fromStdString(printValue(initialValue(setting)));
}

/// "0 … 1", "0 .. 1" or nothing.
std::pair<double, double> rangeFrom(const QString& text, const std::string& name) {
  if (text.isEmpty()) return {-kWidest, kWidest};
  QString plain = text;
  plain.replace(QStringLiteral("…"), QLatin1String(".."));
  const qsizetype dots = plain.indexOf(QLatin1String(".."));
  bool first = false, second = false;
  const double least = plain.left(dots).trimmed().toDouble(&first);
  const double greatest = plain.mid(dots + 2).trimmed().toDouble(&second);
  if (dots < 0 || !first || !second || !(least <= greatest)) {
    throw BadInput(fmt::format("the range \"{}\" cannot be read", text.toStdString()), name,
                   "Write 0 … 1, or nothing for any number");
  }
  return {least, greatest};
}

bool isYes(const std::string& text, const std::string& name) {
  const bool yes = text == SettingsEditor::tr("yes").toStdString() || text == "true";
  const bool no = text == SettingsEditor::tr("no").toStdString() || text == "false";
  if (!yes && !no) throw BadInput(fmt::format("\"{}\" is not yes or no", text), name, "Write yes");
  return yes;
}

Choice choiceFrom(const QString& options, const std::string& initial, const std::string& name) {
  Choice choice{{}, initial};
  for (const QString& option : options.split(',')) {
    if (!option.trimmed().isEmpty()) choice.options.push_back(option.trimmed().toStdString());
  }
  if (choice.options.empty()) throw BadInput("has no options", name, "Write a, b as its range");
  return choice;
}

/// The initial value is read as any value of the setting is: within its range.
void readKind(Setting& setting, int kind, const QString& range, const std::string& initial) {
  if (kind == kSwitch) {
    setting.kind = Flag{isYes(initial, setting.name)};
  } else if (kind == kChoice) {
    setting.kind = choiceFrom(range, initial, setting.name);
    (void)parseValue(setting, initial);
  } else {
    const auto [least, greatest] = rangeFrom(range, setting.name);
    if (kind == kNumber) {
      setting.kind = Real{least, greatest, least};
    } else {
      setting.kind = Integer{std::int64_t(least), std::int64_t(greatest), std::int64_t(least)};
    }
    setting = withInitialValues({setting}, {{setting.name, parseValue(setting, initial)}}).front();
  }
}

bool isName(const std::string& name) {
  return !name.empty() && name.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                              "WXYZ0123456789_") == std::string::npos;
}

}  // namespace

SettingsEditor::SettingsEditor(QWidget* parent)
    : QWidget(parent), table_(new QTableWidget(0, kColumns)), remove_(new QToolButton) {
  arrangeTable();
  auto* title = new QLabel(tr("Settings"));
  title->setToolTip(
      tr("Knobs of your program: the value of NAME stands where the command says "
         "{NAME}. Range: 0 … 1, or the options of a choice, with commas"));
  auto* plus = new QToolButton;
  plus->setText(QStringLiteral("+"));
  plus->setToolTip(tr("Add a setting"));
  plus->setAccessibleName(plus->toolTip());
  remove_->setText(QStringLiteral("−"));
  remove_->setToolTip(tr("Remove this setting"));
  remove_->setAccessibleName(remove_->toolTip());
  auto* line = new QHBoxLayout;
  line->addWidget(title);
  line->addStretch();
  line->addWidget(plus);
  line->addWidget(remove_);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->addLayout(line);
  rows->addWidget(table_);
  connect(plus, &QToolButton::clicked, this, &SettingsEditor::add);
  connect(remove_, &QToolButton::clicked, this, &SettingsEditor::removeCurrent);
  connect(table_, &QTableWidget::currentCellChanged, this,
          [this](int row) { remove_->setEnabled(row >= 0); });
  fit();
}

void SettingsEditor::arrangeTable() {
  table_->setHorizontalHeaderLabels(
      {tr("Name"), tr("Title"), tr("Unit"), tr("Kind"), tr("Range"), tr("Initial")});
  table_->setAccessibleName(tr("Settings of the program"));
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(kRowHeight);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setTabKeyNavigation(false);
  QHeaderView* head = table_->horizontalHeader();
  head->setSectionResizeMode(QHeaderView::Stretch);
  head->setSectionResizeMode(kKind, QHeaderView::Fixed);
  head->setSectionResizeMode(kUnit, QHeaderView::Fixed);
  head->setHighlightSections(false);
  head->setFixedHeight(kHeadHeight);
  table_->setColumnWidth(kKind, 106);
  table_->setColumnWidth(kUnit, 48);
}

/// No higher than its rows, and without any there is no table.
void SettingsEditor::fit() {
  const int rows = table_->rowCount();
  table_->setVisible(rows > 0);
  table_->setFixedHeight(kHeadHeight + std::min(rows, kMostRows) * kRowHeight +
                         2 * table_->frameWidth());
  remove_->setVisible(rows > 0);
  remove_->setEnabled(table_->currentRow() >= 0);
}

void SettingsEditor::setSettings(const std::vector<Setting>& settings) {
  table_->setRowCount(0);
  for (const Setting& setting : settings) append(setting);
  fit();
}

void SettingsEditor::append(const Setting& setting) {
  const int row = table_->rowCount();
  table_->insertRow(row);
  auto* kind = new QComboBox;
  kind->addItems(kindTitles());
  kind->setAccessibleName(tr("Kind"));
  kind->setFrame(false);
  table_->setCellWidget(row, kKind, kind);
  fill(row, setting);
  connect(kind, &QComboBox::activated, this, [this, kind](int chosen) {
    for (int at = 0; at < table_->rowCount(); ++at) {
      if (table_->cellWidget(at, kKind) == kind) changeKind(at, chosen);
    }
  });
}

void SettingsEditor::fill(int row, const Setting& setting) {
  setCell(row, kName, QString::fromStdString(setting.name));
  setCell(row, kTitle, QString::fromStdString(setting.title));
  setCell(row, kUnit, QString::fromStdString(setting.unit));
  setCell(row, kRange, rangeText(setting), kindOf(setting) != kSwitch);
  setCell(row, kInitial, initialText(setting));
  // What has no column of its own is kept.
  table_->item(row, kName)->setData(Qt::UserRole, QString::fromStdString(setting.help));
  const auto* real = std::get_if<Real>(&setting.kind);
  table_->item(row, kRange)->setData(Qt::UserRole, real && real->logarithmic);
  auto* kind = static_cast<QComboBox*>(table_->cellWidget(row, kKind));
  kind->setCurrentIndex(kindOf(setting));
}

void SettingsEditor::changeKind(int row, int kind) {
  Setting setting{cell(row, kName).toStdString(),
                  cell(row, kTitle).toStdString(),
                  cell(row, kUnit).toStdString(),
                  table_->item(row, kName)->data(Qt::UserRole).toString().toStdString(),
                  {}};
  begin(setting, kind);
  fill(row, setting);
}

void SettingsEditor::add() {
  std::set<std::string> taken;
  for (int row = 0; row < table_->rowCount(); ++row) taken.insert(cell(row, kName).toStdString());
  std::string name = "strength";
  for (int number = 2; taken.contains(name); ++number) name = fmt::format("strength_{}", number);
  Setting setting{name, name, "", "", {}};
  begin(setting, kNumber);
  append(setting);
  fit();
  table_->setCurrentCell(table_->rowCount() - 1, kName);
  table_->setFocus();
  table_->editItem(table_->currentItem());
}

void SettingsEditor::removeCurrent() {
  const int row = table_->currentRow();
  if (row < 0) return;
  table_->removeRow(row);
  fit();
}

QString SettingsEditor::cell(int row, Column column) const {
  const QTableWidgetItem* item = table_->item(row, column);
  return item ? item->text().trimmed() : QString();
}

void SettingsEditor::setCell(int row, Column column, const QString& text, bool writable) {
  auto* item = new QTableWidgetItem(text);
  item->setToolTip(text);
  if (!writable) item->setFlags(item->flags() & ~(Qt::ItemIsEditable | Qt::ItemIsEnabled));
  table_->setItem(row, column, item);
}

Setting SettingsEditor::settingOf(int row) const {
  const std::string name = cell(row, kName).toStdString();
  if (!isName(name)) {
    throw BadInput(fmt::format("a setting cannot be called \"{}\"", name),
                   fmt::format("setting {}", row + 1), "Use letters, digits and \"_\"");
  }
  const std::string title = cell(row, kTitle).toStdString();
  Setting setting{name,
                  title.empty() ? name : title,
                  cell(row, kUnit).toStdString(),
                  table_->item(row, kName)->data(Qt::UserRole).toString().toStdString(),
                  {}};
  const int kind = static_cast<QComboBox*>(table_->cellWidget(row, kKind))->currentIndex();
  readKind(setting, kind, cell(row, kRange), cell(row, kInitial).toStdString());
  if (auto* real = std::get_if<Real>(&setting.kind)) {
    real->logarithmic = table_->item(row, kRange)->data(Qt::UserRole).toBool();
  }
  return setting;
}

std::vector<Setting> SettingsEditor::settings() const {
  std::vector<Setting> all;
  for (int row = 0; row < table_->rowCount(); ++row) {
    Setting setting = settingOf(row);
    if (std::ranges::find(all, setting.name, &Setting::name) != all.end()) {
      throw BadInput("there are two settings of this name", setting.name, "Rename one of them");
    }
    all.push_back(std::move(setting));
  }
  return all;
}

}  // namespace fathom
