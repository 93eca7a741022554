#include "widgets/space/cloud_points.h"

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include <vtkCellArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkUnsignedCharArray.h>

#include <limits>

#include "core/error.h"

using namespace fathom;

namespace {

at::Tensor colours(std::int64_t count) {
  return at::full({count, 3}, 7, at::kByte);
}

}  // namespace

class CloudPointsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void sharesTheTensorsMemory() {
    const at::Tensor points = at::rand({100, 3}, at::kFloat);
    const at::Tensor rgb = colours(100);
    CloudPoints cloud;
    cloud.set(points, rgb);
    QCOMPARE(cloud.size(), std::int64_t{100});
    QCOMPARE(cloud.polyData().GetNumberOfPoints(), vtkIdType{100});
    QCOMPARE(cloud.polyData().GetPoints()->GetVoidPointer(0), points.data_ptr());
    QCOMPARE(cloud.polyData().GetPointData()->GetScalars()->GetVoidPointer(0), rgb.data_ptr());
  }

  void outlivesTheCallersTensors() {
    CloudPoints cloud;
    {
      const at::Tensor points = at::full({50, 3}, 3.5F, at::kFloat);
      cloud.set(points, colours(50));
    }
    double point[3];
    cloud.polyData().GetPoint(49, point);
    QCOMPARE(point[2], 3.5);
  }

  void stridedTensorsAreCopiedRight() {
    const at::Tensor wide = at::rand({10, 6}, at::kFloat);
    CloudPoints cloud;
    cloud.set(wide.slice(1, 3, 6), colours(10));
    double point[3];
    cloud.polyData().GetPoint(4, point);
    QCOMPARE(static_cast<float>(point[0]), wide.select(0, 4).select(0, 3).item<float>());
    QCOMPARE(static_cast<float>(point[2]), wide.select(0, 4).select(0, 5).item<float>());
  }

  void everyPointIsAVertex() {
    CloudPoints cloud;
    cloud.set(at::ones({12, 3}, at::kFloat), colours(12));
    QCOMPARE(cloud.polyData().GetVerts()->GetNumberOfConnectivityIds(), vtkIdType{12});
  }

  void coarseCloudDrawsFewOfTheSamePoints() {
    CloudPoints cloud;
    cloud.set(at::rand({250'000, 3}, at::kFloat), colours(250'000));
    const vtkIdType drawn = cloud.coarsePolyData().GetVerts()->GetNumberOfConnectivityIds();
    QVERIFY(drawn > 20'000 && drawn <= CloudPoints::kCoarsePoints);
    QCOMPARE(cloud.coarsePolyData().GetPoints(), cloud.polyData().GetPoints());
    vtkNew<vtkIdList> vertices;
    cloud.coarsePolyData().GetVerts()->GetCellAtId(0, vertices);
    QVERIFY(vertices->GetId(drawn - 1) < 250'000);
    cloud.set(at::rand({100, 3}, at::kFloat), colours(100));
    QCOMPARE(cloud.coarsePolyData().GetVerts()->GetNumberOfConnectivityIds(), vtkIdType{100});
  }

  void leavesOutWhatIsNotFinite() {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    const at::Tensor points = at::tensor({0.F, 0.F, 2.F, nan, 0.F, 2.F, 0.F, infinite, 2.F, 1.F,
                                          1.F, 4.F, 0.F, 0.F, 1e30F})
                                  .reshape({5, 3});
    const at::Tensor rgb =
        at::tensor({1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5}, at::kByte).reshape({5, 3});
    CloudPoints cloud;
    cloud.set(points, rgb);
    QCOMPARE(cloud.size(), std::int64_t{2});
    auto* shown = vtkUnsignedCharArray::SafeDownCast(cloud.polyData().GetPointData()->GetScalars());
    QCOMPARE(int{shown->GetValue(0)}, 1);
    QCOMPARE(int{shown->GetValue(3)}, 4);
  }

  void measuresTheFieldOfView() {
    const at::Tensor points =
        at::tensor({-2.F, 0.F, 2.F, 3.F, 3.F, 6.F, 0.F, 0.F, 10.F, 0.F, 0.F, -3.F}).reshape({4, 3});
    CloudPoints cloud;
    cloud.set(points, colours(4));
    QCOMPARE(cloud.extent().tangentX, 1.0);
    QCOMPARE(cloud.extent().tangentY, 0.5);
    QCOMPARE(cloud.extent().distance, 6.0);
  }

  void emptyCloudAndClear() {
    CloudPoints cloud;
    cloud.set(at::zeros({0, 3}, at::kFloat), colours(0));
    QCOMPARE(cloud.size(), std::int64_t{0});
    cloud.set(at::ones({3, 3}, at::kFloat), colours(3));
    cloud.clear();
    QCOMPARE(cloud.size(), std::int64_t{0});
    QCOMPARE(cloud.polyData().GetNumberOfPoints(), vtkIdType{0});
  }

  void badTensorsAreRefusedAndChangeNothing() {
    CloudPoints cloud;
    cloud.set(at::ones({3, 3}, at::kFloat), colours(3));
    const at::Tensor good = at::ones({4, 3}, at::kFloat);
    QVERIFY_EXCEPTION_THROWN(cloud.set(good, colours(5)), BadInput);
    QVERIFY_EXCEPTION_THROWN(cloud.set(good.to(at::kDouble), colours(4)), BadInput);
    QVERIFY_EXCEPTION_THROWN(cloud.set(at::ones({4, 2}, at::kFloat), colours(4)), BadInput);
    QVERIFY_EXCEPTION_THROWN(cloud.set(good, at::ones({4, 3}, at::kFloat)), BadInput);
    QVERIFY_EXCEPTION_THROWN(cloud.set(at::Tensor(), colours(4)), BadInput);
    QCOMPARE(cloud.size(), std::int64_t{3});
  }
};

QTEST_GUILESS_MAIN(CloudPointsTest)
#include "cloud_points.moc"
