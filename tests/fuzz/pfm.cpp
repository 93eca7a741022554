// Any bytes as a PFM file: a map of the size that the header says, or a FileError.
#include "datasets/codecs/pfm.h"
#include "core/error.h"
#include "tests/fuzz/as_file.h"

using namespace fathom;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::BytesAsFile file(data, size);
  try {
    const Size announced = pfmSize(file.path());
    const at::Tensor values = readPfm(file.path());
    test::require(values.dim() == 2 && values.size(0) == announced.height &&
                  values.size(1) == announced.width);
  } catch (const FileError&) {
    // That is what a file which is none should give.
  }
  return 0;
}
