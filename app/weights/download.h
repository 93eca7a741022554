#pragma once

#include <QNetworkAccessManager>
#include <optional>

#include "app/weights/fetch.h"
#include "app/weights/part_file.h"
#include "app/weights/transfer.h"

namespace fathom {

/// Brings an entry's bytes into a part file, over as many requests as it takes.
class Download {
 public:
  Download(const WeightsEntry& entry, const FetchOptions& options, PartFile& part,
           const Progress& progress);

  /// All bytes have arrived afterwards, but nobody has checked what they are.
  /// Throws FileError, Error, Cancelled.
  void run();

 private:
  void attempt();
  bool complete() const;
  void forgetWhatCannotGoOn();
  void onHead(const TransferHead& head);
  void onBytes(const char* bytes, std::size_t count);
  void checkSpace() const;
  void noSuchRange(const TransferFailed& failed);
  bool worthAnother(const TransferFailed& failed);
  [[noreturn]] void giveUp(const TransferFailed& failed) const;

  const WeightsEntry& entry_;
  const FetchOptions& options_;
  PartFile& part_;
  const Progress& progress_;
  QNetworkAccessManager manager_;
  std::optional<std::int64_t> total_;  ///< of the whole file, where anybody has said so
  std::int64_t most_ = 0;              ///< most bytes there ever were
  bool heard_ = false;                 ///< a server has sent bytes in this run
  bool ended_ = false;                 ///< an answer came to its end
  int retriesLeft_ = 0, retries_ = 0;
};

}  // namespace fathom
