// TorchScript modules: consent, manifests, what they are given and give. The modules are made by
// PyTorch, where it is there.
#include <ATen/ops/full.h>

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "app/methods/consent.h"
#include "app/methods/own_methods.h"
#include "app/methods/script_manifest.h"
#include "app/methods/toml.h"
#include "core/error.h"
#include "core/sha256.h"
#include "made_up_source.h"
#include "tests/support/maps.h"

using namespace fathom;

namespace {

namespace fs = std::filesystem;

/// Modules whose answers are known, one file each.
const char* const kWriter =
    "import sys, torch\n"
    "from typing import Tuple\n"
    "class Nearest(torch.nn.Module):\n"
    "    def forward(self, rgb: torch.Tensor, low: torch.Tensor) -> torch.Tensor:\n"
    "        return torch.nn.functional.interpolate(low, size=rgb.shape[2:], mode='nearest')\n"
    "class Brightness(torch.nn.Module):\n"
    "    def forward(self, rgb: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:\n"
    "        return rgb.sum(1), rgb.sum(1, keepdim=True) * 0.5\n"
    "class Doubtful(torch.nn.Module):\n"
    "    def forward(self, rgb: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:\n"
    "        return rgb.sum(1) + 1, rgb.sum(1) + 0.5, rgb.sum(1) - 0.5\n"
    "class Size(torch.nn.Module):\n"
    "    def forward(self, rgb: torch.Tensor) -> torch.Tensor:\n"
    "        return torch.full((1, 1, rgb.size(2), rgb.size(3)), 1.0 * rgb.size(2) * rgb.size(3))\n"
    "class Small(torch.nn.Module):\n"
    "    def forward(self, rgb: torch.Tensor, low: torch.Tensor) -> torch.Tensor:\n"
    "        return low\n"
    "class Fails(torch.nn.Module):\n"
    "    def forward(self, rgb: torch.Tensor, low: torch.Tensor) -> torch.Tensor:\n"
    "        raise RuntimeError('the reason')\n"
    "class Adds(torch.nn.Module):\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.one = torch.nn.Parameter(torch.ones(1))\n"
    "        self.dropout = torch.nn.Dropout(0.9)\n"
    "    def forward(self, initial: torch.Tensor) -> torch.Tensor:\n"
    "        return self.dropout(initial) + self.one\n"
    "for kind in (Nearest, Brightness, Doubtful, Size, Small, Fails, Adds):\n"
    "    torch.jit.script(kind()).save(sys.argv[1] + '/' + kind.__name__ + '.pt')\n";

constexpr const char* kNoPython = "no Python with PyTorch in the environment of set-up";

QString messageOf(const std::function<void()>& call) {
  return QString::fromStdString(fathom::test::messageOf<Error>(call));
}

}  // namespace

class OwnScriptsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    made_ = QFile::exists(FATHOM_TORCH_PYTHON);
    if (!made_) return;
    // A file: what is given by "-c" has no source that PyTorch could compile before Python 3.13.
    const QString script = folder_.filePath("write.py");
    std::ofstream(script.toStdString()) << kWriter;
    QProcess process;
    process.start(FATHOM_TORCH_PYTHON, {"-W", "ignore", script, folder_.path()});
    QVERIFY(process.waitForFinished(120'000));
    QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
             process.readAllStandardError().constData());
  }

  void init() {
    QFile::remove(folder_.filePath("store/allowed.json"));
    consent_ = std::make_shared<Consent>(store());
  }

  // Consent needs no module.
  void consentIsRememberedByHash() {
    const std::string hash = sha256("a program"), other = sha256("another one");
    QVERIFY(!consent_->allows(hash));
    consent_->allow(hash, "a.pt");
    QVERIFY(consent_->allows(hash) && !consent_->allows(other));
    Consent later(store());
    QVERIFY(later.allows(hash));
    later.allow(other, "b.pt");
    QCOMPARE(Consent(store()).list().size(), std::size_t{2});
    consent_->withdraw(hash);
    QVERIFY(!Consent(store()).allows(hash) && Consent(store()).allows(other));
    QVERIFY_EXCEPTION_THROWN(consent_->allow("1234", "x"), BadInput);
    QVERIFY_EXCEPTION_THROWN(consent_->allow(std::string(64, 'X'), "x"), BadInput);
  }

  void aBrokenStoreAllowsNothing() {
    fs::create_directories(store().parent_path());
    for (const char* text : {"", "{", "[1]", "{\"abc\": \"x\"}", "{\"abc\": 1}"}) {
      std::ofstream(store()) << text;
      QVERIFY(Consent(store()).list().empty());
    }
  }

  void whoeverCanBeAskedIsAsked() {
    int asked = 0;
    const std::string yes = sha256("yes");
    Consent asking(store(), [&](const fs::path&, const std::string& hash) {
      ++asked;
      return hash == yes;
    });
    asking.require("yes.pt", yes);
    asking.require("yes.pt", yes);
    QCOMPARE(asked, 1);
    const QString no = messageOf([&] { asking.require("no.pt", sha256("no")); });
    QVERIFY(no.contains("is a program") && no.contains("--allow-code no.pt"));
    QVERIFY(no.contains(QString::fromStdString(sha256("no"))));
    QVERIFY_EXCEPTION_THROWN(consent_->require("no.pt", sha256("no")), MissingResource);
  }

  void codeIsNamedByFileOrHash() {
    const fs::path file = folder_.filePath("named").toStdString();
    std::ofstream(file) << "content";
    QCOMPARE(allowedCodeFromText(file.string()).sha256, sha256("content"));
    QCOMPARE(allowedCodeFromText(sha256("x")).sha256, sha256("x"));
    QVERIFY_EXCEPTION_THROWN(allowedCodeFromText("no such file"), FileError);
  }

  void manifestsAreReadStrictly_data() {
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("says");  // empty: fine
    QTest::newRow("nothing") << "{}"
                             << "";
    QTest::newRow("all") << "{\"inputs\": [\"low\", \"rgb\", \"initial\"], \"multiple_of\": 32,"
                            "\"rgb\": {\"scale\": 1, \"mean\": [0,0,0], \"std\": [1,1,1]},"
                            "\"low\": {\"unit\": \"levels\", \"scale\": 0.1, \"size\": \"picture\","
                            "\"interpolation\": \"nearest\"},"
                            "\"output\": {\"unit\": \"levels\", \"scale\": 2, \"index\": 1,"
                            "\"uncertainty\": 0}}"
                         << "";
    QTest::newRow("no JSON") << "{"
                             << "no JSON";
    QTest::newRow("list") << "[]"
                          << "no object";
    QTest::newRow("unknown") << "{\"input\": []}"
                             << "Did you mean \"inputs\"?";
    QTest::newRow("unknown inside") << "{\"rgb\": {\"men\": 1}}"
                                    << "rgb.men";
    QTest::newRow("no inputs") << "{\"inputs\": []}"
                               << "inputs";
    QTest::newRow("other input") << "{\"inputs\": [\"depth\"]}"
                                 << "rgb, low, initial";
    QTest::newRow("two means") << "{\"rgb\": {\"mean\": [1, 2]}}"
                               << "three numbers";
    QTest::newRow("std 0") << "{\"rgb\": {\"std\": [1, 0, 1]}}"
                           << "std";
    QTest::newRow("scale") << "{\"low\": {\"scale\": \"1\"}}"
                           << "low.scale";
    QTest::newRow("unit") << "{\"output\": {\"unit\": \"feet\"}}"
                          << "relative_inverse";
    QTest::newRow("multiple") << "{\"multiple_of\": 0}"
                              << "from 1 to 1024";
    QTest::newRow("multiple 2.5") << "{\"multiple_of\": 2.5}"
                                  << "whole number";
  }
  void manifestsAreReadStrictly() {
    QFETCH(QString, json);
    QFETCH(QString, says);
    const QString message = messageOf([&] { (void)parseManifest(json.toStdString(), "net.json"); });
    QCOMPARE(message.isEmpty(), says.isEmpty());
    QVERIFY2(message.contains(says), qPrintable(message));
    QVERIFY(message.isEmpty() || message.contains("net.json"));
  }

  void nothingRunsWithoutConsent() {
    if (!made_) QSKIP(kNoPython);
    const MethodDefinition definition = defined("Nearest", "{}");
    const QString message = messageOf([&] { create(definition); });
    QVERIFY2(
        message.contains("is a program, and this one (SHA-256 ") && message.contains("Nearest.pt"),
        qPrintable(message));
    allow("Nearest");
    create(definition);
  }

  void aFileThatWasExchangedIsRefused() {
    if (!made_) QSKIP(kNoPython);
    allow("Nearest");
    MethodDefinition definition = defined("Nearest", "{}");
    const UpsamplerRegistry registry = registryOf(definition);
    (void)registry.create("script", {});
    QFile::remove(folder_.filePath("Exchanged.pt"));
    QVERIFY(QFile::copy(folder_.filePath("Small.pt"), folder_.filePath("Exchanged.pt")));
    definition.parameters["file"] = std::string("Exchanged.pt");
    definition.parameters["manifest"] = std::string("Nearest.json");
    QVERIFY_EXCEPTION_THROWN(create(definition), MissingResource);
  }

  void damagedFilesAreNamed() {
    if (!made_) QSKIP(kNoPython);
    QFile whole(folder_.filePath("Nearest.pt"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    for (const qint64 length : {qint64(0), qint64(100), bytes.size() / 2, bytes.size() - 1}) {
      QFile cut(folder_.filePath("Cut.pt"));
      QVERIFY(cut.open(QIODevice::WriteOnly));
      cut.write(bytes.left(length));
      cut.close();
      allow("Cut");
      const QString message = messageOf([&] { create(defined("Cut", "{}")); });
      QVERIFY2(message.contains("Cut.pt") && message.contains("TorchScript"), qPrintable(message));
    }
    MethodDefinition none = defined("None", "{}");
    QVERIFY(messageOf([&] { create(none); }).contains("None.pt"));
    QFile::remove(folder_.filePath("None.json"));
    QVERIFY(messageOf([&] { create(none); }).contains("None.json"));
  }

  void metresInMetresOut() {
    if (!made_) QSKIP(kNoPython);
    const Prediction made = run("Nearest", "{}");
    // Levels of 2 at 16 m.
    QCOMPARE(made.depth.metres.sizes().vec(), (std::vector<std::int64_t>{16, 24}));
    QCOMPARE(made.depth.metres[15][23].item<float>(), 32.0F);
    const Prediction levels = run("Nearest",
                                  "{\"low\": {\"unit\": \"levels\", \"scale\": 0.5}, "
                                  "\"output\": {\"unit\": \"levels\", \"scale\": 3}}");
    QCOMPARE(levels.depth.metres[0][0].item<float>(), 2.0F * 0.5F * 3 * 16);
    const Prediction enlarged = run("Nearest", "{\"low\": {\"size\": \"picture\"}}");
    QCOMPARE(enlarged.depth.metres[7][7].item<float>(), 32.0F);
  }

  void colourIsNormalised() {
    if (!made_) QSKIP(kNoPython);
    // The picture is black: (0 − mean) / std per channel, summed.
    const Prediction made = run("Brightness",
                                "{\"inputs\": [\"rgb\"], \"rgb\": {\"mean\": [-1, -2, -3], "
                                "\"std\": [1, 2, 0.5]}, \"output\": {\"uncertainty\": 1}}");
    QCOMPARE(made.depth.metres[3][3].item<float>(), 1.0F + 1 + 6);
    QCOMPARE((*made.uncertainty)[3][3].item<float>(), 4.0F);
    const QString none = messageOf(
        [&] { run("Brightness", "{\"inputs\": [\"rgb\"], \"output\": {\"index\": 2}}"); });
    QVERIFY2(none.contains("gives 2 tensors"), qPrintable(none));
  }

  void picturesArePaddedAndCut() {
    if (!made_) QSKIP(kNoPython);
    const Prediction made = run("Size", "{\"inputs\": [\"rgb\"], \"multiple_of\": 32}");
    QCOMPARE(made.depth.metres.sizes().vec(), (std::vector<std::int64_t>{16, 24}));
    QCOMPARE(made.depth.metres[0][0].item<float>(), 32.0F * 32);
  }

  void wrongShapesAndFailures() {
    if (!made_) QSKIP(kNoPython);
    const QString small = messageOf([&] { run("Small", "{}"); });
    QVERIFY2(small.contains("gives 1×1×2×3 where 1×1×16×24"), qPrintable(small));
    QVERIFY(small.contains("made-0"));
    const QString fails = messageOf([&] { run("Fails", "{}"); });
    QVERIFY2(fails.contains("the reason") && fails.contains("Fails.pt"), qPrintable(fails));
    QVERIFY(!fails.contains('\n'));
    const QString missing = messageOf([&] { run("Nearest", "{\"inputs\": [\"rgb\"]}"); });
    QVERIFY2(missing.contains("low"), qPrintable(missing));
  }

  void uncertaintyThatIsNoneIsLeftOut() {
    if (!made_) QSKIP(kNoPython);
    const auto with = [&](int index) {
      const QString text = R"({"inputs": ["rgb"], "output": {"uncertainty": %1}})";
      return run("Doubtful", qPrintable(text.arg(index)));
    };
    const Prediction stated = with(1);
    QVERIFY2(stated.stamp.empty(), stated.stamp.c_str());
    QCOMPARE((*stated.uncertainty)[3][3].item<float>(), 0.5F);
    for (const auto& [index, says] :
         {std::pair{2, "output 2 has 384 values"}, {3, "the module gives 3 tensors"}}) {
      const Prediction wrong = with(index);
      QVERIFY(!wrong.uncertainty);
      QCOMPARE(wrong.depth.metres[3][3].item<float>(), 1.0F);
      QVERIFY2(wrong.stamp.find(says) != std::string::npos, wrong.stamp.c_str());
    }
  }

  void evaluationModeAndChains() {
    if (!made_) QSKIP(kNoPython);
    allow("Adds");
    allow("Nearest");
    MethodDefinition first = defined("Nearest", "{}");
    first.id = "first";
    const MethodDefinition second = defined("Adds", "{\"inputs\": [\"initial\"]}");
    MethodDefinition chain = newDefinition(MethodKind::kChain, "chain");
    chain.members = {{"first", {}}, {"script", {}}};
    UpsamplerRegistry registry;
    addOwnMethods(registry, {first, second, chain}, consent_);
    QVERIFY(registry.info("script").refines && !registry.info("first").refines);
    // Dropout would make most of it 1.
    QCOMPARE(runOf(registry, "chain").depth.metres.min().item<float>(), 33.0F);
    chain.members = {{"script", {}}, {"first", {}}};
    UpsamplerRegistry other;
    QVERIFY_EXCEPTION_THROWN(addOwnMethods(other, {first, second, chain}, consent_), BadInput);
  }

  void loadedOnceAndAgainWhenChanged() {
    if (!made_) QSKIP(kNoPython);
    QFile::remove(folder_.filePath("Copy.pt"));
    QVERIFY(QFile::copy(folder_.filePath("Nearest.pt"), folder_.filePath("Copy.pt")));
    allow("Copy");
    const UpsamplerRegistry registry = registryOf(defined("Copy", "{}"));
    const std::string before = registry.info("script").state("made-0", {});
    (void)runOf(registry, "script");
    QCOMPARE(registry.info("script").state("made-0", {}), before);
    QFile::remove(folder_.filePath("Copy.pt"));
    QVERIFY(QFile::copy(folder_.filePath("Small.pt"), folder_.filePath("Copy.pt")));
    QVERIFY(registry.info("script").state("made-0", {}) != before);
    QVERIFY_EXCEPTION_THROWN((void)registry.create("script", {}), MissingResource);
  }

 private:
  fs::path store() const { return folder_.filePath("store/allowed.json").toStdString(); }

  void allow(const char* name) {
    const std::string file = folder_.filePath(QString(name) + ".pt").toStdString();
    consent_->allow(sha256OfFile(file), file);
  }

  MethodDefinition defined(const char* name, const char* manifest) const {
    std::ofstream(folder_.filePath(QString(name) + ".json").toStdString()) << manifest;
    MethodDefinition definition = newDefinition(MethodKind::kTorchScript, "script");
    definition.base = folder_.path().toStdString();
    definition.parameters["file"] = std::string(name) + ".pt";
    return definition;
  }

  UpsamplerRegistry registryOf(const MethodDefinition& definition) const {
    UpsamplerRegistry registry;
    addOwnMethods(registry, {definition}, consent_);
    return registry;
  }
  UpsamplerPtr create(const MethodDefinition& definition) const {
    return registryOf(definition).create("script", {});
  }
  static Prediction runOf(const UpsamplerRegistry& registry, const char* id) {
    const Sample sample = MadeUpSource(1).load(0, {});
    return (*registry.create(id, {}))(inputOf(sample, *sample.low), {});
  }
  Prediction run(const char* name, const char* manifest) {
    allow(name);
    return runOf(registryOf(defined(name, manifest)), "script");
  }

  QTemporaryDir folder_;
  bool made_ = false;
  std::shared_ptr<Consent> consent_;
};

QTEST_GUILESS_MAIN(OwnScriptsTest)
#include "own_scripts.moc"
