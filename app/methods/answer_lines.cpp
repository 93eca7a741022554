#include "app/methods/answer_lines.h"

#include <algorithm>

namespace fathom {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024, kMostLines = 1000, kMostReadable = 2000;

}  // namespace

void LineSplitter::take(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    if (partial_.size() + piece.size() > kLongestLine) overlong_ = true;
    if (!overlong_) partial_ += piece;
    if (end == std::string_view::npos) return;
    if (!overlong_ && lines_.size() < kMostLines) lines_.push_back(partial_);
    partial_.clear();
    overlong_ = false;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::string> LineSplitter::next() {
  if (lines_.empty()) return {};
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

Answer answerOf(std::string_view line, std::string_view sample) {
  constexpr std::string_view kDone = "fathom done ", kFailed = "fathom failed ";
  if (line.starts_with(kFailed))
    return {Answer::Kind::kFailed, readable(line.substr(kFailed.size()))};
  if (!line.starts_with(kDone)) return {};
  const std::string_view which = line.substr(kDone.size());
  if (which == sample) return {Answer::Kind::kDone};
  return {Answer::Kind::kDoneWithAnother, readable(which)};
}

std::string readable(std::string_view printed) {
  std::string_view text = printed.substr(printed.size() - std::min(printed.size(), kMostReadable));
  if (text.size() < printed.size()) text.remove_prefix(text.find('\n') + 1);
  std::string clean;
  for (const char c : text) clean += (c >= 0x20 && c < 0x7f) || c == '\n' ? c : '.';
  while (!clean.empty() && (clean.back() == '\n' || clean.back() == ' ')) clean.pop_back();
  return clean;
}

}  // namespace fathom
