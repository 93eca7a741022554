// The guided methods' own solvers against slow and plain ones: dense elimination, double precision,
// the formula written down as it stands in the paper.
#include <ATen/ops/zeros.h>

#include <QtTest>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "models/guided/grid_system.h"
#include "models/guided/guide.h"
#include "models/guided/start.h"
#include "models/guided/tgv_solver.h"
#include "tests/models/guided_scene.h"

using namespace fathom;
using namespace fathom::test;

namespace {

std::vector<float> numbers(const char* key, std::int64_t count, double lo, double hi) {
  std::vector<float> result;
  for (std::int64_t i = 0; i < count; ++i) {
    result.push_back(float(lo + (hi - lo) * unit(key, std::uint64_t(i))));
  }
  return result;
}

GridSystem someSystem(std::int64_t rows, std::int64_t columns) {
  const std::int64_t count = rows * columns;
  GridSystem system{rows,
                    columns,
                    numbers("data", count, 0, 1),
                    numbers("target", count, 1, 9),
                    numbers("east", count, 0, 20),
                    numbers("south", count, 0, 20)};
  for (std::size_t i = 0; i < system.data.size(); ++i) {
    if (i % 5 != 0) system.data[i] = 0;  // scattered, as transmitted cells are
  }
  return system;
}

/// Gaussian elimination with pivots.
std::vector<double> eliminated(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i) best = std::abs(a[i][k]) > std::abs(a[best][k]) ? i : best;
    std::swap(a[k], a[best]);
    std::swap(b[k], b[best]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double part = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= part * a[k][j];
      b[i] -= part * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k][j] * b[j];
    b[k] /= a[k][k];
  }
  return b;
}

/// The normal equations, tie by tie.
std::vector<double> solvedDensely(const GridSystem& system) {
  const auto n = std::size_t(system.rows * system.columns), columns = std::size_t(system.columns);
  std::vector<std::vector<double>> a(n, std::vector<double>(n, 0));
  std::vector<double> b(n, 0);
  const auto tie = [&](std::size_t i, std::size_t j, double weight) {
    a[i][i] += weight;
    a[j][j] += weight;
    a[i][j] -= weight;
    a[j][i] -= weight;
  };
  for (std::size_t i = 0; i < n; ++i) {
    a[i][i] += double(system.data[i]);
    b[i] += double(system.data[i]) * double(system.target[i]);
    if ((i + 1) % columns != 0) tie(i, i + 1, double(system.east[i]));
    if (i + columns < n) tie(i, i + columns, double(system.south[i]));
  }
  return eliminated(a, b);
}

double worst(const std::vector<float>& a, const std::vector<double>& b) {
  double result = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    result = std::max(result, std::abs(double(a[i]) - b[i]));
  }
  return result;
}

// ------------------------------------------------------------------------------------------ TGV

TgvProblem someProblem(std::int64_t rows, std::int64_t columns) {
  TgvProblem problem;
  problem.rows = rows;
  problem.columns = columns;
  problem.alpha0 = 0.3F;  // so that the second-order part is at work on so small a picture
  problem.alpha1 = 0.1F;
  const std::int64_t count = rows * columns;
  problem.target = numbers("tgv", count, 0, 1);
  problem.weight.assign(std::size_t(count), 0.0F);
  for (std::size_t i = 0; i < problem.weight.size(); i += 3) problem.weight[i] = 2;
  setTensor(problem, numbers("light", count, 0, 1), 9, 0.85);
  return problem;
}

/// Σ alpha1|T(∇u − v)| + alpha0|∇v| + ½ weight (u − target)², in double.
double energy(const TgvProblem& problem, const std::vector<double>& u,
              const std::vector<double>& v1, const std::vector<double>& v2) {
  const auto columns = std::size_t(problem.columns), n = u.size();
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const bool right = (i + 1) % columns != 0, below = i + columns < n;
    const auto dx = [&](const std::vector<double>& f) { return right ? f[i + 1] - f[i] : 0.0; };
    const auto dy = [&](const std::vector<double>& f) {
      return below ? f[i + columns] - f[i] : 0.0;
    };
    const double gx = dx(u) - v1[i], gy = dy(u) - v2[i];
    const double xx = double(problem.xx[i]), xy = double(problem.xy[i]), yy = double(problem.yy[i]);
    sum += double(problem.alpha1) * std::hypot(xx * gx + xy * gy, xy * gx + yy * gy);
    sum += double(problem.alpha0) *
           std::sqrt(dx(v1) * dx(v1) + dy(v1) * dy(v1) + dx(v2) * dx(v2) + dy(v2) * dy(v2));
    const double off = u[i] - double(problem.target[i]);
    sum += double(problem.weight[i]) * off * off / 2;
  }
  return sum;
}

using Matrix = std::vector<std::vector<double>>;

/// (u, v1, v2) ↦ T(∇u − v) and ∇v as a matrix: six rows a pixel.
Matrix operatorOf(const TgvProblem& problem) {
  const auto columns = std::size_t(problem.columns), n = problem.target.size();
  Matrix k(6 * n, std::vector<double>(3 * n, 0));
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t right = (i + 1) % columns != 0 ? i + 1 : i;
    const std::size_t below = i + columns < n ? i + columns : i;
    const double tensor[2][2] = {{double(problem.xx[i]), double(problem.xy[i])},
                                 {double(problem.xy[i]), double(problem.yy[i])}};
    for (std::size_t row = 0; row < 2; ++row) {
      std::vector<double>& line = k[6 * i + row];
      line[right] += tensor[row][0];
      line[i] -= tensor[row][0];
      line[below] += tensor[row][1];
      line[i] -= tensor[row][1];
      line[n + i] -= tensor[row][0];
      line[2 * n + i] -= tensor[row][1];
    }
    for (std::size_t part = 0; part < 2; ++part) {
      const std::size_t field = (part + 1) * n;
      k[6 * i + 2 + 2 * part][field + right] += 1;
      k[6 * i + 2 + 2 * part][field + i] -= 1;
      k[6 * i + 3 + 2 * part][field + below] += 1;
      k[6 * i + 3 + 2 * part][field + i] -= 1;
    }
  }
  return k;
}

/// Chambolle and Pock's algorithm with that matrix and equal steps.
std::vector<double> slowTgv(const TgvProblem& problem, int iterations) {
  const Matrix k = operatorOf(problem);
  const std::size_t n = problem.target.size();
  std::vector<double> x(3 * n, 0), ahead = x, y(6 * n, 0);
  const double step = 1 / std::sqrt(12.0);
  for (int iteration = 0; iteration < iterations; ++iteration) {
    for (std::size_t row = 0; row < k.size(); ++row) {
      y[row] += step * std::inner_product(k[row].begin(), k[row].end(), ahead.begin(), 0.0);
    }
    for (std::size_t i = 0; i < n; ++i) {
      const auto limit = [&](std::size_t from, std::size_t count, double bound) {
        double length = 0;
        for (std::size_t j = from; j < from + count; ++j) length += y[j] * y[j];
        const double less = std::max(1.0, std::sqrt(length) / bound);
        for (std::size_t j = from; j < from + count; ++j) y[j] /= less;
      };
      limit(6 * i, 2, double(problem.alpha1));
      limit(6 * i + 2, 4, double(problem.alpha0));
    }
    std::vector<double> next = x;
    for (std::size_t row = 0; row < k.size(); ++row) {
      for (std::size_t j = 0; j < x.size(); ++j) next[j] -= step * k[row][j] * y[row];
    }
    for (std::size_t i = 0; i < n; ++i) {
      const double pull = step * double(problem.weight[i]);
      next[i] = (next[i] + pull * double(problem.target[i])) / (1 + pull);
    }
    for (std::size_t j = 0; j < x.size(); ++j) ahead[j] = 2 * next[j] - x[j];
    x = next;
  }
  return x;
}

}  // namespace

class GuidedSolversTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void leastSquaresAsByElimination_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::newRow("one grid") << 9 << 14;
    QTest::newRow("row") << 1 << 17;
    QTest::newRow("column") << 13 << 1;
    QTest::newRow("two grids") << 26 << 25;
  }
  void leastSquaresAsByElimination() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    const GridSystem system = someSystem(rows, columns);
    std::vector<float> u(system.data.size(), 0.0F);
    const int done = solveGrid(system, u, {2000, 1e-7}, {});
    QVERIFY(done > 0 && done < 2000);
    QVERIFY2(worst(u, solvedDensely(system)) < 2e-3,
             qPrintable(QString::number(worst(u, solvedDensely(system)))));
  }

  // From the answer there is nothing to do; from coarse grids the fine one has little left.
  void leastSquaresEndsWhereItIsDone() {
    const GridSystem system = someSystem(64, 80);
    std::vector<float> u(system.data.size(), 0.0F);
    QVERIFY(solveGrid(system, u, {3000, 1e-6}, {}) > 0);
    std::vector<float> again = u;
    const int more = solveGrid(system, again, {3000, 1e-4}, {});
    QVERIFY2(more <= 40, qPrintable(QString::number(more)));
  }

  void luminanceIsRec601() {
    at::Tensor rgb = at::zeros({3, 1, 2}, at::kByte);
    rgb[0][0][0] = 255;
    rgb[1][0][1] = 255;
    const std::vector<float> light = luminance(rgb);
    QCOMPARE(light[0], 0.299F);
    QCOMPARE(light[1], 0.587F);
  }

  void tensorsLeaveTheEdgeFree() {
    TgvProblem problem;
    problem.rows = 3;
    problem.columns = 4;
    std::vector<float> light(12, 0.2F);
    for (std::size_t row = 0; row < 3; ++row) light[row * 4 + 2] = light[row * 4 + 3] = 0.9F;
    setTensor(problem, light, 9, 0.85);
    const auto across = float(std::exp(-9 * std::pow(0.7, 0.85)));
    QVERIFY(std::abs(problem.xx[1] - across) < 1e-5F);  // hardly any cost across the edge
    QCOMPARE(problem.yy[1], 1.0F);                      // the full one along it
    QCOMPARE(problem.xy[1], 0.0F);
    QCOMPARE(problem.xx[0], 1.0F);
  }

  void tgvAsBySlowMatrices() {
    TgvProblem problem = someProblem(4, 5);
    // Data everywhere, or where the picture has edges many maps would be equally good.
    for (float& weight : problem.weight) weight += 0.5F;
    const TgvSolution fast = solveTgv(problem, problem.target, 20000, {});
    const std::vector<double> slow = slowTgv(problem, 20000);
    const std::vector<double> u(slow.begin(), slow.begin() + 20);
    QVERIFY2(worst(fast.u, u) < 2e-3, qPrintable(QString::number(worst(fast.u, u))));
    const auto wide = [](const std::vector<float>& f) {
      return std::vector<double>(f.begin(), f.end());
    };
    const double found = energy(problem, wide(fast.u), wide(fast.v1), wide(fast.v2));
    const double wanted =
        energy(problem, u, {slow.begin() + 20, slow.begin() + 40}, {slow.begin() + 40, slow.end()});
    QVERIFY(std::abs(found - wanted) < 1e-3 * wanted);
    QVERIFY(found < 0.9 * energy(problem, wide(problem.target), wide(fast.v1), wide(fast.v2)));
  }

  void tgvKeepsAPlane() {
    TgvProblem problem = someProblem(12, 16);
    for (std::size_t i = 0; i < problem.target.size(); ++i) {
      problem.target[i] = 0.02F * float(i % 16) + 0.03F * float(i / 16);
    }
    problem.alpha0 = 0.03F;
    problem.alpha1 = 0.01F;
    const std::vector<float> flat(problem.target.size(), 0.3F);
    const std::vector<float> u = solveTgv(problem, flat, 20000, {}).u;
    // Away from the border, where the gradient's end counts as a fold.
    for (std::size_t row = 3; row < 9; ++row) {
      for (std::size_t column = 3; column < 13; ++column) {
        const std::size_t i = row * 16 + column;
        QVERIFY2(std::abs(u[i] - problem.target[i]) < 0.02F, qPrintable(QString::number(u[i])));
      }
    }
  }

  // Kopf's formula, pixel by pixel over all cells.
  void jointBilateralAsInThePaper() {
    UpsamplerInput input;
    input.rgb = filled("rgb", {3, 30, 26}, 0, 255).to(at::kByte);
    input.low = lowOf(filled("levels", {7, 6}, 1, 9), 4);
    const Values values{{"space", std::string("metres")}, {"radius", std::int64_t(2)}};
    const at::Tensor found =
        (*guidedMethods().create("joint_bilateral", values))(input, {}).depth.metres;
    for (const auto& [row, column] : {std::pair{0, 0}, {11, 13}, {29, 25}, {2, 20}}) {
      const double wanted = kopf(input, row, column);
      QVERIFY(std::abs(found[row][column].item<double>() - wanted) < 1e-3 * wanted);
    }
  }

  // He's formulas, window by window, in double.
  void guidedFilterAsInThePaper() {
    UpsamplerInput input;
    input.rgb = filled("rgb", {3, 21, 24}, 0, 255).to(at::kByte);
    input.low = lowOf(filled("levels", {5, 6}, 1, 9), 4);
    input.initial = filled("initial", {21, 24}, 2, 40);
    const Values values{
        {"space", std::string("metres")}, {"radius", std::int64_t(2)}, {"epsilon", 0.01}};
    const at::Tensor found =
        (*guidedMethods().create("guided_filter", values))(input, {}).depth.metres;
    for (const auto& [row, column] : {std::pair{10, 13}, {7, 8}, {16, 19}}) {
      const double wanted = he(input, row, column, 2, 0.01);
      QVERIFY2(
          std::abs(found[row][column].item<double>() - wanted) < 2e-3 * wanted,
          qPrintable(QString("%1, not %2").arg(found[row][column].item<double>()).arg(wanted)));
    }
  }

  void levelsBecomeMetresOnce() {
    LowDepth low = lowOf(at::zeros({1, 4}, at::kFloat), 2);
    low.levels[0][1] = 0.6F;
    low.levels[0][2] = 3;
    low.levels[0][3] = std::nanf("");
    const Cells cells = cellsOf(low, {2, 8}, LevelZero::kExcluded, FilterSpace::kMetres);
    const float wanted[] = {8, 17.6F, 56, 0}, trust[] = {kExcludedConfidence, 1, 1, 0};
    for (int i = 0; i < 4; ++i) {
      QCOMPARE(cells.values[0][i].item<float>(), wanted[i]);
      QCOMPARE(cells.confidence[0][i].item<float>(), trust[i]);
      QCOMPARE(cells.columns[std::size_t(i)], std::int64_t(2 * i + 1));
    }
  }

  void spacesGoThereAndBack() {
    const at::Tensor metres = filled("metres", {5, 7}, 0.2, 65504);
    for (const FilterSpace space :
         {FilterSpace::kMetres, FilterSpace::kLog, FilterSpace::kInverse}) {
      QVERIFY(worstDifference(toMetres(toSpace(metres, space), space), metres) < 1e-5);
    }
  }

  void holesTakeWhatIsNear() {
    at::Tensor values = at::zeros({8, 8}, at::kFloat), trust = at::zeros({8, 8}, at::kFloat);
    for (const auto& [place, value] : {std::pair{0, 4.0F}, {7, 40.0F}}) {
      values[place][place] = value;
      trust[place][place] = 1;
    }
    fillUnknown(values, trust);
    QCOMPARE(values[1][1].item<float>(), 4.0F);
    QCOMPARE(values[6][6].item<float>(), 40.0F);
    QCOMPARE(values[0][7].item<float>(), 22.0F);
  }

 private:
  /// The mean over all windows around a pixel of their affine models at its colour.
  static double he(const UpsamplerInput& input, int row, int column, int radius, double epsilon) {
    const auto colour = [&](int y, int x) {
      std::array<double, 4> result{1, 0, 0, 0};
      for (int k = 0; k < 3; ++k) {
        result[std::size_t(k) + 1] = input.rgb[k][y][x].item<int>() / 255.0;
      }
      return result;
    };
    double sum = 0;
    const int side = 2 * radius + 1, count = side * side;
    for (int cy = row - radius; cy <= row + radius; ++cy) {
      for (int cx = column - radius; cx <= column + radius; ++cx) {
        // Ridge regression of depth on (1, r, g, b), the constant unpunished.
        std::vector<std::vector<double>> a(4, std::vector<double>(4, 0));
        std::vector<double> b(4, 0);
        for (std::size_t k = 1; k < 4; ++k) a[k][k] = epsilon * count;
        for (int y = cy - radius; y <= cy + radius; ++y) {
          for (int x = cx - radius; x <= cx + radius; ++x) {
            const auto g = colour(y, x);
            for (std::size_t i = 0; i < 4; ++i) {
              b[i] += g[i] * (*input.initial)[y][x].item<double>();
              for (std::size_t j = 0; j < 4; ++j) a[i][j] += g[i] * g[j];
            }
          }
        }
        const std::vector<double> model = eliminated(a, b);
        const auto g = colour(row, column);
        for (std::size_t i = 0; i < 4; ++i) sum += model[i] * g[i] / count;
      }
    }
    return sum;
  }

  static double kopf(const UpsamplerInput& input, int row, int column) {
    const double sigma = 0.5, range = 0.1;
    double sum = 0, weights = 0;
    for (int i = 0; i < 7; ++i) {
      for (int j = 0; j < 6; ++j) {
        const double y = (row - 2) / 4.0, x = (column - 2) / 4.0;
        if (std::abs(i - std::floor(y + 0.5)) > 2 || std::abs(j - std::floor(x + 0.5)) > 2)
          continue;
        double colour = 0;
        for (int k = 0; k < 3; ++k) {
          const double step = (input.rgb[k][row][column].item<int>() -
                               input.rgb[k][4 * i + 2][4 * j + 2].item<int>()) /
                              255.0;
          colour += step * step / 3;
        }
        const double weight =
            std::exp(-((i - y) * (i - y) + (j - x) * (j - x)) / (2 * sigma * sigma)) *
            std::exp(-colour / (2 * range * range));
        sum += weight * 16 * (input.low.levels[i][j].item<double>() + 0.5);
        weights += weight;
      }
    }
    return sum / weights;
  }
};

QTEST_GUILESS_MAIN(GuidedSolversTest)
#include "guided_solvers.moc"
