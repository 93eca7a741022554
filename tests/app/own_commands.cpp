// Programs of a user's, and everything that they do wrong.
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <thread>

#include "app/evaluation/evaluation.h"
#include "app/methods/command_method.h"
#include "app/methods/own_methods.h"
#include "app/methods/process.h"
#include "core/error.h"
#include "made_up_source.h"
#include "tests/support/maps.h"

using namespace fathom;
using fathom::test::messageOf;

namespace {

namespace fs = std::filesystem;

/// What all the scripts begin with: writing an array as numpy.save does, without numpy.
const char* const kHead = R"(
import json, os, signal, struct, subprocess, sys, time
def save(path, value, height=16, width=24):
    head = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (height, width)
    head += ' ' * (-(len(head) + 11) % 64) + '\n'
    data = b'\x93NUMPY\x01\x00' + struct.pack('<H', len(head)) + head.encode()
    open(path, 'wb').write(data + struct.pack('<f', value) * (height * width))
def answer(one):
    for line in sys.stdin:
        job = json.loads(line)
        word = one(job)
        if word: print(word, flush=True)
)";

/// The processes whose command line or environment names this text.
QStringList processesWith(const QString& text) {
  QStringList found;
  for (const QString& process : QDir("/proc").entryList({"[0-9]*"}, QDir::Dirs)) {
    if (process.toInt() == ::getpid()) continue;
    QFile file("/proc/" + process + "/cmdline");
    if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text.toUtf8())) found << process;
  }
  return found;
}

}  // namespace

class OwnCommandsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    if (QStandardPaths::findExecutable("python3").isEmpty()) QSKIP("there is no python3 here");
  }

  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    // Scratch folders go here, so that what is left behind is seen.
    scratch_ = temporary_->filePath("scratch");
    QDir().mkpath(scratch_);
    qputenv("TMPDIR", scratch_.toUtf8());
  }

  void cleanup() {
    // Neither a process nor a file is left, whatever the program did.
    QTRY_VERIFY2(processesWith(temporary_->path()).isEmpty(),
                 qPrintable(processesWith(temporary_->path()).join(' ')));
    QTRY_VERIFY(QDir(scratch_).isEmpty());
  }

  void aProgramThatWorks() {
    const auto made = run(R"(
rgb, low, info, out = sys.argv[1:5]
about = json.load(open(info))
assert about['sample'] == 'made-0' and about['height'] == 16 and about['width'] == 24
assert about['metres_per_level'] == 16 and about['factor'] == 8 and about['phase'] == 4
assert about['settings'] == {'strength': 0.5} and sys.argv[5] == 's=0.5'
assert open(rgb, 'rb').read(8) == b'\x89PNG\r\n\x1a\n'
assert b'(2, 3)' in open(low, 'rb').read()
print('noise on standard output')
save(out, 7))");
    QCOMPARE(made.depth.metres[15][23].item<float>(), 7.0F);
    QVERIFY(made.milliseconds > 0);
  }

  void uncertaintyFromAProgram() {
    MethodDefinition definition = defined("save(sys.argv[4], 7); save(sys.argv[-1], 0.25)");
    definition.command.emplace_back("{out_uncertainty}");
    const Prediction made = runMethod(definition);
    QCOMPARE((*made.uncertainty)[3][3].item<float>(), 0.25F);
    QVERIFY(made.stamp.empty());
    definition = defined("save(sys.argv[4], 7); save(sys.argv[-1], -1)");
    definition.command.emplace_back("{out_uncertainty}");
    const Prediction wrong = runMethod(definition);
    QVERIFY(!wrong.uncertainty);
    QCOMPARE(wrong.depth.metres[3][3].item<float>(), 7.0F);
    QVERIFY2(wrong.stamp.find("out_uncertainty.npy has 384 values") != std::string::npos,
             wrong.stamp.c_str());
  }

  void uncertaintyOfOneProcessForAll() {
    // Only of the first: what it wrote then is not taken for the second's.
    MethodDefinition definition = defined(R"(
def one(job):
    save(job['out'], 5)
    if job['sample'] == 'made-0': save(job['out_uncertainty'], 0.25)
    return 'fathom done ' + job['sample']
answer(one))");
    serve(definition);
    const UpsamplerRegistry registry = registryOf(definition);
    QCOMPARE((*runOf(registry, 0).uncertainty)[0][0].item<float>(), 0.25F);
    const Prediction second = runOf(registry, 1);
    QVERIFY(!second.uncertainty && second.stamp.empty());
  }

  void programsThatFail_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("saysToo");
    QTest::newRow("crashes") << "raise ValueError('the reason')"
                             << "ended with exit code 1"
                             << "ValueError: the reason";
    QTest::newRow("is killed") << "os.kill(os.getpid(), signal.SIGSEGV)"
                               << "ended by signal 11"
                               << "Segmentation fault";
    QTest::newRow("writes nothing") << "print('all is well')"
                                    << "wrote no result"
                                    << "all is well";
    QTest::newRow("rubbish") << "sys.stdout.write('x\\x00\\x1b[31m' * 2000000)\n"
                                "sys.stderr.write('y' * 3000000 + '\\nlast line')"
                             << "wrote no result"
                             << "last line";
    QTest::newRow("half a file") << "save(sys.argv[4], 7)\n"
                                    "os.truncate(sys.argv[4], 900)"
                                 << "wrote a result that"
                                 << "";
    QTest::newRow("no array") << "open(sys.argv[4], 'w').write('7')"
                              << "wrote a result that"
                              << "";
    QTest::newRow("a folder") << "os.mkdir(sys.argv[4])"
                              << "is a folder"
                              << "";
    QTest::newRow("wrong shape") << "save(sys.argv[4], 7, 24, 16)"
                                 << "24×16 (height×width)"
                                 << "the picture is 16×24";
    QTest::newRow("nothing finite") << "save(sys.argv[4], float('nan'))"
                                    << "no finite value"
                                    << "";
    QTest::newRow("hangs") << "print('waiting', flush=True)\ntime.sleep(1000)"
                           << "it took more than 1.5 s"
                           << "waiting";
    QTest::newRow("hangs and prints") << "while True: print('again')"
                                      << "it took more than 1.5 s"
                                      << "again";
    QTest::newRow("deaf") << "for n in range(1, 32):\n"
                             "    try: signal.signal(n, signal.SIG_IGN)\n"
                             "    except OSError: pass\n"
                             "print('deaf', flush=True)\ntime.sleep(1000)"
                          << "it took more than 1.5 s"
                          << "deaf";
    QTest::newRow("a child keeps the pipes")
        << "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', sys.argv[4]])"
        << "wrote no result"
        << "";
    QTest::newRow("a child gets away") << "if os.fork() == 0:\n"
                                          "    os.setsid()\n"
                                          "    if os.fork() == 0:\n"
                                          "        signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                                          "        time.sleep(1000)\n"
                                          "    os._exit(0)\n"
                                          "time.sleep(1000)"
                                       << "it took more than 1.5 s"
                                       << "";
  }
  void programsThatFail() {
    QFETCH(QString, script);
    QFETCH(QString, says);
    QFETCH(QString, saysToo);
    const QString message = QString::fromStdString(messageOf<Error>([&] { run(script); }));
    QVERIFY2(message.contains(says), qPrintable(message));
    QVERIFY2(message.contains(saysToo), qPrintable(message));
    QVERIFY2(message.contains("made-0"), qPrintable(message));
    QVERIFY(message.size() < 5000);
    for (const QChar each : message) QVERIFY(each >= ' ' || each == '\n');
  }

  void programsThatAreNotThere() {
    MethodDefinition definition = defined("");
    definition.command = {"no-such-program-anywhere", "{out}"};
    QVERIFY(QString::fromStdString(messageOf<Error>([&] {
              runMethod(definition);
            })).contains("no-such-program-anywhere: cannot be started"));
    definition.command = {temporary_->path().toStdString(), "{out}"};
    QVERIFY(!messageOf<Error>([&] { runMethod(definition); }).empty());
    definition = defined("");
    definition.parameters["folder"] = std::string("none");
    QVERIFY(QString::fromStdString(messageOf<Error>([&] {
              runMethod(definition);
            })).contains("working folder is not there"));
  }

  void placeholdersThatNobodyFills() {
    MethodDefinition definition = defined("");
    definition.command = {"python3", "{rbg}", "{out}"};
    QVERIFY_EXCEPTION_THROWN(registryOf(definition), BadInput);
    definition.command = {"python3", "{rgb}"};
    QVERIFY(QString::fromStdString(messageOf<Error>([&] {
              registryOf(definition);
            })).contains("{out}"));
    definition.command = {"python3", "{strength}"};
    definition.parameters["processes"] = std::string("one");
    registryOf(definition);
    definition.command = {"python3", "{rgb}"};
    QVERIFY_EXCEPTION_THROWN(registryOf(definition), BadInput);
  }

  void cancellingEndsEverything_data() { howMany(); }
  void cancellingEndsEverything() {
    QFETCH(bool, one);
    MethodDefinition definition = defined(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', sys.argv[1]])\n"
        "open(os.path.join(os.path.dirname(sys.argv[0]), 'begun'), 'w').close()\n"
        "time.sleep(1000)");
    definition.parameters["time_limit"] = 600.0;
    if (one) serve(definition);
    std::stop_source stop;
    std::atomic<bool> cancelled{false};
    std::jthread worker([&] {
      try {
        runMethod(definition, {stop.get_token(), {}});
      } catch (const Cancelled&) {
        cancelled = true;
      }
    });
    QTRY_VERIFY(QFile::exists(temporary_->filePath("begun")));
    QVERIFY(!processesWith(temporary_->path()).isEmpty());
    stop.request_stop();
    worker.join();
    QVERIFY(cancelled);
    QVERIFY(processesWith(temporary_->path()).isEmpty());  // at once, not some time later
  }

  void nothingSurvivesADeathOfFathom() {
    // A child in Fathom's place: it starts the program and is killed without a warning.
    const MethodDefinition definition = defined(
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    time.sleep(1000)\n"
        "open(os.path.join(os.path.dirname(sys.argv[0]), 'begun'), 'w').close()\n"
        "time.sleep(1000)");
    const pid_t victim = ::fork();
    if (victim == 0) {
      const ScratchFolder scratch;
      Process process({{"python3", script().toStdString()}, {}, scratch.path(), false});
      process.wait(Process::Clock::now() + std::chrono::seconds(1000), {});
      ::_exit(0);
    }
    QTRY_VERIFY(QFile::exists(temporary_->filePath("begun")));
    QVERIFY(processesWith(script()).size() >= 2);
    ::kill(victim, SIGKILL);
    ::waitpid(victim, nullptr, 0);
    QTRY_VERIFY(processesWith(script()).isEmpty());
    // cleanup() looks for the scratch folder, which nobody was left to remove.
  }

  void othersAreUnaffected() {
    MethodDefinition good = defined("save(sys.argv[4], 7)");
    MethodDefinition bad = good;
    bad.id = "bad";
    bad.command = {"python3",
                   "-c",
                   "import sys\nif sys.argv[1] == 'made-1': sys.exit('not this one')\n"
                   "open(sys.argv[2], 'wb').write(open(sys.argv[3], 'rb').read())",
                   "{sample}",
                   "{out}",
                   (temporary_->path() + "/seven.npy").toStdString()};
    // What `good` writes, for `bad` to copy.
    UpsamplerRegistry registry = registryOf(good);
    addOwnMethods(registry, {bad}, nullptr);
    writeNpySeven();
    Evaluation evaluation;
    evaluation.source = std::make_shared<MadeUpSource>(3);
    evaluation.methods = {{"mine", {}}, {"bad", {}}};
    evaluation.low = LowChoice::kReal;
    const EvaluationReport report = evaluate(evaluation, registry, [](const auto&) {}, {});
    QCOMPARE(report.finished.size(), std::size_t{3});
    QCOMPARE(report.failed.size(), std::size_t{1});
    QCOMPARE(report.failed[0].sample, std::string("made-1"));
    QCOMPARE(report.failed[0].method, std::string("bad"));
    QVERIFY(report.failed[0].reason.find("not this one") != std::string::npos);
  }

  void oneProcessForAll() {
    MethodDefinition definition = defined(R"(
count = 0
def one(job):
    global count
    count += 1
    print('chatter about', job['sample'])
    assert job['settings'] == {'strength': 0.5}
    assert job['initial'] is None and job['relative'] is None
    save(job['out'], 10 * count)
    return 'fathom done ' + job['sample']
answer(one))");
    serve(definition);
    const UpsamplerRegistry registry = registryOf(definition);
    // A new object each time, as a pipeline makes them; the process is the same.
    for (int i = 1; i <= 3; ++i) {
      const Prediction made = runOf(registry, static_cast<std::size_t>(i));
      QCOMPARE(made.depth.metres[0][0].item<float>(), 10.0F * float(i));
    }
    QCOMPARE(processesWith(script()).size(), 2);  // the program and its leash
  }

  void anIdleProcessIsEndedAndStartedAgain() {
    MethodDefinition definition = defined(R"(
count = 0
def one(job):
    global count
    count += 1
    save(job['out'], count)
    return 'fathom done ' + job['sample']
answer(one))");
    serve(definition);
    definition.parameters["idle_limit"] = 0.05;
    const UpsamplerRegistry registry = registryOf(definition);
    for (std::size_t i = 0; i < 2; ++i) {
      // The first sample of its process each time.
      QCOMPARE(runOf(registry, i).depth.metres[0][0].item<float>(), 1.0F);
      QTRY_VERIFY(processesWith(script()).isEmpty());
      QTRY_VERIFY(QDir(scratch_).isEmpty());
    }
  }

  void oneProcessThatFails_data() {
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("says");
    QTest::newRow("says so") << "return 'fathom failed not this one'"
                             << "not this one";
    QTest::newRow("crashes") << "raise ValueError('the reason')"
                             << "ValueError: the reason";
    QTest::newRow("hangs") << "time.sleep(1000)"
                           << "did not answer in time";
    QTest::newRow("prints for ever") << "while True: print('again')"
                                     << "did not answer in time";
    QTest::newRow("one endless line") << "while True: sys.stdout.write('again ' * 1000)"
                                      << "did not answer in time";
    QTest::newRow("wrong sample") << "return 'fathom done other'"
                                  << "another sample";
    QTest::newRow("no file") << "return 'fathom done ' + job['sample']"
                             << "wrote no result";
    QTest::newRow("leaves") << "sys.exit(0)"
                            << "ended with exit code 0 without an answer";
  }
  void oneProcessThatFails() {
    QFETCH(QString, body);
    QFETCH(QString, says);
    // Wrong for made-1 alone: the others work, before and after it.
    MethodDefinition definition = defined(
        "def one(job):\n"
        "    if job['sample'] == 'made-1':\n        " +
        body + "\n" +
        "    save(job['out'], 5)\n"
        "    return 'fathom done ' + job['sample']\n"
        "answer(one)");
    serve(definition);
    const UpsamplerRegistry registry = registryOf(definition);
    QCOMPARE(runOf(registry, 0).depth.metres[0][0].item<float>(), 5.0F);
    const QString message = QString::fromStdString(messageOf<Error>([&] { runOf(registry, 1); }));
    QVERIFY2(message.contains(says) && message.contains("made-1"), qPrintable(message));
    QCOMPARE(runOf(registry, 2).depth.metres[0][0].item<float>(), 5.0F);
  }

  void aChangedScriptIsAnotherState() {
    const MethodDefinition definition = defined("pass");
    const std::string before = commandState(definition);
    QVERIFY(!before.empty());
    std::ofstream(script().toStdString(), std::ios::app) << "\n# edited\n";
    QVERIFY(commandState(definition) != before);
  }

  void resultsOfBeforeAreMarked() {
    MethodDefinition definition = defined("save(sys.argv[4], 2)");
    QVERIFY(!registryOf(definition).info("mine").refines);
    for (const char* name : {"{initial}", "{relative}"}) {
      definition.command.emplace_back(name);
      QVERIFY(registryOf(definition).info("mine").refines);
      definition.command.pop_back();
    }
  }

 private:
  static void howMany() {
    QTest::addColumn<bool>("one");
    QTest::newRow("one per sample") << false;
    QTest::newRow("one for all") << true;
  }

  QString script() const { return temporary_->filePath("method.py"); }

  MethodDefinition defined(const QString& body) {
    std::ofstream(script().toStdString()) << kHead << body.toStdString() << "\n";
    MethodDefinition definition = newDefinition(MethodKind::kCommand, "mine");
    definition.base = temporary_->path().toStdString();
    definition.command = {"python3", script().toStdString(), "{rgb}", "{low}", "{info}",
                          "{out}",   "s={strength}"};
    definition.settings = {{"strength", "strength", "", "", Real{0, 1, 0.5}}};
    definition.parameters["time_limit"] = 1.5;
    return definition;
  }

  void serve(MethodDefinition& definition) {
    definition.parameters["processes"] = std::string("one");
    definition.command = {"python3", script().toStdString(), "s={strength}"};
  }

  void writeNpySeven() {
    QProcess::execute("python3", {"-c", QString(kHead) + "\nsave(sys.argv[1], 7)",
                                  temporary_->filePath("seven.npy")});
  }

  static UpsamplerRegistry registryOf(const MethodDefinition& definition) {
    UpsamplerRegistry registry;
    addOwnMethods(registry, {definition}, nullptr);
    return registry;
  }
  static Prediction runOf(const UpsamplerRegistry& registry, std::size_t index,
                          const Progress& progress = {}) {
    const MadeUpSource source(index + 1);
    const Sample sample = source.load(index, {});
    return (*registry.create("mine", {}))(inputOf(sample, *sample.low), progress);
  }
  static Prediction runMethod(const MethodDefinition& definition, const Progress& progress = {}) {
    return runOf(registryOf(definition), 0, progress);
  }
  Prediction run(const QString& body) { return runMethod(defined(body)); }

  std::unique_ptr<QTemporaryDir> temporary_;
  QString scratch_;
};

QTEST_GUILESS_MAIN(OwnCommandsTest)
#include "own_commands.moc"
