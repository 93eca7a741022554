#include "app/window/scores_panel.h"

#include <QLabel>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "app/window/workbench.h"
#include "widgets/lists/log_panel.h"
#include "widgets/lists/score_table.h"
#include "widgets/lists/score_text.h"
#include "widgets/theme/icons.h"

namespace fathom {
namespace {

constexpr int kSampleTab = 0, kAllTab = 1;

}  // namespace

ScoresPanel::ScoresPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      tabs_(new QTabWidget),
      sample_(new ScoreTable),
      all_(new ScoreTable),
      notes_(new QLabel),
      log_(new LogPanel) {
  auto* means = new QWidget;
  auto* meansLayout = new QVBoxLayout(means);
  meansLayout->setContentsMargins(0, 0, 0, 0);
  meansLayout->setSpacing(0);
  meansLayout->addWidget(all_, 1);
  meansLayout->addWidget(notes_);
  notes_->setProperty("mute", true);
  notes_->setContentsMargins(12, 4, 12, 6);
  notes_->setText(
      tr("Press “Run all samples” to score the shown methods on every sample of this source."));
  tabs_->setDocumentMode(true);
  tabs_->tabBar()->setDrawBase(false);
  tabs_->addTab(sample_, tr("Scores"));
  tabs_->addTab(means, tr("All samples"));
  tabs_->addTab(log_, tr("Log"));
  auto* save = new QToolButton;
  save->setIcon(themedIcon("export"));
  save->setToolTip(tr("Export this table as CSV (Ctrl+E)"));
  save->setAccessibleName(tr("Export table"));
  tabs_->setCornerWidget(save);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(tabs_);
  log_->listen();

  connect(save, &QToolButton::clicked, this, &ScoresPanel::exportWanted);
  connect(sample_, &ScoreTable::selectedChanged, this, [this](const std::string& id) {
    if (!id.empty()) Q_EMIT methodChosen(methodPane(id));
  });
  connect(&workbench_, &Workbench::sampleChanged, this, &ScoresPanel::showSample);
  connect(&workbench_, &Workbench::resultChanged, this, &ScoresPanel::showSample);
  connect(&workbench_, &Workbench::settled, this, &ScoresPanel::showSample);
  connect(sample_, &ScoreTable::stateActivated, this, &ScoresPanel::showWeights);
  connect(&workbench_, &Workbench::methodsChanged, this, &ScoresPanel::showSample);
  connect(&workbench_.costs(), &MethodCosts::counted, this, &ScoresPanel::showSample);
  connect(&workbench_.weights(), &WeightsStore::changed, this, &ScoresPanel::showSample);
  connect(&workbench_.batch(), &Batch::progressed, this, [this](int done, int all) {
    notes_->setText(tr("Running: sample %1 of %2").arg(done).arg(all));
  });
  connect(&workbench_.batch(), &Batch::finished, this, &ScoresPanel::showBatch);
}

QString ScoresPanel::titleOf(const std::string& method) const {
  return QString::fromStdString(workbench_.pipeline().methods().info(method).title);
}

std::vector<ScoreRow> ScoresPanel::rows() const {
  if (tabs_->currentIndex() == kAllTab) return batchRows_;
  std::vector<ScoreRow> rows;
  const auto sample = workbench_.sample();
  for (const MethodResult& result : workbench_.results()) {
    if (!sample || !result.scores) continue;
    rows.push_back({sample->sample.id, result.stage->method.id, result.protocol, *result.scores,
                    result.stage->prediction->stamp});
  }
  return rows;
}

void ScoresPanel::showAllSamples() {
  tabs_->setCurrentIndex(kAllTab);
  notes_->setText(tr("Running…"));
}

/// What is known of a method without its scores.
ScoreTableRow ScoresPanel::rowOf(const MethodChoice& method) const {
  const UpsamplerInfo& info = workbench_.pipeline().methods().info(method.id);
  ScoreTableRow row;
  row.id = method.id;
  row.title = QString::fromStdString(info.title);
  row.colour = workbench_.colourOf(method.id);
  const auto costs = workbench_.costsOf(method.id, method.values).costs;
  row.parameters = static_cast<double>(costs ? costs->parameters : info.parameters);
  if (costs) row.macs = costs->macs;
  if (info.published && std::isfinite(info.published->megaParameters)) {
    row.paperCosts = tr("The paper: %1 parameters, %2 multiply-adds")
                         .arg(countText(1e6 * info.published->megaParameters),
                              countText(1e9 * info.published->gigaMacs));
  }
  return row;
}

void ScoresPanel::showWeights(const std::string& method) {
  const UpsamplerInfo& info = workbench_.pipeline().methods().info(method);
  for (const MethodChoice& choice : workbench_.document().state().methods) {
    if (choice.id != method) continue;
    const MethodWeights weights = methodWeights(workbench_.weights(), info, choice.values);
    if (!weights.missing.empty()) Q_EMIT weightsWanted(weights.missing);
  }
}

void ScoresPanel::showSample() {
  const auto sample = workbench_.sample();
  const auto& state = workbench_.document().state();
  std::vector<ScoreTableRow> rows;
  for (std::size_t place = 0; place < state.methods.size(); ++place) {
    const std::string& id = state.methods[place].id;
    ScoreTableRow row = rowOf(state.methods[place]);
    if (place < workbench_.results().size() && workbench_.results()[place].stage &&
        workbench_.results()[place].stage->method.id == id) {
      const MethodResult& result = workbench_.results()[place];
      if (result.scores) row.scores = *result.scores;
      if (result.stage->prediction) {
        row.milliseconds = result.stage->prediction->milliseconds;
        row.stamp = QString::fromStdString(result.stage->prediction->stamp);
      } else {
        // What is missing and can be mended says more than the whole sentence.
        const MethodWeights weights =
            methodWeights(workbench_.weights(), workbench_.pipeline().methods().info(id),
                          result.stage->method.values);
        row.state =
            weights.missing.empty() ? QString::fromStdString(result.stage->failure) : weights.state;
        row.warning = true;
      }
    }
    rows.push_back(std::move(row));
  }
  ScoreContext context;
  context.protocol = QString::fromStdString(state.protocol);
  for (const MethodResult& result : workbench_.results()) {
    if (result.scores) context.protocol = QString::fromStdString(result.protocol);
  }
  if (sample) {
    context.sample = QString::fromStdString(sample->sample.id);
    if (!sample->sample.truth) context.undefinedReason = tr("this sample has no truth");
  }
  sample_->setRows(std::move(rows), context);
}

void ScoresPanel::showBatch(const std::vector<ScoreRow>& batch, const QStringList& notes,
                            bool cancelled) {
  batchRows_ = batch;
  std::erase_if(batchRows_, [this](const ScoreRow& row) {
    return !workbench_.pipeline().methods().has(row.method);
  });
  std::vector<ScoreTableRow> rows;
  std::int64_t samples = 0;
  for (const MeanRow& mean : meanRows(batchRows_)) {
    ScoreTableRow row;
    row.id = mean.method;
    row.title = titleOf(mean.method);
    row.colour = workbench_.colourOf(mean.method);
    row.stamp = QString::fromStdString(mean.stamp);
    row.parameters =
        static_cast<double>(workbench_.pipeline().methods().info(mean.method).parameters);
    row.scores.values = mean.means;
    row.scores.pixels = mean.pixels;
    samples = std::max(samples, mean.samples);
    rows.push_back(std::move(row));
  }
  ScoreContext context;
  context.sample = tr("means over %1 samples").arg(samples);
  context.protocol = batch.empty() ? QString() : QString::fromStdString(batch.front().protocol);
  context.undefinedReason = tr("no sample could be scored");
  all_->setRows(std::move(rows), context);
  QString text = tr("Means of per-image values over %1 samples, protocol %2")
                     .arg(samples)
                     .arg(context.protocol.isEmpty() ? "–" : context.protocol);
  if (cancelled) text += tr(" · cancelled, the rest was not run");
  if (!notes.isEmpty()) text += tr(" · %1 left out (hover for why)").arg(notes.size());
  notes_->setText(text);
  notes_->setToolTip(notes.mid(0, 40).join("\n"));
}

}  // namespace fathom
