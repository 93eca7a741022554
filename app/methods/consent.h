#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace fathom {

/// Which files with code in them may run. A TorchScript file is a program: to open it is to run
/// it. What a user allows is remembered by the SHA-256 of the file's bytes, so a file that was
/// exchanged is not allowed, and one that was moved is.
class Consent {
 public:
  /// Asks the user about a file; true: allow it from now on. Called on the thread that makes the
  /// method.
  using Ask = std::function<bool(const std::filesystem::path& file, const std::string& sha256)>;

  /// @param store  where it is remembered; a file that cannot be read counts as empty
  /// @param ask    empty: who is not allowed already is refused
  explicit Consent(std::filesystem::path store, Ask ask = {});

  /// $XDG_CONFIG_HOME/fathom/allowed-code.json or ~/.config/fathom/allowed-code.json
  static std::filesystem::path usualStore();

  bool allows(const std::string& sha256) const;
  /// Remembers it, with the file's name for people to read. Throws FileError, BadInput on what is
  /// no SHA-256.
  void allow(const std::string& sha256, const std::string& name);
  /// Throws FileError.
  void withdraw(const std::string& sha256);
  /// What is allowed: SHA-256 and name.
  std::map<std::string, std::string> list() const;

  /// Returns where the file is allowed, or the user allows it when asked. Throws MissingResource
  /// that says what it is and how to allow it.
  void require(const std::filesystem::path& file, const std::string& sha256);

 private:
  void save() const;

  const std::filesystem::path store_;
  const Ask ask_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> allowed_;
};

/// Whether a method failed because require() refused a file, by what it said.
bool isRefusal(std::string_view failure);

/// "allow SHA256|FILE" of a command line: the hash, computed where a file is named. Throws
/// FileError, BadInput.
struct AllowedCode {
  std::string sha256, name;
};
AllowedCode allowedCodeFromText(const std::string& text);

}  // namespace fathom
