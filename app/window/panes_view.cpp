#include "app/window/panes_view.h"

#include <QEvent>
#include <QVBoxLayout>
#include <cmath>
#include <limits>

#include "app/methods/consent.h"
#include "app/window/workbench.h"
#include "widgets/colour/number_text.h"
#include "widgets/image/pane.h"
#include "widgets/image/pane_grid.h"
#include "widgets/theme/tokens.h"

namespace fathom {
namespace {

/// Column or row of a field-of-view coordinate in a picture of `count` pixels.
int pixelOf(double field, std::int64_t count) {
  const auto pixel = static_cast<int>(std::floor(field * static_cast<double>(count)));
  return std::clamp(pixel, 0, static_cast<int>(count) - 1);
}

/// What of the field of view the cells of a transmitted map cover.
QRectF extentOf(const LowStage& low, const Sample& sample) {
  const Size size = low.low.size(), whole = sample.size();
  return {0, 0,
          static_cast<double>(size.width) * low.low.factorX / static_cast<double>(whole.width),
          static_cast<double>(size.height) * low.low.factorY / static_cast<double>(whole.height)};
}

/// "MAE 5.62 m · 0.4 ms", as far as there is something to say.
QString resultText(const MethodResult& result) {
  QStringList parts;
  if (result.scores) {
    parts << QObject::tr("MAE %1 m").arg((*result.scores)[Metric::kMae], 0, 'f', 2);
  }
  if (result.stage && result.stage->prediction) {
    parts << QObject::tr("%1 ms").arg(result.stage->prediction->milliseconds, 0, 'f', 1);
  }
  return parts.join(" · ");
}

}  // namespace

PanesView::PanesView(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      grid_(new PaneGrid(&view_)),
      card_(new CursorCard(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(grid_);
  setMinimumSize(320, 200);
  connect(grid_, &PaneGrid::paneAdded, this, &PanesView::connectPane);
  connect(grid_, &PaneGrid::focusMoved, this, [this](int index) {
    if (index >= 0 && index < names_.size()) select(names_[index]);
  });
  connectWorkbench();
  rebuild();
}

void PanesView::connectWorkbench() {
  connect(&workbench_.document(), &Document::changed, this, &PanesView::rebuild);
  connect(&workbench_, &Workbench::sampleChanged, this, &PanesView::showSample);
  connect(&workbench_, &Workbench::lowChanged, this, &PanesView::showLow);
  connect(&workbench_, &Workbench::staled, this, &PanesView::markStale);
  connect(&workbench_, &Workbench::pictureChanged, this, &PanesView::showPicture);
  connect(&workbench_, &Workbench::resultChanged, this, &PanesView::showResult);
  connect(&workbench_, &Workbench::settled, this, [this](bool cancelled) {
    running_.clear();
    cancelled_ = cancelled;
    for (Pane* pane : grid_->panes()) {
      pane->setStale(cancelled && pane->isStale());
      if (pane->isStale()) pane->setProgress(0);  // nothing moves any more
    }
    showHeaders();
    if (pointed_) showCard(grid_->pane(static_cast<int>(names_.indexOf(selected_))), *pointed_);
  });
  connect(&workbench_, &Workbench::progressed, this, &PanesView::showProgress);
  connect(&workbench_.weights(), &WeightsStore::changed, this, [this] {
    for (const MethodResult& result : workbench_.results()) {
      if (result.stage && !result.stage->prediction) showFailure(*result.stage);
    }
  });
  connect(&workbench_, &Workbench::failed, this, [this](const QString& why) {
    for (Pane* pane : grid_->panes()) pane->setMessage(why);
  });
}

void PanesView::connectPane(Pane* pane, int index) {
  connect(pane, &Pane::cursorMoved, this,
          [this, pane](const QPointF& field) { showCard(pane, field); });
  connect(pane, &Pane::cursorLeft, this, &PanesView::hideCard);
  connect(pane, &Pane::clicked, this, [this, index] { select(names_.value(index)); });
  connect(pane, &Pane::actionTriggered, this, [this, index] {
    const MethodResult* result = resultOf(names_.value(index));
    if (!result) return;
    const MethodChoice& method = result->stage->method;
    if (isRefusal(result->stage->failure)) {
      Q_EMIT consentWanted(method.id, result->stage->failure);
      return;
    }
    const UpsamplerInfo& info = workbench_.pipeline().methods().info(method.id);
    Q_EMIT weightsWanted(methodWeights(workbench_.weights(), info, method.values).missing);
  });
  connect(pane, &Pane::contextMenuWanted, this, [this, index](const QPoint& position) {
    Q_EMIT paneMenuWanted(names_.value(index), position);
  });
}

/// The panes that this sample and experiment have. Pictures of panes that stay are kept.
void PanesView::rebuild() {
  QStringList names{kRgbPane, kLowPane};
  const auto sample = workbench_.sample();
  if (!sample || sample->sample.truth) names << kTruthPane;
  for (const MethodChoice& method : workbench_.document().state().methods) {
    names << methodPane(method.id);
  }
  if (names != names_) {
    names_ = names;
    grid_->setCount(static_cast<int>(names.size()));
    for (int index = 0; index < names.size(); ++index) {
      putImage(grid_->pane(index), pictures_.value(names[index]));
    }
    if (!names_.contains(selected_)) select(names_.contains(kTruthPane) ? kTruthPane : kLowPane);
  }
  select(selected_);
  showHeaders();
}

void PanesView::showSample() {
  pictures_.clear();
  if (const auto sample = workbench_.sample()) {
    const Size size = sample->sample.size();
    view_.setReferenceSize({static_cast<int>(size.width), static_cast<int>(size.height)});
  }
  rebuild();
}

/// Without a transmitted map there is nothing to upsample: the panes say so and why.
void PanesView::showLow() {
  if (!workbench_.low()) {
    paneOf(kLowPane)->setMessage(
        tr("This sample has no transmitted map, and no truth to make one from."));
    for (const QString& name : names_) {
      if (isMethodPane(name)) paneOf(name)->setMessage(tr("Needs a transmitted map."));
    }
  }
  showHeaders();
}

void PanesView::putImage(Pane* pane, const Picture& picture) {
  const auto low = workbench_.low();
  const auto sample = workbench_.sample();
  if (picture.onCells && low && sample) {
    pane->setImage(picture.image, extentOf(*low, sample->sample));
  } else {
    pane->setImage(picture.image);
  }
  if (picture.image.isNull() && !picture.note.isEmpty()) pane->setMessage(picture.note);
}

void PanesView::markStale() {
  running_.clear();
  cancelled_ = false;
  for (Pane* pane : grid_->panes()) {
    pane->setStale(true);
    pane->setProgress(-1);
  }
}

/// The pane whose method is at work says how far it is; those that wait for their turn stand still.
void PanesView::showProgress(double part, const QString& doing, const QString& name) {
  running_ = name;
  runningText_ = tr("%1 %").arg(qRound(100 * part));
  const QString title = name.isEmpty() ? QString() : titleOf(name) + " · ";
  if (doing.startsWith(title) && !title.isEmpty()) runningText_ += " · " + doing.mid(title.size());
  for (int index = 0; index < names_.size(); ++index) {
    Pane* pane = grid_->pane(index);
    if (pane->isStale()) pane->setProgress(name.isEmpty() || names_[index] == name ? part : 0);
  }
  showHeaders();
}

void PanesView::showPicture(const Picture& picture) {
  pictures_[picture.pane] = picture;
  Pane* pane = paneOf(picture.pane);
  if (!pane || (picture.image.isNull() && picture.note.isEmpty())) return;
  putImage(pane, picture);
}

void PanesView::showResult(int place) {
  const MethodResult& result = workbench_.results()[static_cast<std::size_t>(place)];
  showHeaders();
  if (!result.stage || result.stage->prediction) return;
  showFailure(*result.stage);
}

/// Missing, not broken: one button mends it.
void PanesView::showFailure(const MethodStage& stage) {
  Pane* pane = paneOf(methodPane(stage.method.id));
  if (!pane) return;
  if (isRefusal(stage.failure)) {
    return pane->setMessage(tr("Its file is a program that was not allowed to run."), tr("Allow…"));
  }
  const UpsamplerInfo& info = workbench_.pipeline().methods().info(stage.method.id);
  const MethodWeights weights = methodWeights(workbench_.weights(), info, stage.method.values);
  if (weights.missing.empty()) {
    return pane->setMessage(QString::fromStdString(stage.failure));
  }
  // Short: a pane may be small, and the header says whose.
  const WeightsItem* item = workbench_.weights().find(weights.missing);
  pane->setMessage(tr("Weights are missing."), item && item->canFetch() ? tr("Get…") : tr("How…"));
}

const MethodResult* PanesView::resultOf(const QString& name) const {
  for (const MethodResult& result : workbench_.results()) {
    if (result.stage && methodPane(result.stage->method.id) == name) return &result;
  }
  return nullptr;
}

QString PanesView::stampOf(const QString& name) const {
  const MethodResult* result = resultOf(name);
  if (!result || !result->stage->prediction) return {};
  return QString::fromStdString(result->stage->prediction->stamp);
}

QString PanesView::titleOf(const QString& name) const {
  if (name == kRgbPane) return tr("RGB");
  if (name == kLowPane) return tr("LR");
  if (name == kTruthPane) return tr("Truth");
  return QString::fromStdString(workbench_.pipeline().methods().info(methodOfPane(name)).title);
}

/// Of any pane but a method's.
PaneHeader PanesView::headerOf(const QString& name) const {
  const auto sample = workbench_.sample();
  const auto low = workbench_.low();
  PaneHeader header{titleOf(name), {}, {}};
  if (name == kRgbPane && sample) {
    const Size size = sample->sample.size();
    header.detail = QString("%1 × %2").arg(size.width).arg(size.height);
  } else if (name == kLowPane && low) {
    const Size size = low->low.size();
    header.detail = tr("%1 × %2 · %3 m/level")
                        .arg(size.width)
                        .arg(size.height)
                        .arg(low->low.metresPerLevel, 0, 'f', 1);
  } else if (name == kTruthPane && sample && sample->truthRange) {
    header.detail =
        QString("%1 … %2 m")
            .arg(tickText(sample->truthRange->least), tickText(sample->truthRange->greatest, 4));
  }
  return header;
}

void PanesView::showHeaders() {
  const auto& methods = workbench_.document().state().methods;
  for (int index = 0; index < names_.size(); ++index) {
    const QString& name = names_[index];
    Pane* pane = grid_->pane(index);
    PaneHeader header = headerOf(name);
    const int method =
        index - static_cast<int>(names_.size() - static_cast<qsizetype>(methods.size()));
    if (method >= 0) {
      header.key = method < 9 ? QString::number(method + 1) : QString();
      const MethodResult* result = resultOf(name);
      if (result) header.detail = resultText(*result);
      header.stamp = stampOf(name);
      if (name == running_ && pane->isStale()) header.detail = runningText_;
      if (cancelled_ && pane->isStale()) header.detail = tr("cancelled · F5 runs it");
    }
    pane->setHeader(header);
  }
}

void PanesView::select(const QString& pane) {
  const bool other = pane != selected_;
  selected_ = pane;
  for (int index = 0; index < names_.size(); ++index) {
    grid_->pane(index)->setSelected(names_[index] == pane);
  }
  if (other) Q_EMIT selectedChanged(pane);
}

void PanesView::selectMethod(int place) {
  const auto& methods = workbench_.document().state().methods;
  if (place < static_cast<int>(methods.size())) {
    select(methodPane(methods[static_cast<std::size_t>(place)].id));
  }
}

Pane* PanesView::paneOf(const QString& name) const {
  const auto index = names_.indexOf(name);
  return index < 0 ? nullptr : grid_->pane(static_cast<int>(index));
}

/// The flat index of the value of a map under a place of the field of view.
std::int64_t PanesView::placeIn(const at::Tensor& map, bool onCells, const QPointF& field) const {
  QPointF place = field;
  if (onCells && workbench_.low() && workbench_.sample()) {
    const QRectF extent = extentOf(*workbench_.low(), workbench_.sample()->sample);
    place = {field.x() / extent.width(), field.y() / extent.height()};
  }
  return pixelOf(place.y(), map.size(0)) * map.size(1) + pixelOf(place.x(), map.size(1));
}

double PanesView::valueAt(const QString& name, const QPointF& field) const {
  const auto picture = pictures_.constFind(name);
  if (picture == pictures_.constEnd() || !picture->depth) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const at::Tensor& metres = picture->depth->metres;
  const std::int64_t pixel = placeIn(metres, name == kLowPane, field);
  const auto reason =
      static_cast<Reason>(picture->depth->reason.const_data_ptr<std::uint8_t>()[pixel]);
  if (reason == Reason::kMissing || reason == Reason::kOutside) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return metres.const_data_ptr<float>()[pixel];
}

/// What a pane's own map says there, with its unit; empty where it shows none.
QString PanesView::layerText(const QString& name, const QPointF& field) const {
  const auto picture = pictures_.constFind(name);
  if (picture == pictures_.constEnd() || !isPredictedLayer(picture->layer)) return {};
  if (!picture->values) return isMethodPane(name) ? QStringLiteral("–") : QString();
  const at::Tensor values = picture->values->values.contiguous();
  const double value = values.const_data_ptr<float>()[placeIn(values, picture->onCells, field)];
  if (!std::isfinite(value)) return QStringLiteral("–");
  return (tickText(value) + " " + picture->values->unit).trimmed();
}

/// What the transmitted cell says: "level 0 → 0 … 16.0 m".
QString PanesView::levelText(const QPointF& field) const {
  const auto low = workbench_.low();
  const double metres = valueAt(kLowPane, field);
  if (!low || !std::isfinite(metres)) return {};
  const double step = low->low.metresPerLevel;
  const double level = std::max(0.0, std::round(metres / step));
  return tr("level %1 → %2 … %3 m")
      .arg(level, 0, 'f', 0)
      .arg(level * step, 0, 'f', 1)
      .arg((level + 1) * step, 0, 'f', 1);
}

QList<CardRow> PanesView::cardRows(const QPointF& field) const {
  const double truth = valueAt(kTruthPane, field);
  QList<CardRow> rows;
  double least = std::numeric_limits<double>::infinity();
  for (int index = 1; index < names_.size(); ++index) {  // all but RGB
    const QString& name = names_[index];
    CardRow row;
    row.name = titleOf(name);
    row.metres = valueAt(name, field);
    row.layer = layerText(name, field);
    if (isMethodPane(name)) {
      row.dot = workbench_.colourOf(methodOfPane(name));
      row.stamp = stampOf(name);
      const double error = row.metres - truth;
      if (std::isfinite(error)) {
        row.error = error;
        if (isResult(row.stamp.toStdString())) least = std::min(least, std::abs(error));
      }
    }
    rows.append(row);
  }
  for (CardRow& row : rows) {
    row.best = row.error && std::abs(*row.error) == least && isResult(row.stamp.toStdString());
  }
  return rows;
}

void PanesView::showCard(Pane* pane, const QPointF& field) {
  view_.setCrosshair(field);
  const auto sample = workbench_.sample();
  if (!sample || field.x() < 0 || field.y() < 0 || field.x() >= 1 || field.y() >= 1) {
    return hideCard();
  }
  const Size size = sample->sample.size();
  const int x = pixelOf(field.x(), size.width), y = pixelOf(field.y(), size.height);
  QString head = QString("x %1 · y %2").arg(x).arg(y);
  const LayerId& layer = workbench_.display().layer;
  if (isPredictedLayer(layer)) head += " · " + describeLayer(layer, workbench_.results()).title;
  card_->setContent(head, levelText(field), cardRows(field));
  const QPointF place =
      QPointF(pane->view()->deviceAt(field, pane->deviceSize())) / pane->devicePixelRatioF();
  card_->showAt(pane->mapTo(this, place.toPoint()));
  const double truth = valueAt(kTruthPane, field);
  const double known = std::isfinite(truth) ? truth : valueAt(kLowPane, field);
  Q_EMIT cursorMoved(
      CursorFacts{x, y, std::isfinite(known) ? std::optional<double>(known) : std::nullopt});
}

void PanesView::hideCard() {
  view_.setCrosshair(std::nullopt);
  card_->hide();
  Q_EMIT cursorMoved(std::nullopt);
}

QImage PanesView::grabPanes() {
  return grid_->grab().toImage();
}

void PanesView::pointAt(const QPointF& field) {
  pointed_ = field;
}

bool PanesView::isFresh() const {
  for (int index = 0; index < names_.size(); ++index) {
    const Pane* pane = grid_->pane(index);
    if (pane->isStale() || (pane->image().isNull() && pane->message().isEmpty())) return false;
  }
  return true;
}

void PanesView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::StyleChange) showHeaders();
}

}  // namespace fathom
