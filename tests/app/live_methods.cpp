// Methods that come, go and change while the window is open: nothing stale, nothing that crashes.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "app/window/workbench.h"
#include "tests/app/made_up_methods.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

/// "mine" gives this many metres and has a setting of this name.
UpsamplerRegistry withMine(Gate& gate, double metres, const std::string& setting = "strength") {
  UpsamplerRegistry methods = madeUpMethods(gate);
  UpsamplerInfo info;
  info.id = info.title = "mine";
  info.followsSliders = true;
  info.settings = {{setting, setting, "", "made up", Real{0, 1, 0.5}}};
  methods.add(info,
              [metres](const Values&) { return std::make_shared<MadeUpMethod>(metres, nullptr); });
  return methods;
}

struct Bench {
  Gate gate;
  QTemporaryDir folder;
  std::unique_ptr<Workbench> workbench;

  Bench() {
    qputenv("FATHOM_WEIGHTS", folder.filePath("weights").toLocal8Bit());
    workbench = std::make_unique<Workbench>(std::make_shared<Pipeline>(
        withMine(gate, 7), [] { return at::Device(at::kCPU); }, std::size_t{256} << 20));
  }
  void show(const std::vector<MethodChoice>& methods) {
    ExperimentState state = workbench->document().state();
    state.methods = methods;
    workbench->document().change("Methods", std::move(state));
  }
  /// The metres of a method's latest result; −1 where there is none.
  double metres(std::size_t place) {
    const auto& results = workbench->results();
    if (place >= results.size() || !results[place].stage) return -1;
    const auto& made = results[place].stage->prediction;
    return made ? made->depth.metres[0][0].item<double>() : -1;
  }
};

const Values kStrong{{"strength", 0.9}};

}  // namespace

class LiveMethodsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void anEditedMethodRunsAgain() {
    Bench bench;
    bench.show({{"mine", kStrong}});
    QTRY_COMPARE(bench.metres(0), 7.0);
    bench.workbench->setMethods(withMine(bench.gate, 11), {"mine"});
    QTRY_COMPARE(bench.metres(0), 11.0);
    QCOMPARE(bench.workbench->document().state().methods[0].values, kStrong);
  }

  // Without the word that it changed, the kept result of the same values would do.
  void unchangedMethodsKeepTheirResults() {
    Bench bench;
    bench.show({{"mine", kStrong}});
    QTRY_COMPARE(bench.metres(0), 7.0);
    QTRY_VERIFY(!bench.workbench->isBusy());
    const auto before = bench.workbench->results()[0].stage;
    QSignalSpy settled(bench.workbench.get(), &Workbench::settled);
    bench.workbench->setMethods(withMine(bench.gate, 11), {"other"});
    QTRY_COMPARE(settled.size(), 1);
    QVERIFY(bench.workbench->results()[0].stage == before);
  }

  void aMethodThatWentIsHiddenForGood() {
    Bench bench;
    bench.show({{"fast", {}}, {"mine", kStrong}});
    QTRY_COMPARE(bench.metres(1), 7.0);
    bench.show({{"fast", {}}});
    bench.workbench->setMethods(madeUpMethods(bench.gate), {});
    QTRY_VERIFY(!bench.workbench->isBusy());
    bench.workbench->document().undoStack().undo();  // to the state that showed it
    QCOMPARE(bench.workbench->document().state().methods.size(), std::size_t(1));
    QCOMPARE(bench.workbench->document().state().methods[0].id, std::string("fast"));
    QTRY_VERIFY(!bench.workbench->isBusy());
    QCOMPARE(bench.metres(0), 7.0);
  }

  void itIsHiddenWhileItIsOnShow() {
    Bench bench;
    bench.show({{"mine", kStrong}, {"fast", {}}});
    QTRY_COMPARE(bench.metres(0), 7.0);
    QSignalSpy failed(bench.workbench.get(), &Workbench::failed);
    QSignalSpy told(bench.workbench.get(), &Workbench::methodsChanged);
    bench.workbench->setMethods(madeUpMethods(bench.gate), {"mine"});
    QCOMPARE(told.size(), 1);
    QCOMPARE(bench.workbench->document().state().methods.size(), std::size_t(1));
    QTRY_VERIFY(!bench.workbench->isBusy());
    QCOMPARE(bench.workbench->results().size(), std::size_t(1));
    QCOMPARE(failed.size(), 0);
  }

  void settingsThatWentAreDropped() {
    Bench bench;
    bench.show({{"mine", kStrong}});
    QTRY_COMPARE(bench.metres(0), 7.0);
    bench.workbench->setMethods(withMine(bench.gate, 8, "width"), {"mine"});
    QCOMPARE(bench.workbench->document().state().methods[0].values, (Values{{"width", 0.5}}));
    QTRY_COMPARE(bench.metres(0), 8.0);
    bench.workbench->setMethods(withMine(bench.gate, 9), {"mine"});
    QTRY_COMPARE(bench.metres(0), 9.0);
  }

  // What runs ends with the methods that it began with.
  void aRunUnderWayIsReplaced() {
    Bench bench;
    bench.show({{"patient", {}}, {"mine", kStrong}});
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench.workbench->setMethods(withMine(bench.gate, 12), {"mine"});
    QTRY_VERIFY(bench.gate.turned.load() >= 1);
    bench.gate.open();
    QTRY_COMPARE(bench.metres(1), 12.0);
    QTRY_COMPARE(bench.metres(0), 9.0);
  }

  // The palette has sixteen colours: "twin" would get that of "bicubic" by its place.
  void noTwoOnShowShareAColour() {
    Gate gate;
    UpsamplerRegistry methods = madeUpMethods(gate);
    const std::size_t bicubic = methods.indexOf("bicubic");
    while (methods.list().size() < bicubic + kMethodColours) {
      addMethod(methods, "more" + std::to_string(methods.list().size()), true, 5);
    }
    addMethod(methods, "twin", true, 8);
    QCOMPARE(methods.indexOf("twin"), bicubic + kMethodColours);
    qputenv("FATHOM_WEIGHTS", "/nowhere");
    Workbench workbench(std::make_shared<Pipeline>(
        std::move(methods), [] { return at::Device(at::kCPU); }, std::size_t{1} << 20));
    const auto show = [&](std::initializer_list<const char*> ids) {
      ExperimentState state = workbench.document().state();
      state.methods.clear();
      for (const char* id : ids) {
        const UpsamplerInfo& info = workbench.pipeline().methods().info(id);
        state.methods.push_back({id, initialValues(info.settings)});
      }
      workbench.document().change("Show", std::move(state));
    };
    show({"bicubic"});
    const QColor first = workbench.colourOf("bicubic");
    QSignalSpy changed(&workbench, &Workbench::coloursChanged);
    show({"twin", "bicubic"});
    const QColor twin = workbench.colourOf("twin");
    QCOMPARE(workbench.colourOf("bicubic"), first);  // it was there
    QVERIFY(twin != first);
    QCOMPARE(changed.size(), 1);
    show({"bicubic"});
    show({"bicubic", "fast", "twin"});
    QCOMPARE(workbench.colourOf("twin"), twin);  // and is back in its own
    show({"twin"});
    show({"twin", "bicubic"});
    QCOMPARE(workbench.colourOf("bicubic"), first);
    // As many as there are colours.
    ExperimentState state = workbench.document().state();
    state.methods.clear();
    const auto all = workbench.pipeline().methods().list();
    for (std::size_t i = all.size() - kMethodColours; i < all.size(); ++i) {
      state.methods.push_back({all[i].id, initialValues(all[i].settings)});
    }
    workbench.document().change("All", state);
    QSet<QRgb> seen;
    for (const MethodChoice& method : state.methods) {
      seen.insert(workbench.colourOf(method.id).rgb());
    }
    QCOMPARE(seen.size(), qsizetype(kMethodColours));
  }

  void aPipelineSaysThatAMethodIsGone() {
    Gate gate;
    Pipeline pipeline(
        madeUpMethods(gate), [] { return at::Device(at::kCPU); }, 1 << 20);
    const auto before = pipeline.registry();
    pipeline.setMethods(UpsamplerRegistry(), {});
    QVERIFY(before->has("fast") && !pipeline.registry()->has("fast"));
    LoadedSample sample;
    const auto stage = pipeline.run(sample, LowStage{}, {"fast", {}}, {});
    QVERIFY(!stage->prediction);
    QCOMPARE(stage->failure, std::string("There is no method fast any more."));
  }
};

QTEST_MAIN(LiveMethodsTest)
#include "live_methods.moc"
