#include "widgets/image/colour_bar.h"

#include <QActionGroup>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QWidgetAction>

#include "widgets/image/range_track.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

struct Named {
  ScaleKind kind;
  const char* title;
  const char* label;
};
constexpr Named kScales[] = {{ScaleKind::kInverse, "Inverse (even in disparity)", "inverse scale"},
                             {ScaleKind::kLog, "Logarithmic", "log scale"},
                             {ScaleKind::kLinear, "Linear", "linear scale"}};

/// A strip of a map's colours, for menus and lists.
QPixmap strip(const ColourTable& table, qreal ratio) {
  const QSize size(48, 12);
  QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
  for (int x = 0; x < image.width(); ++x) {
    const QRgb colour = table[static_cast<std::size_t>(entryAt((x + 0.5) / image.width()))];
    for (int y = 0; y < image.height(); ++y) image.setPixel(x, y, colour);
  }
  QPixmap pixmap = QPixmap::fromImage(image);
  pixmap.setDevicePixelRatio(ratio);
  return pixmap;
}

QPixmap swatch(QRgb colour, qreal ratio) {
  QPixmap pixmap((QSizeF(16, 16) * ratio).toSize());
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(tokens().line, 1));
  painter.setBrush(QColor(colour));
  painter.drawRoundedRect(QRectF(1.5, 1.5, 13, 13), 3, 3);
  return pixmap;
}

/// A row of a menu that explains a colour and cannot be chosen.
QWidgetAction* explanation(QMenu& menu, QRgb colour, const QString& text) {
  auto* row = new QWidget(&menu);
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(5, 4, 24, 4);
  line->setSpacing(5);
  auto* sample = new QLabel(row);
  sample->setPixmap(swatch(colour, row->devicePixelRatioF()));
  line->addWidget(sample);
  auto* words = new QLabel(text, row);
  words->setProperty("mute", true);
  line->addWidget(words, 1);
  auto* action = new QWidgetAction(&menu);
  action->setText(text);
  action->setDefaultWidget(row);
  return action;
}

}  // namespace

ColourBar::ColourBar(QWidget* parent)
    : QWidget(parent),
      map_(colourMaps().front().id),
      name_(new QLabel(this)),
      kind_(new QLabel(this)),
      track_(new RangeTrack(this)),
      ruleBox_(new QComboBox(this)),
      mapBox_(new QComboBox(this)) {
  setFixedHeight(kColourBarHeight);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 0, 16, 0);
  row->setSpacing(8);
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  words->addStretch();
  for (QLabel* label : {name_, kind_}) {
    label->setProperty("mute", true);
    label->setMinimumWidth(96);
    words->addWidget(label);
  }
  words->addStretch();
  row->addLayout(words);
  row->addWidget(track_, 1);
  row->addSpacing(4);
  fillBoxes();
  row->addWidget(ruleBox_);
  row->addWidget(mapBox_);
  listen();
  track_->setUnit(quantity_.symbol);
  setScale({ScaleKind::kInverse, 1, 100});
  recolour();
}

void ColourBar::fillBoxes() {
  ruleBox_->addItem(tr("2–98 %"), QVariant::fromValue(RangeRule::kCentral));
  ruleBox_->addItem(tr("0–100 %"), QVariant::fromValue(RangeRule::kFull));
  ruleBox_->addItem(tr("Fixed"), QVariant::fromValue(RangeRule::kFixed));
  ruleBox_->setToolTip(
      tr("Where the limits come from: shares of the truth's values, or your hand"));
  ruleBox_->setAccessibleName(tr("Range"));
  mapBox_->setAccessibleName(tr("Colour map"));
  mapBox_->setToolTip(tr("Colour map. Near is warm or bright in all of them"));
  for (const ColourMap& map : colourMaps()) mapBox_->addItem(map.title, map.id);
}

void ColourBar::listen() {
  connect(track_, &RangeTrack::rangeChanged, this, [this](double low, double high) {
    if (rule_ != RangeRule::kFixed) chooseRule(RangeRule::kFixed);
    Q_EMIT rangeChanged(low, high);
  });
  connect(track_, &RangeTrack::rangeCommitted, this, &ColourBar::rangeCommitted);
  connect(track_, &RangeTrack::automaticWanted, this, [this] { chooseRule(RangeRule::kCentral); });
  connect(ruleBox_, &QComboBox::activated, this,
          [this](int index) { chooseRule(ruleBox_->itemData(index).value<RangeRule>()); });
  connect(mapBox_, &QComboBox::activated, this,
          [this](int index) { chooseMap(mapBox_->itemData(index).toString()); });
}

void ColourBar::setQuantity(const Quantity& quantity) {
  quantity_ = quantity;
  track_->setUnit(quantity.symbol);
  track_->setSymmetric(quantity.symmetric);
  relabel();
  recolour();
}

void ColourBar::setScale(const Scale& scale) {
  track_->setScale(scale);
  relabel();
}

Scale ColourBar::scale() const {
  return track_->scale();
}

void ColourBar::setRangeRule(RangeRule rule) {
  rule_ = rule;
  ruleBox_->setCurrentIndex(ruleBox_->findData(QVariant::fromValue(rule)));
}

void ColourBar::setMap(const QString& id) {
  map_ = colourMap(id).id;
  mapBox_->setCurrentIndex(mapBox_->findData(map_));
  recolour();
}

void ColourBar::setSkyRule(SkyRule rule) {
  sky_ = rule;
}

void ColourBar::setDistribution(const Distribution& distribution) {
  track_->setDistribution(distribution);
}

ColourTable ColourBar::table() const {
  return tableOf(colourMap(map_), quantity_.use);
}

void ColourBar::chooseRule(RangeRule rule) {
  setRangeRule(rule);
  Q_EMIT rangeRuleChanged(rule);
}

void ColourBar::chooseMap(const QString& id) {
  if (id == map_) return;
  setMap(id);
  Q_EMIT mapChanged(id);
}

void ColourBar::chooseScale(ScaleKind kind) {
  if (kind == scale().kind) return;
  setScale({kind, scale().low, scale().high});
  Q_EMIT scaleChanged(kind);
}

void ColourBar::relabel() {
  name_->setText(quantity_.unit.isEmpty() ? quantity_.name
                                          : quantity_.name + QStringLiteral(", ") + quantity_.unit);
  for (const Named& named : kScales) {
    if (named.kind == scale().kind) kind_->setText(tr(named.label));
  }
}

void ColourBar::recolour() {
  track_->setTable(table());
}

void ColourBar::addScales(QMenu& menu) {
  auto* group = new QActionGroup(&menu);
  for (const Named& named : kScales) {
    QAction* action = menu.addAction(tr(named.title));
    action->setCheckable(true);
    action->setChecked(named.kind == scale().kind);
    // What is signed or may be 0 has no inverse and no logarithm.
    action->setEnabled(!quantity_.symmetric || named.kind == ScaleKind::kLinear);
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, named] { chooseScale(named.kind); });
  }
}

void ColourBar::addMaps(QMenu& menu) {
  QMenu* maps = menu.addMenu(tr("Colour map"));
  auto* group = new QActionGroup(maps);
  for (const ColourMap& map : colourMaps()) {
    QAction* action = maps->addAction(map.title);
    action->setIcon(strip(tableOf(map, quantity_.use), devicePixelRatioF()));
    action->setCheckable(true);
    action->setChecked(map.id == map_);
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, id = map.id] { chooseMap(id); });
  }
}

void ColourBar::addOutsiders(QMenu& menu) {
  QAction* sky = menu.addAction(tr("Show the sky in its own colour"));
  sky->setCheckable(true);
  sky->setChecked(sky_ == SkyRule::kOwnColour);
  connect(sky, &QAction::toggled, this, [this](bool own) {
    setSkyRule(own ? SkyRule::kOwnColour : SkyRule::kAsValue);
    Q_EMIT skyRuleChanged(sky_);
  });
  menu.addSeparator();
  menu.addAction(explanation(menu, kSkyColour, tr("Sky")));
  menu.addAction(explanation(menu, kInvalidColour, tr("No value: missing or outside")));
}

void ColourBar::fillMenu(QMenu& menu) {
  addScales(menu);
  menu.addSeparator();
  addMaps(menu);
  QAction* automatic = menu.addAction(tr("Automatic range"));
  connect(automatic, &QAction::triggered, this, [this] { chooseRule(RangeRule::kCentral); });
  menu.addSeparator();
  addOutsiders(menu);
}

void ColourBar::contextMenuEvent(QContextMenuEvent* event) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  fillMenu(*menu);
  menu->popup(event->globalPos());
}

void ColourBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), tokens().panel);
  painter.fillRect(0, 0, width(), 1, tokens().line);
}

}  // namespace fathom
