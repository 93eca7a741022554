#pragma once

#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <QDir>

// What a program may meet: called in a child before it becomes fathom-cli.

inline constexpr int kCapDacOverride = 1, kCapDacReadSearch = 2;  // linux/capability.h

/// Takes from root what lets it write where it may not.
inline void obeyPermissions() {
  ::prctl(PR_CAPBSET_DROP, kCapDacOverride);
  ::prctl(PR_CAPBSET_DROP, kCapDacReadSearch);
}

/// A file that grows beyond this fails to, as on a full disk.
inline void limitFileSizes(rlim_t most) {
  const rlimit bytes{most, most};
  ::setrlimit(RLIMIT_FSIZE, &bytes);
}

/// A small file system of its own; not valid where it may not be mounted.
class SmallDisk {
 public:
  SmallDisk(const QString& path, const char* size) : path_(path.toUtf8()) {
    QDir().mkpath(path);
    const QByteArray options = QByteArray("size=") + size;
    valid_ = ::mount("tmpfs", path_.constData(), "tmpfs", 0, options.constData()) == 0;
  }
  ~SmallDisk() {
    if (valid_) ::umount2(path_.constData(), MNT_DETACH);
  }
  bool valid() const { return valid_; }

 private:
  QByteArray path_;
  bool valid_ = false;
};
