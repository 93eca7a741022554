#include "core/provenance.h"

#include <fmt/format.h>

#include <algorithm>

#include "build_info.h"
#include "core/build_commit.h"

namespace fathom {

Provenance makeProvenance(std::string device, std::uint64_t seed) {
  return {"fathom", FATHOM_VERSION, buildCommit(), FATHOM_TORCH_VERSION, std::move(device), seed,
          {}};
}

std::string oneLine(const Provenance& provenance) {
  std::string line =
      fmt::format("{} {} ({}) · LibTorch {} · {} · seed {}", provenance.program, provenance.version,
                  provenance.commit, provenance.torch, provenance.device, provenance.seed);
  for (const auto& [key, value] : provenance.more) line += fmt::format(" · {} {}", key, value);
  // It ends up in comments, where a second line would no longer be one.
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

}  // namespace fathom
