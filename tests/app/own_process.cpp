// A program on a leash, by itself: lines, noise, ends, and who is left.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <future>
#include <thread>

#include "app/methods/exchange.h"
#include "app/methods/process.h"
#include "core/error.h"

using namespace fathom;

namespace {

using Event = Process::Event;

ProcessPlan shell(const std::string& script, bool takesInput = false) {
  return {{"sh", "-c", script}, {}, {}, takesInput};
}

Process::Clock::time_point in(int milliseconds) {
  return Process::Clock::now() + std::chrono::milliseconds(milliseconds);
}

/// Far enough for any machine; a test that waits for it has failed.
Process::Clock::time_point patiently() {
  return in(60'000);
}

/// All lines, until the end.
QStringList linesOf(Process& process) {
  QStringList lines;
  while (process.wait(patiently(), {}) == Event::kLine) {
    lines << QString::fromStdString(process.line());
  }
  return lines;
}

int openDescriptors() {
  return int(QDir("/proc/self/fd")
                 .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
                 .size());
}

bool alive(qint64 process) {
  return ::kill(pid_t(process), 0) == 0;
}

}  // namespace

class OwnProcessTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void linesFromPieces() {
    LineSplitter lines;
    lines.take("on");
    QVERIFY(lines.empty() && !lines.next());
    lines.take("e\n\ntw");
    lines.take("o\nrest");
    for (const char* expected : {"one", "", "two"}) QCOMPARE(lines.next().value(), expected);
    QVERIFY(!lines.next());
    lines.take(std::string(70'000, 'x') + "\nafter\n");  // noise, with "rest" before it
    QCOMPARE(lines.next().value(), std::string("after"));
    for (int i = 0; i < 1500; ++i) lines.take(std::to_string(i) + '\n');
    int count = 0;
    while (const auto line = lines.next()) QCOMPARE(*line, std::to_string(count++));
    QCOMPARE(count, 1000);
  }

  void answersOfAServer() {
    using Kind = Answer::Kind;
    QVERIFY(answerOf("fathom done a-1", "a-1").kind == Kind::kDone);
    QVERIFY(answerOf("fathom done a-1\r", "a-1").kind == Kind::kDoneWithAnother);
    QCOMPARE(answerOf("fathom done b\033[31m", "a").said, std::string("b.[31m"));
    QVERIFY(answerOf("fathom done", "").kind == Kind::kNone);
    QVERIFY(answerOf(" fathom done a", "a").kind == Kind::kNone);
    QCOMPARE(answerOf("fathom failed no\ttime ", "a").said, std::string("no.time"));
    QVERIFY(answerOf("fathom failed ", "a").kind == Kind::kFailed);
    QVERIFY(readable(std::string(1'000'000, 'x')).size() <= 2000);
    QCOMPARE(readable(std::string(5000, 'x') + "\nthe end \n"), std::string("the end"));
  }

  void linesComeInOrder() {
    Process process(shell("echo one; echo; printf 'two\\nthree'; echo ' and more'; echo err >&2"));
    QCOMPARE(linesOf(process), (QStringList{"one", "", "two", "three and more"}));
    QCOMPARE(process.exitCode().value_or(-1), 0);
    QCOMPARE(process.fate(), std::string("ended with exit code 0"));
    QCOMPARE(process.lastWords(), std::string("err"));
    QVERIFY(!process.running());
  }

  void theEndSaysHow_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("fate");
    QTest::newRow("0") << "exit 0" << 0 << "ended with exit code 0";
    QTest::newRow("3") << "exit 3" << 3 << "ended with exit code 3";
    QTest::newRow("255") << "exit 255" << 255 << "ended with exit code 255";
    QTest::newRow("killed") << "kill -9 $$" << -1 << "was ended by signal 9 (Killed)";
    QTest::newRow("aborted") << "kill -6 $$" << -1 << "was ended by signal 6 (Aborted)";
    QTest::newRow("no command") << "no-such-command-here" << 127 << "ended with exit code 127";
  }
  void theEndSaysHow() {
    QFETCH(QString, script);
    QFETCH(int, code);
    QFETCH(QString, fate);
    Process process(shell(script.toStdString()));
    linesOf(process);
    QCOMPARE(process.exitCode().value_or(-1), code);
    QCOMPARE(QString::fromStdString(process.fate()), fate);
  }

  void argumentsArriveAsTheyAre() {
    const std::vector<std::string> odd{"a b", "", "$HOME", "*", "'\"\\", "-x", "ü", "new\tline"};
    ProcessPlan plan{{"printf", "%s\\n"}, {}, {}, false};
    plan.command.insert(plan.command.end(), odd.begin(), odd.end());
    Process process(plan);
    QStringList expected;
    for (const std::string& each : odd) expected << QString::fromStdString(each);
    QCOMPARE(linesOf(process), expected);
  }

  void worksInItsFolder() {
    const QTemporaryDir folder;
    ProcessPlan plan = shell("pwd -P");
    plan.folder = folder.path().toStdString();
    Process process(plan);
    QCOMPARE(linesOf(process), QStringList{QDir(folder.path()).canonicalPath()});
    plan.folder = folder.filePath("none").toStdString();
    QVERIFY_EXCEPTION_THROWN(Process{plan}, MissingResource);
  }

  void whatCannotStart() {
    Process none({{"/no/such/program"}, {}, {}, false});
    QVERIFY_EXCEPTION_THROWN(none.wait(patiently(), {}), MissingResource);
    QVERIFY_EXCEPTION_THROWN(Process({{}, {}, {}, false}), BadInput);
    QVERIFY_EXCEPTION_THROWN(Process({{""}, {}, {}, false}), BadInput);
    const QTemporaryDir folder;
    const std::string text = folder.filePath("text").toStdString();
    std::ofstream(text) << "not a program";
    Process forbidden({{text}, {}, {}, false});
    QVERIFY_EXCEPTION_THROWN(forbidden.wait(patiently(), {}), MissingResource);
  }

  void aTimeLimitLeavesItRunning() {
    Process process(shell("echo begun; sleep 1000"));
    QVERIFY(process.wait(patiently(), {}) == Event::kLine);
    QVERIFY(process.wait(in(1), {}) == Event::kTimeOut);
    QVERIFY(process.running());
    // A limit that is over still takes what is there.
    QVERIFY(process.wait(in(-1000), {}) == Event::kTimeOut);
    process.end();
    QVERIFY(!process.running() && !process.exitCode());
    process.end();  // again: nothing to do
  }

  void noiseIsReadAndForgotten() {
    // 40 MB, more than any pipe holds, on both streams.
    Process process(
        shell("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo short; "
              "head -c 20000000 /dev/zero | tr '\\0' y >&2; echo; echo last"));
    const QStringList lines = linesOf(process);
    QCOMPARE(lines, (QStringList{"short", "", "last"}));  // the long line is no line
    QVERIFY(process.lastWords().size() <= 4096);
    QVERIFY(process.lastWords().find('y') != std::string::npos);
  }

  void lastWordsAreReadable() {
    Process process(shell("printf 'a\\033[31mred\\000\\r\\377\\n\\n  ' >&2"));
    linesOf(process);
    QCOMPARE(process.lastWords(), std::string("a.[31mred..."));
    Process onlyOutput(shell("echo said"));
    linesOf(onlyOutput);
    QCOMPARE(onlyOutput.lastWords(), std::string("said"));
    Process many(shell("for i in $(seq 2000); do echo line $i; done >&2"));
    linesOf(many);
    const QString words = QString::fromStdString(many.lastWords());
    QVERIFY(words.endsWith("line 2000") && words.startsWith("line 1"));
    QVERIFY(words.size() <= 2000);
  }

  void aConversation() {
    Process process(shell("while read word; do echo \"got $word\"; done; echo bye", true));
    for (const char* word : {"one", "two"}) {
      QVERIFY(process.send(std::string(word) + "\n", patiently(), {}));
      QVERIFY(process.wait(patiently(), {}) == Event::kLine);
      QCOMPARE(process.line(), std::string("got ") + word);
    }
    process.end();
  }

  void withoutInputThereIsNone() {
    Process process(shell("cat; echo end"));
    QCOMPARE(linesOf(process), QStringList{"end"});
  }

  void writingToWhomDoesNotRead() {
    Process deaf(shell("sleep 1000", true));
    const std::string much(4'000'000, 'x');
    QVERIFY(!deaf.send(much, in(50), {}));
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(deaf.send(much, patiently(), stop.get_token()), Cancelled);
    // One that has ended takes anything, and this process lives on.
    Process gone(shell("exit 0", true));
    QVERIFY(gone.wait(patiently(), {}) == Event::kEnded);
    QVERIFY(gone.send(much, patiently(), {}));
  }

  void aLargeMessageAndAnAnswerAtOnce() {
    // cat fills its output while it is still being written to.
    Process process(shell("cat", true));
    std::string much;
    for (int i = 0; i < 100'000; ++i) much += "line " + std::to_string(i % 10) + "\n";
    QVERIFY(process.send(much, patiently(), {}));
    QVERIFY(process.wait(patiently(), {}) == Event::kLine);
    QCOMPARE(process.line(), std::string("line 0"));
  }

  void cancellingWakesWhoeverWaits() {
    Process process(shell("sleep 1000"));
    std::stop_source stop;
    auto waiting = std::async(std::launch::async, [&] {
      try {
        process.wait(patiently(), stop.get_token());
      } catch (const Cancelled&) {
        return true;
      }
      return false;
    });
    stop.request_stop();
    QVERIFY(waiting.get());
  }

  void askedFirstThenEnded() {
    const QTemporaryDir folder;
    const std::string mark = folder.filePath("asked").toStdString();
    ProcessPlan plan = shell("trap 'echo x > " + mark +
                             "; exit 7' TERM; echo ready; "
                             "while :; do sleep 0.01; done");
    plan.grace = std::chrono::milliseconds(20'000);  // it needs far less
    Process process(plan);
    QVERIFY(process.wait(patiently(), {}) == Event::kLine);
    process.end();
    QVERIFY(QFile::exists(QString::fromStdString(mark)));
    QCOMPARE(process.exitCode().value_or(-1), 7);
  }

  void theWholeFamilyEnds_data() {
    QTest::addColumn<QString>("script");
    QTest::newRow("child") << "sleep 1000 & echo $!; wait";
    QTest::newRow("left alone") << "sleep 1000 & echo $!";
    QTest::newRow("session of its own") << "setsid sleep 1000 & echo $!; sleep 1000";
    QTest::newRow("deaf") << "(trap '' TERM HUP INT; sleep 1000) & echo $!; trap '' TERM; wait";
    QTest::newRow("orphan") << "sh -c 'setsid sh -c \"sleep 1000\" & echo $!'; sleep 1000";
  }
  void theWholeFamilyEnds() {
    QFETCH(QString, script);
    Process process(shell(script.toStdString()));
    QVERIFY(process.wait(patiently(), {}) == Event::kLine);
    const qint64 relative = QString::fromStdString(process.line()).toLongLong();
    QVERIFY(relative > 0);
    process.end();
    QVERIFY(!alive(relative));
  }

  void aKilledLeashTakesTheProgramWithIt() {
    Process process(shell("echo $PPID $$; sleep 1000"));
    QVERIFY(process.wait(patiently(), {}) == Event::kLine);
    const QStringList numbers = QString::fromStdString(process.line()).split(' ');
    ::kill(pid_t(numbers[0].toInt()), SIGKILL);
    QVERIFY(process.wait(patiently(), {}) == Event::kEnded);
    QVERIFY(!process.exitCode());
    QTRY_VERIFY(!alive(numbers[1].toInt()));
  }

  void theScratchFolderStaysUntilItIsRead() {
    QString path;
    {
      const ScratchFolder scratch;
      path = QString::fromStdString(scratch.path().string());
      ProcessPlan plan = shell("echo result > out; mkdir deep; echo x > deep/file");
      plan.folder = plan.scratch = scratch.path();
      Process process(plan);
      linesOf(process);
      QVERIFY(QFile::exists(path + "/out"));  // it has ended; nobody took it away
    }
    QVERIFY(!QFile::exists(path));
  }

  void nothingIsLeftOpen() {
    { Process first(shell("exit 0")); }
    const int before = openDescriptors();
    for (int i = 0; i < 20; ++i) {
      Process process(shell("echo x", i % 2 == 0));
      if (i % 3) linesOf(process);
    }
    QCOMPARE(openDescriptors(), before);
    // And no child is waited for: all are gone.
    QCOMPARE(::waitpid(-1, nullptr, WNOHANG), pid_t(-1));
  }

  void manyAtOnce() {
    std::vector<std::jthread> threads;
    std::atomic<int> right{0};
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([i, &right] {
        Process process(
            shell("echo " + std::to_string(i) + "; sleep 0.05; exit " + std::to_string(i)));
        const QStringList lines = linesOf(process);
        right += lines == QStringList{QString::number(i)} && process.exitCode() == i;
      });
    }
    threads.clear();
    QCOMPARE(right.load(), 8);
  }

  void theLeashIsNotForPeople() {
    QProcess process;
    process.start(QString::fromStdString(leashProgram().string()), {"x"});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 2);
    QVERIFY(process.readAllStandardError().contains("not by hand"));
  }
};

QTEST_GUILESS_MAIN(OwnProcessTest)
#include "own_process.moc"
