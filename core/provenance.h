#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fathom {

/// Where a number or picture comes from; stamped into everything that leaves the program.
struct Provenance {
  std::string program = "fathom";
  std::string version;   ///< "0.1.0"
  std::string commit;    ///< short git commit, "+changes" where the tree was not clean, or "unknown"
  std::string torch;     ///< LibTorch's version
  std::string device;    ///< as describeDevice says
  std::uint64_t seed = 0;
  /// More, in order: source, preset, methods, weights …
  std::vector<std::pair<std::string, std::string>> more;
};

/// Filled with what the build and the machine know.
Provenance makeProvenance(std::string device, std::uint64_t seed);

/// One line "fathom 0.1.0 (abc1234) · LibTorch 2.11.0 · CPU, 2 threads · seed 1 · key value …".
std::string oneLine(const Provenance& provenance);

}  // namespace fathom
