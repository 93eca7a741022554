#include "app/window/degradation_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRandomGenerator>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/window/workbench.h"
#include "widgets/forms/note_box.h"
#include "widgets/forms/parameter_form.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/segments.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

const std::vector<FormSection>& formSections() {
  static const std::vector<FormSection> sections{
      {"Quantisation", {"source_bits", "target_bits", "metres_per_code", "rounding"}},
      {"Sampling", {"factor", "sampling", "phase"}},
      {"Noise", {"draw_sigmas", "sigma_r", "sigma_a", "clip", "seed"}},
  };
  return sections;
}

QString percent(double share) {
  return QString::number(100 * share, 'f', 0) + "\u2009%";
}

/// "One level spans 16.0 m; 62 % of this image is nearer …".
QString levelNote(const LowStage& low) {
  QString text = QObject::tr("One level spans <b>%1\u2009m</b>. ")
                     .arg(low.low.metresPerLevel, 0, 'f', low.low.metresPerLevel < 10 ? 3 : 1);
  if (low.truthBelowOneLevel) {
    return text + QObject::tr(
                      "<b>%1</b> of this image is nearer than that: there the transmitted "
                      "map holds only noise.")
                      .arg(percent(*low.truthBelowOneLevel));
  }
  return text + QObject::tr(
                    "<b>%1</b> of its cells round to level 0: whatever is nearer than one "
                    "level is only noise here.")
                    .arg(percent(low.information.noiseOnlyShare));
}

}  // namespace

DegradationPanel::DegradationPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      low_(new Segments({{tr("Real LR"), {}, tr("the map that came with the sample")},
                         {tr("Simulated"), {}, tr("made from the truth by the knobs below")}})),
      note_(new NoteBox),
      simulated_(new QWidget),
      preset_(new QComboBox),
      form_(new ParameterForm),
      drawn_(new NoteBox) {
  form_->setSettings(degradationSettings(), formSections());
  // The form brings its own margins; what stands above it lines up with them.
  auto* above = new QVBoxLayout;
  above->setContentsMargins(12, 0, 12, 0);
  above->setSpacing(12);
  above->addWidget(makePresetRow());
  above->addWidget(drawn_);
  auto* inner = new QVBoxLayout(simulated_);
  inner->setContentsMargins(0, 0, 0, 0);
  inner->setSpacing(12);
  inner->addLayout(above);
  inner->addWidget(form_);
  auto* head = new QVBoxLayout;
  head->setContentsMargins(12, 12, 12, 0);
  head->setSpacing(12);
  head->addWidget(low_);
  head->addWidget(note_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 12);
  layout->setSpacing(12);
  layout->addLayout(head);
  layout->addWidget(simulated_);
  layout->addStretch();

  connect(low_, &Segments::chosen, this, &DegradationPanel::chooseLow);
  connect(preset_, &QComboBox::activated, this, &DegradationPanel::choosePreset);
  connect(form_, &ParameterForm::changed, this, [this](const Values& values, bool dragging) {
    ExperimentState state = workbench_.document().state();
    state.degradation = degradationFromValues(values);
    workbench_.document().change(tr("Degradation"), std::move(state), dragging);
  });
  connect(&workbench_.document(), &Document::changed, this, &DegradationPanel::showState);
  connect(&workbench_, &Workbench::lowChanged, this, &DegradationPanel::showLow);
  connect(&workbench_, &Workbench::currentChanged, this, &DegradationPanel::showState);
  showState();
}

QWidget* DegradationPanel::makePresetRow() {
  for (const DegradationPreset& preset : degradationPresets()) {
    preset_->addItem(QString::fromStdString(preset.title), QString::fromStdString(preset.id));
    preset_->setItemData(preset_->count() - 1, QString::fromStdString(preset.note),
                         Qt::ToolTipRole);
  }
  preset_->setAccessibleName(tr("Preset"));
  auto* dice = new QToolButton;
  dice->setIcon(themedIcon("dice"));
  dice->setToolTip(tr("Another seed: other noise, same settings"));
  dice->setAccessibleName(tr("Another seed"));
  connect(dice, &QToolButton::clicked, this, [this] {
    ExperimentState state = workbench_.document().state();
    state.degradation.seed = QRandomGenerator::global()->bounded(1, 1000000);
    workbench_.document().change(tr("Seed"), std::move(state));
  });
  auto* head = new QLabel(tr("Preset"));
  head->setProperty("head", true);
  head->setFont(headFont());
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(preset_, 1);
  row->addWidget(dice);
  auto* widget = new QWidget;
  auto* column = new QVBoxLayout(widget);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  column->addWidget(head);
  column->addLayout(row);
  return widget;
}

void DegradationPanel::chooseLow(int segment) {
  ExperimentState state = workbench_.document().state();
  state.low = segment == 0 ? LowChoice::kReal : LowChoice::kSimulated;
  workbench_.document().change(tr("Transmitted map"), std::move(state));
}

void DegradationPanel::choosePreset(int index) {
  if (index >= static_cast<int>(degradationPresets().size())) return;  // "Custom" is not a choice
  ExperimentState state = workbench_.document().state();
  const std::uint64_t seed = state.degradation.seed;
  state.degradation = degradationPresets()[static_cast<std::size_t>(index)].values;
  state.degradation.seed = seed;
  workbench_.document().change(tr("Preset"), std::move(state));
}

void DegradationPanel::showState() {
  const ExperimentState& state = workbench_.document().state();
  const auto index = static_cast<std::size_t>(std::max(0, workbench_.current()));
  const SampleFacts facts = workbench_.source()->facts(index);
  const LowChoice low = lowFor(state, facts);
  low_->setCurrent(low == LowChoice::kReal ? 0 : 1);
  low_->setChoiceEnabled(0, facts.hasLow);
  low_->setChoiceEnabled(1, facts.hasTruth);
  simulated_->setVisible(low == LowChoice::kSimulated);
  form_->setValues(toValues(state.degradation));
  const int presets = static_cast<int>(degradationPresets().size());
  int found = preset_->findData(QString::fromStdString(state.degradation.preset));
  const bool custom = found < 0;
  if (custom && preset_->count() == presets) preset_->addItem(tr("Custom"));
  if (!custom && preset_->count() > presets) preset_->removeItem(presets);
  preset_->setCurrentIndex(custom ? presets : found);
  // The preset's caveat stands where it was chosen: that the paper does not settle it matters.
  preset_->setToolTip(preset_->itemData(preset_->currentIndex(), Qt::ToolTipRole).toString());
}

void DegradationPanel::showLow() {
  const auto low = workbench_.low();
  if (!low) {
    note_->setNote(tr("This sample has no transmitted map of this kind."), NoteBox::Kind::kWarning);
    drawn_->setNote({});
    return;
  }
  note_->setNote(levelNote(*low), NoteBox::Kind::kWarning);
  if (!low->sigmas) return drawn_->setNote({});
  drawn_->setNote(tr("Drawn for this image: σ relative <b>%1</b>, σ additive <b>%2</b> levels.")
                      .arg(low->sigmas->relative, 0, 'f', 4)
                      .arg(low->sigmas->additive, 0, 'f', 4));
}

}  // namespace fathom
