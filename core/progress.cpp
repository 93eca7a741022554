#include "core/progress.h"

#include "core/error.h"

namespace fathom {

void Progress::checkpoint() const {
  if (stop.stop_requested()) throw Cancelled();
}

void Progress::at(double part, std::string_view doing) const {
  checkpoint();
  if (report) report(part, doing);
}

Progress Progress::part(double from, double to) const {
  if (!report) return {stop, {}};
  return {stop, [outer = report, from, to](double inner, std::string_view doing) {
            outer(from + (to - from) * inner, doing);
          }};
}

}  // namespace fathom
