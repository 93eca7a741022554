#include "datasets/scenes/parallel_rows.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace fathom::scenes {
namespace {

constexpr int kBlock = 8;

}  // namespace

void parallelRows(int rows, int threads, const Progress& progress,
                  const std::function<void(int first, int last)>& work) {
  std::atomic<int> next{0};
  std::atomic<bool> failed{false};
  const int helpers = std::clamp(threads, 1, std::max(1, rows / kBlock)) - 1;
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(helpers) + 1);
  const auto blocks = [&](std::exception_ptr& error, bool reports) noexcept {
    try {
      for (int first; !failed && (first = next.fetch_add(kBlock)) < rows;) {
        if (reports) progress.at(static_cast<double>(first) / rows);
        work(first, std::min(rows, first + kBlock));
      }
    } catch (...) {
      error = std::current_exception();
      failed = true;
    }
  };
  {
    std::vector<std::jthread> running;
    for (int i = 0; i < helpers; ++i) {
      running.emplace_back([&, i] { blocks(errors[static_cast<std::size_t>(i) + 1], false); });
    }
    blocks(errors[0], true);
  }
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace fathom::scenes
