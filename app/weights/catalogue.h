#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fathom {

/// What a file of weights is published under.
struct WeightsLicence {
  std::string id;       ///< "Apache-2.0"
  std::string address;  ///< of its text
  bool nonCommercial = false;
  std::string note;  ///< what is unclear about it; may be empty
  bool operator==(const WeightsLicence&) const = default;
};

/// A published weights file.
struct WeightsEntry {
  std::string name;     ///< as methods want it: "depth_anything_v2_vits"
  std::string title;    ///< "Depth Anything V2 Small"
  std::string file;     ///< as published: "depth_anything_v2_vits.pth"
  std::string address;  ///< to download from; empty where that takes a browser
  std::string page;     ///< where it is described
  std::string how;      ///< how to get it by hand; set exactly where there is no address
  std::optional<std::int64_t> size;  ///< bytes
  std::string sha256;                ///< 64 lower-case hexadecimal digits, or empty: unknown
  bool hashFromThirdParty = false;   ///< not from the publisher's own page
  WeightsLicence licence;
  std::string architecture;                     ///< of ours that reads it; may be empty
  std::string part;                             ///< "backbone" or "head" where it fills only a part
  std::map<std::string, std::string> settings;  ///< of the architecture
  bool operator==(const WeightsEntry&) const = default;

  bool byHand() const { return address.empty(); }
  /// Its name in the weights folder: the catalogue's name with the published suffix.
  std::string storedFile() const;
};

/// The published weights files that a program knows, in the order in which they are listed.
class Catalogue {
 public:
  /// Adds the entries of a catalogue file; one with a known name replaces the earlier one.
  /// Throws BadInput that names file, entry and field.
  /// @param json    {"format": 1, "licences": {…}, "entries": […]}
  /// @param source  the file's name, for errors
  void add(std::string_view json, const std::string& source);

  const std::vector<WeightsEntry>& entries() const { return entries_; }
  /// Throws BadInput that lists names that resemble it.
  const WeightsEntry& find(std::string_view name) const;

 private:
  std::vector<WeightsEntry> entries_;
  std::map<std::string, WeightsLicence> licences_;
};

/// The catalogue that comes with the program.
Catalogue shippedCatalogue();

/// The shipped catalogue and the user's own entries: FATHOM_CATALOGUE, else catalogue.json in the
/// weights folder where it exists. Throws BadInput, FileError.
Catalogue loadCatalogue(const std::filesystem::path& folder);

/// An address to which a request may go: https, or http to this machine alone.
bool isSafeAddress(std::string_view address);

}  // namespace fathom
