#pragma once

#include <cstdint>
#include <string_view>

namespace fathom {

/// The bytes of a pickle, taken one after the other and never beyond its end.
class PickleInput {
 public:
  PickleInput() = default;
  /// The bytes [start, end) of `bytes`.
  PickleInput(std::string_view bytes, std::size_t start, std::size_t end)
      : bytes_(bytes), at_(start), end_(end) {}

  std::size_t position() const { return at_; }
  std::size_t left() const { return end_ - at_; }
  /// All throw PickleError where fewer bytes are left.
  std::string_view take(std::size_t count);
  /// An unsigned number of so many bytes, lowest first.
  std::uint64_t number(std::size_t count);
  /// Up to the end of a line of at most 1,000 letters, which is taken too but not returned.
  std::string_view line();

 private:
  std::string_view bytes_;
  std::size_t at_ = 0, end_ = 0;
};

}  // namespace fathom
