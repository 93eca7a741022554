#include "models/checkpoints/pickle_input.h"

#include <algorithm>

#include "models/checkpoints/pickle_heap.h"

namespace fathom {
namespace {

constexpr std::size_t kMaxLine = 1000;

}  // namespace

std::string_view PickleInput::take(std::size_t count) {
  if (count > left()) throw PickleError("its pickle ends too early");
  at_ += count;
  return bytes_.substr(at_ - count, count);
}

std::uint64_t PickleInput::number(std::size_t count) {
  const std::string_view digits = take(count);
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(digits[i]);
  return value;
}

std::string_view PickleInput::line() {
  const std::string_view rest = bytes_.substr(at_, std::min(left(), kMaxLine));
  const std::size_t length = rest.find('\n');
  if (length == std::string_view::npos) throw PickleError("its pickle holds an endless name");
  return take(length + 1).substr(0, length);
}

}  // namespace fathom
