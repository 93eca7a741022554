#include "app/weights/catalogue.h"

#include <fmt/format.h>

#include <QFile>
#include <QHostAddress>
#include <QUrl>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "app/weights/catalogue_reader.h"
#include "core/error.h"

// Outside of any namespace, as Qt's macro wants it.
static void initialiseWeights() {
  Q_INIT_RESOURCE(weights);
}

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 16 << 20;

std::string textOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(kLargestFile + 1);
    file.read(text.data(), std::streamsize(text.size()));
    text.resize(std::size_t(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    throw FileError("the catalogue of weights cannot be read", path.string(),
                    "Correct FATHOM_CATALOGUE or make the file readable");
  }
  if (text.size() > kLargestFile) {
    throw BadInput("a catalogue of weights has at most 16 MB", path.string());
  }
  return text;
}

/// Names that hold the text, or that begin as it does.
std::string resembling(const std::vector<WeightsEntry>& entries, std::string_view name) {
  const std::string_view head = name.substr(0, std::min<std::size_t>(name.size(), 4));
  std::string list;
  for (const WeightsEntry& entry : entries) {
    const bool near = !name.empty() &&
                      (entry.name.find(name) != std::string::npos || entry.name.starts_with(head));
    if (near) list += (list.empty() ? "" : ", ") + entry.name;
  }
  return list;
}

}  // namespace

std::string WeightsEntry::storedFile() const {
  return name + fs::path(file).extension().string();
}

bool isSafeAddress(std::string_view address) {
  const QUrl url(QString::fromUtf8(address.data(), qsizetype(address.size())), QUrl::StrictMode);
  if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty()) return false;
  if (url.scheme() == "https") return true;
  const QString host = url.host();
  const bool here = host == "localhost" || QHostAddress(host).isLoopback();
  return url.scheme() == "http" && here;
}

void Catalogue::add(std::string_view json, const std::string& source) {
  CatalogueFile file = readCatalogue(json, source, licences_);
  licences_ = std::move(file.licences);
  for (WeightsEntry& entry : file.entries) {
    const auto known = std::ranges::find(entries_, entry.name, &WeightsEntry::name);
    if (known != entries_.end()) {
      *known = std::move(entry);
    } else {
      entries_.push_back(std::move(entry));
    }
  }
}

const WeightsEntry& Catalogue::find(std::string_view name) const {
  const auto entry = std::ranges::find(entries_, name, &WeightsEntry::name);
  if (entry != entries_.end()) return *entry;
  const std::string near = resembling(entries_, name);
  throw BadInput("the catalogue has no weights of this name", std::string(name),
                 near.empty() ? "See fathom-cli weights list" : "It has " + near);
}

Catalogue shippedCatalogue() {
  initialiseWeights();
  QFile file(QStringLiteral(":/fathom/weights.json"));
  if (!file.open(QIODevice::ReadOnly)) throw Error("the program holds no catalogue of weights");
  Catalogue catalogue;
  catalogue.add(file.readAll().toStdString(), "the catalogue of the program");
  return catalogue;
}

Catalogue loadCatalogue(const fs::path& folder) {
  Catalogue catalogue = shippedCatalogue();
  const char* named = std::getenv("FATHOM_CATALOGUE");
  const bool chosen = named && *named;
  const fs::path own = chosen ? fs::path(named) : folder / "catalogue.json";
  std::error_code ignored;
  if (chosen || fs::exists(own, ignored)) catalogue.add(textOf(own), own.string());
  return catalogue;
}

}  // namespace fathom
