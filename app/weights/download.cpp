#include "app/weights/download.h"

#include <fmt/format.h>

#include <QHostAddress>
#include <QNetworkProxyFactory>
#include <algorithm>

#include "app/weights/state.h"
#include "core/error.h"

namespace fathom {
namespace {

using std::chrono::milliseconds;

/// The system's proxies, but none on the way to this machine itself.
class SystemProxies : public QNetworkProxyFactory {
 public:
  QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
    const QString host = query.peerHostName();
    if (host == "localhost" || QHostAddress(host).isLoopback()) return {QNetworkProxy::NoProxy};
    return systemProxyForQuery(query);
  }
};

/// What a page that asks for a login or a payment answers instead of a file.
bool isWebPage(const std::string& contentType) {
  return contentType.starts_with("text/html") || contentType.starts_with("application/xhtml");
}

}  // namespace

Download::Download(const WeightsEntry& entry, const FetchOptions& options, PartFile& part,
                   const Progress& progress)
    : entry_(entry),
      options_(options),
      part_(part),
      progress_(progress),
      total_(entry.size),
      most_(part.size()),
      retriesLeft_(options.retries) {
  manager_.setProxyFactory(new SystemProxies);  // the manager owns it
}

void Download::run() {
  while (!complete()) {
    try {
      attempt();
    } catch (const TransferFailed& failed) {
      if (failed.kind == TransferFailed::kNoSuchRange) {
        noSuchRange(failed);
        continue;
      }
      if (!worthAnother(failed)) giveUp(failed);
      const auto pause = failed.waitFor.value_or(options_.backoff * (1 << std::min(retries_, 5)));
      ++retries_;
      progress_.at(total_ ? double(part_.size()) / double(*total_) : 0,
                   fmt::format("{}: {}; trying again", entry_.name, failed.problem));
      waitFor(pause, progress_.stop);
    }
  }
}

bool Download::complete() const {
  return ended_ || (total_ && part_.size() == *total_);
}

/// A part that is too long, or of which nobody can say that it belongs to what comes.
void Download::forgetWhatCannotGoOn() {
  const bool tooLong = entry_.size && part_.size() > *entry_.size;
  const bool unknown = part_.validator().empty() && entry_.sha256.empty();
  if (part_.size() > 0 && (tooLong || unknown)) part_.restart({});
}

void Download::attempt() {
  forgetWhatCannotGoOn();
  TransferRequest request;
  request.address = QUrl(QString::fromStdString(entry_.address));
  request.from = part_.size();
  request.validator = part_.validator();
  request.stall = options_.stall;
  transfer(
      manager_, request, [this](const TransferHead& head) { onHead(head); },
      [this](const char* bytes, std::size_t count) { onBytes(bytes, count); }, progress_.stop);
  if (total_ && part_.size() < *total_) {
    throw TransferFailed::transient(
        fmt::format("the answer ended after {} of {} bytes", part_.size(), *total_));
  }
  ended_ = true;
}

void Download::onHead(const TransferHead& head) {
  if (isWebPage(head.contentType)) {
    throw TransferFailed::permanent("the server sends a web page, not a file",
                                    "Perhaps the network wants a login first");
  }
  if (entry_.size && head.total && *head.total != *entry_.size) {
    throw TransferFailed::permanent(
        fmt::format("the server announces {} bytes, the catalogue {}", *head.total, *entry_.size),
        "The file was changed, or an address of the catalogue is wrong");
  }
  if (!head.total && !entry_.size && entry_.sha256.empty()) {
    throw TransferFailed::permanent(
        "the server does not say how long the file is, nor does the catalogue, "
        "so that nobody could tell whether it is complete");
  }
  if (head.first != part_.size() && head.first != 0) {
    throw TransferFailed::permanent(
        fmt::format("asked for what follows {} bytes, the server sends what follows {}",
                    part_.size(), head.first));
  }
  // Another file than before, or a server that knows no ranges: from the beginning.
  if (head.first == 0) part_.restart(head.validator);
  if (!entry_.size) total_ = head.total;
  checkSpace();
}

void Download::checkSpace() const {
  if (!total_) return;
  std::error_code problem;
  const auto space = std::filesystem::space(options_.folder, problem);
  const std::int64_t wanted = *total_ - part_.size();
  if (problem || wanted <= 0 || space.available >= std::uintmax_t(wanted)) return;
  throw FileError(fmt::format("{} are still to come, but only {} are free", bytesText(wanted),
                              bytesText(std::int64_t(space.available))),
                  options_.folder.string(),
                  "Free some space, or choose another folder with FATHOM_WEIGHTS");
}

void Download::onBytes(const char* bytes, std::size_t count) {
  if (total_ && part_.size() + std::int64_t(count) > *total_) {
    part_.restart({});
    throw TransferFailed::permanent(
        fmt::format("the server sends more than the {} bytes of the file", *total_));
  }
  part_.append(bytes, count);
  heard_ = true;
  if (total_) {
    progress_.at(
        double(part_.size()) / double(*total_),
        fmt::format("{}: {} of {}", entry_.name, bytesText(part_.size()), bytesText(*total_)));
  } else {
    progress_.at(0, fmt::format("{}: {}", entry_.name, bytesText(part_.size())));
  }
}

/// The server knows of no bytes after ours: all is here, or ours are of something else.
void Download::noSuchRange(const TransferFailed& failed) {
  if (part_.size() == 0) giveUp(failed);
  if (!entry_.size && failed.total == part_.size()) {
    total_ = failed.total;
  } else {
    part_.restart({});
  }
}

bool Download::worthAnother(const TransferFailed& failed) {
  if (part_.size() > most_) {
    retriesLeft_ = options_.retries;
    retries_ = 0;
  }
  most_ = std::max(most_, part_.size());
  const bool again = failed.kind == TransferFailed::kTransient ||
                     (failed.kind == TransferFailed::kUnreachable && heard_);
  return again && retriesLeft_-- > 0;
}

void Download::giveUp(const TransferFailed& failed) const {
  std::string remedy = failed.remedy;
  const auto add = [&](const std::string& text) { remedy += (remedy.empty() ? "" : ". ") + text; };
  if (part_.size() > 0) {
    add(fmt::format("{} are kept; trying again goes on from there", bytesText(part_.size())));
  }
  if (failed.kind == TransferFailed::kPermanent) add("See " + entry_.page);
  throw Error("the download failed: " + failed.problem, entry_.name, remedy);
}

}  // namespace fathom
