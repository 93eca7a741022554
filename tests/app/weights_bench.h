#pragma once

#include <ATen/ops/ones.h>

#include <QTemporaryDir>
#include <fstream>

#include "app/window/weights_store.h"
#include "models/checkpoints/checkpoint.h"
#include "tests/app/made_up_methods.h"
#include "tests/app/weights_fixture.h"

inline HttpAnswer notFound() {
  HttpAnswer answer;
  answer.status = 404;
  answer.body = "no";
  return answer;
}

/// A store over a folder of its own, a catalogue with "made_up" (1 MB, on a server of this machine)
/// and the methods "first" and "second" that want it, and "third" that wants "unknown".
class WeightsBench {
 public:
  QByteArray bytes = madeUpWeights(1'000'000);
  LoopbackServer server{[this](const HttpRequest& request) {
    HttpAnswer answer = serveFile(request, bytes, "\"one\"");
    answer.stallAfter = stall_;
    return answer;
  }};
  QTemporaryDir folder;
  std::vector<fathom::UpsamplerInfo> methods;
  std::unique_ptr<fathom::WeightsStore> store;

  WeightsBench() {
    fathom::UpsamplerRegistry registry;
    addNetwork(registry, "first", "made_up");
    addNetwork(registry, "second", "made_up");
    addNetwork(registry, "third", "unknown");
    methods = registry.list();
    std::filesystem::create_directories(path(""));
    writeCatalogue(path("catalogue.json"));
  }

  fathom::WeightsStore* operator->() { return store.get(); }
  /// In the weights folder.
  std::filesystem::path path(const char* name) const {
    return std::filesystem::path(folder.path().toStdString()) / "weights" / name;
  }
  /// Beside it.
  std::filesystem::path file(const char* name) const {
    return std::filesystem::path(folder.path().toStdString()) / name;
  }

  void writeCatalogue(const std::filesystem::path& to) const {
    const std::string json =
        R"({"format": 1, "licences": {"MIT-like": {"address": "https://example.org/licence",)"
        R"( "non_commercial": true}}, "entries": [{"name": "made_up", "title": "Made up",)"
        R"( "file": "published.pth", "address": ")" +
        server.address().toStdString() +
        R"(", "page": "https://example.org/made-up", "size": 1000000, "sha256": ")" +
        sha256Of(bytes).toStdString() + R"(", "sha256_from": "page", "licence": "MIT-like"}]})";
    std::ofstream(to) << json;
  }
  static void writeCheckpoint(const std::filesystem::path& to) {
    fathom::writeSafetensors(to, {{"weight", at::ones({3, 4})}});
  }

  /// Makes the store and waits for its first look.
  void start() {
    fathom::FetchOptions options;
    options.folder = path("").parent_path();
    options.retries = 0;
    options.backoff = std::chrono::milliseconds(1);
    store = std::make_unique<fathom::WeightsStore>(methods, options);
    QTRY_VERIFY(!store->items().empty());
  }
  /// Until no job is under way.
  void wait() { QTRY_VERIFY_WITH_TIMEOUT(store->jobs().empty(), 20000); }
  /// The server keeps silent after so many bytes of a whole answer; −1: it does not.
  void stallAfter(qint64 count) { stall_ = count; }

 private:
  qint64 stall_ = -1;
};
