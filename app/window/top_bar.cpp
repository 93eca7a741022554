#include "app/window/top_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

#include "app/window/layers.h"
#include "app/window/workbench.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/segments.h"
#include "widgets/theme/tokens.h"

namespace fathom {
namespace {

QLabel* muted(const QString& text, QWidget* buddy) {
  auto* label = new QLabel(text);
  label->setProperty("mute", true);
  label->setBuddy(buddy);
  return label;
}

}  // namespace

TopBar::TopBar(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      space_(new Segments({{tr("2D"), {}, tr("The panes (Ctrl+2)")},
                           {tr("3D"), {}, tr("The point cloud of the selected pane (Ctrl+3)")},
                           {tr("Both"), "B", tr("Panes and point cloud (Ctrl+4, B)")}})),
      layer_(new QComboBox),
      protocol_(new QComboBox) {
  setFixedHeight(kTopBarHeight);
  layer_->setToolTip(
      tr("What every pane shows (1 to 5 with Alt); a pane's own menu overrides it. "
         "Maps of the shown methods' own come last"));
  layer_->setMinimumContentsLength(14);
  layer_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  for (const Protocol& protocol : protocols()) {
    protocol_->addItem(QString::fromStdString(protocol.id));
    protocol_->setItemData(protocol_->count() - 1, QString::fromStdString(protocol.explain()),
                           Qt::ToolTipRole);
  }
  auto* theme = new QToolButton;
  theme->setIcon(themedIcon("sun"));
  theme->setToolTip(tr("Dark or light (Ctrl+T)"));
  theme->setAccessibleName(tr("Dark or light"));
  auto* run = new QPushButton(tr("Run all samples"));
  run->setProperty("accent", true);
  run->setToolTip(tr("Scores the shown methods on every sample of this source (Ctrl+R)"));

  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(12, 0, 12, 0);
  layout->setSpacing(8);
  layout->addWidget(space_);
  layout->addSpacing(8);
  layout->addWidget(muted(tr("Layer"), layer_));
  layout->addWidget(layer_);
  layout->addSpacing(8);
  layout->addWidget(muted(tr("Protocol"), protocol_));
  layout->addWidget(protocol_);
  layout->addStretch();
  layout->addWidget(theme);
  layout->addWidget(run);

  connect(space_, &Segments::chosen, this, [this] { Q_EMIT spaceChosen(space()); });
  connect(layer_, &QComboBox::activated, this, &TopBar::chooseLayer);
  connect(&workbench_, &Workbench::resultChanged, this, &TopBar::listLayers);
  connect(&workbench_, &Workbench::settled, this, &TopBar::listLayers);
  connect(protocol_, &QComboBox::activated, this, &TopBar::chooseProtocol);
  connect(theme, &QToolButton::clicked, this, &TopBar::themeToggled);
  connect(run, &QPushButton::clicked, this, &TopBar::runAllWanted);
  connect(&workbench_.document(), &Document::changed, this, &TopBar::showState);
  connect(&workbench_, &Workbench::displayChanged, this, &TopBar::showState);
  listLayers();
}

Space TopBar::space() const {
  return static_cast<Space>(space_->current());
}

void TopBar::setSpace(Space space) {
  if (space == this->space()) return;
  space_->setCurrent(static_cast<int>(space));
  Q_EMIT spaceChosen(space);
}

void TopBar::setLayer(int index) {
  chooseLayer(index);
}

void TopBar::setLayer(const QString& id) {
  const auto found = std::ranges::find(layers_, id, &LayerInfo::id);
  if (found != layers_.end()) chooseLayer(static_cast<int>(found - layers_.begin()));
}

void TopBar::chooseLayer(int index) {
  if (index < 0 || index >= static_cast<int>(layers_.size())) return;
  Display display = workbench_.display();
  display.layer = layers_[static_cast<std::size_t>(index)].layer;
  workbench_.setDisplay(display);
}

/// The list grows by what the shown methods offer.
void TopBar::listLayers() {
  const std::vector<LayerInfo> layers = workbench_.layers();
  const auto same = [](const LayerInfo& one, const LayerInfo& other) {
    return one.id == other.id && one.title == other.title;
  };
  if (!std::ranges::equal(layers, layers_, same)) {
    layers_ = layers;
    layer_->clear();
    for (const LayerInfo& info : layers_) layer_->addItem(info.title);
  }
  showState();
}

void TopBar::chooseProtocol(int index) {
  ExperimentState state = workbench_.document().state();
  state.protocol = protocol_->itemText(index).toStdString();
  workbench_.document().change(tr("Protocol"), std::move(state));
}

void TopBar::showState() {
  const auto shown = std::ranges::find(layers_, workbench_.display().layer, &LayerInfo::layer);
  if (shown == layers_.end()) return listLayers();
  layer_->setCurrentIndex(static_cast<int>(shown - layers_.begin()));
  const QString id = QString::fromStdString(workbench_.document().state().protocol);
  protocol_->setCurrentIndex(protocol_->findText(id));
  protocol_->setToolTip(protocol_->itemData(protocol_->currentIndex(), Qt::ToolTipRole).toString());
}

}  // namespace fathom
