#include "models/interval/path_smoothing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/parallel.h"

namespace fathom {
namespace {

struct Direction {
  std::int64_t down, right;
};
constexpr std::array<Direction, 8> kDirections{
    {{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}}};

class Paths {
 public:
  Paths(const std::vector<float>& energy, std::size_t depths, const std::vector<char>& free,
        Size size, const LabPicture& lab, const CellAxis& rows, const CellAxis& columns,
        const PathPenalties& penalties)
      : energy_(energy),
        depths_(depths),
        free_(free),
        size_(size),
        lab_(lab),
        rows_(rows),
        columns_(columns),
        penalties_(penalties) {}

  /// The least energies of the ways that come in one direction.
  std::vector<float> along(Direction way) const {
    std::vector<float> least = energy_;
    std::vector<float> before(depths_);
    const bool upwards = way.down < 0, leftwards = way.right < 0;
    for (std::int64_t i = 0; i < size_.height; ++i) {
      const std::int64_t row = upwards ? size_.height - 1 - i : i;
      for (std::int64_t j = 0; j < size_.width; ++j) {
        const std::int64_t column = leftwards ? size_.width - 1 - j : j;
        extend(least, before, row, column, row - way.down, column - way.right);
      }
    }
    return least;
  }

 private:
  std::size_t at(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>(row * size_.width + column);
  }

  void extend(std::vector<float>& least, std::vector<float>& before, std::int64_t row,
              std::int64_t column, std::int64_t fromRow, std::int64_t fromColumn) const {
    if (fromRow < 0 || fromRow >= size_.height || fromColumn < 0 || fromColumn >= size_.width) {
      return;
    }
    const std::size_t here = at(row, column), there = at(fromRow, fromColumn);
    if (!free_[here] || !free_[there]) return;
    const float likeness = likenessOf(row, column, fromRow, fromColumn);
    const float step = penalties_.step * likeness, jump = penalties_.jump * likeness;
    const float* from = least.data() + there * depths_;
    const float lowest = *std::min_element(from, from + depths_);
    for (std::size_t d = 0; d < depths_; ++d) before[d] = std::min(from[d] - lowest, jump);
    for (std::size_t d = 1; d < depths_; ++d) before[d] = std::min(before[d], before[d - 1] + step);
    for (std::size_t d = depths_ - 1; d-- > 0;) {
      before[d] = std::min(before[d], before[d + 1] + step);
    }
    float* out = least.data() + here * depths_;
    for (std::size_t d = 0; d < depths_; ++d) out[d] += before[d];
  }

  float likenessOf(std::int64_t row, std::int64_t column, std::int64_t fromRow,
                   std::int64_t fromColumn) const {
    const auto pixel = [&](std::int64_t i, std::int64_t j) {
      return static_cast<std::size_t>(rows_.pixel[static_cast<std::size_t>(i)] * lab_.size.width +
                                      columns_.pixel[static_cast<std::size_t>(j)]);
    };
    const std::size_t p = pixel(row, column), q = pixel(fromRow, fromColumn);
    const double l = lab_.l[p] - lab_.l[q], a = lab_.a[p] - lab_.a[q], b = lab_.b[p] - lab_.b[q];
    const double alike =
        std::exp(-(l * l + a * a + b * b) / (2 * penalties_.colour * penalties_.colour));
    return static_cast<float>(penalties_.edge + (1 - penalties_.edge) * alike);
  }

  const std::vector<float>& energy_;
  std::size_t depths_;
  const std::vector<char>& free_;
  Size size_;
  const LabPicture& lab_;
  const CellAxis &rows_, &columns_;
  const PathPenalties& penalties_;
};

}  // namespace

std::vector<float> smoothAlongPaths(const std::vector<float>& energy, std::size_t depths,
                                    const std::vector<char>& free, Size size, const LabPicture& lab,
                                    const CellAxis& rows, const CellAxis& columns,
                                    const PathPenalties& penalties, const Progress& progress) {
  const Paths paths(energy, depths, free, size, lab, rows, columns, penalties);
  std::array<std::vector<float>, kDirections.size()> least;
  parallelFor(kDirections.size(), 1, progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      least[static_cast<std::size_t>(i)] = paths.along(kDirections[static_cast<std::size_t>(i)]);
    }
  });
  std::vector<float> sum(energy.size());
  const float own = static_cast<float>(kDirections.size()) - 1;
  for (std::size_t k = 0; k < energy.size(); ++k) {
    float all = 0;
    for (const auto& each : least) all += each[k];
    sum[k] = all - own * energy[k];
  }
  return sum;
}

}  // namespace fathom
