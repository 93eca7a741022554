#include "widgets/forms/parameter_form.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "core/error.h"
#include "widgets/forms/number_field.h"
#include "widgets/forms/setting_row.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kFoot = 12, kRowGap = 4, kHeadGap = 12;

}  // namespace

ParameterForm::ParameterForm(QWidget* parent) : QWidget(parent) {
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->setAlignment(Qt::AlignTop);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void ParameterForm::setSettings(std::vector<Setting> settings,
                                const std::vector<FormSection>& sections) {
  const auto find = [&](const std::string& name) -> const Setting& {
    const auto found = std::ranges::find(settings, name, &Setting::name);
    if (found == settings.end()) throw BadInput("there is no such setting", name);
    return *found;
  };
  std::vector<std::string> named;
  for (const FormSection& section : sections) {
    for (const std::string& name : section.names) named.push_back(find(name).name);
  }
  delete content_;
  rows_.clear();
  content_ = new QWidget;
  layout_ = new QVBoxLayout(content_);
  layout_->setContentsMargins(margin_, 0, margin_, kFoot);
  layout_->setSpacing(kRowGap);
  for (const FormSection& section : sections) {
    addHeading(section.heading);
    for (const std::string& name : section.names) addRow(find(name));
  }
  for (const Setting& setting : settings) {
    if (std::ranges::find(named, setting.name) == named.end()) addRow(setting);
  }
  layout()->addWidget(content_);
  settings_ = std::move(settings);
  values_ = initialValues(settings_);
  alignFields();
}

void ParameterForm::setMargin(int margin) {
  margin_ = margin;
  if (layout_) layout_->setContentsMargins(margin_, 0, margin_, kFoot);
}

void ParameterForm::addHeading(const QString& text) {
  if (layout_->count() > 0) layout_->addSpacing(kHeadGap);
  if (text.isEmpty()) return;
  auto* head = new QLabel(text);
  head->setProperty("head", true);
  head->setFont(headFont());
  layout_->addWidget(head);
}

void ParameterForm::addRow(const Setting& setting) {
  auto* row = new SettingRow(setting);
  connect(row, &SettingRow::changed, this, [this, row](bool dragging) {
    values_[row->setting().name] = row->value();
    Q_EMIT changed(values_, dragging);
  });
  layout_->addWidget(row);
  rows_.push_back(row);
}

/// All fields as wide as the widest: their right and left edges stand under each other.
void ParameterForm::alignFields() {
  int width = 0;
  for (const SettingRow* row : rows_) {
    if (row->numberField()) width = std::max(width, row->numberField()->wantedWidth());
  }
  for (const SettingRow* row : rows_) {
    if (row->numberField()) row->numberField()->setFixedWidth(width);
  }
}

void ParameterForm::setValues(const Values& values) {
  Values merged = values_;
  for (const auto& [name, value] : values) merged[name] = value;
  values_ = checkedValues(settings_, merged, "form");
  for (SettingRow* row : rows_) {
    row->setValue(values_.find(row->setting().name)->second);
    values_[row->setting().name] = row->value();  // a held slider keeps its own
  }
}

void ParameterForm::resetAll() {
  const Values before = values_;
  setValues(initialValues(settings_));
  if (values_ != before) Q_EMIT changed(values_, false);
}

SettingRow* ParameterForm::row(std::string_view name) const {
  const auto found =
      std::ranges::find_if(rows_, [&](SettingRow* row) { return row->setting().name == name; });
  return found == rows_.end() ? nullptr : *found;
}

void ParameterForm::setError(std::string_view name, const QString& text) {
  if (SettingRow* wanted = row(name)) wanted->setError(text);
}

void ParameterForm::clearErrors() {
  for (SettingRow* row : rows_) row->setError({});
}

void ParameterForm::setRowEnabled(std::string_view name, bool enabled) {
  if (SettingRow* wanted = row(name)) wanted->setEnabled(enabled);
}

void ParameterForm::setRowShown(std::string_view name, bool shown) {
  if (SettingRow* wanted = row(name)) wanted->setVisible(shown);
}

}  // namespace fathom
