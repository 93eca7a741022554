#include "models/checkpoints/safetensors_header.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unordered_set>

#include "models/checkpoints/element_types.h"

namespace fathom {
namespace {

using Json = nlohmann::json;

// A parser holds a text several times over while it reads it, so texts are measured first.
constexpr std::size_t kMaxToken = std::size_t{4} << 20;
constexpr std::size_t kMaxTexts = std::size_t{24} << 20;  // names and metadata together

/// Refuses texts and numbers that are too long to be parsed in bounded memory, and the byte 0,
/// which the parser would take for the end.
void measureTokens(std::string_view json) {
  std::size_t length = 0;
  bool quoted = false, escaped = false;
  for (const char c : json) {
    if (c == '\0') throw std::runtime_error("the header holds a zero byte");
    const bool separator = !quoted && (c == ',' || c == ':' || c == ' ' || c == '[' || c == '{');
    const bool quote = c == '"' && !escaped;
    escaped = quoted && c == '\\' && !escaped;
    if (quote) quoted = !quoted;
    length = quote || separator ? 0 : length + 1;
    if (length > kMaxToken) throw std::runtime_error("the header holds a text longer than 4 MiB");
  }
}

/// Receives the header piece by piece; every function returns false to stop, with problem() set.
class Receiver : public nlohmann::json_sax<Json> {
 public:
  SafetensorsHeader take() { return std::move(header_); }
  const std::string& problem() const { return problem_; }

  bool null() override { return fail("null has no place here"); }
  bool boolean(bool) override { return fail("a truth value has no place here"); }
  bool number_integer(number_integer_t) override { return fail("a number is negative"); }
  bool number_float(number_float_t, const string_t& text) override {
    return fail(fmt::format("{:.20} is no whole number", text));
  }
  bool binary(binary_t&) override { return fail("binary data has no place here"); }
  bool number_unsigned(number_unsigned_t value) override;
  bool string(string_t& value) override;
  bool start_object(std::size_t) override;
  bool key(string_t& name) override;
  bool end_object() override;
  bool start_array(std::size_t) override;
  bool end_array() override;
  bool parse_error(std::size_t at, const std::string&, const Json::exception&) override {
    return fail(fmt::format("not JSON at byte {}", at));
  }

 private:
  enum class Place { Outside, Root, Tensor, Metadata, Array, End };
  enum Field : unsigned { kNone = 0, kType = 1, kShape = 2, kSpan = 4, kAll = 7 };

  bool fail(std::string what) {
    if (problem_.empty()) {
      problem_ = key_.empty() ? std::move(what) : fmt::format("\"{:.200}\": {}", key_, what);
    }
    return false;
  }
  bool remember(std::size_t bytes) {
    texts_ += bytes;
    return texts_ <= kMaxTexts || fail("names and metadata take more than 24 MiB");
  }
  bool enterTensor(string_t& name);
  bool enterField(const string_t& name);

  SafetensorsHeader header_;
  std::string problem_;
  std::unordered_set<std::string> seen_;  ///< of names and, while inside, of metadata
  Place place_ = Place::Outside;
  std::string key_;      ///< in the root
  std::string metaKey_;  ///< in the metadata
  Field field_ = kNone;  ///< the one being read
  unsigned fields_ = 0;  ///< those read of this tensor
  std::size_t texts_ = 0;
  std::vector<std::uint64_t> span_;
};

bool Receiver::number_unsigned(number_unsigned_t value) {
  if (place_ != Place::Array) return fail("a number has no place here");
  if (field_ == kSpan) {
    if (span_.size() == 2) return fail("data_offsets has more than two numbers");
    span_.push_back(value);
    return true;
  }
  auto& shape = header_.entries.back().info.shape;
  if (shape.size() == kMaxRank) return fail("more than 8 dimensions");
  if (value > static_cast<std::uint64_t>(INT64_MAX)) return fail("a side is too long");
  shape.push_back(static_cast<std::int64_t>(value));
  return true;
}

bool Receiver::string(string_t& value) {
  if (place_ == Place::Metadata) {
    if (!remember(value.size())) return false;
    header_.metadata.emplace(metaKey_, std::move(value));
    return true;
  }
  if (place_ != Place::Tensor || field_ != kType) return fail("a text has no place here");
  const auto type = elementFromSafetensors(value);
  if (!type) return fail(fmt::format("its type \"{:.20}\" is not known here", value));
  header_.entries.back().info.type = *type;
  return true;
}

bool Receiver::start_object(std::size_t) {
  if (place_ == Place::Outside) {
    place_ = Place::Root;
    return true;
  }
  if (place_ != Place::Root) return fail("an object has no place here");
  place_ = key_ == "__metadata__" ? Place::Metadata : Place::Tensor;
  fields_ = 0;
  field_ = kNone;
  return true;
}

bool Receiver::enterTensor(string_t& name) {
  // Three copies of each name are kept, and each entry costs about 150 bytes.
  if (!remember(3 * name.size())) return false;
  key_ = std::move(name);
  if (!seen_.insert(key_).second) return fail("this name comes twice");
  if (key_ == "__metadata__") return true;
  if (header_.entries.size() == kMaxTensors) return fail("more than 100,000 tensors");
  header_.entries.push_back({{key_, at::kFloat, {}}, 0, 0});
  return true;
}

bool Receiver::enterField(const string_t& name) {
  field_ = name == "dtype"          ? kType
           : name == "shape"        ? kShape
           : name == "data_offsets" ? kSpan
                                    : kNone;
  if (field_ == kNone) return fail(fmt::format("unknown field \"{:.20}\"", name));
  if (fields_ & field_) return fail(fmt::format("the field {} comes twice", name));
  fields_ |= field_;
  return true;
}

bool Receiver::key(string_t& name) {
  if (place_ == Place::Root) return enterTensor(name);
  if (place_ == Place::Tensor) return enterField(name);
  metaKey_ = std::move(name);
  if (header_.metadata.contains(metaKey_)) return fail("a name comes twice");
  return remember(metaKey_.size() + 100);
}

bool Receiver::end_object() {
  if (place_ == Place::Root) {
    place_ = Place::End;
    return true;
  }
  if (place_ == Place::Tensor) {
    if (fields_ != kAll) return fail("dtype, shape or data_offsets is missing");
    if (span_.size() != 2) return fail("data_offsets has not two numbers");
    header_.entries.back().begin = span_[0];
    header_.entries.back().end = span_[1];
    span_.clear();
  }
  place_ = Place::Root;
  key_.clear();
  return true;
}

bool Receiver::start_array(std::size_t) {
  if (place_ != Place::Tensor || (field_ != kShape && field_ != kSpan)) {
    return fail("a list has no place here");
  }
  place_ = Place::Array;
  return true;
}

bool Receiver::end_array() {
  place_ = Place::Tensor;
  return true;
}

}  // namespace

SafetensorsHeader parseSafetensorsHeader(std::string_view json) {
  if (!json.starts_with('{')) throw std::runtime_error("the header does not begin with {");
  measureTokens(json);
  Receiver receiver;
  if (!Json::sax_parse(json.data(), json.data() + json.size(), &receiver)) {
    throw std::runtime_error(receiver.problem());
  }
  return receiver.take();
}

}  // namespace fathom
