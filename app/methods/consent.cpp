#include "app/methods/consent.h"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/methods/toml.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/sha256.h"

namespace fathom {
namespace {

constexpr const char* kNotAllowed = "was not allowed to run";

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

bool isSha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::map<std::string, std::string> readStore(const fs::path& store) {
  std::map<std::string, std::string> allowed;
  try {
    const Json json = Json::parse(readTextFile(store.string()), nullptr, false);
    if (!json.is_object()) return allowed;
    for (const auto& [sha256, name] : json.items()) {
      if (isSha256(sha256) && name.is_string()) allowed[sha256] = name.get<std::string>();
    }
  } catch (const FileError&) {
    // Nothing was allowed yet, or it cannot be known: both mean no.
  }
  return allowed;
}

}  // namespace

Consent::Consent(fs::path store, Ask ask) : store_(std::move(store)), ask_(std::move(ask)) {
  allowed_ = readStore(store_);
}

fs::path Consent::usualStore() {
  const char* given = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const fs::path folder = given && fs::path(given).is_absolute()
                              ? fs::path(given)
                              : fs::path(home ? home : ".") / ".config";
  return folder / "fathom" / "allowed-code.json";
}

bool Consent::allows(const std::string& sha256) const {
  const std::lock_guard lock(mutex_);
  return allowed_.contains(sha256);
}

std::map<std::string, std::string> Consent::list() const {
  const std::lock_guard lock(mutex_);
  return allowed_;
}

void Consent::save() const {
  Json json = Json::object();
  for (const auto& [sha256, name] : allowed_) json[sha256] = name;
  writeFile(store_, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void Consent::allow(const std::string& sha256, const std::string& name) {
  if (!isSha256(sha256)) {
    throw BadInput("is no SHA-256", sha256, "Give 64 hexadecimal digits in lower case");
  }
  const std::lock_guard lock(mutex_);
  // Another program may have added to it meanwhile.
  allowed_.merge(readStore(store_));
  allowed_[sha256] = name;
  save();
}

void Consent::withdraw(const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  allowed_ = readStore(store_);
  if (allowed_.erase(sha256) > 0) save();
}

void Consent::require(const fs::path& file, const std::string& sha256) {
  if (allows(sha256)) return;
  if (ask_ && ask_(file, sha256)) return allow(sha256, file.string());
  throw MissingResource(
      fmt::format("a TorchScript file is a program, and this one (SHA-256 {}) {}", sha256,
                  kNotAllowed),
      file.string(),
      fmt::format("If you trust where it comes from: --allow-code {}", file.string()));
}

bool isRefusal(std::string_view failure) {
  return failure.find(kNotAllowed) != std::string_view::npos;
}

AllowedCode allowedCodeFromText(const std::string& text) {
  if (isSha256(text) && !fs::exists(text)) return {text, "allowed by its SHA-256"};
  return {sha256OfFile(text), fs::absolute(text).lexically_normal().string()};
}

}  // namespace fathom
