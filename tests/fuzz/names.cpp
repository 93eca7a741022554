// Patterns of file names, and names that meet them: a pattern, a line end, a name.
#include "app/methods/prediction_folder.h"
#include "core/error.h"
#include "tests/fuzz/as_file.h"

using namespace fathom;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string name = end < text.size() ? text.substr(end + 1) : "";
  try {
    const PredictionPattern pattern(text.substr(0, end));
    // A name that meets the pattern is one of its sample's.
    if (const auto sample = pattern.sampleOf(name)) {
      test::require(!sample->empty() && sample->find('/') == std::string::npos);
    }
    // Every path of a sample leads back to it, and stays in the folder.
    for (const auto& path : pattern.pathsOf(name)) {
      test::require(path.is_relative());
      for (const auto& part : path) test::require(part != "..");
      // Its uncertainty lies beside it or below.
      for (const auto& beside : uncertaintyPaths(path)) {
        const auto relative = beside.lexically_relative(path.parent_path());
        test::require(path.parent_path().empty() || *relative.begin() != "..");
      }
      test::require(pattern.sampleOf(path) == name);
    }
  } catch (const BadInput&) {
    // It says what is wrong with the pattern or the name.
  }
  return 0;
}
