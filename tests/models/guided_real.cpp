// The guided methods on real pairs of the challenge. Set FATHOM_REAL_DATA to a folder that holds
// ais2024_challenge.
#include <ATen/ops/isfinite.h>

#include <QtTest>
#include <filesystem>

#include "core/metrics.h"
#include "datasets/open.h"
#include "models/interpolation/interpolation.h"
#include "tests/models/guided_scene.h"

using namespace fathom;
using namespace fathom::test;

class GuidedRealTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QByteArray folder = qgetenv("FATHOM_REAL_DATA");
    if (folder.isEmpty()) QSKIP("FATHOM_REAL_DATA names no folder of real samples");
    const auto path = std::filesystem::path(folder.toStdString()) / "ais2024_challenge";
    if (!std::filesystem::exists(path)) QSKIP("FATHOM_REAL_DATA has no ais2024_challenge");
    const auto source = openPath(path);
    for (std::size_t i = 0; i < source->size(); ++i) {
      Sample sample = source->load(i, {});
      if (sample.truth && sample.low) samples_.push_back(std::move(sample));
    }
    QVERIFY(!samples_.empty());
  }

  void better_data() {
    QTest::addColumn<QString>("id");
    for (const std::string& id : guidedIds()) QTest::newRow(id.c_str()) << id.c_str();
  }
  /// On average nearer to the truth than cubic interpolation of the same cells.
  void better() {
    QFETCH(QString, id);
    const auto method = guidedMethods().create(id.toStdString(), {});
    double mean = 0, bicubic = 0;
    QString line;
    for (const Sample& sample : samples_) {
      const Prediction prediction = (*method)(inputOf(sample, *sample.low), {});
      QVERIFY(prediction.depth.metres.isfinite().all().item<bool>());
      const double error = errorOf(prediction.depth, sample);
      mean += error / double(samples_.size());
      bicubic += errorOf(makePrediction(interpolate(*sample.low, sample.size(), {})), sample) /
                 double(samples_.size());
      line += QString("%1 m %2 ms, ").arg(error, 0, 'f', 2).arg(prediction.milliseconds, 0, 'f', 0);
    }
    qInfo("%s: %smean %.2f m, bicubic %.2f m", qPrintable(id), qPrintable(line), mean, bicubic);
    QVERIFY(mean < 0.75 * bicubic);
  }

 private:
  static double errorOf(const DepthMap& depth, const Sample& sample) {
    return score(depth, *sample.truth, protocolFromText("clip-20"))[Metric::kMae];
  }
  std::vector<Sample> samples_;
};

QTEST_GUILESS_MAIN(GuidedRealTest)
#include "guided_real.moc"
