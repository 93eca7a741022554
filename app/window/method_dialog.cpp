#include "app/window/method_dialog.h"

#include <QColorDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "app/methods/command_line.h"
#include "app/window/members_editor.h"
#include "app/window/method_shelf.h"
#include "app/window/method_trial.h"
#include "app/window/settings_editor.h"
#include "app/window/workbench.h"
#include "core/error.h"
#include "widgets/forms/parameter_form.h"
#include "widgets/theme/tokens.h"

namespace fathom {
namespace {

QLabel* wrapped(const QString& text, const char* property) {
  auto* label = new QLabel(text);
  label->setWordWrap(true);
  label->setProperty(property, true);
  return label;
}

/// "My method 2" becomes "my-method-2".
std::string idOf(const QString& title) {
  std::string id;
  for (const QChar letter : title.toLower()) {
    const bool plain = letter.unicode() < 128 && letter.isLetterOrNumber();
    if (plain) {
      id += letter.toLatin1();
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id.empty() ? "method" : id;
}

bool combines(MethodKind kind) {
  return kind == MethodKind::kEnsemble || kind == MethodKind::kChain;
}

}  // namespace

MethodDialog::MethodDialog(Workbench& workbench, MethodShelf& shelf, const std::string& edited,
                           QWidget* parent)
    : QDialog(parent),
      workbench_(workbench),
      shelf_(shelf),
      edited_(edited),
      kinds_(new QListWidget),
      summary_(wrapped({}, "mute")),
      title_(new QLineEdit),
      id_(new QLineEdit),
      command_(new QLineEdit),
      colourButton_(new QPushButton),
      try_(new QPushButton(tr("Try on this sample"))),
      save_(new QPushButton(edited.empty() ? tr("Add method") : tr("Save"))),
      members_(new MembersEditor),
      settings_(new SettingsEditor),
      form_(new ParameterForm),
      answer_(new QPlainTextEdit),
      trial_(new MethodTrial(this)) {
  setWindowTitle(edited.empty() ? tr("Add method") : tr("Edit method"));
  kinds_->setAccessibleName(tr("Kind of method"));
  kinds_->setFixedWidth(190);
  for (const MethodKindInfo& info : methodKinds()) {
    auto* item = new QListWidgetItem(QString::fromStdString(info.title), kinds_);
    item->setToolTip(QString::fromStdString(info.summary));
    item->setSizeHint({0, 32});
  }
  kinds_->setEnabled(edited.empty());  // another kind is another method
  auto* columns = new QHBoxLayout;
  columns->setSpacing(16);
  columns->addWidget(kinds_);
  columns->addWidget(makeForm(), 1);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(16, 16, 16, 12);
  rows->setSpacing(12);
  rows->addLayout(columns, 1);
  rows->addWidget(makeFoot());
  resize(760, 600);

  connect(kinds_, &QListWidget::currentRowChanged, this, [this](int row) {
    if (row >= 0) setKind(methodKinds()[static_cast<std::size_t>(row)].kind);
  });
  connect(title_, &QLineEdit::textEdited, this, [this](const QString& text) {
    if (edited_.empty() && !id_->isModified()) {
      id_->setText(QString::fromStdString(shelf_.freeId(idOf(text))));
    }
  });
  connect(colourButton_, &QPushButton::clicked, this, &MethodDialog::chooseColour);
  connect(try_, &QPushButton::clicked, this, &MethodDialog::tryIt);
  connect(save_, &QPushButton::clicked, this, &MethodDialog::save);
  connect(trial_, &MethodTrial::finished, this, [this](bool worked, const QString& text) {
    try_->setEnabled(true);
    say(text, !worked);
  });
  const MethodDefinition* old = edited.empty() ? nullptr : shelf_.find(edited);
  fill(old ? *old : newDefinition(MethodKind::kPredictions, shelf_.freeId("my-method")));
}

QWidget* MethodDialog::makeForm() {
  title_->setPlaceholderText(tr("as tables and panes call it"));
  id_->setToolTip(tr("Part of file names: letters, digits, “_”, “-” and “.”"));
  command_->setPlaceholderText(QStringLiteral("python3 method.py {rgb} {low} {out}"));
  commandRow_ = new QWidget;
  auto* commandRows = new QVBoxLayout(commandRow_);
  commandRows->setContentsMargins(0, 0, 0, 0);
  commandRows->addWidget(command_);
  commandRows->addWidget(wrapped(
      tr("{rgb} and {low} are files to read, {out} the one to write, {sample} its id, {initial} "
         "what the method before it made in a chain, {NAME} the value of a setting below. No "
         "shell: "
         "nothing else is expanded."),
      "mute"));
  commandRows->addWidget(settings_);
  auto* top = new QFormLayout;
  top->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  top->addRow(tr("Title"), title_);
  top->addRow(tr("Id"), id_);
  top->addRow(tr("Colour"), colourButton_);
  form_->setMargin(0);  // its rows begin where the others do
  auto* content = new QWidget;
  auto* rows = new QVBoxLayout(content);
  rows->setContentsMargins(0, 0, 8, 0);
  rows->setSpacing(12);
  rows->addWidget(summary_);
  rows->addLayout(top);
  rows->addWidget(commandRow_);
  rows->addWidget(members_);
  rows->addWidget(form_);
  rows->addStretch();
  command_->setAccessibleName(tr("Command"));
  auto* area = new QScrollArea;
  area->setWidget(content);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setAccessibleName(tr("Form"));
  return area;
}

QWidget* MethodDialog::makeFoot() {
  answer_->setReadOnly(true);
  answer_->setMaximumHeight(110);
  answer_->setAccessibleName(tr("What came of it"));
  answer_->hide();
  save_->setProperty("accent", true);
  save_->setDefault(true);
  try_->setToolTip(tr("Runs it once on the sample on show; nothing is added"));
  auto* cancel = new QPushButton(tr("Cancel"));
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  auto* line = new QHBoxLayout;
  line->addWidget(try_);
  line->addStretch();
  line->addWidget(cancel);
  line->addWidget(save_);
  auto* foot = new QWidget;
  auto* rows = new QVBoxLayout(foot);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->addWidget(answer_);
  rows->addLayout(line);
  return foot;
}

void MethodDialog::fill(const MethodDefinition& definition) {
  base_ = definition;
  colour_ = QString::fromStdString(definition.colour);
  showColour();
  title_->setText(QString::fromStdString(definition.title));
  id_->setText(QString::fromStdString(definition.id));
  command_->setText(QString::fromStdString(joinCommand(definition.command)));
  setKind(definition.kind);
  form_->setValues(definition.parameters);
  members_->setMembers(definition.members);
  settings_->setSettings(definition.settings);
}

void MethodDialog::setKind(MethodKind kind) {
  kind_ = kind;
  const MethodKindInfo& info = infoOf(kind);
  const QSignalBlocker quiet(kinds_);
  const auto row = std::ranges::find(methodKinds(), kind, &MethodKindInfo::kind);
  kinds_->setCurrentRow(static_cast<int>(row - methodKinds().begin()));
  summary_->setText(QString::fromStdString(info.summary));
  commandRow_->setVisible(kind == MethodKind::kCommand);
  members_->setVisible(combines(kind));
  std::vector<UpsamplerInfo> known = workbench_.pipeline().methods().list();
  std::erase_if(known, [this](const UpsamplerInfo& each) { return each.id == edited_; });
  members_->setMethods(std::move(known));
  members_->setChain(kind == MethodKind::kChain);
  form_->setSettings(parametersOf(kind));
  answer_->hide();
}

MethodDefinition MethodDialog::definition() const {
  MethodDefinition made = newDefinition(kind_, id_->text().trimmed().toStdString());
  made.title = title_->text().trimmed().toStdString();
  made.colour = colour_.toStdString();
  made.base = base_.base;
  made.parameters = form_->values();
  if (kind_ == MethodKind::kCommand) {
    made.command = splitCommand(command_->text().toStdString());
    made.settings = settings_->settings();
  }
  if (combines(kind_)) made.members = members_->members();
  return made;
}

void MethodDialog::chooseColour() {
  auto* dialog = new QColorDialog(QColor(colour_.isEmpty() ? "#4c9be8" : colour_), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QColorDialog::colorSelected, this, [this](const QColor& colour) {
    colour_ = colour.name();
    showColour();
  });
  dialog->open();
}

void MethodDialog::showColour() {
  colourButton_->setText(colour_.isEmpty() ? tr("by its place in the list") : colour_);
  QPixmap dot(12, 12);
  dot.fill(colour_.isEmpty() ? QColor(Qt::transparent) : QColor(colour_));
  colourButton_->setIcon(QIcon(dot));
}

void MethodDialog::say(const QString& text, bool bad) {
  answer_->setPlainText((bad ? QStringLiteral("⚠ ") : QStringLiteral("✓ ")) + text);
  answer_->show();
}

void MethodDialog::guarded(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    try_->setEnabled(true);
    say(QString::fromStdString(describe(error)), true);
  }
}

/// Code of a TorchScript file runs only where the user allowed it.
void MethodDialog::afterConsent(const MethodDefinition& definition,
                                const std::function<void()>& then) {
  if (definition.kind != MethodKind::kTorchScript) return then();
  withConsent(
      shelf_.consent(), definition.path("file"), this, [this, then] { guarded(then); },
      [this](const QString& why) {
        try_->setEnabled(true);
        say(why, true);
      });
}

void MethodDialog::tryIt() {
  guarded([this] {
    const MethodDefinition wanted = definition();
    UpsamplerRegistry methods = shelf_.with(wanted, edited_);
    if (!workbench_.sample() || !workbench_.low()) {
      throw BadInput("there is no sample to try it on", "",
                     "Select one that has a transmitted map");
    }
    try_->setEnabled(false);
    answer_->setPlainText(tr("Running…"));
    answer_->show();
    afterConsent(wanted, [this, wanted, methods = std::move(methods)] {
      trial_->start(methods, wanted.id, workbench_.sample(), workbench_.low());
    });
  });
}

void MethodDialog::save() {
  guarded([this] {
    const MethodDefinition wanted = definition();
    shelf_.with(wanted, edited_);  // says what is wrong before anybody is asked for consent
    afterConsent(wanted, [this, wanted] {
      shelf_.put(wanted, edited_);
      Q_EMIT saved(wanted.id);
      accept();
    });
  });
}

}  // namespace fathom
