#include "app/window/methods_panel.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>

#include "app/window/workbench.h"
#include "widgets/forms/parameter_form.h"
#include "widgets/lists/method_list.h"

namespace fathom {
namespace {

QString cardText(const UpsamplerInfo& info) {
  QString text = QString("<b>%1</b> &nbsp;<code>%2</code><br>%3")
                     .arg(QString::fromStdString(info.title).toHtmlEscaped(),
                          QString::fromStdString(info.id).toHtmlEscaped(),
                          QString::fromStdString(info.summary).toHtmlEscaped());
  if (info.parameters > 0) {
    text += QObject::tr("<br>%1 parameters").arg(QLocale().toString(qlonglong{info.parameters}));
  }
  if (!info.paper.empty()) text += "<br>" + QString::fromStdString(info.paper).toHtmlEscaped();
  if (!info.licence.empty()) text += "<br>" + QString::fromStdString(info.licence).toHtmlEscaped();
  return text;
}

}  // namespace

MethodsPanel::MethodsPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      list_(new MethodList),
      card_(new QLabel),
      form_(new ParameterForm) {
  card_->setWordWrap(true);
  card_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  list_->setMinimumHeight(190);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 8, 0, 12);
  layout->setSpacing(12);
  layout->addWidget(list_);
  card_->setContentsMargins(12, 0, 12, 0);
  layout->addWidget(card_);
  layout->addWidget(form_);
  layout->addStretch();
  connect(list_, &MethodList::shownChanged, this, &MethodsPanel::setShown);
  connect(list_, &MethodList::selectedChanged, this, &MethodsPanel::showSelected);
  connect(form_, &ParameterForm::changed, this, [this](const Values& values, bool dragging) {
    kept_[formOf_] = values;
    ExperimentState state = workbench_.document().state();
    for (MethodChoice& method : state.methods) {
      if (method.id == formOf_) method.values = values;
    }
    workbench_.document().change(tr("Settings of %1").arg(QString::fromStdString(formOf_)),
                                 std::move(state), dragging);
  });
  connect(&workbench_.document(), &Document::changed, this, &MethodsPanel::showMethods);
  std::vector<MethodEntry> entries;
  for (const UpsamplerInfo& info : workbench_.pipeline().methods().list()) {
    entries.push_back({info.id,
                       QString::fromStdString(info.title),
                       workbench_.colourOf(info.id),
                       QString::fromStdString(info.summary),
                       {},
                       false,
                       false});
  }
  list_->setMethods(std::move(entries));
  list_->select(workbench_.document().state().methods.front().id);
  showMethods();
  showSelected();
}

void MethodsPanel::showMethods() {
  const auto& shown = workbench_.document().state().methods;
  for (const MethodEntry& entry : std::vector<MethodEntry>(list_->methods())) {
    const auto found = std::ranges::find(shown, entry.id, &MethodChoice::id);
    list_->setShown(entry.id, found != shown.end());
    if (found != shown.end()) kept_[entry.id] = found->values;
  }
  if (const auto kept = kept_.find(formOf_); kept != kept_.end()) form_->setValues(kept->second);
}

void MethodsPanel::showSelected() {
  const std::string id = list_->selected();
  if (id.empty() || id == formOf_) return;
  const UpsamplerInfo& info = workbench_.pipeline().methods().info(id);
  formOf_ = id;
  card_->setText(cardText(info));
  form_->setSettings(info.settings, {});
  if (const auto kept = kept_.find(id); kept != kept_.end()) form_->setValues(kept->second);
}

void MethodsPanel::setShown(const std::string& id, bool shown) {
  ExperimentState state = workbench_.document().state();
  std::erase_if(state.methods, [&](const MethodChoice& method) { return method.id == id; });
  if (shown) {
    const auto kept = kept_.find(id);
    const UpsamplerInfo& info = workbench_.pipeline().methods().info(id);
    state.methods.push_back(
        {id, kept != kept_.end() ? kept->second : initialValues(info.settings)});
  }
  workbench_.document().change(shown ? tr("Show %1").arg(QString::fromStdString(id))
                                     : tr("Hide %1").arg(QString::fromStdString(id)),
                               std::move(state));
}

}  // namespace fathom
