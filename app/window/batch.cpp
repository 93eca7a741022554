#include "app/window/batch.h"

#include <QMetaType>
#include <QStringList>
#include <chrono>

#include "core/error.h"

namespace fathom {
namespace {

/// Progress of one method: says its name before all else.
Progress ofMethod(const UpsamplerInfo& info, const Progress& progress) {
  if (!info.followsSliders) progress.at(0, info.title);
  return {progress.stop, [&progress, title = info.title](double part, std::string_view doing) {
            progress.report(part, doing.empty() ? title : title + " · " + std::string(doing));
          }};
}

/// One sample's rows, all or (cancelled) none; what cannot be scored leaves a note instead.
void scoreSample(Pipeline& pipeline, const SampleSourcePtr& source, std::size_t index,
                 const ExperimentState& state, const Progress& progress,
                 std::vector<ScoreRow>& rows, QStringList& notes) {
  const auto sample = pipeline.load(source, index, progress);
  const std::string& id = sample->sample.id;
  const auto note = [&](const std::string& text) {
    notes << QString::fromStdString(id + ": " + text);
  };
  if (!sample->sample.truth) return note("no truth, so no score");
  const auto low =
      pipeline.low(*sample, lowFor(state, source->facts(index)), state.degradation, progress);
  if (!low) return note("has no real transmitted map");
  const Protocol protocol = protocolFromText(state.protocol);
  std::vector<ScoreRow> own;
  for (const MethodChoice& choice : state.methods) {
    const auto registry = pipeline.registry();
    if (!registry->has(choice.id)) continue;  // taken away since the run began
    const auto method =
        pipeline.run(*sample, *low, choice, ofMethod(registry->info(choice.id), progress));
    const auto scores = pipeline.score(*sample, *method, protocol, progress);
    if (scores) {
      own.push_back({id, choice.id, protocol.id, *scores, method->prediction->stamp});
    }
    if (!method->prediction) note(method->failure);
  }
  rows.insert(rows.end(), own.begin(), own.end());
}

}  // namespace

Batch::Batch(std::shared_ptr<Pipeline> pipeline, QObject* parent)
    : QObject(parent), pipeline_(std::move(pipeline)) {
  qRegisterMetaType<std::vector<ScoreRow>>();
}

Batch::~Batch() {
  cancel();
}

void Batch::start(SampleSourcePtr source, int first, int count, ExperimentState state) {
  if (running_) return;
  running_ = true;
  thread_ = std::jthread([this, source = std::move(source), first, count,
                          state = std::move(state)](std::stop_token stop) {
    run(source, first, count, state, std::move(stop));
  });
}

void Batch::cancel() {
  thread_.request_stop();
}

void Batch::run(const SampleSourcePtr& source, int first, int count, const ExperimentState& state,
                std::stop_token stop) {
  std::vector<ScoreRow> rows;
  QStringList notes;
  auto told = std::chrono::steady_clock::now();
  int number = 0;
  const Progress progress{stop, [&, said = told](double part, std::string_view doing) mutable {
                            const auto now = std::chrono::steady_clock::now();
                            if (part > 0 && now - said < std::chrono::milliseconds(100)) return;
                            said = now;
                            Q_EMIT working(
                                number, count, part,
                                QString::fromUtf8(doing.data(), qsizetype(doing.size())));
                          }};
  bool cancelled = false;
  for (int index = 0; index < count && !cancelled; ++index) {
    number = index + 1;
    try {
      scoreSample(*pipeline_, source, static_cast<std::size_t>(first + index), state, progress,
                  rows, notes);
    } catch (const Cancelled&) {
      cancelled = true;
    } catch (const std::exception& error) {
      notes << QString::fromStdString(describe(error));
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - told >= std::chrono::milliseconds(100)) {
      told = now;
      Q_EMIT progressed(index + 1, count);
    }
  }
  QMetaObject::invokeMethod(
      this,
      [this, rows = std::move(rows), notes, cancelled] {
        running_ = false;
        Q_EMIT finished(rows, notes, cancelled);
      },
      Qt::QueuedConnection);
}

}  // namespace fathom
