#pragma once

#include <QString>
#include <QWidget>

#include "widgets/colour/colour_map.h"
#include "widgets/colour/distribution.h"
#include "widgets/image/render.h"

class QComboBox;
class QLabel;
class QMenu;

namespace fathom {

class RangeTrack;

/// Where the limits of the colours come from.
enum class RangeRule {
  kCentral,  ///< 2 to 98 % of the truth: robust
  kFull,     ///< all of the truth
  kFixed,    ///< as set by hand
};

/// What the bar is about.
struct Quantity {
  QString name;    ///< "Depth"
  QString unit;    ///< "metres", under the ticks' numbers
  QString symbol;  ///< "m", behind a number
  MapUse use = MapUse::kDepth;
  bool symmetric = false;  ///< signed: limits are ±, the map should be diverging
};

/// One bar for all panes: what is shown, the gradient with its handles, the rule for the range and
/// the map. It computes nothing: whoever owns the values answers its signals with a range.
class ColourBar : public QWidget {
  Q_OBJECT

 public:
  explicit ColourBar(QWidget* parent = nullptr);

  void setQuantity(const Quantity& quantity);
  /// Setters emit nothing.
  void setScale(const Scale& scale);
  Scale scale() const;
  void setRangeRule(RangeRule rule);
  RangeRule rangeRule() const { return rule_; }
  /// @param id  throws BadInput where there is no such map
  void setMap(const QString& id);
  QString map() const { return map_; }
  void setSkyRule(SkyRule rule);
  SkyRule skyRule() const { return sky_; }
  void setDistribution(const Distribution& distribution);

  /// What the panes' values are looked up in.
  ColourTable table() const;

  /// Adds scales, maps, the sky's rule and what the colours outside of the map mean.
  void fillMenu(QMenu& menu);

  RangeTrack* track() const { return track_; }
  QComboBox* ruleBox() const { return ruleBox_; }
  QComboBox* mapBox() const { return mapBox_; }

 Q_SIGNALS:
  /// The user moves a limit; the rule is then kFixed. `rangeCommitted` follows when the hand
  /// rests, which is where one undo step belongs.
  void rangeChanged(double low, double high);
  void rangeCommitted();
  void rangeRuleChanged(fathom::RangeRule rule);
  void mapChanged(const QString& id);
  void scaleChanged(fathom::ScaleKind kind);
  void skyRuleChanged(fathom::SkyRule rule);

 protected:
  void contextMenuEvent(QContextMenuEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void fillBoxes();
  void listen();
  void chooseRule(RangeRule rule);
  void chooseMap(const QString& id);
  void chooseScale(ScaleKind kind);
  void relabel();
  void recolour();
  void addScales(QMenu& menu);
  void addMaps(QMenu& menu);
  void addOutsiders(QMenu& menu);

  Quantity quantity_{QStringLiteral("Depth"), QStringLiteral("metres"), QStringLiteral("m"),
                     MapUse::kDepth, false};
  QString map_;
  RangeRule rule_ = RangeRule::kCentral;
  SkyRule sky_ = SkyRule::kOwnColour;
  QLabel* name_;
  QLabel* kind_;
  RangeTrack* track_;
  QComboBox* ruleBox_;
  QComboBox* mapBox_;
};

}  // namespace fathom
