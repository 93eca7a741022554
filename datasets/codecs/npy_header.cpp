#include "datasets/codecs/npy_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "core/error.h"
#include "core/shape_text.h"

namespace fathom {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};
constexpr std::size_t kMostHeaderBytes = 10'000;
constexpr std::size_t kAlignment = 64;
constexpr const char* kWriteAgain =
    "Write it again: numpy.save(path, numpy.ascontiguousarray(array, 'float32'))";
constexpr const char* kCopyAgain = "The file is cut short: copy or download it again";

/// Reads the one dictionary that an NPY header is, from left to right, without an evaluator.
class HeaderGrammar {
 public:
  HeaderGrammar(std::string_view text, const InputFile& file) : text_(text), file_(file) {}

  NpyHeader read() {
    expect('{');
    while (!accept('}')) {
      readEntry();
      if (accept(',')) continue;
      expect('}');
      break;
    }
    skipSpace();
    if (at_ != text_.size()) fail("nothing but spaces after the closing brace");
    if (!hasType_) missing("descr");
    if (!hasOrder_) missing("fortran_order");
    if (!hasShape_) missing("shape");
    return std::move(header_);
  }

 private:
  void readEntry() {
    const std::string_view key = readString("a key in quotes");
    expect(':');
    if (key == "descr") {
      once(hasType_, key);
      readType();
    } else if (key == "fortran_order") {
      once(hasOrder_, key);
      header_.fortran = readFlag();
    } else if (key == "shape") {
      once(hasShape_, key);
      readShape();
    } else {
      file_.fail(fmt::format("its header has the unknown key '{}'", printable(key)), kWriteAgain);
    }
  }

  void once(bool& seen, std::string_view key) {
    if (seen) file_.fail(fmt::format("its header has the key '{}' twice", key), kWriteAgain);
    seen = true;
  }

  void readType() {
    skipSpace();
    if (at_ < text_.size() && text_[at_] == '[') {
      file_.fail("it is a structured array (several fields in one element)",
                 "Save one field: numpy.save(path, array['depth'].astype('float32'))");
    }
    const std::string_view descr = readString("an element type in quotes");
    std::string_view name = descr;
    const char order = name.empty() ? '\0' : name.front();
    const bool stated = std::string_view("<>=|").find(order) != std::string_view::npos;
    if (stated && order != '\0') name.remove_prefix(1);
    if (name.starts_with('O')) {
      file_.fail("it holds Python objects, that is a pickle, which can run code when it is opened",
                 kWriteAgain);
    }
    const auto* type = std::ranges::find(kNpyTypes, name, &NpyType::name);
    // Only one byte has no order; several without one would be a guess.
    const bool ordered = name == "u1" || (stated && order != '|');
    if (type == kNpyTypes.end() || !ordered) {
      file_.fail(fmt::format("its element type '{}' is not one of f2 f4 f8 u1 u2 i2 i4 with < or >",
                             printable(descr)),
                 "Convert it: numpy.save(path, array.astype('float32'))");
    }
    header_.dtype = type->dtype;
    header_.bigEndian = order == '>' && name != "u1";
  }

  bool readFlag() {
    skipSpace();
    for (const auto& [word, value] :
         {std::pair{std::string_view("True"), true}, std::pair{std::string_view("False"), false}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    }
    fail("True or False");
  }

  void readShape() {
    expect('(');
    while (!accept(')')) {
      if (header_.shape.size() == kMostNpyDimensions) {
        file_.fail(fmt::format("it has more than {} dimensions", kMostNpyDimensions), kWriteAgain);
      }
      header_.shape.push_back(readLength());
      if (accept(',')) continue;
      // In Python "(5)" is a number, not a tuple.
      if (header_.shape.size() == 1) fail("a comma after the only length of the shape");
      expect(')');
      break;
    }
  }

  std::int64_t readLength() {
    skipSpace();
    const std::size_t begin = at_;
    std::int64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      if (__builtin_mul_overflow(value, std::int64_t{10}, &value) ||
          __builtin_add_overflow(value, std::int64_t{text_[at_] - '0'}, &value)) {
        file_.fail("a length in its shape is larger than any file can be", kCopyAgain);
      }
    }
    if (at_ == begin) fail("a whole number of 0 or more in the shape");
    if (at_ - begin > 1 && text_[begin] == '0') fail("a number without leading zeros");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2 wrote its long integers so
    return value;
  }

  std::string_view readString(const char* what) {
    skipSpace();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) fail(what);
    const char quote = text_[at_++];
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) fail("a closing quote");
    const std::string_view inner = text_.substr(at_, end - at_);
    at_ = end + 1;
    return inner;
  }

  void skipSpace() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }

  bool accept(char wanted) {
    skipSpace();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) fail(std::string_view(&wanted, 1));
  }

  [[noreturn]] void fail(std::string_view wanted) const {
    const std::string found = at_ < text_.size()
                                  ? fmt::format("'{}'", printable(text_.substr(at_, 12)))
                                  : std::string("its end");
    file_.fail(fmt::format("its header cannot be read: expected {} at character {}, found {}",
                           wanted, at_, found),
               kWriteAgain);
  }

  [[noreturn]] void missing(std::string_view key) const {
    file_.fail(fmt::format("its header has no key '{}'", key), kWriteAgain);
  }

  /// The start of a text from a file, fit for a message.
  static std::string printable(std::string_view text) {
    std::string shown(text.substr(0, 40));
    for (char& c : shown) {
      if (c < ' ' || c > '~') c = '?';
    }
    return shown;
  }

  std::string_view text_;
  const InputFile& file_;
  std::size_t at_ = 0;
  bool hasType_ = false, hasOrder_ = false, hasShape_ = false;
  NpyHeader header_;
};

/// Magic, version and the length field: where the dictionary begins and how long it is.
struct Preamble {
  std::size_t begin, length;
};

Preamble readPreamble(const InputFile& file) {
  std::array<unsigned char, 12> start{};
  const std::size_t got = file.readSome(0, start.data(), start.size());
  const auto cut = [&](std::size_t needed) {
    if (got >= needed) return;
    file.fail(fmt::format("is {} bytes long, which is too short for an NPY header", got),
              kCopyAgain);
  };
  if (got == 0) file.fail("is empty", "Copy or download it again");
  const std::size_t compared = std::min(got, kMagic.size());
  if (!std::equal(kMagic.begin(), kMagic.begin() + compared, start.begin(),
                  [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; })) {
    file.fail("is not an NPY file: it does not start with \\x93NUMPY",
              "Give a file that numpy.save wrote");
  }
  cut(8);
  const int version = start[6];
  if (version < 1 || version > 3 || start[7] != 0) {
    file.fail(
        fmt::format("is of NPY version {}.{}; 1.0, 2.0 and 3.0 can be read", version, start[7]),
        kWriteAgain);
  }
  if (version == 1) {
    cut(10);
    return {10, start[8] | std::size_t{start[9]} << 8};
  }
  cut(12);
  return {12, start[8] | std::size_t{start[9]} << 8 | std::size_t{start[10]} << 16 |
                  std::size_t{start[11]} << 24};
}

std::string readDictionary(const InputFile& file, const Preamble& preamble) {
  if (preamble.length > kMostHeaderBytes) {
    file.fail(fmt::format("announces a header of {} bytes; at most {} are read", preamble.length,
                          kMostHeaderBytes),
              kWriteAgain);
  }
  if (preamble.begin + preamble.length > file.size()) {
    file.fail(fmt::format("announces a header of {} bytes, but only {} bytes follow",
                          preamble.length, file.size() - preamble.begin),
              kCopyAgain);
  }
  std::string text(preamble.length, '\0');
  file.readAt(preamble.begin, text.data(), text.size());
  return text;
}

/// Bytes of the elements, or nothing where the number does not fit 63 bits. Lengths of 0 count as
/// 1, so that no partial product (a stride) can overflow later.
std::optional<std::int64_t> payloadBytes(const NpyHeader& header) {
  std::int64_t bytes = static_cast<std::int64_t>(c10::elementSize(header.dtype));
  bool none = false;
  for (const std::int64_t length : header.shape) {
    none = none || length == 0;
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(length, 1), &bytes)) return {};
  }
  return none ? 0 : bytes;
}

void checkPayload(const NpyHeader& header, const InputFile& file) {
  const std::string announced = fmt::format("its header announces {} {}", shapeText(header.shape),
                                            npyType(header.dtype)->title);
  const std::optional<std::int64_t> wanted = payloadBytes(header);
  const std::uint64_t found = file.size() - header.offset;
  if (!wanted) {
    file.fail(
        fmt::format("{}, more than any file can hold, but {} bytes follow it", announced, found),
        kWriteAgain);
  }
  if (static_cast<std::uint64_t>(*wanted) == found) return;
  file.fail(fmt::format("{}, that is {} bytes, but {} bytes follow it", announced, *wanted, found),
            static_cast<std::uint64_t>(*wanted) > found
                ? kCopyAgain
                : "Header and data do not belong together: write the file again");
}

}  // namespace

const NpyType* npyType(at::ScalarType dtype) {
  const auto* found = std::ranges::find(kNpyTypes, dtype, &NpyType::dtype);
  return found == kNpyTypes.end() ? nullptr : found;
}

NpyHeader readNpyHeader(const InputFile& file) {
  const Preamble preamble = readPreamble(file);
  NpyHeader header = HeaderGrammar(readDictionary(file, preamble), file).read();
  header.offset = preamble.begin + preamble.length;
  checkPayload(header, file);
  return header;
}

std::string npyHeaderBytes(const NpyType& type, const std::vector<std::int64_t>& shape) {
  const std::string comma = shape.size() == 1 ? "," : "";
  std::string text =
      fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}{}), }}",
                  type.name == "u1" ? '|' : '<', type.name, fmt::join(shape, ", "), comma);
  // NumPy leaves room for the first length to grow to 21 digits in place.
  if (!shape.empty()) text.append(21 - fmt::formatted_size("{}", shape.front()), ' ');
  const std::size_t used = kMagic.size() + 4 + text.size() + 1;
  text.append(kAlignment - used % kAlignment, ' ');
  text.push_back('\n');
  std::string bytes(kMagic);
  bytes.push_back('\1');
  bytes.push_back('\0');
  bytes.push_back(static_cast<char>(text.size() & 0xff));
  bytes.push_back(static_cast<char>(text.size() >> 8));
  return bytes + text;
}

}  // namespace fathom
