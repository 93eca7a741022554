#include "app/window/workbench.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <set>

#include "app/sources.h"
#include "app/window/on_show.h"
#include "core/error.h"
#include "core/log.h"
#include "datasets/concatenated.h"
#include "datasets/scenes/scene_source.h"
#include "models/checkpoints/weights_folder.h"
#include "widgets/theme/tokens.h"

namespace fathom {
namespace {

constexpr int kStreetScene = 2;

ExperimentState firstState(const UpsamplerRegistry& methods) {
  ExperimentState state;
  for (const char* id : {"interval", "bicubic", "bilinear", "nearest"}) {
    if (state.methods.size() == 3) break;
    if (!methods.has(id)) continue;
    state.methods.push_back({id, initialValues(methods.info(id).settings)});
  }
  return state;
}

ExperimentState fittedState(const UpsamplerRegistry& methods, ExperimentState state) {
  std::erase_if(state.methods, [&](const MethodChoice& method) { return !methods.has(method.id); });
  for (MethodChoice& method : state.methods) {
    method.values = fittedValues(methods.info(method.id), method.values);
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
      weights_(pipeline_->methods().list(), {.folder = weightsFolder()}),
      scenes_(makeSceneSource(fathom::defaultScenes())) {
  soon_.setSingleShot(true);
  connect(&soon_, &QTimer::timeout, this, &Workbench::submit);
  connect(&document_, &Document::changed, this, &Workbench::alignResults);
  connect(&document_, &Document::changed, this, &Workbench::chooseColours);
  connect(&document_, &Document::changed, this, &Workbench::refresh);
  connect(&weights_, &WeightsStore::fileChanged, this, &Workbench::runAgain);
  connect(this, &Workbench::staled, this, [this] { costs_.setPaused(true); });
  connect(this, &Workbench::settled, this, [this] { costs_.setPaused(batch_.isRunning()); });
  connect(&batch_, &Batch::finished, this, [this] { costs_.setPaused(busy_); });
  connectEngine();
  chooseColours();
  show({});
}

Workbench::~Workbench() {
  opening_.request_stop();
  batch_.cancel();
  engine_.cancel();
}

void Workbench::connectEngine() {
  // Results of a request that was replaced are still truer than what is shown: they are taken as
  // long as they belong to the selected sample, and only the last request's end means "fresh".
  connect(&engine_, &Engine::sampleReady, this, [this](quint64 generation, const auto& sample) {
    if (!isCurrent(generation)) return;
    sampleGeneration_ = generation;
    if (sample_ == sample) return;
    sample_ = sample;
    low_.reset();
    results_.clear();
    Q_EMIT sampleChanged();
  });
  connect(&engine_, &Engine::lowReady, this, [this](quint64 generation, const auto& low) {
    if (!isCurrent(generation)) return;
    low_ = low;
    Q_EMIT lowChanged();
  });
  connect(&engine_, &Engine::methodReady, this, [this](quint64 generation, const auto& result) {
    const auto place = static_cast<std::size_t>(result.place);
    const std::vector<MethodChoice>& methods = document_.state().methods;
    if (!isCurrent(generation) || place >= methods.size()) return;
    if (methods[place].id != result.stage->method.id) return;
    results_.resize(methods.size());
    results_[place] = result;
    Q_EMIT resultChanged(result.place);
  });
  connect(&engine_, &Engine::pictureReady, this,
          [this](quint64 generation, const Picture& picture) {
            if (isCurrent(generation)) Q_EMIT pictureChanged(picture);
          });
  connect(&engine_, &Engine::barReady, this, [this](quint64 generation, const BarFacts& bar) {
    if (isCurrent(generation)) Q_EMIT barChanged(bar);
  });
  connect(&engine_, &Engine::cloudReady, this, [this](quint64 generation, const Cloud& cloud) {
    if (isCurrent(generation)) Q_EMIT cloudChanged(cloud);
  });
  connect(&engine_, &Engine::progressed, this,
          [this](quint64 generation, double part, const QString& doing, const QString& pane) {
            if (isCurrent(generation)) Q_EMIT progressed(part, doing, pane);
          });
  connect(&engine_, &Engine::failed, this, [this](quint64 generation, const QString& why) {
    if (generation != generation_) return;
    if (!isCurrent(sampleGeneration_)) forgetSample();
    Q_EMIT failed(why);
  });
  connect(&engine_, &Engine::finished, this, [this](quint64 generation, bool cancelled) {
    if (generation != generation_) return;
    busy_ = false;
    Q_EMIT settled(cancelled);
  });
}

/// The selected sample cannot be loaded: the one before must not pass for it.
void Workbench::forgetSample() {
  sample_.reset();
  low_.reset();
  results_.clear();
  Q_EMIT sampleChanged();
}

/// Methods came, went or changed places: their results go with them.
void Workbench::alignResults() {
  std::vector<MethodResult> aligned;
  for (const MethodChoice& method : document_.state().methods) {
    const auto kept = std::ranges::find_if(results_, [&](const MethodResult& result) {
      return result.stage && result.stage->method.id == method.id;
    });
    aligned.push_back(kept == results_.end() ? MethodResult{} : *kept);
    aligned.back().place = static_cast<int>(aligned.size()) - 1;
  }
  results_ = std::move(aligned);
}

void Workbench::open(const QStringList& paths) {
  std::vector<std::string> names;
  for (const QString& path : paths) names.push_back(path.toStdString());
  openSources(std::move(names), [this](OpenedSet opened) {
    const QString problems = opened.problems.join(QLatin1String("  "));
    if (!opened.sources.empty()) show(std::move(opened));
    if (!problems.isEmpty()) Q_EMIT openFailed(problems);
  });
}

void Workbench::openSources(std::vector<std::string> names, std::function<void(OpenedSet)> then) {
  opening_.request_stop();
  opening_ = std::stop_source();
  QThreadPool::globalInstance()->start([names = std::move(names), then = std::move(then),
                                        stop = opening_.get_token(),
                                        self = QPointer<Workbench>(this)] {
    OpenedSet opened;
    for (const std::string& name : names) {
      try {
        opened.sources.push_back(openSource(name, Progress{stop, {}}));
        opened.names.push_back(
            namesScenes(name) ? name : std::filesystem::absolute(name).lexically_normal().string());
      } catch (const Cancelled&) {
        return;  // closed, or something else was opened since
      } catch (const std::exception& error) {
        opened.problems << QString::fromStdString(describe(error));
        log().error("{}", describe(error));
      }
    }
    // The application's thread owns both: posted there, where the pointer can be trusted.
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, stop, then, opened = std::move(opened)]() mutable {
          if (self && !stop.stop_requested()) then(std::move(opened));
        },
        Qt::QueuedConnection);
  });
}

/// The embedded scenes come last, unless some were asked for.
void Workbench::show(OpenedSet opened) {
  const bool nothing = opened.sources.empty();
  names_ = std::move(opened.names);
  if (nothing) {
    for (const SceneSpan& span : defaultScenes()) names_.push_back(printScenes(span));
  }
  if (nothing || std::ranges::none_of(names_, namesScenes)) opened.sources.push_back(scenes_);
  sections_.clear();
  int first = 0;
  for (const SampleSourcePtr& source : opened.sources) {
    const int count = static_cast<int>(source->size());
    sections_.push_back({QString::fromStdString(source->title()), first, count});
    first += count;
  }
  source_ = concatenate(std::move(opened.sources));
  thumbnails_.setSource(source_);
  current_ = -1;
  Q_EMIT sourceChanged();
  // Without data of one's own: a street, which has both what the transmitted map tells and what it
  // does not. Nearly all of the first scene, a room, is nearer than one level.
  select(nothing ? kStreetScene : 0);
}

void Workbench::select(int index) {
  if (index < 0 || static_cast<std::size_t>(index) >= source_->size() || index == current_) return;
  current_ = index;
  firstGeneration_ = generation_ + 1;
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
  busy_ = true;
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
  Q_EMIT staled();
}

/// Methods that failed for want of this file have it now, and those that ran with another are out
/// of date.
void Workbench::runAgain(const std::string& weights) {
  pipeline_->weightsChanged(weights);
  const bool wanted = std::ranges::any_of(document_.state().methods, [&](const auto& method) {
    return std::ranges::count(pipeline_->methods().info(method.id).weights, weights,
                              &WeightsWanted::name) > 0;
  });
  if (wanted) refresh();
}

void Workbench::setMethods(UpsamplerRegistry methods, const std::vector<std::string>& changed) {
  pipeline_->setMethods(std::move(methods), changed);
  costs_.forget(changed);
  document_.setFit([pipeline = pipeline_](ExperimentState state) {
    return fittedState(pipeline->methods(), std::move(state));
  });
  chooseColours();
  Q_EMIT methodsChanged();
  refresh();
}

MethodCosts::Answer Workbench::costsOf(const std::string& methodId, const Values& values) {
  if (!sample_) return {};
  return costs_.of(pipeline_->methods().info(methodId), values, sample_->sample.size());
}

std::vector<LayerInfo> Workbench::layers() const {
  std::vector<LayerInfo> layers = offeredLayers(results_);
  if (std::ranges::find(layers, display_.layer, &LayerInfo::layer) == layers.end()) {
    layers.push_back(describeLayer(display_.layer, results_));
  }
  return layers;
}

/// Those on show differ as far as there are colours; who comes gives way to who is there, and who
/// comes back gets the one it had where that is free.
void Workbench::chooseColours() {
  const UpsamplerRegistry& methods = pipeline_->methods();
  std::map<std::string, int> chosen;
  std::set<int> taken;
  const auto isOwn = [&](const std::string& id) {
    return QColor(QString::fromStdString(methods.info(id).colour)).isValid();
  };
  for (const bool there : {true, false}) {
    for (const MethodChoice& method : document_.state().methods) {
      const std::string& id = method.id;
      if (isOwn(id) || colours_.contains(id) != there) continue;
      const auto before = colours_.find(id);
      int colour = before != colours_.end()
                       ? before->second
                       : static_cast<int>(methods.indexOf(id)) % kMethodColours;
      for (int i = 0; i < kMethodColours && taken.contains(colour); ++i) {
        colour = taken.contains(i) ? colour : i;
      }
      taken.insert(colour);
      chosen[id] = colour;
    }
  }
  for (const auto& [id, colour] : colours_) {
    if (methods.has(id)) chosen.try_emplace(id, colour);
  }
  if (chosen == colours_) return;
  colours_ = std::move(chosen);
  Q_EMIT coloursChanged();
}

QColor Workbench::colourOf(const std::string& methodId) const {
  const QColor own(QString::fromStdString(pipeline_->methods().info(methodId).colour));
  if (own.isValid()) return own;
  const auto chosen = colours_.find(methodId);
  if (chosen != colours_.end()) return methodColour(chosen->second);
  return methodColour(static_cast<int>(pipeline_->methods().indexOf(methodId)));
}

void Workbench::cancel() {
  const bool asked = soon_.isActive();
  soon_.stop();
  engine_.cancel();
  batch_.cancel();
  if (!asked) return;
  busy_ = false;
  Q_EMIT settled(true);
}

void Workbench::runAllSamples() {
  const auto section = std::ranges::find_if(sections_, [this](const Section& each) {
    return current_ >= each.first && current_ < each.first + each.count;
  });
  if (section == sections_.end()) return;
  costs_.setPaused(true);
  batch_.start(source_, section->first, section->count, document_.state());
}

}  // namespace fathom
