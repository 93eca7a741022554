#include "app/window/bar_view.h"

#include <QHBoxLayout>
#include <QLabel>

#include "app/window/workbench.h"

namespace fathom {
namespace {

/// The kinds of cells of a transmitted map with their colours, a line each.
QString legend() {
  QStringList lines;
  for (const LegendEntry& entry : informationLegend()) {
    lines << QString("<span style='color:%1'>■</span> %2")
                 .arg(QColor(entry.colour).name(), entry.text.toHtmlEscaped());
  }
  return lines.join("<br>");
}

}  // namespace

BarView::BarView(Workbench& workbench, QWidget* parent)
    : QWidget(parent), workbench_(workbench), bar_(new ColourBar), legend_(new QLabel(legend())) {
  legend_->setContentsMargins(16, 0, 0, 0);
  legend_->setProperty("mute", true);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(legend_);
  layout->addWidget(bar_, 1);
  connect(&workbench_, &Workbench::barChanged, this, &BarView::showBar);
  connect(&workbench_, &Workbench::displayChanged, this, &BarView::showDisplay);
  connect(bar_, &ColourBar::rangeChanged, this, [this](double low, double high) {
    change([&](LayerDisplay& layer) {
      layer.rule = RangeRule::kFixed;
      layer.fixed = {low, high};
    });
  });
  connect(bar_, &ColourBar::rangeRuleChanged, this, [this](RangeRule rule) {
    change([&](LayerDisplay& layer) {
      // Fixing starts from what is shown.
      layer.fixed = {bar_->scale().low, bar_->scale().high};
      layer.rule = rule;
    });
  });
  connect(bar_, &ColourBar::mapChanged, this,
          [this](const QString& map) { change([&](LayerDisplay& layer) { layer.map = map; }); });
  connect(bar_, &ColourBar::scaleChanged, this, [this](ScaleKind kind) {
    change([&](LayerDisplay& layer) { layer.scale = kind; });
  });
  connect(bar_, &ColourBar::skyRuleChanged, this, [this](SkyRule sky) {
    Display display = workbench_.display();
    display.sky = sky;
    workbench_.setDisplay(display);
  });
  showDisplay();
}

void BarView::change(const std::function<void(LayerDisplay&)>& edit) {
  Display display = workbench_.display();
  // The information layer is depth with some of its colour taken out: one bar for both.
  const Layer layer =
      display.layer == Layer::kInformation ? Layer::kDepth : display.layer;
  edit(display.of(layer));
  workbench_.setDisplay(display);
}

void BarView::showDisplay() {
  const Display& display = workbench_.display();
  const Layer layer =
      display.layer == Layer::kInformation ? Layer::kDepth : display.layer;
  legend_->setVisible(display.layer == Layer::kInformation);
  const LayerInfo& info = layerInfo(layer);
  const bool depth = layer == Layer::kDepth;
  bar_->setQuantity({info.quantity, info.unit == "m" ? tr("metres") : tr("share of the truth"),
                     info.unit, depth ? MapUse::kDepth : MapUse::kMagnitude,
                     layer == Layer::kSignedError});
  bar_->setMap(display.of(layer).map);
  bar_->setRangeRule(display.of(layer).rule);
  bar_->setSkyRule(display.sky);
}

void BarView::showBar(const BarFacts& bar) {
  bar_->setDistribution(bar.values);
  bar_->setScale(bar.scale);
}

}  // namespace fathom
