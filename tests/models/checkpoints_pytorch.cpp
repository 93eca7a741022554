// What PyTorch itself writes: every kind of state dict is read equal, in both formats.
#include <QProcess>

#include "core/sha256.h"
#include "models/checkpoints/element_types.h"
#include "tests/models/checkpoints_support.h"

using namespace fathom;
using namespace fathom::test;

class CheckpointsPytorchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    const QString python = pythonWithTorch();
    if (python.isEmpty()) QSKIP("no Python with PyTorch in the environment of set-up");
    QVERIFY(folder_.isValid());
    QProcess process;
    process.start(python, {writerScript(), "write", folder_.path()});
    QVERIFY(process.waitForFinished(120000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
  }

  void readsWhatPyTorchWrites_data() {
    QTest::addColumn<QString>("name");
    for (const auto& entry : fs::directory_iterator(folder_.path().toStdString())) {
      if (entry.path().extension() != ".pth") continue;
      const std::string name = entry.path().stem().string();
      QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
  }

  void readsWhatPyTorchWrites() {
    QFETCH(QString, name);
    const fs::path path = folder_.filePath(name + ".pth").toStdString();
    const fs::path list = folder_.filePath(name + ".txt").toStdString();
    if (fs::exists(list)) {
      const CheckpointPtr file = openCheckpoint(path);
      QCOMPARE(QString::fromStdString(listing(*file)), QString::fromStdString(bytesOf(list)));
      QCOMPARE(file->format(),
               std::string(name.startsWith("legacy") ? "PyTorch legacy" : "PyTorch zip"));
      file->verifyChecksums({});
    } else {
      const std::string problem = problemOf(path);
      QVERIFY(!problem.empty());
      qInfo("%s", problem.c_str() + path.string().size());
    }
  }

  void saysWhatItDid() {
    const auto notes = [&](const char* name) {
      std::string all;
      const CheckpointPtr file = openCheckpoint(folder_.filePath(name).toStdString());
      for (const auto& note : file->notes()) all += note + "; ";
      return all;
    };
    QCOMPARE(notes("zip_plain.pth"), std::string());
    QVERIFY(has(notes("zip_training.pth"), "taken from \"state_dict\""));
    QVERIFY(
        has(notes("zip_training.pth"), "not read: epoch, arch, best, optimizer, args, history"));
    QVERIFY(has(notes("zip_nested.pth"), "taken from \"model\"; taken from \"state_dict\""));
    QVERIFY(has(notes("zip_ema.pth"), "taken from \"params_ema\""));
    QVERIFY(has(notes("zip_other_wrapper.pth"), "taken from \"weights\""));
    QVERIFY(has(notes("zip_extra.pth"), "not read, no tensors: epoch, bytes"));
    QVERIFY(has(notes("zip_unchecked.pth"), "without checksums"));
  }

  void refusesWithTheReason() {
    const auto problem = [&](const char* name) {
      return problemOf(folder_.filePath(name).toStdString());
    };
    QVERIFY(has(problem("zip_conj.pth"), "\"a\" is a conjugate"));
    QVERIFY(has(problem("zip_neg.pth"), "conjugate or negative"));
    QVERIFY(has(problem("zip_sparse.pth"), "torch._utils._rebuild_sparse_tensor"));
    QVERIFY(has(problem("zip_quantized.pth"), "torch._utils._rebuild_qtensor"));
    QVERIFY(has(problem("zip_whole_model.pth"), "__main__.Module"));
    QVERIFY(has(problem("legacy_model_inside.pth"), "__main__.Module"));
    QVERIFY(has(problem("zip_several.pth"), "several networks: generator, discriminator"));
    QVERIFY(has(problem("zip_bomb.pth"), "repeats few values"));
    QVERIFY(has(problem("torchscript.pth"), "torch.jit.load"));
  }

 private:
  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(CheckpointsPytorchTest)
#include "checkpoints_pytorch.moc"
