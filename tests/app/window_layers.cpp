// Layers of the methods' own, in the window: list, menus, bar, panes, cursor; a method's own
// colour.
#include <ATen/ops/full.h>

#include <QComboBox>
#include <QMenu>
#include <QMenuBar>
#include <QMouseEvent>
#include <QtTest>

#include "app/window/methods_panel.h"
#include "tests/app/window_bench.h"
#include "widgets/image/colour_bar.h"
#include "widgets/image/cursor_card.h"

using namespace fathom;

namespace {

/// Fast, 6 m with an uncertainty of 1.5 m, an interval and one inner map; in a colour of its own.
class Mapped : public Upsampler {
 public:
  Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
    const auto flat = [&](double value) {
      return at::full({input.rgb.size(1), input.rgb.size(2)}, value, at::kFloat);
    };
    Prediction made{makePrediction(flat(6)), flat(1.5), 1};
    made.interval = DepthInterval{flat(4), flat(9)};
    made.innerMaps = {{"field", "Inverse-depth field", "1/m", flat(0.125)}};
    return made;
  }
};

void addMapped(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = info.title = "mapped";
  info.followsSliders = true;
  info.colour = "#c03070";
  registry.add(info, [](const Values&) { return std::make_shared<Mapped>(); });
}

/// Its one inner map is called the same whatever its id is.
void addTwin(UpsamplerRegistry& registry, const std::string& id) {
  class Twin : public Upsampler {
   public:
    explicit Twin(std::string map) : map_(std::move(map)) {}
    Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
      const auto flat = at::full({input.rgb.size(1), input.rgb.size(2)}, 2.0, at::kFloat);
      Prediction made{makePrediction(flat), {}, 1};
      made.innerMaps = {{map_, "Start", "m", flat}};
      return made;
    }

   private:
    std::string map_;
  };
  UpsamplerInfo info;
  info.id = info.title = id;
  info.followsSliders = true;
  registry.add(info, [id](const Values&) { return std::make_shared<Twin>("map-of-" + id); });
}

QStringList itemsOf(const QComboBox& box) {
  QStringList items;
  for (int i = 0; i < box.count(); ++i) items << box.itemText(i);
  return items;
}

}  // namespace

class WindowLayersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theListGrowsAndShrinks() {
    WindowBench bench({1366, 768}, addMapped);
    bench.openMine(1);
    const auto boxes = bench.window->topBar().findChildren<QComboBox*>();
    QComboBox* layers = boxes.front();
    QCOMPARE(layers->count(), 5);
    bench.show({"mapped", "fast"});
    QTRY_COMPARE(layers->count(), 10);
    QCOMPARE(itemsOf(*layers).mid(5),
             (QStringList{"Uncertainty (1 σ)", "Interval, lower end", "Interval, upper end",
                          "Interval, width", "Inverse-depth field"}));
    bench.window->topBar().setLayer("inner:field");
    QTRY_VERIFY(bench.isFresh());
    // Nobody offers it any more: it stays the layer on show, and panes say what is the matter.
    bench.show({"fast"});
    QTRY_VERIFY(bench.isFresh());
    QTRY_COMPARE(layers->count(), 6);
    QCOMPARE(layers->currentIndex(), 5);
    QTRY_VERIFY(bench.pane(3)->message().startsWith("No “"));
    bench.window->topBar().setLayer(0);
    QTRY_VERIFY(bench.pane(3)->message().isEmpty());
    QTRY_COMPARE(layers->count(), 5);
  }

  // What the list shows is the same, what it means is not.
  void mapsOfOneTitleAreToldApart() {
    WindowBench bench({1366, 768}, [](UpsamplerRegistry& registry) {
      addTwin(registry, "one");
      addTwin(registry, "other");
    });
    bench.openMine(1);
    TopBar& bar = bench.window->topBar();
    QComboBox* layers = bar.findChildren<QComboBox*>().front();
    bench.show({"one"});
    QTRY_COMPARE(layers->count(), 6);
    QTRY_VERIFY(bench.isFresh());
    bench.show({"other"});
    QTRY_VERIFY(bench.isFresh());
    QCOMPARE(itemsOf(*layers).mid(5), QStringList{"Start"});
    bar.setLayer(5);
    QVERIFY(bench.workbench->display().layer == (LayerId{Layer::kInner, "map-of-other"}));
    QTRY_VERIFY(bench.isFresh() && bench.pane(3)->message().isEmpty());
    bench.show({"one", "other"});
    QTRY_COMPARE(layers->count(), 7);
    bar.setLayer("inner:map-of-one");
    QVERIFY(bench.workbench->display().layer == (LayerId{Layer::kInner, "map-of-one"}));
  }

  void panesAndBarFollowTheLayer() {
    WindowBench bench({1366, 768}, addMapped);
    bench.openMine(1);
    bench.show({"mapped", "fast"});
    QTRY_VERIFY(bench.isFresh());
    bench.window->topBar().setLayer("uncertainty");
    QTRY_VERIFY(bench.pane(4)->message().contains("Uncertainty"));
    QVERIFY(bench.pane(3)->message().isEmpty() && !bench.pane(3)->image().isNull());
    QVERIFY(bench.pane(4)->image().isNull());
    QTRY_VERIFY(bench.isFresh());
    auto* bar = bench.window->findChild<ColourBar*>();
    QCOMPARE(bar->scale().low, 0.0);
    QVERIFY(bar->scale().high >= 1.5);
    QCOMPARE(bar->map(), QString("magma"));
    // Another sample: the message does not stay behind, nor the picture.
    bench.window->topBar().setLayer(0);
    QTRY_VERIFY(!bench.pane(4)->image().isNull());
    QVERIFY(bench.pane(4)->message().isEmpty());
  }

  void theCursorTellsTheLayersValue() {
    WindowBench bench({1366, 768}, addMapped);
    bench.openMine(1);
    bench.show({"mapped", "fast"});
    QTRY_VERIFY(bench.isFresh());
    bench.window->topBar().setLayer("inner:field");
    QTRY_VERIFY(bench.pane(4)->message().startsWith("No “"));
    QTRY_VERIFY(bench.isFresh());
    auto* card = bench.window->findChild<CursorCard*>();
    // An event of our own: the display's one pointer may belong to another test's window.
    const auto shownAtCursor = [&] {
      Pane* pane = bench.pane(1);
      const QPointF to = pane->rect().center();
      QMouseEvent move(QEvent::MouseMove, to, pane->mapToGlobal(to), Qt::NoButton, Qt::NoButton,
                       Qt::NoModifier);
      QCoreApplication::sendEvent(pane, &move);
      return card->isVisible();
    };
    QTRY_VERIFY(shownAtCursor());
    QVERIFY2(card->accessibleName().endsWith("Inverse-depth field"),
             qPrintable(card->accessibleName()));
    const QString spoken = card->accessibleDescription();
    QVERIFY2(spoken.contains("mapped 0.125 1/m 6.00 m"), qPrintable(spoken));
    QVERIFY2(spoken.contains("fast – 7.00 m"), qPrintable(spoken));
  }

  void theMenuListsThem() {
    WindowBench bench({1366, 768}, addMapped);
    bench.openMine(1);
    QMenu* maps = nullptr;
    for (QMenu* menu : bench.window->menuBar()->findChildren<QMenu*>()) {
      if (menu->title() == "Maps of the &methods") maps = menu;
    }
    QVERIFY(maps);
    Q_EMIT maps->aboutToShow();
    QCOMPARE(maps->actions().size(), 1);
    QVERIFY(!maps->actions().front()->isEnabled());
    bench.show({"mapped"});
    QTRY_VERIFY(bench.isFresh());
    Q_EMIT maps->aboutToShow();
    QCOMPARE(maps->actions().size(), 5);
    maps->actions()[3]->trigger();
    QVERIFY(bench.workbench->display().layer == Layer::kWidth);
    QTRY_VERIFY(bench.isFresh());
  }

  void aMethodsOwnColourIsUsed() {
    WindowBench bench({1366, 768}, addMapped);
    QCOMPARE(bench.workbench->colourOf("mapped"), QColor("#c03070"));
    QVERIFY(bench.workbench->colourOf("fast").isValid());
    QVERIFY(bench.workbench->colourOf("fast") != QColor("#c03070"));
  }
};

int main(int argc, char** argv) {
  return runScreenTest<WindowLayersTest>(argc, argv);
}
#include "window_layers.moc"
