#pragma once

#include "app/weights/catalogue.h"

namespace fathom {

/// What a catalogue file says. The licences are the known ones and the file's.
struct CatalogueFile {
  std::map<std::string, WeightsLicence> licences;
  std::vector<WeightsEntry> entries;
};

/// Reads a catalogue file strictly: an unknown, missing or doubled field is an error.
/// @param licences  that entries may name besides the file's own
/// Throws BadInput that names source, entry and field.
CatalogueFile readCatalogue(std::string_view json, const std::string& source,
                            std::map<std::string, WeightsLicence> licences);

}  // namespace fathom
