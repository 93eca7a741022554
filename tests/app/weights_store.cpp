// The window's store of weights over a folder of the test's and a server on this machine.
#include "app/window/weights_store.h"

#include <ATen/ops/ones.h>

#include <QSignalSpy>
#include <QtTest>
#include <fstream>

#include "models/checkpoints/checkpoint.h"
#include "tests/app/weights_bench.h"

using namespace fathom;

class WeightsStoreTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void showsWantedOnesFirstAndAsksNobody() {
    WeightsBench bench;
    bench.start();
    const auto& items = bench->items();
    QCOMPARE(items[0].entry.name, std::string("made_up"));
    QCOMPARE(items[0].wantedBy, (std::vector<std::string>{"first", "second"}));
    QVERIFY(items[0].inCatalogue);
    QCOMPARE(items[1].entry.name, std::string("unknown"));
    QCOMPARE(items[1].entry.title, std::string("Weights of third"));
    QVERIFY(!items[1].inCatalogue && !items[1].canFetch());
    QVERIFY(items.size() > 10);  // the rest of the catalogue
    for (std::size_t i = 2; i < items.size(); ++i) QVERIFY(items[i].wantedBy.empty());
    QCOMPARE(int(items[0].state.place), int(WeightsPlace::kMissing));
    QCOMPARE(bench.server.requests().size(), 0);
  }

  void fetchesWithTheLicenceAcceptedAndTells() {
    WeightsBench bench;
    bench.start();
    QSignalSpy arrived(bench.store.get(), &WeightsStore::fileChanged);
    bench->fetch("made_up", false);
    QVERIFY(bench->job("made_up")->waiting);
    bench.wait();
    QVERIFY(bench->outcome("made_up").bad);
    QVERIFY(bench->outcome("made_up").text.contains("licence"));
    QCOMPARE(bench.server.requests().size(), 0);
    QCOMPARE(arrived.count(), 0);
    bench->fetch("made_up", true);
    bench->fetch("made_up", true);  // one at a time
    bench.wait();
    QVERIFY2(!bench->outcome("made_up").bad, qPrintable(bench->outcome("made_up").text));
    QCOMPARE(bench.server.requests().size(), 1);
    QCOMPARE(arrived.count(), 1);
    QCOMPARE(arrived[0][0].value<std::string>(), std::string("made_up"));
    const WeightsItem& item = *bench->find("made_up");
    QCOMPARE(int(item.state.place), int(WeightsPlace::kHere));
    QVERIFY(item.licenceAccepted);
    QVERIFY(!bench->job("made_up"));
  }

  void cancelsKeepsAndResumes() {
    WeightsBench bench;
    bench.stallAfter(400'000);
    bench.start();
    QSignalSpy progressed(bench.store.get(), &WeightsStore::progressed);
    bench->fetch("made_up", true);
    QTRY_COMPARE(bench->job("made_up")->part, 0.4);
    QCOMPARE(bench->job("made_up")->doing, "400.0 kB of 1.0 MB");
    QVERIFY(!bench->job("made_up")->waiting);
    QVERIFY(progressed.count() > 0);
    bench->cancel("made_up");
    bench.wait();
    QVERIFY(bench->outcome("made_up").text.contains("kept"));
    QVERIFY(!bench->outcome("made_up").bad);
    const WeightsItem& item = *bench->find("made_up");
    QCOMPARE(int(item.state.place), int(WeightsPlace::kPartly));
    QCOMPARE(partText(item), "40 %");
    bench.stallAfter(-1);
    bench->fetch("made_up", false);  // accepted the first time
    bench.wait();
    QCOMPARE(int(bench->find("made_up")->state.place), int(WeightsPlace::kHere));
    QCOMPARE(bench.server.requests().last().rangeFrom(), 400'000);
  }

  void anErrorSaysWhatAndWhatToDo() {
    WeightsBench bench;
    bench.server.setHandler([](const HttpRequest&) { return notFound(); });
    bench.start();
    bench->fetch("made_up", true);
    bench.wait();
    const WeightsOutcome outcome = bench->outcome("made_up");
    QVERIFY(outcome.bad);
    QVERIFY2(outcome.text.contains("404") && outcome.text.contains("made_up"),
             qPrintable(outcome.text));
  }

  void verifiesWhatIsHere() {
    WeightsBench bench;
    bench.writeCheckpoint(bench.path("unknown.safetensors"));
    bench.start();
    bench->verify("made_up");  // not here: nothing to do
    QVERIFY(bench->jobs().empty());
    bench->verify("unknown");
    bench.wait();
    QVERIFY2(bench->outcome("unknown").text.contains("1 tensor, all finite"),
             qPrintable(bench->outcome("unknown").text));
    std::ofstream(bench.path("unknown.safetensors"), std::ios::binary) << "no weights at all";
    bench->verify("unknown");
    bench.wait();
    QVERIFY(bench->outcome("unknown").bad);
    QVERIFY(bench->outcome("unknown").text.contains("unknown.safetensors"));
  }

  void aPublishedFileThatWasChangedIsNoticed() {
    WeightsBench bench;
    bench.writeCheckpoint(bench.path("made_up.pth"));  // weights, but not the published ones
    bench.start();
    bench->verify("made_up");
    bench.wait();
    QVERIFY(bench->outcome("made_up").bad);
    const QString text = bench->outcome("made_up").text;
    QVERIFY2(text.contains("as published") && text.contains("get it again"), qPrintable(text));
  }

  void adoptsByALinkAndRemovesOnlyThat() {
    WeightsBench bench;
    bench.start();
    const std::filesystem::path own = bench.file("own.safetensors");
    bench.writeCheckpoint(own);
    QSignalSpy changed(bench.store.get(), &WeightsStore::fileChanged);
    bench->adopt("unknown", own);
    bench.wait();
    QVERIFY2(!bench->outcome("unknown").bad, qPrintable(bench->outcome("unknown").text));
    QVERIFY(std::filesystem::is_symlink(bench.path("unknown.safetensors")));
    QCOMPARE(int(bench->find("unknown")->state.place), int(WeightsPlace::kHere));
    QCOMPARE(changed.count(), 1);
    bench->adopt("unknown", own);
    bench.wait();
    QVERIFY(bench->outcome("unknown").text.contains("Remove it first"));
    bench->remove("unknown");
    bench.wait();
    QCOMPARE(changed.count(), 2);
    QVERIFY(std::filesystem::exists(own));
    QVERIFY(!std::filesystem::exists(bench.path("unknown.safetensors")));
    // A link whose file is gone does not stand in the way.
    std::filesystem::create_symlink("/nowhere", bench.path("unknown.safetensors"));
    bench->adopt("unknown", own);
    bench.wait();
    QCOMPARE(int(bench->find("unknown")->state.place), int(WeightsPlace::kHere));
  }

  void refusesWhatIsNoWeightsFile() {
    WeightsBench bench;
    bench.start();
    std::ofstream(bench.file("letter.txt")) << "dear";
    std::ofstream(bench.file("letter.safetensors")) << "dear";
    for (const char* name : {"letter.txt", "letter.safetensors", "nowhere.pth"}) {
      bench->adopt("unknown", bench.file(name));
      bench.wait();
      QVERIFY2(bench->outcome("unknown").bad, name);
      QVERIFY2(bench->outcome("unknown").text.contains(name),
               qPrintable(bench->outcome("unknown").text));
    }
    QVERIFY(!std::filesystem::exists(bench.path("unknown.safetensors")));
  }

  void aBadCatalogueOfOnesOwnIsSaidAndTheShippedOneStays() {
    WeightsBench bench;
    std::ofstream(bench.path("catalogue.json")) << "{]";
    bench.start();
    QVERIFY(bench->problem().contains("catalogue.json"));
    QVERIFY(bench->items().size() > 10);
  }

  void rescanSeesWhatTheUserPutThere() {
    WeightsBench bench;
    bench.start();
    bench.writeCheckpoint(bench.path("unknown.safetensors"));
    QCOMPARE(int(bench->find("unknown")->state.place), int(WeightsPlace::kByHand));
    QSignalSpy changed(bench.store.get(), &WeightsStore::changed);
    bench->rescan();
    QVERIFY(changed.wait());
    QCOMPARE(int(bench->find("unknown")->state.place), int(WeightsPlace::kHere));
  }

  void theEndOfTheProgramEndsDownloads() {
    WeightsBench bench;
    bench.stallAfter(200'000);
    bench.start();
    bench->fetch("made_up", true);
    QTRY_VERIFY(std::filesystem::exists(bench.path("made_up.part")) &&
                std::filesystem::file_size(bench.path("made_up.part")) >= 200'000);
    bench.store.reset();  // returns though the server keeps silent
    QVERIFY(std::filesystem::file_size(bench.path("made_up.part")) >= 200'000);
  }

  void aMethodSaysWhatItLacks() {
    WeightsBench bench;
    const UpsamplerInfo first = bench.methods[0], third = bench.methods[2];
    bench.start();
    const auto state = [&](const UpsamplerInfo& info, const Values& values) {
      return methodWeights(*bench.store, info, checkedValues(info.settings, values, info.id));
    };
    QCOMPARE(state(first, {}).state, "get weights…");
    QCOMPARE(state(first, {}).missing, std::string("made_up"));
    QCOMPARE(state(third, {}).state, "choose weights…");
    QCOMPARE(state(first, {{"random_weights", true}}).state, "random weights");
    QVERIFY(state(first, {{"random_weights", true}}).missing.empty());
    QVERIFY(state(first, {{"weights", "/some/file.pth"}}).state.isEmpty());
    QVERIFY(methodWeights(*bench.store, UpsamplerInfo{}, {}).state.isEmpty());
    bench.stallAfter(400'000);
    bench->fetch("made_up", true);
    QTRY_VERIFY(state(first, {}).state.startsWith("getting"));
    QTRY_VERIFY(std::filesystem::exists(bench.path("made_up.part")) &&
                std::filesystem::file_size(bench.path("made_up.part")) >= 400'000);
    bench->cancel("made_up");
    bench.wait();
    QCOMPARE(state(first, {}).state, "40 %: resume…");
    bench.stallAfter(-1);
    bench->fetch("made_up", true);
    bench.wait();
    QVERIFY(state(first, {}).state.isEmpty());
  }
};

QTEST_GUILESS_MAIN(WeightsStoreTest)
#include "weights_store.moc"
