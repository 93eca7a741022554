#include "widgets/forms/setting_row.h"

#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/forms/number_field.h"
#include "widgets/forms/number_text.h"
#include "widgets/forms/value_slider.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kRowHeight = 28, kGap = 8, kResetSide = 22, kWidestChoice = 176;

/// A combo box that scrolls its panel, not its choice, until it has the focus.
class ChoiceBox : public QComboBox {
 protected:
  void wheelEvent(QWheelEvent* event) override {
    hasFocus() ? QComboBox::wheelEvent(event) : event->ignore();
  }
};

QString shown(const std::string& option) {
  return QString::fromStdString(option).replace('_', ' ');
}

}  // namespace

SettingRow::SettingRow(Setting setting, QWidget* parent)
    : QWidget(parent), setting_(std::move(setting)) {
  value_ = default_ = initialValue(setting_);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  auto* top = new QHBoxLayout;
  top->setSpacing(kGap);
  rows->addLayout(top);
  const std::string& title = setting_.title.empty() ? setting_.name : setting_.title;
  label_ = new QLabel(QString::fromStdString(title));
  label_->setWordWrap(true);
  label_->setMinimumHeight(kRowHeight);
  top->addWidget(label_, 1);
  reset_ = new QToolButton;
  reset_->setIcon(themedIcon("reset"));
  reset_->setIconSize({14, 14});
  reset_->setFixedSize(kResetSide, kResetSide);
  reset_->setStyleSheet("padding: 0; min-height: 0;");  // the theme's would leave the icon no room
  QSizePolicy policy = reset_->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  reset_->setSizePolicy(policy);
  connect(reset_, &QToolButton::clicked, this, &SettingRow::resetToDefault);
  top->addWidget(reset_);
  if (std::holds_alternative<Flag>(setting_.kind)) {
    buildFlag(*top);
  } else if (const auto* choice = std::get_if<Choice>(&setting_.kind)) {
    buildChoice(*top, *choice);
  } else if (const auto* file = std::get_if<File>(&setting_.kind)) {
    buildFile(*rows, *file);
  } else {
    buildNumber(*top, *rows);
  }
  error_ = new QLabel;
  error_->setWordWrap(true);
  error_->setProperty("bad", true);
  error_->setFont(themeFont(kTextSecondary));
  error_->hide();
  rows->addWidget(error_);
  label_->setBuddy(editor_);
  editor_->setAccessibleName(label_->text());
  setToolTip(helpText());
  reset_->setToolTip(tr("Back to %1").arg(QString::fromStdString(printValue(default_))));
  reset_->setAccessibleName(tr("Reset %1").arg(label_->text()));
  showValue(value_);
}

void SettingRow::buildNumber(QBoxLayout& top, QBoxLayout& rows) {
  field_ = new NumberField(setting_);
  editor_ = field_;
  field_->setFixedSize(field_->wantedWidth(), kRowHeight);
  top.addWidget(field_);
  connect(field_, &NumberField::changed, this, [this](const Value& v) { take(v, false); });
  connect(field_, &NumberField::refused, this, &SettingRow::setError);
  const auto scale = SliderScale::of(setting_);
  if (scale) {
    slider_ = new ValueSlider;
    slider_->setRange(0, scale->maximum());
    slider_->setSingleStep(std::max(1, scale->maximum() / 100));
    slider_->setPageStep(std::max(1, scale->maximum() / 10));
    slider_->setAccessibleName(label_->text());
    rows.addWidget(slider_);
    connectSlider();
  }
  showInEditor_ = [this, scale](const Value& value) {
    field_->setValue(value);
    if (!slider_ || slider_->isSliderDown()) return;
    const QSignalBlocker quiet(slider_);
    slider_->setValue(scale->position(value));
    slider_->update();
  };
}

void SettingRow::connectSlider() {
  const SliderScale scale = *SliderScale::of(setting_);
  connect(slider_, &QSlider::sliderPressed, this, [this] { dragged_ = false; });
  connect(slider_, &QSlider::valueChanged, this, [this, scale](int position) {
    const bool held = slider_->isSliderDown();
    dragged_ = dragged_ || held;
    take(scale.value(position), held);
  });
  connect(slider_, &QSlider::sliderReleased, this, [this] {
    if (!std::exchange(dragged_, false)) return;
    showValue(value_);
    Q_EMIT changed(false);
  });
  connect(slider_, &ValueSlider::resetWanted, this, &SettingRow::resetToDefault);
}

void SettingRow::buildFlag(QBoxLayout& top) {
  auto* box = new QCheckBox;
  editor_ = box;
  top.addWidget(box);
  connect(box, &QCheckBox::toggled, this, [this](bool on) { take(on, false); });
  showInEditor_ = [box](const Value& value) {
    const QSignalBlocker quiet(box);
    box->setChecked(std::get<bool>(value));
  };
}

void SettingRow::buildChoice(QBoxLayout& top, const Choice& choice) {
  auto* box = new ChoiceBox;
  editor_ = box;
  box->setFocusPolicy(Qt::StrongFocus);
  box->setMaximumWidth(kWidestChoice);
  box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  for (const std::string& option : choice.options) {
    box->addItem(shown(option), QString::fromStdString(option));
  }
  top.addWidget(box);
  connect(box, &QComboBox::currentIndexChanged, this,
          [this, box] { take(box->currentData().toString().toStdString(), false); });
  showInEditor_ = [box](const Value& value) {
    const QSignalBlocker quiet(box);
    box->setCurrentIndex(box->findData(QString::fromStdString(std::get<std::string>(value))));
  };
}

void SettingRow::buildFile(QBoxLayout& rows, const File& file) {
  auto* path = new QLineEdit;
  editor_ = path;
  // A file with endings to choose from, a folder, or only a text that has to do with files.
  const bool folder = setting_.name == "folder", plain = file.filter.empty() && !folder;
  path->setPlaceholderText(folder ? tr("No folder") : plain ? QString() : tr("No file"));
  auto* browse = new QToolButton;
  browse->setIcon(themedIcon("open"));
  browse->setToolTip(folder ? tr("Choose a folder") : tr("Choose a file"));
  browse->setAccessibleName(browse->toolTip() + tr(" for %1").arg(label_->text()));
  browse->setVisible(!plain);
  auto* line = new QHBoxLayout;
  line->setSpacing(kGap / 2);
  line->addWidget(path, 1);
  line->addWidget(browse);
  rows.addLayout(line);
  connect(path, &QLineEdit::editingFinished, this, [this, path] {
    if (path->isModified()) take(path->text().trimmed().toStdString(), false);
  });
  // Not modal to the thread: the dialog tells when it is done.
  connect(browse, &QToolButton::clicked, this, [this, path, folder, filter = file.filter] {
    auto* dialog =
        new QFileDialog(this, label_->text(), path->text(), QString::fromStdString(filter));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& chosen) { take(chosen.toStdString(), false); });
    dialog->open();
  });
  showInEditor_ = [path](const Value& value) {
    const QString text = QString::fromStdString(std::get<std::string>(value));
    path->setText(text);
    path->setModified(false);
    path->setToolTip(text);
  };
}

QString SettingRow::helpText() const {
  QString text = QString::fromStdString(setting_.help);
  const QString unit = QString::fromStdString(setting_.unit);
  const auto range = [&](const Value& least, const Value& greatest) {
    return tr("%1 to %2 %3").arg(fieldText(least), fieldText(greatest), unit).trimmed();
  };
  QString about;
  if (const auto* number = std::get_if<Real>(&setting_.kind)) {
    about = range(number->least, number->greatest);
  } else if (const auto* whole = std::get_if<Integer>(&setting_.kind)) {
    about = range(whole->least, whole->greatest);
  }
  if (!about.isEmpty()) text += (text.isEmpty() ? "" : "\n") + about;
  return text;
}

void SettingRow::setValue(const Value& value) {
  if (slider_ && slider_->isSliderDown()) return;
  if (value != value_) setError({});
  showValue(value);
}

void SettingRow::showValue(const Value& value) {
  value_ = value;
  showInEditor_(value);
  reset_->setVisible(value_ != default_);
}

void SettingRow::take(const Value& value, bool dragging) {
  if (value == value_) return;
  setError({});
  showValue(value);
  Q_EMIT changed(dragging);
}

void SettingRow::resetToDefault() {
  if (reset_->hasFocus()) editor_->setFocus();
  take(default_, false);
}

void SettingRow::setError(const QString& text) {
  if (text == error()) return;
  error_->setText(text.isEmpty() ? QString() : QStringLiteral("⚠ ") + text);
  error_->setVisible(!text.isEmpty());
  editor_->setProperty("invalid", !text.isEmpty());
  editor_->style()->unpolish(editor_);
  editor_->style()->polish(editor_);
  editor_->setAccessibleDescription(text);
}

QString SettingRow::error() const {
  return error_->text().mid(2);
}

void SettingRow::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu;
  QAction* reset = menu.addAction(
      themedIcon("reset"), tr("Reset to %1").arg(QString::fromStdString(printValue(default_))));
  reset->setEnabled(value_ != default_);
  connect(reset, &QAction::triggered, this, &SettingRow::resetToDefault);
  menu.exec(event->globalPos());
}

}  // namespace fathom
