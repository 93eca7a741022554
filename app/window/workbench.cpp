#include "app/window/workbench.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>

#include "core/error.h"
#include "core/log.h"
#include "datasets/concatenated.h"
#include "datasets/open.h"
#include "datasets/scenes/scene_source.h"
#include "widgets/theme/tokens.h"

namespace fathom {
namespace {

ExperimentState firstState(const UpsamplerRegistry& methods) {
  ExperimentState state;
  for (const char* id : {"bicubic", "bilinear", "nearest"}) {
    state.methods.push_back({id, initialValues(methods.info(id).settings)});
  }
  return state;
}

}  // namespace

Workbench::Workbench(std::shared_ptr<Pipeline> pipeline, QObject* parent)
    : QObject(parent),
      pipeline_(std::move(pipeline)),
      document_(firstState(pipeline_->methods())),
      engine_(pipeline_),
      batch_(pipeline_),
      scenes_(makeSceneSource(fathom::defaultScenes())) {
  soon_.setSingleShot(true);
  connect(&soon_, &QTimer::timeout, this, &Workbench::submit);
  connect(&document_, &Document::changed, this, &Workbench::refresh);
  connectEngine();
  setSources({});
}

Workbench::~Workbench() {
  batch_.cancel();
  engine_.cancel();
}

void Workbench::connectEngine() {
  // Results of a request that was replaced are still truer than what is shown: they are taken as
  // long as they belong to the sample on show, and only the last request's end means "fresh".
  connect(&engine_, &Engine::sampleReady, this, [this](quint64, const auto& sample) {
    if (sample_ == sample) return;
    sample_ = sample;
    results_.clear();
    Q_EMIT sampleChanged();
  });
  connect(&engine_, &Engine::lowReady, this, [this](quint64, const auto& low) {
    low_ = low;
    Q_EMIT lowChanged();
  });
  connect(&engine_, &Engine::methodReady, this, [this](quint64 generation, const auto& result) {
    if (generation != generation_) return;
    const auto place = static_cast<std::size_t>(result.place);
    if (results_.size() <= place) results_.resize(place + 1);
    results_[place] = result;
    Q_EMIT resultChanged(result.place);
  });
  connect(&engine_, &Engine::pictureReady, this,
          [this](quint64, const Picture& picture) { Q_EMIT pictureChanged(picture); });
  connect(&engine_, &Engine::barReady, this,
          [this](quint64, const BarFacts& bar) { Q_EMIT barChanged(bar); });
  connect(&engine_, &Engine::cloudReady, this,
          [this](quint64, const Cloud& cloud) { Q_EMIT cloudChanged(cloud); });
  connect(&engine_, &Engine::progressed, this,
          [this](quint64, double part, const QString& doing) { Q_EMIT progressed(part, doing); });
  connect(&engine_, &Engine::failed, this, [this](quint64 generation, const QString& why) {
    if (generation == generation_) Q_EMIT failed(why);
  });
  connect(&engine_, &Engine::finished, this, [this](quint64 generation, bool cancelled) {
    if (generation != generation_) return;
    busy_ = false;
    Q_EMIT settled(cancelled);
  });
}

void Workbench::open(const QStringList& paths) {
  const int opening = ++*openings_;
  QThreadPool::globalInstance()->start([this, paths, opening, openings = openings_,
                                        self = QPointer<Workbench>(this)] {
    std::vector<SampleSourcePtr> opened;
    QString problem;
    for (const QString& path : paths) {
      try {
        opened.push_back(openPath(path.toStdString()));
      } catch (const std::exception& error) {
        problem = QString::fromStdString(describe(error));
        log().error("{}", describe(error));
      }
    }
    // The application's thread owns both: posted there, where the pointer can be trusted.
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, opening, openings, opened = std::move(opened), problem] {
          if (!self || opening != *openings) return;  // closed, or something else was opened since
          if (!opened.empty()) self->setSources(opened);
          if (!problem.isEmpty()) Q_EMIT self->openFailed(problem);
        },
        Qt::QueuedConnection);
  });
}

void Workbench::setSources(std::vector<SampleSourcePtr> opened) {
  opened.push_back(scenes_);
  sections_.clear();
  int first = 0;
  for (const SampleSourcePtr& source : opened) {
    const int count = static_cast<int>(source->size());
    sections_.push_back({QString::fromStdString(source->title()), first, count});
    first += count;
  }
  source_ = concatenate(std::move(opened));
  thumbnails_.setSource(source_);
  current_ = -1;
  Q_EMIT sourceChanged();
  select(0);
}

void Workbench::select(int index) {
  if (index < 0 || static_cast<std::size_t>(index) >= source_->size() || index == current_) return;
  current_ = index;
  Q_EMIT currentChanged(index);
  refresh();
}

void Workbench::setDisplay(const Display& display) {
  display_ = display;
  Q_EMIT displayChanged();
  refresh();
}

void Workbench::setCloud(const std::optional<CloudWish>& wish) {
  if (cloud_ == wish) return;
  cloud_ = wish;
  if (cloud_) refresh();
}

void Workbench::refresh(bool dragging) {
  if (current_ < 0) return;
  dragging_ = dragging;
  soon_.start(0);
}

void Workbench::submit() {
  Request request;
  request.source = source_;
  request.index = static_cast<std::size_t>(current_);
  request.state = document_.state();
  request.display = display_;
  request.dragging = dragging_;
  request.cloud = cloud_;
  generation_ = engine_.submit(std::move(request));
  busy_ = true;
  Q_EMIT staled(false);
}

QColor Workbench::colourOf(const std::string& methodId) const {
  const std::vector<UpsamplerInfo> all = pipeline_->methods().list();
  const auto found = std::ranges::find(all, methodId, &UpsamplerInfo::id);
  return methodColour(static_cast<int>(found - all.begin()));
}

void Workbench::cancel() {
  engine_.cancel();
  batch_.cancel();
}

void Workbench::runAllSamples() { batch_.start(source_, document_.state()); }

}  // namespace fathom
