// Every vector of the conformance table: networks filled with known numbers, run on known inputs,
// against what their references gave.
#include <QtTest>

#include <set>

#include "models/conformance/filling.h"
#include "models/conformance/vectors.h"

using namespace fathom;

namespace {

bool isRegistered(const std::string& id) {
  for (const ArchitectureInfo& info : architectures().list()) {
    if (info.id == id) return true;
  }
  return false;
}

}  // namespace

class ConformanceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theFillingHasItsKnownValues() {
    const double image[] = {0.73714433, 0.44657614, 0.00232315, 0.62072601};
    for (std::uint64_t j = 0; j < 4; ++j) {
      QVERIFY(std::abs(unitHash("image", j) - image[j]) < 1e-8);
    }
    QVERIFY(std::abs(unitHash("depth", 0) - 0.95687589) < 1e-8);
    QVERIFY(std::abs(unitHash("depth", 1) - 0.7795347) < 1e-7);
  }

  void networksEqualTheirReferences_data() {
    QTest::addColumn<int>("index");
    const auto& all = conformanceVectors();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (isRegistered(all[i].architecture)) QTest::newRow(all[i].title.c_str()) << int(i);
    }
  }
  void networksEqualTheirReferences() {
    QFETCH(int, index);
    const ConformanceVector& vector = conformanceVectors()[std::size_t(index)];
    const NamedTensors outputs = runVector(vector, at::kCPU, at::kFloat);
    for (const ConformanceRow& row : vector.rows) {
      const auto found = outputs.find(row.output);
      QVERIFY2(found != outputs.end(), row.output.c_str());
      const Deviation is = deviation(found->second, row);
      qInfo("%s: error %.2g, rms %.2g", row.what.c_str(), is.error, is.rms);
      QVERIFY2(is.passed, qPrintable(QString("%1: error %2, rms %3, limit %4")
                                         .arg(row.what.c_str())
                                         .arg(is.error)
                                         .arg(is.rms)
                                         .arg(row.limit)));
    }
  }

  void aWrongOutputFails() {
    const ConformanceVector& vector = conformanceVectors().front();
    const ConformanceRow& row = vector.rows.front();
    const at::Tensor noise = filledInput("noise", row.shape, -4, 4);
    QVERIFY(!deviation(noise, row).passed);
    QVERIFY(!deviation(noise.flatten(), row).passed);
    QVERIFY(!deviation(noise.div(0), row).passed);
  }
};

QTEST_GUILESS_MAIN(ConformanceTest)
#include "conformance.moc"
