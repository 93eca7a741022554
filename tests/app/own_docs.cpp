// What docs/own-methods.md shows is what the programs read.
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include "app/experiment/run_file.h"
#include "app/methods/own_methods.h"
#include "app/methods/script_manifest.h"
#include "models/registry.h"

using namespace fathom;

namespace {

QString page() {
  QFile file(qEnvironmentVariable("FATHOM_SOURCE") + "/docs/own-methods.md");
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList blocks(const QString& language) {
  QStringList found;
  const QRegularExpression block("```" + language + "\\n(.*?)```",
                                 QRegularExpression::DotMatchesEverythingOption);
  auto each = block.globalMatch(page());
  while (each.hasNext()) found << each.next().captured(1);
  return found;
}

}  // namespace

class OwnDocsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everySnippetIsRead() {
    const QStringList snippets = blocks("toml");
    QCOMPARE(snippets.size(), 6);
    for (const QString& snippet : snippets) {
      const Experiment read = parseExperiment(snippet.toStdString(), "page.toml");
      const std::string text = printExperiment(read, "");
      QCOMPARE(printExperiment(parseExperiment(text, "page.toml"), ""), text);
    }
  }

  void allOfThemTogetherAreMethods() {
    // All but the last, which is a file of its own.
    const QString all = blocks("toml").mid(0, 5).join('\n');
    UpsamplerRegistry registry;
    registerModels(registry);
    const Experiment read = parseExperiment(all.toStdString(), "page.toml");
    addOwnMethods(registry, read.definitions(), std::make_shared<Consent>("no-such-store"));
    const auto chosen = read.resolvedMethods(registry);
    QCOMPARE(chosen.size(), std::size_t{6});
    QCOMPARE(registry.info("my_net").colour, std::string("#d95f02"));
    QCOMPARE(registry.info("refined").group, std::string("Combined"));
    QVERIFY(registry.info("my_server").refines);
    QVERIFY(std::ranges::count(registry.info("my_script").settings, "strength", &Setting::name));
    // Everything that is shown is said in the table of placeholders.
    for (const char* name : {"rgb", "rgb_npy", "low", "info", "initial", "relative", "out",
                             "out_uncertainty", "sample"}) {
      QVERIFY2(page().contains(QString("`{%1}`").arg(name)), name);
    }
  }

  void theManifestIsRead() {
    const QStringList manifests = blocks("json");
    QCOMPARE(manifests.size(), 1);
    const ScriptManifest read = parseManifest(manifests[0].toStdString(), "page.json");
    QCOMPARE(read.multipleOf, 32);
    QCOMPARE(read.mean[0], 0.485);
    QCOMPARE(read.uncertaintyIndex, 1);
  }

  void everyParameterIsSaid() {
    for (const MethodKindInfo& kind : methodKinds()) {
      QVERIFY2(page().contains(QString("kind = \"%1\"").arg(QString::fromStdString(kind.id))),
               kind.id.c_str());
      for (const Setting& setting : parametersOf(kind.kind)) {
        QVERIFY2(page().contains(QString::fromStdString(setting.name)), setting.name.c_str());
      }
    }
  }
};

QTEST_GUILESS_MAIN(OwnDocsTest)
#include "own_docs.moc"
