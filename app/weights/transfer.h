#pragma once

#include <QNetworkAccessManager>
#include <QUrl>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace fathom {

struct TransferRequest {
  QUrl address;
  std::int64_t from = 0;  ///< the first byte that is wanted
  std::string validator;  ///< of what the earlier bytes came from; empty where unknown
  std::chrono::milliseconds stall{30'000};  ///< longest silence
};

/// What a server says before the bytes.
struct TransferHead {
  std::int64_t first = 0;  ///< the byte that comes first: 0 where it begins anew
  /// Of the whole file. Without it, Qt cannot tell a lost connection from the end, not even in a
  /// chunked answer.
  std::optional<std::int64_t> total;
  std::string validator;    ///< to ask for the rest of the same file later
  std::string contentType;  ///< lower case
};

/// A transfer that did not reach its end.
struct TransferFailed {
  enum Kind {
    kPermanent,    ///< asking again would change nothing
    kUnreachable,  ///< nobody answers: worth another try only where somebody has answered before
    kTransient,    ///< worth another try
    kNoSuchRange,  ///< the server has no bytes from there on
  };
  static TransferFailed permanent(std::string problem, std::string remedy = {}) {
    return {kPermanent, std::move(problem), std::move(remedy), {}, {}};
  }
  static TransferFailed transient(std::string problem) {
    return {kTransient, std::move(problem), {}, {}, {}};
  }

  Kind kind = kTransient;
  std::string problem;  ///< "the server answers 404"
  std::string remedy;
  std::optional<std::chrono::milliseconds> waitFor;  ///< the server's wish
  std::optional<std::int64_t> total;                 ///< of kNoSuchRange
};

/// Where a redirect leads. Throws TransferFailed where it must not be followed: to anything but
/// https (or http on this machine), or from https to http.
QUrl redirectTarget(const QUrl& from, const QUrl& location);

/// One GET, redirects followed (5 at most). Blocks in an event loop of its own.
/// @param onHead   called once, before any bytes; an exception ends the transfer
/// @param onBytes  called with what arrives; an exception ends the transfer
/// Throws TransferFailed, Cancelled, what the functions throw.
void transfer(QNetworkAccessManager& manager, const TransferRequest& request,
              const std::function<void(const TransferHead&)>& onHead,
              const std::function<void(const char* bytes, std::size_t count)>& onBytes,
              const std::stop_token& stop);

/// Waits in an event loop. Throws Cancelled.
void waitFor(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace fathom
