#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace fathom {

/// Lines out of what a program prints, which comes in pieces. Lines longer than 64 KB are noise and
/// left out; of more than 1,000 that nobody has taken the newer ones are dropped.
class LineSplitter {
 public:
  void take(std::string_view text);
  /// The oldest line, without its end.
  std::optional<std::string> next();
  bool empty() const { return lines_.empty(); }

 private:
  std::string partial_;
  bool overlong_ = false;
  std::deque<std::string> lines_;
};

/// What a line on a served program's standard output says about a sample.
struct Answer {
  enum class Kind { kNone, kDone, kDoneWithAnother, kFailed };
  Kind kind = Kind::kNone;
  std::string said = {};  ///< the reason, or the other sample; as readable() gives it
};
/// "fathom done SAMPLE", "fathom failed REASON"; anything else is no answer.
Answer answerOf(std::string_view line, std::string_view sample);

/// The end of what a program printed, for people: at most 2,000 bytes, beginning at a line where it
/// is cut; printable ASCII and line ends, other bytes as dots.
std::string readable(std::string_view printed);

}  // namespace fathom
