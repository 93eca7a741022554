#include "app/window/method_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/forms/fold_label.h"
#include "widgets/lists/list_paint.h"
#include "widgets/lists/score_text.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

constexpr int kHeadWidth = 74;

QLabel* small(QLabel* label, const char* look = nullptr) {
  label->setFont(themeFont(kTextSecondary));
  if (look) label->setProperty(look, true);
  return label;
}

QLabel* number() {
  auto* label = small(new QLabel);
  label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

/// The look of a state: "good", "warn" or none.
void setLook(QLabel& label, const QString& look) {
  for (const char* each : {"good", "warn", "mute"}) label.setProperty(each, look == each);
  label.style()->unpolish(&label);
  label.style()->polish(&label);
}

/// A file of the user's or in the folder, a download, or what to do.
struct Standing {
  QString text, look, help;
  bool missing = false;
  double part = -2;  ///< of a download; −1: unknown; −2: there is none
};

Standing standing(const WeightsStore& store, const WeightsWanted& wanted, const Values& values) {
  const QString chosen = QString::fromStdString(chosenWeights(values, wanted));
  if (wantsRandomWeights(values)) {
    return {MethodCard::tr("⚠ random weights are used"), "warn", {}, false, -2};
  }
  if (!chosen.isEmpty()) {
    return {MethodCard::tr("file chosen below"), "mute", chosen, false, -2};
  }
  const WeightsItem* item = store.find(wanted.name);
  if (!item) return {MethodCard::tr("looking…"), "mute", {}, false, -2};
  if (item->state.place == WeightsPlace::kHere) {
    return {MethodCard::tr("✓ here, %1").arg(QString::fromStdString(bytesText(item->state.bytes))),
            "good", QString::fromStdString(item->state.file.string()), false, -2};
  }
  const auto job = store.job(wanted.name);
  if (job && job->kind == WeightsJob::Kind::kFetch) {
    return {job->doing.isEmpty() ? MethodCard::tr("waiting…") : job->doing,
            "mute",
            {},
            true,
            job->part};
  }
  if (item->state.place == WeightsPlace::kPartly) {
    return {MethodCard::tr("⚠ %1 arrived").arg(partText(*item)), "warn", {}, true, -2};
  }
  return {MethodCard::tr("⚠ missing"), "warn", {}, true, -2};
}

}  // namespace

struct MethodCard::WeightsRow {
  WeightsWanted wanted;
  QLabel* state;
  QProgressBar* bar;
  QPushButton *get, *choose;
};

MethodCard::MethodCard(QWidget* parent)
    : QWidget(parent),
      dot_(new QLabel),
      title_(new QLabel),
      id_(small(new QLabel, "mute")),
      summary_(new FoldLabel(3)),
      costs_(new QWidget),
      scores_(small(new QLabel, "mute")),
      weightsPlace_(new QVBoxLayout) {
  title_->setFont(themeFont(kTextBody, QFont::DemiBold));
  title_->setWordWrap(true);
  id_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  scores_->setWordWrap(true);
  makeCosts();
  auto* heading = new QHBoxLayout;
  heading->setSpacing(8);
  heading->addWidget(dot_, 0, Qt::AlignTop);
  auto* names = new QVBoxLayout;
  names->setSpacing(0);
  names->addWidget(title_);
  names->addWidget(id_);
  heading->addLayout(names, 1);
  auto* facts = new QGridLayout;
  facts->setHorizontalSpacing(8);
  facts->setVerticalSpacing(4);
  facts->setColumnStretch(1, 1);
  fidelity_ = addFact(*facts, 0, tr("Fidelity"), 3);
  paper_ = addFact(*facts, 1, tr("Paper"), 2);
  licence_ = addFact(*facts, 2, tr("Licence"), 2);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 4, 12, 0);
  layout->setSpacing(8);
  layout->addLayout(heading);
  layout->addWidget(summary_);
  layout->addLayout(weightsPlace_);
  layout->addWidget(costs_);
  layout->addWidget(scores_);
  layout->addLayout(facts);
}

MethodCard::~MethodCard() = default;

MethodCard::Fact MethodCard::addFact(QGridLayout& grid, int row, const QString& head, int lines) {
  Fact fact{small(new QLabel(head), "mute"), new FoldLabel(lines)};
  fact.head->setFixedWidth(kHeadWidth);
  fact.text->setFont(themeFont(kTextSecondary));
  grid.addWidget(fact.head, row, 0, Qt::AlignTop);
  grid.addWidget(fact.text, row, 1);
  return fact;
}

/// A small table: what is counted here beside what the paper says.
void MethodCard::makeCosts() {
  auto* grid = new QGridLayout(costs_);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(12);
  grid->setVerticalSpacing(2);
  grid->setColumnMinimumWidth(0, kHeadWidth);
  grid->setColumnStretch(3, 1);
  auto* here = small(new QLabel(tr("here")), "mute");
  here->setAlignment(Qt::AlignRight);
  paperHead_ = small(new QLabel(tr("paper")), "mute");
  paperHead_->setAlignment(Qt::AlignRight);
  grid->addWidget(here, 0, 1);
  grid->addWidget(paperHead_, 0, 2);
  const auto row = [&](int at, const QString& head, QLabel*& ours, QLabel*& theirs) {
    grid->addWidget(small(new QLabel(head), "mute"), at, 0);
    grid->addWidget(ours = number(), at, 1);
    grid->addWidget(theirs = number(), at, 2);
  };
  row(1, tr("Parameters"), parametersHere_, parametersPaper_);
  row(2, tr("MACs"), macsHere_, macsPaper_);
}

void MethodCard::show(const Fact& fact, const std::string& text) {
  fact.head->setVisible(!text.empty());
  fact.text->setVisible(!text.empty());
  fact.text->setPlainText(QString::fromStdString(text));
}

void MethodCard::setColour(const QColor& colour) {
  const double ratio = devicePixelRatioF();
  QPixmap dot(QSize(kDotSide + 2, 18) * ratio);
  dot.setDevicePixelRatio(ratio);
  dot.fill(Qt::transparent);
  QPainter painter(&dot);
  paintDot(painter, {kDotSide / 2.0 + 1, 9}, colour);
  painter.end();
  dot_->setPixmap(dot);
}

void MethodCard::setMethod(const UpsamplerInfo& info, const QColor& colour) {
  info_ = info;
  setColour(colour);
  title_->setText(QString::fromStdString(info.title));
  id_->setText(QString::fromStdString(info.id));
  summary_->setPlainText(QString::fromStdString(info.summary));
  show(paper_, info.paper);
  show(licence_, info.licence);
  show(fidelity_, info.fidelity);
  const PublishedFigures paper = info.published.value_or(PublishedFigures{});
  const bool told = std::isfinite(paper.megaParameters) || std::isfinite(paper.gigaMacs);
  paperHead_->setVisible(told);
  parametersPaper_->setVisible(told);
  macsPaper_->setVisible(told);
  parametersPaper_->setText(countText(1e6 * paper.megaParameters));
  macsPaper_->setText(countText(1e9 * paper.gigaMacs));
  costs_->setVisible(info.parameters > 0 || info.costs || told);
  QString scores;
  if (std::isfinite(paper.mae)) {
    scores =
        tr("In the paper: MAE %1 m, RMSE %2 m (protocol unknown)").arg(paper.mae).arg(paper.rmse);
  }
  scores_->setText(scores);
  scores_->setVisible(!scores.isEmpty());
  setCosts({}, {});
  makeWeights(info);
}

void MethodCard::setCosts(const MethodCosts::Answer& answer, Size size) {
  const Costs known = answer.costs.value_or(Costs{info_.parameters, 0});
  parametersHere_->setText(countText(static_cast<double>(known.parameters)));
  parametersHere_->setToolTip(QLocale().toString(qlonglong{known.parameters}));
  const bool failed = !answer.problem.isEmpty();
  macsHere_->setText(answer.costs ? countText(known.macs) : failed ? tr("unknown") : tr("…"));
  const QString at =
      tr("Multiply-adds at %1 × %2, with these settings").arg(size.width).arg(size.height);
  macsHere_->setToolTip(failed ? answer.problem : answer.costs ? at : tr("Being counted"));
}

void MethodCard::makeWeights(const UpsamplerInfo& info) {
  rows_.clear();
  delete weights_;
  weights_ = nullptr;
  if (info.weights.empty()) return;
  weights_ = new QWidget;
  weightsPlace_->addWidget(weights_);
  auto* column = new QVBoxLayout(weights_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  for (const WeightsWanted& wanted : info.weights) {
    WeightsRow row{wanted, small(new QLabel), new QProgressBar, new QPushButton,
                   new QPushButton(tr("Choose file…"))};
    auto* title = new FoldLabel(2);
    title->setFont(themeFont(kTextSecondary));
    title->setPlainText(tr("Weights: %1").arg(QString::fromStdString(wanted.title)));
    row.bar->setTextVisible(false);
    row.choose->setToolTip(tr("A weights file of your own, for this method alone"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(row.get);
    buttons->addWidget(row.choose);
    // A member's weights are chosen where the member is.
    row.choose->setVisible(!wanted.setting.empty());
    buttons->addStretch();
    column->addWidget(title);
    column->addWidget(row.state);
    column->addWidget(row.bar);
    column->addLayout(buttons);
    connect(row.get, &QPushButton::clicked, this,
            [this, name = wanted.name] { Q_EMIT weightsWanted(name); });
    connect(row.choose, &QPushButton::clicked, this,
            [this, setting = wanted.setting] { Q_EMIT fileWanted(setting); });
    rows_.push_back(row);
  }
}

void MethodCard::setWeights(const WeightsStore& store, const Values& values) {
  for (const WeightsRow& row : rows_) {
    const Standing now = standing(store, row.wanted, values);
    row.state->setText(now.text);
    row.state->setToolTip(now.help);
    setLook(*row.state, now.look);
    row.bar->setVisible(now.part > -2);
    row.bar->setRange(0, now.part < 0 ? 0 : 1000);
    row.bar->setValue(now.part < 0 ? 0 : static_cast<int>(1000 * now.part));
    const WeightsItem* item = store.find(row.wanted.name);
    const bool get = now.missing && now.part < -1 && item && item->canFetch();
    row.get->setText(get ? tr("Get…") : now.missing && now.part < -1 ? tr("How…") : tr("Manage…"));
    row.get->setProperty("accent", get);
    row.get->style()->unpolish(row.get);
    row.get->style()->polish(row.get);
  }
}

}  // namespace fathom
