// Methods and experiments as TOML: read strictly, written back the same.
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "app/experiment/run_file.h"
#include "app/methods/command_line.h"
#include "app/methods/own_methods.h"
#include "app/methods/toml_reader.h"
#include "core/error.h"
#include "models/registry.h"

using namespace fathom;

namespace {

const char* const kWhole = R"(sources = ["scenes:0-4", "../data/challenge"]
low = "simulated"
seed = 7
protocols = ["plain", "mask-20"]
device = "cpu"
save_predictions = true

[degradation]
preset = "challenge-measured"
factor = 4
sigma_r = 0.0

[[method]]
id = "bicubic"
settings = { kernel = "pillow" }

[[method]]
id = "mine"
title = "My network"
colour = "#d95f02"
kind = "predictions"
folder = "out/mine"
pattern = "{sample}_depth.png"
scale = 0.001

[[method]]
id = "script"
kind = "command"
command = ["python3", "own method.py", "{rgb}", "{low}", "{out}", "--strength={strength}"]
processes = "each"
time_limit = 30.0
settings = { strength = { value = 0.5, least = 0.0, greatest = 1.0, unit = "m" }, fast = true }
run = false

[[method]]
id = "module"
kind = "torchscript"
file = "net.pt"

[[method]]
id = "both"
kind = "ensemble"
combine = "weighted"
members = ["mine", { id = "bicubic", kernel = "opencv" }]

[[method]]
id = "one_by_one"
kind = "chain"
members = ["mine", "module"]
)";

QString problemOf(const std::string& text) {
  try {
    (void)parseExperiment(text, "runs/a.toml");
  } catch (const BadInput& error) {
    return error.what();
  }
  return {};
}

QString problemOfMethod(const std::string& table) {
  return problemOf("[[method]]\nid = \"m\"\n" + table);
}

}  // namespace

class OwnDefinitionsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void readsEverything() {
    const Experiment read = parseExperiment(kWhole, "runs/a.toml");
    QCOMPARE(read.sources.size(), std::size_t{2});
    QCOMPARE(read.resolvedSources()[0], std::string("scenes:0-4"));
    QCOMPARE(read.resolvedSources()[1], std::string("data/challenge"));
    QVERIFY(read.low == LowChoice::kSimulated && read.savePredictions);
    QCOMPARE(read.seed, std::uint64_t{7});
    const Degradation degradation = read.resolvedDegradation();
    QCOMPARE(degradation.factor, 4);
    QCOMPARE(degradation.sigmaRelative, 0.0);
    QCOMPARE(degradation.sigmaAdditive, 0.05);
    QCOMPARE(degradation.seed, std::uint64_t{7});
    QCOMPARE(read.methods.size(), std::size_t{6});
    QVERIFY(!read.methods[0].definition && !read.methods[2].run);
    const auto all = read.definitions();
    QCOMPARE(all.size(), std::size_t{5});
    QCOMPARE(all[0].path("folder").string(), std::string("runs/out/mine"));
    QCOMPARE(real(all[0].parameters, "scale"), 0.001);
    QCOMPARE(text(all[0].parameters, "unit"), std::string("metres"));
    QCOMPARE(all[1].command[1], std::string("own method.py"));
    QCOMPARE(all[1].settings.size(), std::size_t{2});
    QCOMPARE(std::get<Real>(all[1].settings[0].kind).greatest, 1.0);
    QCOMPARE(all[3].members[1].id, std::string("bicubic"));
    QCOMPARE(text(all[3].members[1].values, "kernel"), std::string("opencv"));
  }

  void writesBackTheSameText() {
    const Experiment read = parseExperiment(kWhole, "runs/a.toml");
    // Initial values are left out.
    QString expected = kWhole;
    expected.remove("processes = \"each\"\n");
    QCOMPARE(QString::fromStdString(printExperiment(read, "runs")), expected);
    const Experiment empty = parseExperiment("", "a.toml");
    const std::string text = printExperiment(empty, "");
    QCOMPARE(printExperiment(parseExperiment(text, "b.toml"), ""), text);
    QVERIFY(!empty.low.has_value());
  }

  void largeSeedsAndOddTextsSurvive() {
    Experiment experiment;
    experiment.seed = std::numeric_limits<std::uint64_t>::max();
    MethodDefinition odd = newDefinition(MethodKind::kCommand, "odd");
    odd.command = {"a \"b\" \\ c\n\t\x01", "", "{{}}", "ünïcode"};
    odd.title = "σ \"quoted\"";
    experiment.methods.push_back({{"odd", {}}, odd, true});
    const std::string text = printExperiment(experiment, "");
    const Experiment read = parseExperiment(text, "x.toml");
    QCOMPARE(read.seed, experiment.seed);
    QCOMPARE(read.definitions()[0].command, odd.command);
    QCOMPARE(read.definitions()[0].title, odd.title);
    QCOMPARE(printExperiment(read, ""), text);
  }

  void pathsMoveWithTheFile() {
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    std::filesystem::create_directories(root / "runs");
    Experiment read = parseExperiment(kWhole, (root / "runs/a.toml").string());
    writeExperiment(read, root / "elsewhere/b.toml");
    const Experiment moved = readExperiment(root / "elsewhere/b.toml");
    const auto before = read.definitions(), after = moved.definitions();
    QCOMPARE(after[0].path("folder"), before[0].path("folder"));
    QCOMPARE(after[2].path("file"), before[2].path("file"));
    QCOMPARE(moved.resolvedSources()[1], (root / "data/challenge").lexically_normal().string());
    // A command goes on working where its script lies.
    QCOMPARE(after[1].path("folder").lexically_relative(root), std::filesystem::path("runs"));
  }

  void saysWhatIsWrong_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("no TOML") << "sources = ["
                             << "a.toml:1: is no TOML";
    QTest::newRow("unknown key") << "seed = 1\nprotocol = [\"plain\"]"
                                 << "Did you mean \"protocols\"?";
    QTest::newRow("line") << "seed = 1\nprotocol = [\"plain\"]"
                          << "a.toml:2: protocol";
    QTest::newRow("kind of value") << "sources = \"a\""
                                   << "is a text, not a list";
    QTest::newRow("list of others") << "sources = [1]"
                                    << "a whole number in its list";
    QTest::newRow("low") << "low = \"fake\""
                         << "Known are real, simulated";
    QTest::newRow("seed") << "seed = -1"
                          << "seed is no whole number of at least 0";
    QTest::newRow("flag") << "save_predictions = 1"
                          << "not true or false";
    QTest::newRow("protocol") << "protocols = [\"clip\"]"
                              << "protocols names \"clip\"";
    QTest::newRow("no protocol") << "protocols = []"
                                 << "is empty";
    QTest::newRow("preset") << "[degradation]\npreset = \"challenge\""
                            << "challenge-measured";
    QTest::newRow("parameter") << "[degradation]\nfaktor = 4"
                               << "Did you mean \"factor\"?";
    QTest::newRow("range") << "[degradation]\nfactor = 400"
                           << "a.toml:2: [degradation] factor";
    QTest::newRow("seed place") << "[degradation]\nseed = 4"
                                << "above all tables";
    QTest::newRow("one table") << "[method]\nid = \"a\""
                               << "two brackets";
    QTest::newRow("no id") << "[[method]]\nkind = \"chain\""
                           << "has no id";
    QTest::newRow("twice") << "[[method]]\nid = \"a\"\n[[method]]\nid = \"a\""
                           << "already";
    QTest::newRow("date") << "seed = 2024-01-01"
                          << "dates";
    QTest::newRow("method key") << "[[method]]\nid = \"a\"\nsetings = {}"
                                << "\"settings\"";
  }
  void saysWhatIsWrong() {
    QFETCH(QString, text);
    QFETCH(QString, says);
    const QString problem = problemOf(text.toStdString());
    QVERIFY2(problem.contains(says), qPrintable(problem));
    QVERIFY2(problem.contains("a.toml:"), qPrintable(problem));
  }

  void saysWhatIsWrongWithAMethod_data() {
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("says");
    QTest::newRow("kind") << "kind = \"ensembel\""
                          << "Did you mean \"ensemble\"?";
    QTest::newRow("no folder") << "kind = \"predictions\""
                               << "has no folder";
    QTest::newRow("colour") << "kind = \"predictions\"\nfolder = \"a\"\ncolour = \"red\""
                            << "a.toml:5: [[method]] colour is \"red\", not \"#rrggbb\"";
    QTest::newRow("scale") << "kind = \"predictions\"\nfolder = \"a\"\nscale = -1"
                           << "a.toml:5: [[method]] scale";
    QTest::newRow("scale as text") << "kind = \"predictions\"\nfolder = \"a\"\nscale = \"x\""
                                   << "scale";
    QTest::newRow("unit") << "kind = \"predictions\"\nfolder = \"a\"\nunit = \"feet\""
                          << "metres, levels";
    QTest::newRow("other kind's key") << "kind = \"predictions\"\nfolder = \"a\"\ncommand = []"
                                      << "command is no key";
    QTest::newRow("no command") << "kind = \"command\""
                                << "names no program";
    QTest::newRow("setting name") << "kind = \"command\"\ncommand = [\"a\"]\nsettings = { out = 1 }"
                                  << "cannot be called out";
    QTest::newRow("setting range")
        << "kind = \"command\"\ncommand = [\"a\"]\nsettings = { s = { value = 2.0, greatest = 1 } }"
        << "a number from";
    QTest::newRow("setting key")
        << "kind = \"command\"\ncommand = [\"a\"]\nsettings = { s = { value "
           "= 2.0, most = 1 } }"
        << "setting s most";
    QTest::newRow("no module") << "kind = \"torchscript\""
                               << "has no file";
    QTest::newRow("no members") << "kind = \"ensemble\""
                                << "has no members";
    QTest::newRow("short chain") << "kind = \"chain\"\nmembers = [\"a\"]"
                                 << "at least two";
    QTest::newRow("odd member") << "kind = \"chain\"\nmembers = [1, 2]"
                                << "neither an id";
    QTest::newRow("combination") << "kind = \"ensemble\"\nmembers = [\"a\"]\ncombine = \"mode\""
                                 << "mean, median, weighted";
  }
  void saysWhatIsWrongWithAMethod() {
    QFETCH(QString, table);
    QFETCH(QString, says);
    const QString problem = problemOfMethod(table.toStdString());
    QVERIFY2(problem.contains(says), qPrintable(problem));
    QVERIFY2(problem.startsWith("runs/a.toml:"), qPrintable(problem));
  }

  void idsArePartsOfFileNames() {
    for (const char* id : {"", "a b", "../x", ".hidden", "-x", "a/b", "ä"}) {
      MethodDefinition definition = newDefinition(MethodKind::kChain, id);
      definition.members = {{"a", {}}, {"b", {}}};
      QVERIFY_EXCEPTION_THROWN(check(definition), BadInput);
    }
  }

  void everyParameterIsExplained() {
    for (const MethodKindInfo& kind : methodKinds()) {
      QVERIFY(!kind.title.empty() && !kind.summary.empty());
      for (const Setting& setting : parametersOf(kind.kind)) {
        QVERIFY2(!setting.title.empty() && !setting.help.empty(), setting.name.c_str());
      }
    }
  }

  void namesThatAreNear() {
    const std::vector<std::string> known{"colour", "title", "kind"};
    QCOMPARE(nearestName("color", known).value_or(""), std::string("colour"));
    QCOMPARE(nearestName("knd", known).value_or(""), std::string("kind"));
    QVERIFY(!nearestName("completely different", known));
  }

  void methodsResolveAgainstTheRegistry() {
    UpsamplerRegistry registry;
    registerModels(registry);
    const auto resolved = [&](const char* text) {
      return parseExperiment(text, "a.toml").resolvedMethods(registry);
    };
    QCOMPARE(resolved("[[method]]\nid = \"default\"")[0].id, std::string("interval"));
    QVERIFY_EXCEPTION_THROWN(resolved("[[method]]\nid = \"bycubic\""), BadInput);
    QVERIFY_EXCEPTION_THROWN(resolved("seed = 1"), BadInput);
    QVERIFY_EXCEPTION_THROWN(resolved("[[method]]\nid = \"bicubic\"\nrun = false"), BadInput);
    try {
      resolved("[[method]]\nid = \"bicubic\"\nsettings = { kernl = \"pillow\" }");
      QFAIL("an unknown setting passed");
    } catch (const BadInput& error) {
      QVERIFY(QString(error.what()).contains("Did you mean \"kernel\"?"));
    }
  }

  void commandsAreSplitWithoutAShell_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("plain") << "python3  a.py\t{out}" << QStringList{"python3", "a.py", "{out}"};
    QTest::newRow("single") << "a 'b c' d" << QStringList{"a", "b c", "d"};
    QTest::newRow("double") << "a \"b \\\"c\\\" \\\\ \\n\"" << QStringList{"a", "b \"c\" \\ \\n"};
    QTest::newRow("backslash") << "a\\ b \\'c" << QStringList{"a b", "'c"};
    QTest::newRow("joined") << "a'b'\"c\"" << QStringList{"abc"};
    QTest::newRow("empty word") << "a '' b" << QStringList{"a", "", "b"};
    QTest::newRow("nothing expands")
        << "echo $HOME *.py `id` > x" << QStringList{"echo", "$HOME", "*.py", "`id`", ">", "x"};
  }
  void commandsAreSplitWithoutAShell() {
    QFETCH(QString, text);
    QFETCH(QStringList, words);
    std::vector<std::string> expected;
    for (const QString& word : words) expected.push_back(word.toStdString());
    QCOMPARE(splitCommand(text.toStdString()), expected);
    QCOMPARE(splitCommand(joinCommand(expected)), expected);
    QVERIFY_EXCEPTION_THROWN(splitCommand("a 'b"), BadInput);
  }

  void placeholdersAreFilledOnce() {
    const std::vector<std::string> words{"{out}", "--x={sample}.{sample}", "{{out}}", "}}"};
    const auto filled = fillCommand(words, {{"out", "a b {sample} $(id)"}, {"sample", "s-0"}});
    QCOMPARE(filled, (std::vector<std::string>{"a b {sample} $(id)", "--x=s-0.s-0", "{out}", "}"}));
    QVERIFY(usesPlaceholder(words, "sample") && !usesPlaceholder(words, "rgb"));
    QVERIFY_EXCEPTION_THROWN(fillCommand({"{uot}"}, {{"out", ""}}), BadInput);
    QVERIFY_EXCEPTION_THROWN(fillCommand({"{out"}, {{"out", ""}}), BadInput);
  }

  void filesOfMethods() {
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("m.toml").toStdString();
    std::ofstream(file) << "[[method]]\nid = \"bicubic\"\n";
    QVERIFY_EXCEPTION_THROWN(readMethodFile(file), BadInput);
    std::ofstream(file) << kWhole;
    QCOMPARE(readMethodFile(file).size(), std::size_t{5});
    QVERIFY_EXCEPTION_THROWN(readMethodFile(file.string() + "x"), FileError);
  }
};

QTEST_GUILESS_MAIN(OwnDefinitionsTest)
#include "own_definitions.moc"
