#include "app/window/engine.h"

#include <QElapsedTimer>
#include <QtTest>

#include "tests/app/made_up_methods.h"
#include "tests/app/made_up_source.h"

using namespace fathom;

namespace {

/// A pipeline, an engine, and a record of all that the engine said, as text.
struct Bench {
  Gate gate, fastGate;
  std::shared_ptr<MadeUpSource> source = std::make_shared<MadeUpSource>(3);
  std::atomic<int> reports{0};
  QStringList said;
  std::unique_ptr<Engine> engine;

  Bench() {
    UpsamplerRegistry registry = madeUpMethods(gate);
    addMethod(registry, "held", true, 8, [this](const Progress&) { fastGate.wait(); });
    addMethod(registry, "chatty", true, 8, [this](const Progress& progress) {
      for (int i = 0; i < 20000; ++i) {
        progress.at(i / 20000.0, "talking");
        ++reports;
      }
    });
    engine = std::make_unique<Engine>(std::make_shared<Pipeline>(
        std::move(registry), [] { return at::Device(at::kCPU); }, 64 << 20));
    listen();
  }
  ~Bench() {
    fastGate.open();  // nobody stays behind, whatever the test found
    engine.reset();
  }

  void listen() {
    const auto note = [this](quint64 generation, const QString& what) {
      said << QString("%1 %2").arg(generation).arg(what);
    };
    Engine* e = engine.get();
    QObject::connect(e, &Engine::sampleReady, e, [note](quint64 g, const auto& sample) {
      note(g, "sample " + QString::fromStdString(sample->sample.id));
    });
    QObject::connect(e, &Engine::lowReady, e,
                     [note](quint64 g, const auto& low) { note(g, low ? "low" : "no low"); });
    QObject::connect(e, &Engine::methodReady, e, [note](quint64 g, const MethodResult& result) {
      note(g, QString("%1 at %2%3")
                  .arg(QString::fromStdString(result.stage->method.id))
                  .arg(result.place)
                  .arg(result.scores ? " scored " + QString::fromStdString(result.protocol) : ""));
    });
    QObject::connect(e, &Engine::barReady, e, [note](quint64 g, const auto&) { note(g, "bar"); });
    QObject::connect(e, &Engine::pictureReady, e, [note](quint64 g, const Picture& picture) {
      note(g, "picture " + picture.pane + (picture.image.isNull() ? " empty" : ""));
    });
    QObject::connect(e, &Engine::cloudReady, e, [note](quint64 g, const Cloud& cloud) {
      note(g, "cloud " + cloud.wish.pane + (cloud.note.isEmpty() ? "" : " empty"));
    });
    QObject::connect(e, &Engine::progressed, e,
                     [note](quint64 g, double, const QString& doing) { note(g, doing); });
    QObject::connect(e, &Engine::failed, e,
                     [note](quint64 g, const QString& why) { note(g, "failed " + why); });
    QObject::connect(e, &Engine::finished, e, [note](quint64 g, bool cancelled) {
      note(g, cancelled ? "cancelled" : "finished");
    });
  }

  Request request(std::initializer_list<const char*> methods, std::size_t index = 0) const {
    Request made;
    made.source = source;
    made.index = index;
    for (const char* id : methods) made.state.methods.push_back({id, {}});
    return made;
  }
  qsizetype saidWith(const QString& text) const { return said.filter(text).size(); }
};

Request withCloud(Request request, const QString& pane) {
  request.cloud = CloudWish{pane, CloudWish::Colour::kDepth};
  return request;
}

Request dragged(Request request) {
  request.dragging = true;
  return request;
}

}  // namespace

class EngineTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void resultsArriveInTheOrderInWhichTheyAreSeen() {
    Bench bench;
    QCOMPARE(bench.engine->submit(bench.request({"fast", "nearest"}, 1)), quint64{1});
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QCOMPARE(bench.said, QStringList({"1 sample made-1", "1 low", "1 fast at 0 scored clip-20",
                                      "1 nearest at 1 scored clip-20", "1 bar", "1 picture rgb",
                                      "1 picture low", "1 picture truth", "1 picture method:fast",
                                      "1 picture method:nearest", "1 finished"}));
  }

  void aNewerRequestReplacesTheWaitingOne() {
    Bench bench;
    bench.source->before[0] = [&](const Progress&) { bench.gate.wait(); };
    bench.engine->submit(bench.request({"fast"}, 0));
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench.engine->submit(bench.request({"fast"}, 1));
    bench.engine->submit(bench.request({"fast"}, 2));
    bench.gate.open();
    QTRY_VERIFY(bench.said.contains("3 finished"));
    QCOMPARE(bench.saidWith("2 "), 0);
    QVERIFY(bench.said.contains("1 cancelled"));
    QVERIFY(bench.said.contains("3 sample made-2"));
    QCOMPARE(bench.source->begun.load(), std::size_t{2});
  }

  void aNewerRequestCancelsAHeavyMethod() {
    Bench bench;
    bench.engine->submit(bench.request({"fast", "patient"}));
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench.engine->submit(bench.request({"fast"}));
    QTRY_VERIFY(bench.said.contains("2 finished"));
    QCOMPARE(bench.gate.turned.load(), 1);
    QVERIFY(bench.said.indexOf("1 cancelled") < bench.said.indexOf("2 sample made-0"));
    QVERIFY(bench.said.contains("1 picture method:fast"));
  }

  void cancelEndsAHeavyMethod() {
    Bench bench;
    bench.engine->submit(bench.request({"patient"}));
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench.engine->cancel();
    QTRY_VERIFY(bench.said.contains("1 cancelled"));
    QCOMPARE(bench.gate.turned.load(), 1);
    bench.gate.open();
    bench.engine->submit(bench.request({"patient"}));
    QTRY_VERIFY(bench.said.contains("2 finished"));  // and the engine lives on
  }

  void cancelAlsoEndsWhatWaits() {
    Bench bench;
    bench.source->before[0] = [&](const Progress& progress) { bench.gate.wait(progress); };
    bench.engine->submit(bench.request({"held"}, 1));
    QTRY_COMPARE(bench.fastGate.entered.load(), 1);
    bench.engine->submit(bench.request({"fast"}));
    bench.engine->cancel();
    bench.fastGate.open();
    QTRY_VERIFY(bench.said.contains("1 cancelled"));
    QTRY_VERIFY(bench.said.contains("2 cancelled"));
    QCOMPARE(bench.gate.entered.load(), 0);  // the second one never began
  }

  void fastWorkIsLetFinish() {
    Bench bench;
    bench.engine->submit(bench.request({"held"}));
    QTRY_COMPARE(bench.fastGate.entered.load(), 1);
    bench.engine->submit(bench.request({"fast"}));
    bench.fastGate.open();
    QTRY_VERIFY(bench.said.contains("2 finished"));
    QVERIFY(bench.said.contains("1 picture method:held"));  // or a long drag would show nothing
  }

  void heavyWorkDoesNotBeginWhereANewerRequestWaits() {
    Bench bench;
    bench.engine->submit(bench.request({"held", "patient"}));
    QTRY_COMPARE(bench.fastGate.entered.load(), 1);
    bench.engine->submit(bench.request({"fast"}));
    bench.fastGate.open();
    QTRY_VERIFY(bench.said.contains("2 finished"));
    QCOMPARE(bench.gate.entered.load(), 0);
    QVERIFY(bench.said.contains("1 cancelled"));
  }

  void heavyMethodsWaitForTheEndOfADrag() {
    Bench bench;
    bench.gate.open();
    bench.engine->submit(dragged(bench.request({"patient", "fast"})));
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QVERIFY(bench.said.contains("1 fast at 1 scored clip-20"));
    QCOMPARE(bench.gate.entered.load(), 0);
    bench.engine->submit(bench.request({"patient", "fast"}));
    QTRY_VERIFY(bench.said.contains("2 finished"));
    QCOMPARE(bench.gate.entered.load(), 1);
    QVERIFY(bench.said.indexOf("2 picture method:fast") <
            bench.said.indexOf("2 patient at 0 scored clip-20"));
    QVERIFY(bench.said.contains("2 picture method:patient"));
  }

  void errorsAreColouredAnewOnceHeavyMethodsAreThere() {
    Bench bench;
    bench.gate.open();
    Request request = bench.request({"fast", "patient"});
    bench.engine->submit(request);
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QCOMPARE(bench.saidWith("1 bar"), 1);
    request.display.layer = Layer::kAbsoluteError;
    bench.engine->submit(request);
    QTRY_VERIFY(bench.said.contains("2 finished"));
    // Fast methods alone set the first range; the second counts the heavy one in.
    QCOMPARE(bench.saidWith("2 bar"), 2);
  }

  void aFailingMethodDoesNotStopTheOthers() {
    Bench bench;
    bench.engine->submit(bench.request({"broken", "fast"}));
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QVERIFY(bench.said.contains("1 broken at 0"));
    QVERIFY(bench.said.contains("1 picture method:broken empty"));
    QVERIFY(bench.said.contains("1 fast at 1 scored clip-20"));
    QCOMPARE(bench.saidWith("failed"), 0);
  }

  void aFailingLoadIsSaidOnce() {
    Bench bench;
    bench.source->before[0] = [](const Progress&) {
      throw FileError("is cut", "a.npy", "copy it again");
    };
    bench.engine->submit(bench.request({"fast"}));
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QCOMPARE(bench.said.size(), 2);
    QVERIFY(bench.said.first().startsWith("1 failed"));
    QVERIFY(bench.said.first().contains("a.npy"));
    bench.engine->submit(bench.request({"fast"}, 1));
    QTRY_VERIFY(bench.said.contains("2 finished"));
  }

  void aSampleWithoutAnyMapHasItsPictureAlone() {
    Bench bench;
    bench.source->has[0] = {false, false};
    bench.engine->submit(bench.request({"fast"}));
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QCOMPARE(bench.said,
             QStringList({"1 sample made-0", "1 no low", "1 bar", "1 picture rgb", "1 finished"}));
  }

  void theCloudFollowsADragUnlessItsMethodIsHeavy() {
    Bench bench;
    bench.gate.open();
    bench.engine->submit(dragged(withCloud(bench.request({"fast", "patient"}), "method:fast")));
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QVERIFY(bench.said.contains("1 cloud method:fast"));
    bench.engine->submit(dragged(withCloud(bench.request({"fast", "patient"}), "method:patient")));
    QTRY_VERIFY(bench.said.contains("2 finished"));
    QCOMPARE(bench.saidWith("2 cloud"), 0);  // the old one stays: the truth must not pass for it
    bench.engine->submit(withCloud(bench.request({"fast", "patient"}), "method:patient"));
    QTRY_VERIFY(bench.said.contains("3 finished"));
    QVERIFY(bench.said.contains("3 cloud method:patient"));
  }

  void destructionDuringARunReturns() {
    Bench bench;
    bench.engine->submit(bench.request({"patient"}));
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench.engine.reset();
    QCOMPARE(bench.gate.turned.load(), 1);
  }

  void progressIsToldTenTimesASecondAtMost() {
    Bench bench;
    QElapsedTimer time;
    time.start();
    bench.engine->submit(bench.request({"chatty"}));
    QTRY_VERIFY(bench.said.contains("1 finished"));
    QCOMPARE(bench.reports.load(), 20000);
    QVERIFY(bench.saidWith("talking") <= time.elapsed() / 100 + 1);  // whatever the machine's speed
  }
};

QTEST_GUILESS_MAIN(EngineTest)
#include "engine.moc"
