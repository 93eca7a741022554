#include "app/weights/catalogue_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"

namespace fathom {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz", kDigits = "0123456789";

bool consistsOf(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

/// Refuses what nlohmann-json takes in silence: a key given twice, deep nesting.
class Strictness {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > 8) throw BadInput("is nested too deeply");
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event == Json::parse_event_t::key && !keys_.back().insert(parsed).second) {
      throw BadInput(fmt::format("the field {} is given twice", parsed.dump()));
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;
};

/// An object of the file whose fields are taken one by one; what is left over is an error.
class Fields {
 public:
  /// @param owner  for errors: "entry "depth_anything_v2_vits""
  Fields(const Json& json, std::string owner) : json_(json), owner_(std::move(owner)) {
    if (!json.is_object()) throw BadInput(owner_ + " must be an object");
  }

  void rename(std::string owner) { owner_ = std::move(owner); }

  [[noreturn]] void fail(const std::string& field, const std::string& must) const {
    throw BadInput(fmt::format("{}: \"{}\" {}", owner_, field, must));
  }

  /// Null where the field is absent.
  const Json* optional(const std::string& field) {
    taken_.insert(field);
    const auto found = json_.find(field);
    return found == json_.end() ? nullptr : &*found;
  }
  const Json& required(const std::string& field) {
    const Json* value = optional(field);
    if (!value) fail(field, "is missing");
    return *value;
  }

  /// One line of printable text; empty where it is absent.
  std::string text(const std::string& field) {
    const Json* value = optional(field);
    if (!value) return {};
    if (!value->is_string()) fail(field, "must be a text");
    const std::string text = *value;
    const bool printable =
        std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (text.empty() || text.size() > 2000 || !printable) {
      fail(field, "must be one line of text, and not an empty one");
    }
    return text;
  }
  std::string requiredText(const std::string& field) {
    required(field);
    return text(field);
  }

  /// https, or http to this machine; empty where it is absent.
  std::string address(const std::string& field) {
    const std::string text = this->text(field);
    if (!text.empty() && !isSafeAddress(text)) fail(field, "must be an https:// address");
    return text;
  }

  void finish() const {
    for (const auto& [field, value] : json_.items()) {
      if (!taken_.contains(field)) fail(field, "is not a field of the catalogue");
    }
  }

 private:
  const Json& json_;
  std::string owner_;
  std::set<std::string> taken_;
};

void readSource(Fields& fields, WeightsEntry& entry) {
  entry.file = fields.requiredText("file");
  const std::string suffix = std::filesystem::path(entry.file).extension().string();
  const bool plain = entry.file.find_first_of("/\\") == std::string::npos;
  if (!plain ||
      (suffix != ".safetensors" && suffix != ".pth" && suffix != ".pt" && suffix != ".ckpt")) {
    fields.fail("file", "must be the name of a .safetensors, .pth, .pt or .ckpt file");
  }
  entry.address = fields.address("address");
  entry.how = fields.text("how");
  entry.page = fields.address("page");
  if (entry.address.empty() == entry.how.empty()) {
    fields.fail("address", "or else \"how\" must be there, and not both");
  }
  if (entry.page.empty()) fields.fail("page", "is missing");
}

void readFigures(Fields& fields, WeightsEntry& entry) {
  if (const Json* size = fields.optional("size")) {
    if (!size->is_number_unsigned() || *size > std::uint64_t(1) << 50 || *size == 0) {
      fields.fail("size", "must be a number of bytes");
    }
    entry.size = *size;
  }
  entry.sha256 = fields.text("sha256");
  if (!entry.sha256.empty() &&
      (entry.sha256.size() != 64 || !consistsOf(entry.sha256, "0123456789abcdef"))) {
    fields.fail("sha256", "must be 64 lower-case hexadecimal digits");
  }
  const std::string from = fields.text("sha256_from");
  if (from.empty() != entry.sha256.empty()) {
    fields.fail("sha256_from", "must be there where \"sha256\" is, and nowhere else");
  }
  if (!from.empty() && from != "page" && from != "third party") {
    fields.fail("sha256_from", "must be \"page\" or \"third party\"");
  }
  entry.hashFromThirdParty = from == "third party";
}

void readArchitecture(Fields& fields, WeightsEntry& entry) {
  entry.architecture = fields.text("architecture");
  entry.part = fields.text("part");
  const Json* settings = fields.optional("settings");
  if (entry.architecture.empty() && (!entry.part.empty() || settings)) {
    fields.fail("architecture", "is missing");
  }
  if (!settings) return;
  if (!settings->is_object()) fields.fail("settings", "must be an object of texts");
  for (const auto& [key, value] : settings->items()) {
    if (!value.is_string()) fields.fail("settings", "must be an object of texts");
    entry.settings[key] = value;
  }
}

WeightsEntry readEntry(const Json& json, std::size_t number,
                       const std::map<std::string, WeightsLicence>& licences) {
  Fields fields(json, fmt::format("entry {}", number));
  WeightsEntry entry;
  entry.name = fields.requiredText("name");
  const std::string characters = std::string(kLower).append(kDigits).append("_-");
  if (!consistsOf(entry.name, characters) || entry.name.front() == '-' || entry.name.size() > 100) {
    fields.fail("name", "must consist of a to z, 0 to 9, _ and -");
  }
  fields.rename(fmt::format("entry \"{}\"", entry.name));
  entry.title = fields.requiredText("title");
  readSource(fields, entry);
  readFigures(fields, entry);
  const std::string licence = fields.requiredText("licence");
  const auto known = licences.find(licence);
  if (known == licences.end()) fields.fail("licence", "must be one of \"licences\"");
  entry.licence = known->second;
  entry.licence.note = fields.text("licence_note");
  readArchitecture(fields, entry);
  fields.finish();
  return entry;
}

WeightsLicence readLicence(const std::string& id, const Json& json) {
  Fields fields(json, fmt::format("licence \"{}\"", id));
  WeightsLicence licence;
  licence.id = id;
  fields.required("address");
  licence.address = fields.address("address");
  const Json& flag = fields.required("non_commercial");
  if (!flag.is_boolean()) fields.fail("non_commercial", "must be true or false");
  licence.nonCommercial = flag;
  fields.finish();
  return licence;
}

void readAll(const Json& json, CatalogueFile& file) {
  Fields fields(json, "the catalogue");
  if (fields.required("format") != 1) fields.fail("format", "must be 1");
  if (const Json* licences = fields.optional("licences")) {
    if (!licences->is_object()) fields.fail("licences", "must be an object");
    for (const auto& [id, each] : licences->items()) file.licences[id] = readLicence(id, each);
  }
  const Json& entries = fields.required("entries");
  if (!entries.is_array()) fields.fail("entries", "must be a list");
  std::set<std::string> names;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    file.entries.push_back(readEntry(entries[i], i + 1, file.licences));
    const std::string& name = file.entries.back().name;
    if (!names.insert(name).second) {
      throw BadInput(fmt::format("entry \"{}\": \"name\" is given twice", name));
    }
  }
  fields.finish();
}

}  // namespace

CatalogueFile readCatalogue(std::string_view json, const std::string& source,
                            std::map<std::string, WeightsLicence> licences) {
  CatalogueFile file{std::move(licences), {}};
  const std::string remedy = "Correct the catalogue; fathom-cli weights list --json shows entries";
  try {
    readAll(Json::parse(json, Strictness()), file);
  } catch (const BadInput& error) {
    throw BadInput(error.problem(), source, remedy);
  } catch (const Json::exception& error) {
    throw BadInput(fmt::format("is not JSON: {}", error.what()), source, remedy);
  }
  return file;
}

}  // namespace fathom
