#include "app/window/engine.h"

#include <QMetaType>
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

}  // namespace

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
  waiting_.reset();
  current_.request_stop();
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
    progress.report = [&](double part, std::string_view doing) {
      if (throttle.due()) {
        Q_EMIT progressed(generation, part,
                          QString::fromUtf8(doing.data(), static_cast<qsizetype>(doing.size())));
      }
    };
    bool cancelled = false;
    try {
      perform(request, progress);
    } catch (const Cancelled&) {
      cancelled = true;
    } catch (const std::exception& error) {
      log().error("{}", describe(error));
      Q_EMIT failed(generation, QString::fromStdString(describe(error)));
    }
    Q_EMIT finished(generation, cancelled);
  }
}

void Engine::perform(const Request& request, const Progress& progress) {
  const auto sample = pipeline_->load(request.source, request.index, progress);
  Q_EMIT sampleReady(request.generation, sample);
  cancellable_ = false;  // from here to the pictures it takes milliseconds
  const ExperimentState& state = request.state;
  const LowChoice choice = lowFor(state, request.source->facts(request.index));
  const auto low = pipeline_->low(*sample, choice, state.degradation, progress);
  Q_EMIT lowReady(request.generation, low);

  const Protocol protocol = protocolFromText(state.protocol);
  std::vector<MethodResult> results;
  const auto runAll = [&](bool fast) {
    for (int place = 0; low && place < static_cast<int>(state.methods.size()); ++place) {
      const MethodChoice& method = state.methods[static_cast<std::size_t>(place)];
      if (pipeline_->methods().info(method.id).followsSliders != fast) continue;
      MethodResult result{place, pipeline_->run(*sample, *low, method, progress), {}};
      result.scores = pipeline_->score(*sample, *result.stage, protocol, progress);
      Q_EMIT methodReady(request.generation, result);
      results.push_back(result);
      if (fast) continue;
      const Painter painter(pipeline_->cache(), request.display, protocol, *sample, low.get(), results);
      Q_EMIT pictureReady(request.generation, painter.method(result));
    }
  };
  runAll(true);
  const Painter painter(pipeline_->cache(), request.display, protocol, *sample, low.get(), results);
  Q_EMIT barReady(request.generation, painter.bar(request.display.layer));
  for (const Picture& picture : painter.all()) Q_EMIT pictureReady(request.generation, picture);
  cancellable_ = true;
  if (!request.dragging) runAll(false);
  if (request.cloud) {
    const Painter last(pipeline_->cache(), request.display, protocol, *sample, low.get(), results);
    Q_EMIT cloudReady(request.generation, last.cloud(*request.cloud));
  }
}

}  // namespace fathom
