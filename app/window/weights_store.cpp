#include "app/window/weights_store.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "app/window/weights_jobs.h"
#include "core/error.h"
#include "core/log.h"
#include "models/checkpoints/weights_folder.h"

namespace fathom {
namespace {

using Clock = std::chrono::steady_clock;

/// Two downloads and a check beside them: more would only share the line.
constexpr int kThreads = 3;
constexpr std::chrono::milliseconds kBetweenReports{150};

QString fromStd(const std::string& text) {
  return QString::fromStdString(text);
}

/// Bytes per second over the last seconds, from what lies in the part file: a server need not say
/// how much is to come.
class Speed {
 public:
  double at(Clock::time_point now, std::int64_t bytes) {
    if (last_ == Clock::time_point()) first_ = bytes;
    if (last_ != Clock::time_point() && bytes > first_) {
      const double seconds = std::chrono::duration<double>(now - last_).count();
      const double fresh = double(bytes - bytes_) / std::max(seconds, 1e-3);
      constexpr double kMemory = 0.85;
      smooth_ = smooth_ > 0 ? kMemory * smooth_ + (1 - kMemory) * fresh : fresh;
    }
    last_ = now;
    bytes_ = bytes;
    return smooth_;
  }

 private:
  Clock::time_point last_;
  std::int64_t first_ = 0, bytes_ = 0;
  double smooth_ = 0;
};

QString reportText(const FetchReport& report) {
  if (report.alreadyHere) return WeightsStore::tr("It was here already.");
  return WeightsStore::tr("%1 arrived; SHA-256 %2.")
      .arg(fromStd(bytesText(report.bytes)), fromStd(textOf(report.check)));
}

}  // namespace

/// What a worker says of its job.
struct WeightsStore::Live {
  std::mutex mutex;
  bool waiting = true;
  double part = -1;
  std::string doing;
  std::int64_t bytes = 0;  ///< in the part file
  Speed speed;             ///< of the timer alone
};

struct WeightsStore::Look {
  std::uint64_t number = 0;
  std::vector<WeightsItem> items;
  QString problem;
};

WeightsStore::WeightsStore(const std::vector<UpsamplerInfo>& methods, FetchOptions options,
                           QObject* parent)
    : QObject(parent), options_(std::move(options)) {
  pool_.setMaxThreadCount(kThreads);
  poll_.setInterval(kBetweenReports);
  connect(&poll_, &QTimer::timeout, this, &WeightsStore::poll);
  for (const UpsamplerInfo& info : methods) {
    for (const WeightsWanted& wanted : info.weights) {
      wishes_.push_back({wanted.name, wanted.title, info.id});
    }
  }
  rescan();
}

WeightsStore::~WeightsStore() {
  for (auto& [name, stop] : stops_) stop.request_stop();
  pool_.clear();
  pool_.waitForDone();
}

/// Runs on any thread.
WeightsStore::Look WeightsStore::look(const std::vector<Wish>& wishes,
                                      const std::filesystem::path& folder) {
  static std::atomic<std::uint64_t> looks{0};
  Look found;
  found.number = ++looks;
  Catalogue catalogue;
  try {
    catalogue = loadCatalogue(folder);
  } catch (const std::exception& error) {
    found.problem = fromStd(describe(error));
    log().error("{}", describe(error));
    catalogue = shippedCatalogue();
  }
  const auto add = [&](WeightsEntry entry, bool inCatalogue) -> WeightsItem& {
    WeightsItem item;
    item.state = weightsState(entry, folder);
    item.licenceAccepted = inCatalogue && licenceAccepted(entry, folder);
    item.inCatalogue = inCatalogue;
    item.entry = std::move(entry);
    return found.items.emplace_back(std::move(item));
  };
  for (const Wish& wish : wishes) {
    auto item = std::ranges::find(found.items, wish.name,
                                  [](const WeightsItem& each) { return each.entry.name; });
    if (item == found.items.end()) {
      const auto known = std::ranges::find(catalogue.entries(), wish.name, &WeightsEntry::name);
      WeightsEntry entry;
      entry.name = wish.name;
      entry.title = wish.title;
      const bool inCatalogue = known != catalogue.entries().end();
      add(inCatalogue ? *known : entry, inCatalogue);
      item = found.items.end() - 1;
    }
    if (std::ranges::count(item->wantedBy, wish.method) == 0) item->wantedBy.push_back(wish.method);
  }
  const std::size_t wanted = found.items.size();
  for (const WeightsEntry& entry : catalogue.entries()) {
    const auto end = found.items.begin() + static_cast<std::ptrdiff_t>(wanted);
    const bool listed = std::any_of(found.items.begin(), end, [&](const WeightsItem& item) {
      return item.entry.name == entry.name;
    });
    if (!listed) add(entry, true);
  }
  return found;
}

const WeightsItem* WeightsStore::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      items_, [&](const WeightsItem& item) { return item.entry.name == name; });
  return found == items_.end() ? nullptr : &*found;
}

std::optional<WeightsJob> WeightsStore::job(std::string_view name) const {
  const auto found = jobs_.find(name);
  return found == jobs_.end() ? std::nullopt : std::optional(found->second);
}

WeightsOutcome WeightsStore::outcome(std::string_view name) const {
  const auto found = outcomes_.find(name);
  return found == outcomes_.end() ? WeightsOutcome{} : found->second;
}

void WeightsStore::take(Look look) {
  if (look.number < lastLook_) return;
  lastLook_ = look.number;
  items_ = std::move(look.items);
  problem_ = look.problem;
}

void WeightsStore::rescan() {
  pool_.start([this, wishes = wishes_, folder = options_.folder] {
    Look seen = look(wishes, folder);
    QMetaObject::invokeMethod(
        this,
        [this, seen = std::move(seen)] {
          take(seen);
          Q_EMIT changed();
        },
        Qt::QueuedConnection);
  });
}

/// Called on the worker's thread, for every chunk: leaves word, which the timer fetches.
std::function<void(double, std::string_view)> WeightsStore::reporter(const WeightsEntry& entry,
                                                                     const LivePtr& live) {
  return [entry, live, folder = options_.folder](double part, std::string_view doing) {
    std::error_code ignored;
    const auto bytes = std::filesystem::file_size(partPath(entry, folder), ignored);
    const std::lock_guard lock(live->mutex);
    live->waiting = false;
    live->part = part > 0 ? part : -1;
    live->doing = doing;
    live->bytes = ignored ? 0 : std::int64_t(bytes);
  };
}

void WeightsStore::poll() {
  for (auto& [name, job] : jobs_) {
    Live& live = *live_.at(name);
    const std::lock_guard lock(live.mutex);
    job.waiting = live.waiting;
    job.part = live.part;
    if (job.kind == WeightsJob::Kind::kFetch && live.bytes > 0) {
      job.bytesPerSecond = live.speed.at(Clock::now(), live.bytes);
    }
    QString doing = fromStd(live.doing);
    // The name stands beside it wherever this is shown.
    const QString head = fromStd(name) + ": ";
    if (doing.startsWith(head)) doing.remove(0, head.size());
    job.doing = doing;
  }
  std::vector<std::string> names;
  for (const auto& [name, job] : jobs_) names.push_back(name);
  for (const std::string& name : names) Q_EMIT progressed(name);
}

void WeightsStore::start(std::string_view name, WeightsJob::Kind kind, Work work) {
  const WeightsItem* item = find(name);
  if (!item || jobs_.contains(name)) return;
  const WeightsEntry entry = item->entry;
  jobs_[entry.name] = WeightsJob{kind, true, -1, 0, {}};
  outcomes_.erase(entry.name);
  std::stop_source stop;
  stops_[entry.name] = stop;
  const auto live = std::make_shared<Live>();
  live_[entry.name] = live;
  poll_.start();
  const Progress progress{stop.get_token(), reporter(entry, live)};
  pool_.start([this, entry, kind, work = std::move(work), progress, wishes = wishes_,
               folder = options_.folder] {
    WeightsOutcome outcome;
    bool fileIsNew = false;
    try {
      progress.at(0);
      outcome.text = work(entry, progress);
      fileIsNew = kind != WeightsJob::Kind::kVerify;
    } catch (const Cancelled&) {
      outcome.text = kind == WeightsJob::Kind::kFetch ? tr("Cancelled: what has arrived is kept.")
                                                      : tr("Cancelled.");
    } catch (const std::exception& error) {
      outcome = {fromStd(describe(error)), true};
      log().error("{}", describe(error));
    }
    Look seen = look(wishes, folder);
    QMetaObject::invokeMethod(
        this,
        [this, name = entry.name, outcome, fileIsNew, seen = std::move(seen)] {
          end(name, outcome, fileIsNew, seen);
        },
        Qt::QueuedConnection);
  });
  Q_EMIT changed();
}

void WeightsStore::end(const std::string& name, const WeightsOutcome& outcome, bool fileIsNew,
                       Look look) {
  jobs_.erase(name);
  stops_.erase(name);
  live_.erase(name);
  if (jobs_.empty()) poll_.stop();
  outcomes_[name] = outcome;
  take(std::move(look));
  Q_EMIT changed();
  if (fileIsNew) Q_EMIT fileChanged(name);
}

void WeightsStore::fetch(std::string_view name, bool acceptLicence) {
  FetchOptions options = options_;
  options.acceptLicence = acceptLicence;
  start(name, WeightsJob::Kind::kFetch,
        [options](const WeightsEntry& entry, const Progress& progress) {
          return reportText(fetchWeights(entry, options, progress));
        });
}

void WeightsStore::verify(std::string_view name) {
  const WeightsItem* item = find(name);
  if (!item || item->state.place != WeightsPlace::kHere) return;
  start(
      name, WeightsJob::Kind::kVerify,
      [file = item->state.file, folder = folder()](const WeightsEntry&, const Progress& progress) {
        return fromStd(verifyStoredWeights(file, folder, progress));
      });
}

void WeightsStore::adopt(std::string_view name, const std::filesystem::path& file) {
  start(name, WeightsJob::Kind::kAdopt,
        [file, folder = folder()](const WeightsEntry& entry, const Progress& progress) {
          return fromStd(adoptWeights(entry, file, folder, progress));
        });
}

void WeightsStore::remove(std::string_view name) {
  start(name, WeightsJob::Kind::kRemove,
        [folder = folder()](const WeightsEntry& entry, const Progress&) {
          return removeWeights(entry, folder).empty() ? tr("There was nothing to remove.")
                                                      : tr("Removed.");
        });
}

void WeightsStore::cancel(std::string_view name) {
  if (const auto stop = stops_.find(name); stop != stops_.end()) stop->second.request_stop();
}

}  // namespace fathom
