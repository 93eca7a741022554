#include "app/window/bar_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

#include "app/window/workbench.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

/// The kinds of cells of a transmitted map with their colours, a line each.
/// @param whole  with what they mean, not only their names
QString legend(bool whole) {
  QStringList lines;
  for (const LegendEntry& entry : informationLegend()) {
    lines << QString("<span style='color:%1'>■</span> %2")
                 .arg(QColor(entry.colour).name(),
                      (whole ? entry.text : entry.text.section(':', 0, 0)).toHtmlEscaped());
  }
  return lines.join("<br>");
}

/// Under the ticks' numbers.
QString unitInWords(const LayerInfo& info) {
  if (info.layer == Layer::kRelativeError) return QObject::tr("share of the truth");
  return info.unit == "m" ? QObject::tr("metres") : info.unit;
}

}  // namespace

BarView::BarView(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      bar_(new ColourBar),
      legend_(new QLabel(legend(false))) {
  legend_->setContentsMargins(16, 0, 0, 0);
  legend_->setProperty("mute", true);
  legend_->setToolTip(legend(true));
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
  connect(bar_, &ColourBar::scaleChanged, this,
          [this](ScaleKind kind) { change([&](LayerDisplay& layer) { layer.scale = kind; }); });
  connect(bar_, &ColourBar::skyRuleChanged, this, [this](SkyRule sky) {
    Display display = workbench_.display();
    display.sky = sky;
    workbench_.setDisplay(display);
  });
  showDisplay();
}

/// The bar's ground and upper line go on behind the legend.
void BarView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), tokens().panel);
  painter.fillRect(0, 0, width(), 1, tokens().line);
}

void BarView::change(const std::function<void(LayerDisplay&)>& edit) {
  Display display = workbench_.display();
  edit(display.of(info_.layer));
  workbench_.setDisplay(display);
}

void BarView::showDisplay() {
  const Display& display = workbench_.display();
  legend_->setVisible(display.layer == Layer::kInformation);
  const LayerId& layer = info_.layer;
  bar_->setQuantity({info_.quantity, unitInWords(info_), info_.unit,
                     layer == Layer::kDepth ? MapUse::kDepth : MapUse::kMagnitude,
                     layer == Layer::kSignedError});
  bar_->setMap(display.of(layer).map);
  bar_->setRangeRule(display.of(layer).rule);
  bar_->setSkyRule(display.sky);
}

/// The painter says whose colours are seen; the bar never mixes one layer's name and range with
/// another's, whatever was chosen since.
void BarView::showBar(const BarFacts& bar) {
  const bool other = bar.layer != info_.layer || bar.info.title != info_.title;
  info_ = bar.info;
  if (other) showDisplay();
  bar_->setDistribution(bar.values);
  bar_->setScale(bar.scale);
}

}  // namespace fathom
