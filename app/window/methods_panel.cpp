#include "app/window/methods_panel.h"

#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>

#include "app/window/method_card.h"
#include "app/window/workbench.h"
#include "widgets/forms/parameter_form.h"
#include "widgets/lists/method_list.h"
#include "widgets/lists/method_search.h"
#include "widgets/lists/score_text.h"

namespace fathom {
namespace {

QString fromStd(const std::string& text) {
  return QString::fromStdString(text);
}

/// "12.3 M · 171 G", as far as there is something to count.
QString costNote(const UpsamplerInfo& info, const MethodCosts::Answer& answer) {
  const std::int64_t parameters = answer.costs ? answer.costs->parameters : info.parameters;
  if (parameters == 0) return {};
  const QString text = countText(static_cast<double>(parameters));
  if (!answer.costs || answer.costs->macs == 0) return text;
  return text + QStringLiteral(" · ") + countText(answer.costs->macs);
}

}  // namespace

MethodsPanel::MethodsPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      search_(new MethodSearch),
      card_(new MethodCard),
      form_(new ParameterForm) {
  makeLayout();
  MethodList& list = search_->list();
  connect(&list, &MethodList::shownChanged, this, &MethodsPanel::setShown);
  connect(&list, &MethodList::selectedChanged, this, &MethodsPanel::showSelected);
  connect(&list, &MethodList::stateActivated, this, [this](const std::string& id) {
    const MethodWeights weights = methodWeights(workbench_.weights(), infoOf(id), valuesOf(id));
    if (!weights.missing.empty()) Q_EMIT weightsWanted(weights.missing);
  });
  connect(card_, &MethodCard::weightsWanted, this, &MethodsPanel::weightsWanted);
  connect(card_, &MethodCard::fileWanted, this, &MethodsPanel::chooseFile);
  connect(form_, &ParameterForm::changed, this, &MethodsPanel::setValues);
  connect(&workbench_.document(), &Document::changed, this, &MethodsPanel::showMethods);
  connect(&workbench_, &Workbench::methodsChanged, this, &MethodsPanel::takeMethods);
  connect(&workbench_, &Workbench::coloursChanged, this, &MethodsPanel::showColours);
  connect(&workbench_, &Workbench::sampleChanged, this, &MethodsPanel::showCosts);
  connect(&workbench_.costs(), &MethodCosts::counted, this, &MethodsPanel::showCostsOf);
  connect(&workbench_.weights(), &WeightsStore::changed, this, &MethodsPanel::showWeights);
  connect(&workbench_.weights(), &WeightsStore::progressed, this, &MethodsPanel::showWeights);
  fillList();
  list.select(workbench_.document().state().methods.front().id);
  showMethods();
  showSelected();
}

/// The list has the upper part to itself, so that twenty methods scroll without the card.
void MethodsPanel::makeLayout() {
  auto* details = new QWidget;
  auto* column = new QVBoxLayout(details);
  column->setContentsMargins(0, 8, 0, 12);
  column->setSpacing(12);
  column->addWidget(card_);
  column->addWidget(form_);
  column->addStretch();
  auto* area = new QScrollArea;
  area->setAccessibleName(tr("Method"));
  area->setWidget(details);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* upper = new QWidget;
  auto* upperRows = new QVBoxLayout(upper);
  upperRows->setContentsMargins(0, 0, 0, 0);
  upperRows->setSpacing(0);
  upperRows->addWidget(search_, 1);
  upperRows->addWidget(makeOwnRow());
  auto* halves = new QSplitter(Qt::Vertical);
  halves->addWidget(upper);
  halves->addWidget(area);
  halves->setChildrenCollapsible(false);
  upper->setMinimumHeight(190);
  area->setMinimumHeight(120);
  halves->setSizes({500, 500});
  halves->setStretchFactor(0, 1);
  halves->setStretchFactor(1, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(halves);
}

QWidget* MethodsPanel::makeOwnRow() {
  auto* row = new QWidget;
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(12, 6, 12, 6);
  auto* add = new QPushButton(tr("Add method…"));
  add->setToolTip(
      tr("A folder of predictions, a program, a TorchScript module, or several methods "
         "combined (Ctrl+Shift+M)"));
  edit_ = new QPushButton(tr("Edit…"));
  remove_ = new QPushButton(tr("Remove"));
  line->addWidget(add);
  line->addStretch();
  line->addWidget(edit_);
  line->addWidget(remove_);
  connect(add, &QPushButton::clicked, this, [this] { Q_EMIT editWanted({}); });
  connect(edit_, &QPushButton::clicked, this, [this] { Q_EMIT editWanted(formOf_); });
  connect(remove_, &QPushButton::clicked, this, [this] { Q_EMIT removeWanted(formOf_); });
  setOwn({});
  return row;
}

void MethodsPanel::setOwn(std::set<std::string> ids) {
  own_ = std::move(ids);
  for (QPushButton* button : {edit_, remove_}) button->setVisible(own_.contains(formOf_));
}

void MethodsPanel::fillList() {
  std::vector<MethodEntry> entries;
  for (const UpsamplerInfo& info : workbench_.pipeline().methods().list()) {
    MethodEntry entry{info.id, fromStd(info.title), workbench_.colourOf(info.id),
                      fromStd(info.summary)};
    entry.group = fromStd(info.group);
    entry.words = fromStd(info.paper);
    entry.note = costNote(info, {});
    entries.push_back(std::move(entry));
  }
  search_->list().setMethods(std::move(entries));
}

/// The registry is another one: settings that were kept for later may no longer fit.
void MethodsPanel::takeMethods() {
  const std::string before = formOf_;
  const auto& methods = workbench_.pipeline().methods();
  kept_.clear();
  formOf_.clear();
  fillList();
  const auto& shown = workbench_.document().state().methods;
  search_->list().select(methods.has(before) ? before
                         : shown.empty()     ? methods.list().front().id
                                             : shown.front().id);
  showMethods();
  showSelected();
}

/// Not before the list is that of the registry: see takeMethods.
void MethodsPanel::showColours() {
  const UpsamplerRegistry& methods = workbench_.pipeline().methods();
  for (const UpsamplerInfo& info : methods.list()) {
    search_->list().setColour(info.id, workbench_.colourOf(info.id));
  }
  if (methods.has(formOf_)) card_->setColour(workbench_.colourOf(formOf_));
}

/// Colours of methods are those of the theme.
void MethodsPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::StyleChange) return;
  fillList();
  showMethods();
  if (!formOf_.empty()) card_->setColour(workbench_.colourOf(formOf_));
}

const UpsamplerInfo& MethodsPanel::infoOf(const std::string& id) const {
  return workbench_.pipeline().methods().info(id);
}

Values MethodsPanel::valuesOf(const std::string& id) const {
  const auto kept = kept_.find(id);
  return kept == kept_.end() ? initialValues(infoOf(id).settings) : kept->second;
}

void MethodsPanel::focusSearch() {
  search_->focusField();
}

void MethodsPanel::select(const std::string& id) {
  search_->list().select(id);
  showSelected();
}

void MethodsPanel::showMethods() {
  const auto& shown = workbench_.document().state().methods;
  MethodList& list = search_->list();
  for (const UpsamplerInfo& info : workbench_.pipeline().methods().list()) {
    const auto found = std::ranges::find(shown, info.id, &MethodChoice::id);
    list.setShown(info.id, found != shown.end());
    if (found != shown.end()) kept_[info.id] = found->values;
  }
  if (const auto kept = kept_.find(formOf_); kept != kept_.end()) form_->setValues(kept->second);
  showCosts();
  showWeights();
}

void MethodsPanel::showSelected() {
  const std::string& id = search_->list().selected();
  if (id.empty() || id == formOf_) return;
  const UpsamplerInfo& info = infoOf(id);
  formOf_ = id;
  setOwn(own_);
  card_->setMethod(info, workbench_.colourOf(id));
  form_->setSettings(info.settings, {});
  form_->setValues(valuesOf(id));
  showCostsOf(id);
  card_->setWeights(workbench_.weights(), valuesOf(id));
}

/// Only while somebody sees them: to count all takes seconds. The first in the list come first, and
/// before them the selected one.
void MethodsPanel::showCosts() {
  if (!isVisible()) return;
  const std::vector<UpsamplerInfo> methods = workbench_.pipeline().methods().list();
  for (auto info = methods.rbegin(); info != methods.rend(); ++info) showCostsOf(info->id);
  if (!formOf_.empty()) showCostsOf(formOf_);
}

void MethodsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  showCosts();
}

void MethodsPanel::showCostsOf(const std::string& id) {
  const MethodCosts::Answer answer = workbench_.costsOf(id, valuesOf(id));
  search_->list().setNote(id, costNote(infoOf(id), answer));
  const auto sample = workbench_.sample();
  if (id == formOf_ && sample) card_->setCosts(answer, sample->sample.size());
}

void MethodsPanel::showWeights() {
  for (const UpsamplerInfo& info : workbench_.pipeline().methods().list()) {
    if (info.weights.empty()) continue;
    const MethodWeights weights = methodWeights(workbench_.weights(), info, valuesOf(info.id));
    search_->list().setState(info.id, weights.state, weights.warning);
  }
  if (!formOf_.empty()) card_->setWeights(workbench_.weights(), valuesOf(formOf_));
}

void MethodsPanel::setValues(const Values& values, bool dragging) {
  kept_[formOf_] = values;
  ExperimentState state = workbench_.document().state();
  for (MethodChoice& method : state.methods) {
    if (method.id == formOf_) method.values = values;
  }
  workbench_.document().change(tr("Settings of %1").arg(fromStd(formOf_)), std::move(state),
                               dragging);
  showCostsOf(formOf_);
  showWeights();
}

void MethodsPanel::chooseFile(const std::string& setting) {
  const auto& settings = infoOf(formOf_).settings;
  const auto found = std::ranges::find(settings, setting, &Setting::name);
  const File* kind = found == settings.end() ? nullptr : std::get_if<File>(&found->kind);
  if (!kind) return;
  auto* dialog = new QFileDialog(this, tr("Weights of %1").arg(fromStd(infoOf(formOf_).title)), {},
                                 fromStd(kind->filter));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this,
          [this, setting, id = formOf_](const QString& path) {
            if (id != formOf_) return;
            Values values = valuesOf(id);
            values[setting] = path.toStdString();
            form_->setValues(values);
            setValues(values, false);
          });
  dialog->open();
}

void MethodsPanel::setShown(const std::string& id, bool shown) {
  ExperimentState state = workbench_.document().state();
  std::erase_if(state.methods, [&](const MethodChoice& method) { return method.id == id; });
  if (shown) state.methods.push_back({id, valuesOf(id)});
  workbench_.document().change(
      shown ? tr("Show %1").arg(fromStd(id)) : tr("Hide %1").arg(fromStd(id)), std::move(state));
}

}  // namespace fathom
