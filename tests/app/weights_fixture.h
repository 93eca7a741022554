#pragma once

#include <QTemporaryDir>
#include <QtTest>

#include "app/weights/fetch.h"
#include "app/weights/state.h"
#include "child.h"
#include "core/error.h"
#include "loopback_server.h"
#include "made_up_weights.h"

/// An entry whose file is these bytes.
inline fathom::WeightsEntry entryOf(const QString& address, const QByteArray& bytes) {
  fathom::WeightsEntry entry;
  entry.name = "made_up";
  entry.title = "Made up";
  entry.file = "published.pth";
  entry.address = address.toStdString();
  entry.page = "https://example.org/made-up";
  entry.size = bytes.size();
  entry.sha256 = sha256Of(bytes).toStdString();
  entry.licence = {"MIT", "https://opensource.org/license/mit", false, ""};
  return entry;
}

inline constexpr qsizetype kSize = 3'000'000;
inline constexpr qint64 kFirst = 1'000'000;
inline const QByteArray kTag = "\"one\"";

/// What a fetch threw, or "" where it did not.
inline QString problemOf(const std::function<void()>& function) {
  try {
    function();
  } catch (const fathom::Error& error) {
    return QString::fromUtf8(error.what());
  } catch (const fathom::Cancelled&) {
    return "cancelled";
  }
  return {};
}

/// A weights folder, an entry, and a server that has its file.
class FetchTest : public QObject {
 protected:
  void prepare() {
    temporary_ = std::make_unique<QTemporaryDir>();
    file_ = madeUpWeights(kSize);
    server_ = std::make_unique<LoopbackServer>(
        [this](const HttpRequest& request) { return serveFile(request, file_, kTag); });
    entry_ = entryOf(server_->address(), file_);
    options_ = {};
    options_.folder = temporary_->filePath("weights").toStdString();
    options_.acceptLicence = true;
    options_.backoff = std::chrono::milliseconds(1);
    options_.retries = 2;
  }

  QString weightsPath(const QString& name = {}) const {
    const QString folder = QString::fromStdString(options_.folder.string());
    return name.isEmpty() ? folder : folder + "/" + name;
  }

  void touch(const QString& name, const QByteArray& bytes) {
    QDir().mkpath(weightsPath());
    QFile file(weightsPath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
  }

  /// A run that is cancelled after the first part has arrived.
  void interrupt() {
    std::stop_source stop;
    LoopbackServer::Handler good = [this](const HttpRequest& request) {
      return serveFile(request, file_, kTag);
    };
    server_->setHandler([&](const HttpRequest& request) {
      HttpAnswer answer = good(request);
      answer.stallAfter = kFirst;
      return answer;
    });
    const fathom::Progress progress{stop.get_token(), [&](double, std::string_view) {
                                      if (QFileInfo(weightsPath("made_up.part")).size() == kFirst) {
                                        stop.request_stop();
                                      }
                                    }};
    QCOMPARE(problemOf([&] { fathom::fetchWeights(entry_, options_, progress); }),
             QString("cancelled"));
    QCOMPARE(QFileInfo(weightsPath("made_up.part")).size(), kFirst);
    server_->setHandler(good);
  }

  void expectProblem(const QString& part) {
    const QString problem = problemOf([&] { fathom::fetchWeights(entry_, options_); });
    QVERIFY2(problem.contains(part), qPrintable("\"" + problem + "\" lacks \"" + part + "\""));
  }

  void expectPublished(const QByteArray& bytes) {
    QVERIFY(readAll(weightsPath("made_up.pth")) == bytes);
    QVERIFY(filesBelow(weightsPath()).filter(".part").isEmpty());
  }

  void expectNothingKept() {
    QVERIFY2(filesBelow(weightsPath()).filter(QRegularExpression("\\.p(art|th)")).isEmpty(),
             qPrintable(filesBelow(weightsPath()).join(' ')));
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  QByteArray file_;
  std::unique_ptr<LoopbackServer> server_;
  fathom::WeightsEntry entry_;
  fathom::FetchOptions options_;
};
