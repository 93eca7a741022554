#pragma once

#include <QObject>
#include <QStringList>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "app/methods/consent.h"
#include "app/methods/definition.h"
#include "core/upsampler.h"

namespace fathom {

class FolderWatch;
class Workbench;

/// The methods that the user brings: kept in a file from session to session, put beside those that
/// Fathom has, their folders watched. The workbench learns of every change. Methods can be borrowed
/// from a run file for the session: those are in nobody's file here, and go before kept ones of the
/// same id.
class MethodShelf : public QObject {
  Q_OBJECT
 public:
  /// Reads the file and hands what can be used to the workbench; see problems() for the rest.
  /// @param file  a TOML file of [[method]] tables; need not be there
  MethodShelf(Workbench& workbench, std::filesystem::path file, std::shared_ptr<Consent> consent,
              QObject* parent = nullptr);
  ~MethodShelf() override;

  /// $XDG_CONFIG_HOME/fathom/methods.toml or ~/.config/fathom/methods.toml
  static std::filesystem::path usualFile();

  /// Those that are kept.
  const std::vector<MethodDefinition>& definitions() const { return lists_.kept; }
  const std::vector<MethodDefinition>& borrowed() const { return lists_.borrowed; }
  /// Those in effect: borrowed ones, and the kept ones that none of them hides.
  std::vector<MethodDefinition> own() const;
  /// Of those in effect. Null where no method of the user's has this id.
  const MethodDefinition* find(const std::string& id) const;
  const std::shared_ptr<Consent>& consent() const { return consent_; }
  /// What could not be taken from the file, a sentence each.
  const QStringList& problems() const { return problems_; }

  /// The file whose code was refused when this method failed so, itself or a member of it; empty
  /// where that was not the reason.
  std::filesystem::path refusedFile(const std::string& id, const std::string& failure) const;

  /// An id that is free: "my-method", "my-method-2" …
  std::string freeId(const std::string& wish) const;
  /// All methods, with this one in the place of `replaced` (empty: as a new one). Throws BadInput.
  UpsamplerRegistry with(const MethodDefinition& definition, const std::string& replaced) const;
  /// Adds it, or puts it in the place of `replaced`; a borrowed one stays borrowed. Throws
  /// BadInput, FileError and changes nothing.
  void put(const MethodDefinition& definition, const std::string& replaced = {});
  /// Throws BadInput where other methods are made of it, FileError; then nothing changes.
  void remove(const std::string& id);

  /// All methods, with these borrowed in the place of those that are by now. Throws BadInput.
  UpsamplerRegistry withBorrowed(const std::vector<MethodDefinition>& definitions) const;
  /// Borrows these for the session, and no others any more. Throws BadInput and changes nothing.
  void borrow(std::vector<MethodDefinition> definitions);

 Q_SIGNALS:
  void changed();

 private:
  struct Lists {
    std::vector<MethodDefinition> kept, borrowed;
    std::vector<MethodDefinition> inEffect() const;
  };

  void load();
  /// @param registry  of these definitions
  void take(Lists next, UpsamplerRegistry registry, const std::vector<std::string>& changed);
  UpsamplerRegistry registryOf(const std::vector<MethodDefinition>& definitions) const;
  Lists replacing(const MethodDefinition& definition, const std::string& replaced) const;
  void save(const std::vector<MethodDefinition>& definitions) const;
  void watchFolders();

  Workbench& workbench_;
  const std::filesystem::path file_;
  const std::shared_ptr<Consent> consent_;
  const UpsamplerRegistry built_;  ///< what Fathom brings
  Lists lists_;
  QStringList problems_;
  std::map<std::filesystem::path, std::unique_ptr<FolderWatch>> watches_;
};

}  // namespace fathom
