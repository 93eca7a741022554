#include "app/weights/transfer.h"

#include <fmt/format.h>

#include <QEventLoop>
#include <QNetworkReply>
#include <QTimer>
#include <exception>
#include <memory>

#include "app/weights/catalogue.h"
#include "core/error.h"
#include "core/provenance.h"

namespace fathom {
namespace {

constexpr int kMostRedirects = 5;
constexpr qint64 kReadBuffer = 4 << 20;
using std::chrono::milliseconds;

std::optional<std::int64_t> numberFrom(const QByteArray& text) {
  bool good = false;
  const qlonglong number = text.trimmed().toLongLong(&good);
  return good && number >= 0 ? std::optional<std::int64_t>(number) : std::nullopt;
}

/// "bytes 100-199/200", "bytes */200"; a total of "*" is unknown.
struct ContentRange {
  std::optional<std::int64_t> first, last, total;
};
ContentRange contentRange(const QNetworkReply& reply) {
  const QByteArray text = reply.rawHeader("Content-Range").trimmed();
  if (!text.toLower().startsWith("bytes ")) return {};
  const qsizetype slash = text.indexOf('/'), dash = text.indexOf('-');
  ContentRange range;
  if (slash > 0) range.total = numberFrom(text.mid(slash + 1));
  if (dash > 0 && dash < slash) {
    range.first = numberFrom(text.mid(6, dash - 6));
    range.last = numberFrom(text.mid(dash + 1, slash - dash - 1));
  }
  return range;
}

/// A strong ETag, else the date: a weak ETag does not promise equal bytes.
std::string validatorOf(const QNetworkReply& reply) {
  const QByteArray tag = reply.rawHeader("ETag").trimmed();
  if (tag.startsWith('"')) return tag.toStdString();
  return reply.rawHeader("Last-Modified").trimmed().toStdString();
}

int statusOf(const QNetworkReply& reply) {
  return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

TransferFailed refusal(const QNetworkReply& reply, int status) {
  // Not its own words for it, which might be anything.
  TransferFailed failed = TransferFailed::permanent(fmt::format(
      "the server {} answers with status {}", reply.url().host().toStdString(), status));
  if (status == 404 || status == 410) failed.remedy = "It may have moved";
  if (status == 401 || status == 403) failed.remedy = "It may want you to log in with a browser";
  if (status == 416) {
    failed.kind = TransferFailed::kNoSuchRange;
    failed.total = contentRange(reply).total;
  }
  if (status == 408 || status == 425 || status == 429 || status >= 500) {
    failed.kind = TransferFailed::kTransient;
    const auto seconds = numberFrom(reply.rawHeader("Retry-After"));
    if (seconds) failed.waitFor = milliseconds(std::min<std::int64_t>(*seconds, 60) * 1000);
  }
  return failed;
}

/// What Qt says about a connection that did not come about or broke.
TransferFailed connectionProblem(const QNetworkReply& reply) {
  using Reply = QNetworkReply;
  TransferFailed failed = TransferFailed::permanent(reply.errorString().toStdString());
  switch (reply.error()) {
    case Reply::ConnectionRefusedError:
    case Reply::HostNotFoundError:
    case Reply::ProxyConnectionRefusedError:
    case Reply::ProxyNotFoundError:
      failed.kind = TransferFailed::kUnreachable;
      failed.remedy = "Check the connection to the network";
      break;
    case Reply::RemoteHostClosedError:
    case Reply::TimeoutError:
    case Reply::TemporaryNetworkFailureError:
    case Reply::NetworkSessionFailedError:
    case Reply::ProxyConnectionClosedError:
    case Reply::ProxyTimeoutError:
    case Reply::UnknownNetworkError:
      failed.kind = TransferFailed::kTransient;
      break;
    case Reply::SslHandshakeFailedError:
      failed.remedy = "Whoever answers cannot prove to be the server: check date and network";
      break;
    default:
      break;
  }
  return failed;
}

QNetworkRequest qtRequest(const TransferRequest& request, const QUrl& address) {
  QNetworkRequest get(address);
  get.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
  // One long download gains nothing from it.
  get.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
  for (const auto cookies :
       {QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::CookieSaveControlAttribute}) {
    get.setAttribute(cookies, QNetworkRequest::Manual);
  }
  get.setHeader(QNetworkRequest::UserAgentHeader,
                QString::fromStdString("fathom/" + makeProvenance("", 0).version));
  // The bytes as they are: sizes and ranges mean nothing for compressed ones.
  get.setRawHeader("Accept-Encoding", "identity");
  if (request.from > 0) {
    get.setRawHeader("Range", "bytes=" + QByteArray::number(qint64(request.from)) + "-");
    if (!request.validator.empty()) {
      get.setRawHeader("If-Range", QByteArray::fromStdString(request.validator));
    }
  }
  return get;
}

/// One request and its answer.
class Exchange {
 public:
  Exchange(const TransferRequest& request, const std::function<void(const TransferHead&)>& onHead,
           const std::function<void(const char*, std::size_t)>& onBytes)
      : request_(request), onHead_(onHead), onBytes_(onBytes) {}

  /// Where to ask next, or an empty address: done.
  QUrl run(QNetworkAccessManager& manager, const QUrl& address, const std::stop_token& stop) {
    reply_.reset(manager.get(qtRequest(request_, address)));
    reply_->setReadBufferSize(kReadBuffer);
    const auto still = [this] { stall_.start(request_.stall); };
    const auto heard = [=, this] {
      guarded([&] {
        still();
        read();
      });
    };
    QObject::connect(reply_.get(), &QNetworkReply::encrypted, &loop_, still);
    QObject::connect(reply_.get(), &QNetworkReply::metaDataChanged, &loop_, heard);
    QObject::connect(reply_.get(), &QNetworkReply::readyRead, &loop_, heard);
    QObject::connect(reply_.get(), &QNetworkReply::finished, &loop_, &QEventLoop::quit);
    stall_.setSingleShot(true);
    QObject::connect(&stall_, &QTimer::timeout, &loop_, [this] { end(silence()); });
    still();
    {
      // From another thread, so through the event loop.
      const std::stop_callback cancel(stop, [this] {
        QMetaObject::invokeMethod(
            &loop_, [this] { end(Cancelled()); }, Qt::QueuedConnection);
      });
      if (!reply_->isFinished()) loop_.exec();
    }
    guarded([this] {
      read();
      finish();
    });
    if (problem_) std::rethrow_exception(problem_);
    return next_;
  }

 private:
  /// Qt's loop must not see exceptions: the first one is kept, and the answer no longer wanted.
  /// Deleting the reply ends the connection; abort() would race with errors from Qt's own thread.
  template <class Function>
  void guarded(const Function& function) {
    if (problem_) return;
    try {
      function();
    } catch (...) {
      problem_ = std::current_exception();
      loop_.quit();
    }
  }
  template <class Problem>
  void end(const Problem& problem) {
    guarded([&] { throw problem; });
  }

  TransferFailed silence() const {
    return TransferFailed::transient(
        fmt::format("nothing arrived for {:g} s", double(request_.stall.count()) / 1000));
  }

  void read() {
    if (!headSeen_ && statusOf(*reply_) > 0) readHead();
    if (!next_.isEmpty()) return;
    while (headSeen_ && reply_->bytesAvailable() > 0) {
      const QByteArray bytes = reply_->read(1 << 18);
      if (bytes.isEmpty()) break;
      received_ += bytes.size();
      onBytes_(bytes.constData(), std::size_t(bytes.size()));
    }
  }

  void readHead() {
    headSeen_ = true;
    const int status = statusOf(*reply_);
    const QVariant location = reply_->attribute(QNetworkRequest::RedirectionTargetAttribute);
    if (status >= 300 && status < 400 && !location.toUrl().isEmpty()) {
      next_ = redirectTarget(reply_->url(), location.toUrl());
      loop_.quit();
      return;
    }
    if (status != 200 && status != 206) throw refusal(*reply_, status);
    const QByteArray length = reply_->rawHeader("Content-Length");
    length_ = length.isEmpty() ? std::nullopt : numberFrom(length);
    TransferHead head;
    head.total = length_;
    if (status == 206) {
      const ContentRange range = contentRange(*reply_);
      if (!range.first) {
        throw TransferFailed::permanent("the server sends a part without saying which");
      }
      head.first = *range.first;
      head.total = range.total;
    }
    head.validator = validatorOf(*reply_);
    head.contentType = reply_->rawHeader("Content-Type").toLower().toStdString();
    onHead_(head);
  }

  void finish() {
    if (!next_.isEmpty()) return;
    if (reply_->error() != QNetworkReply::NoError) throw connectionProblem(*reply_);
    if (!headSeen_) {
      throw TransferFailed::permanent("the answer is not HTTP");
    }
    if (length_ && received_ < *length_) {
      throw TransferFailed::transient("the connection ended early");
    }
  }

  const TransferRequest& request_;
  const std::function<void(const TransferHead&)>& onHead_;
  const std::function<void(const char*, std::size_t)>& onBytes_;
  QEventLoop loop_;
  QTimer stall_;
  std::unique_ptr<QNetworkReply> reply_;
  std::exception_ptr problem_;
  bool headSeen_ = false;
  std::optional<std::int64_t> length_;
  std::int64_t received_ = 0;
  QUrl next_;
};

}  // namespace

QUrl redirectTarget(const QUrl& from, const QUrl& location) {
  const QUrl target = from.resolved(location);
  const bool weaker = from.scheme() == "https" && target.scheme() != "https";
  if (weaker || !isSafeAddress(target.toString(QUrl::FullyEncoded).toStdString())) {
    throw TransferFailed::permanent(fmt::format("the server {} redirects to an unsafe address, {}",
                                                from.host().toStdString(),
                                                target.toString(QUrl::FullyEncoded).toStdString()));
  }
  return target;
}

void transfer(QNetworkAccessManager& manager, const TransferRequest& request,
              const std::function<void(const TransferHead&)>& onHead,
              const std::function<void(const char* bytes, std::size_t count)>& onBytes,
              const std::stop_token& stop) {
  QUrl address = request.address;
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    if (stop.stop_requested()) throw Cancelled();
    address = Exchange(request, onHead, onBytes).run(manager, address, stop);
    if (address.isEmpty()) return;
  }
  throw TransferFailed::permanent(fmt::format("more than {} redirects", kMostRedirects));
}

void waitFor(milliseconds time, const std::stop_token& stop) {
  QEventLoop loop;
  QTimer::singleShot(time, &loop, &QEventLoop::quit);
  {
    const std::stop_callback cancel(stop, [&loop] {
      QMetaObject::invokeMethod(
          &loop, [&loop] { loop.quit(); }, Qt::QueuedConnection);
    });
    loop.exec();
  }
  if (stop.stop_requested()) throw Cancelled();
}

}  // namespace fathom
