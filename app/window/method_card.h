#pragma once

#include <QWidget>
#include <vector>

#include "app/window/method_costs.h"
#include "app/window/weights_store.h"

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace fathom {

class FoldLabel;

/// What a method is: summary, what it costs beside what its paper says, where its weights stand,
/// paper, licence, and what of it is published. Long texts are folded.
class MethodCard : public QWidget {
  Q_OBJECT
 public:
  explicit MethodCard(QWidget* parent = nullptr);
  ~MethodCard() override;

  /// @param colour  of the method's dot
  void setMethod(const UpsamplerInfo& info, const QColor& colour);
  void setColour(const QColor& colour);
  /// @param size  of the sample that the costs are for
  void setCosts(const MethodCosts::Answer& answer, Size size);
  /// Where the weights of the method stand with these values.
  void setWeights(const WeightsStore& store, const Values& values);

 Q_SIGNALS:
  /// "Get…" or "Manage…" of a weights file.
  void weightsWanted(const std::string& name);
  /// "Choose file…": for this setting.
  void fileWanted(const std::string& setting);

 private:
  struct Fact {
    QLabel* head;
    FoldLabel* text;
  };
  struct WeightsRow;
  Fact addFact(QGridLayout& grid, int row, const QString& head, int lines);
  void makeCosts();
  void makeWeights(const UpsamplerInfo& info);
  static void show(const Fact& fact, const std::string& text);

  UpsamplerInfo info_;
  QLabel *dot_, *title_, *id_;
  FoldLabel* summary_;
  QWidget* costs_;
  QLabel *parametersHere_, *parametersPaper_, *macsHere_, *macsPaper_, *paperHead_;
  QLabel* scores_;
  QWidget* weights_ = nullptr;  ///< made anew for each method
  QVBoxLayout* weightsPlace_;
  std::vector<WeightsRow> rows_;
  Fact paper_{}, licence_{}, fidelity_{};
};

}  // namespace fathom
