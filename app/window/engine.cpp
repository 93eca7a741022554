#include "app/window/engine.h"

#include <QMetaType>
#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/log.h"

namespace fathom {
namespace {

/// Reports at most ten times a second: more would only keep the GUI thread busy.
class Throttle {
 public:
  bool due() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// "SGNet · block 3 of 8".
QString joined(const QString& title, std::string_view doing) {
  const QString what = QString::fromUtf8(doing.data(), static_cast<qsizetype>(doing.size()));
  return title.isEmpty() || what.isEmpty() ? title + what : title + QStringLiteral(" · ") + what;
}

}  // namespace

/// One request, from its sample and map to all that is to be seen of it.
class EngineRun {
 public:
  /// @param low  may be null; references must outlive the run
  EngineRun(Engine& engine, Pipeline& pipeline, const Request& request, const Progress& progress,
            Engine::AtWork& atWork, const LoadedSample& sample, const LowStage* low)
      : engine_(engine),
        pipeline_(pipeline),
        request_(request),
        progress_(progress),
        atWork_(atWork),
        sample_(sample),
        low_(low),
        protocol_(protocolFromText(request.state.protocol)),
        methods_(pipeline.registry()) {}

  /// Every picture, with the methods that are fast enough to follow a slider.
  void fastMethods() {
    for (int place = 0; low_ && place < static_cast<int>(request_.state.methods.size()); ++place) {
      if (!methods_->has(methodAt(place).id)) continue;  // taken away since it was asked for
      if (methods_->info(methodAt(place).id).followsSliders) {
        runOne(place);
      } else {
        heavy_.push_back(place);
      }
    }
    showAll();
    // The cloud of what is there follows the slider too; a heavy method's comes after its run.
    if (request_.cloud && !cloudIsHeavy()) showCloud();
  }

  /// The others, each shown as soon as it is there.
  void heavyMethods() {
    if (heavy_.empty()) return;
    for (const int place : heavy_) {
      progress_.checkpoint();
      // Said at once: a network may take a while before it reports for the first time.
      const std::string& id = methodAt(place).id;
      atWork_ = {QString::fromStdString(methods_->info(id).title), methodPane(id)};
      Q_EMIT engine_.progressed(request_.generation, 0, atWork_.title, atWork_.pane);
      runOne(place);
      Q_EMIT engine_.pictureReady(request_.generation, painter().method(results_.back()));
    }
    // Every method has a say in the range of errors and of what only methods have: one scale for
    // all, now that all are there.
    if (painter().rangeDependsOnMethods()) showAll();
    if (request_.cloud && cloudIsHeavy()) showCloud();
  }

 private:
  const MethodChoice& methodAt(int place) const {
    return request_.state.methods[static_cast<std::size_t>(place)];
  }
  bool cloudIsHeavy() const {
    return std::ranges::any_of(heavy_, [this](int place) {
      return methodPane(methodAt(place).id) == request_.cloud->pane;
    });
  }
  Painter painter() const {
    return Painter(pipeline_.cache(), request_.display, protocol_, sample_, low_, results_);
  }
  void runOne(int place) {
    MethodResult result{
        place, pipeline_.run(sample_, *low_, methodAt(place), progress_), {}, protocol_.id};
    result.scores = pipeline_.score(sample_, *result.stage, protocol_, progress_);
    Q_EMIT engine_.methodReady(request_.generation, result);
    results_.push_back(std::move(result));
  }
  void showAll() {
    const Painter all = painter();
    Q_EMIT engine_.barReady(request_.generation, all.bar(request_.display.layer));
    for (const Picture& picture : all.all()) {
      Q_EMIT engine_.pictureReady(request_.generation, picture);
    }
  }
  void showCloud() {
    Q_EMIT engine_.cloudReady(request_.generation, painter().cloud(*request_.cloud));
  }

  Engine& engine_;
  Pipeline& pipeline_;
  const Request& request_;
  const Progress& progress_;
  Engine::AtWork& atWork_;
  const LoadedSample& sample_;
  const LowStage* low_;
  const Protocol protocol_;
  const std::shared_ptr<const UpsamplerRegistry> methods_;
  std::vector<int> heavy_;  ///< places of the methods that are not fast
  std::vector<MethodResult> results_;
};

Engine::Engine(std::shared_ptr<Pipeline> pipeline, QObject* parent)
    : QObject(parent), pipeline_(std::move(pipeline)) {
  qRegisterMetaType<std::shared_ptr<const LoadedSample>>();
  qRegisterMetaType<std::shared_ptr<const LowStage>>();
  qRegisterMetaType<MethodResult>();
  qRegisterMetaType<BarFacts>();
  qRegisterMetaType<Picture>();
  qRegisterMetaType<Cloud>();
  thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
}

Engine::~Engine() {
  cancel();
  thread_.request_stop();
  thread_.join();
}

quint64 Engine::submit(Request request) {
  const std::lock_guard lock(mutex_);
  request.generation = ++lastGeneration_;
  waiting_ = std::move(request);
  if (cancellable_) current_.request_stop();
  wake_.notify_one();
  return lastGeneration_;
}

void Engine::cancel() {
  const std::lock_guard lock(mutex_);
  current_.request_stop();
  if (!waiting_) return;
  // Queued, as all other ends are: whoever listens sees them in order.
  QMetaObject::invokeMethod(
      this, [this, generation = waiting_->generation] { Q_EMIT finished(generation, true); },
      Qt::QueuedConnection);
  waiting_.reset();
}

/// A request that came while this one could not be stopped stops it now.
void Engine::letNewerStop(bool may) {
  const std::lock_guard lock(mutex_);
  cancellable_ = may;
  if (may && waiting_) current_.request_stop();
}

void Engine::loop(std::stop_token stop) {
  while (true) {
    Request request;
    Progress progress;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return waiting_.has_value(); })) return;
      request = std::move(*waiting_);
      waiting_.reset();
      current_ = std::stop_source();
      progress.stop = current_.get_token();
      cancellable_ = true;
    }
    const quint64 generation = request.generation;
    Throttle throttle;
    AtWork atWork;
    progress.report = [&](double part, std::string_view doing) {
      if (!throttle.due()) return;
      Q_EMIT progressed(generation, part, joined(atWork.title, doing), atWork.pane);
    };
    bool cancelled = false;
    try {
      perform(request, progress, atWork);
    } catch (const Cancelled&) {
      cancelled = true;
    } catch (const std::exception& error) {
      log().error("{}", describe(error));
      Q_EMIT failed(generation, QString::fromStdString(describe(error)));
    }
    Q_EMIT finished(generation, cancelled);
  }
}

void Engine::perform(const Request& request, const Progress& progress, AtWork& atWork) {
  const auto sample = pipeline_->load(request.source, request.index, progress);
  Q_EMIT sampleReady(request.generation, sample);
  letNewerStop(false);  // from here to the pictures it takes milliseconds
  const LowChoice choice = lowFor(request.state, request.source->facts(request.index));
  const auto low = pipeline_->low(*sample, choice, request.state.degradation, progress);
  Q_EMIT lowReady(request.generation, low);
  EngineRun run(*this, *pipeline_, request, progress, atWork, *sample, low.get());
  run.fastMethods();
  letNewerStop(true);
  if (!request.dragging) run.heavyMethods();
}

}  // namespace fathom
