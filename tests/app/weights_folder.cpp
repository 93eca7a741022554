// Where weights files are looked for, and what is said where they are not.
#include "models/checkpoints/weights_folder.h"

#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"

using namespace fathom;

class WeightsFolderTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    qputenv("FATHOM_WEIGHTS", temporary_->path().toUtf8());
  }

  void theFolder() {
    QCOMPARE(folder(), temporary_->path());
    qputenv("FATHOM_WEIGHTS", "relative");
    QCOMPARE(folder(), QDir::currentPath() + "/relative");
    qputenv("FATHOM_WEIGHTS", "");
    qputenv("XDG_DATA_HOME", "/data");
    QCOMPARE(folder(), QString("/data/fathom/weights"));
    qputenv("XDG_DATA_HOME", "relative");
    qputenv("HOME", "/somebody");
    QCOMPARE(folder(), QString("/somebody/.local/share/fathom/weights"));
    qunsetenv("XDG_DATA_HOME");
    QCOMPARE(folder(), QString("/somebody/.local/share/fathom/weights"));
  }

  void theStoredFile() {
    QVERIFY(!storedWeights(weightsFolder(), "mine"));
    QDir(temporary_->path()).mkdir("mine.pth");  // a folder is no file
    touch("mine.part");
    touch("mine_too.pth");
    QVERIFY(!storedWeights(weightsFolder(), "mine"));
    for (const char* suffix : {".ckpt", ".pt", ".safetensors"}) {
      touch(QString("mine") + suffix);
      QCOMPARE(QString::fromStdString(findWeights("mine")), path(QString("mine") + suffix));
    }
  }

  void theChosenFileWins() {
    touch("mine.safetensors");
    touch("other.bin");
    QCOMPARE(QString::fromStdString(findWeights("mine", path("other.bin").toStdString())),
             path("other.bin"));
  }

  void nothingThere_data() {
    QTest::addColumn<QString>("chosen");
    QTest::addColumn<QString>("subject");
    QTest::newRow("nothing chosen") << ""
                                    << "depth_anything_v2_vits";
    QTest::newRow("chosen, but gone") << "/no/such.pth"
                                      << "/no/such.pth";
    QTest::newRow("a folder") << "/"
                              << "/";
  }
  void nothingThere() {
    QFETCH(QString, chosen);
    QFETCH(QString, subject);
    try {
      findWeights("depth_anything_v2_vits", chosen.toStdString());
      QFAIL("found");
    } catch (const MissingResource& error) {
      QCOMPARE(QString::fromStdString(error.subject()), subject);
      const QString text = QString::fromUtf8(error.what());
      QVERIFY2(text.contains("fathom-cli weights fetch depth_anything_v2_vits"), qPrintable(text));
      QVERIFY2(text.contains("hoose a"), qPrintable(text));
      if (chosen.isEmpty()) QVERIFY(text.contains(temporary_->path()));
    }
  }

 private:
  static QString folder() { return QString::fromStdString(weightsFolder().string()); }
  QString path(const QString& name) const { return temporary_->filePath(name); }
  void touch(const QString& name) const {
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
  }

  std::unique_ptr<QTemporaryDir> temporary_;
};

QTEST_GUILESS_MAIN(WeightsFolderTest)
#include "weights_folder.moc"
