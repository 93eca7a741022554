// What a served program prints, in pieces: lines, answers, and what is shown of them.
#include <algorithm>

#include "app/methods/answer_lines.h"
#include "tests/fuzz/as_file.h"

using namespace fathom;

namespace {

void checkReadable(std::string_view text) {
  test::require(text.size() <= 2000);
  for (const char c : text) test::require((c >= 0x20 && c < 0x7f) || c == '\n');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  checkReadable(readable(text));
  // However it is cut, the lines are the same.
  const std::size_t piece = data[0] + 1U;
  LineSplitter whole, pieces;
  whole.take(text);
  for (std::size_t at = 0; at < text.size(); at += piece) pieces.take(text.substr(at, piece));
  while (auto line = whole.next()) {
    test::require(pieces.next() == line);
    test::require(line->find('\n') == std::string::npos);
    const Answer answer = answerOf(*line, "train-0001");
    checkReadable(answer.said);
    test::require((answer.kind == Answer::Kind::kDone) == (*line == "fathom done train-0001"));
  }
  test::require(pieces.empty());
  return 0;
}
