#pragma once

#include <QCryptographicHash>
#include <QString>

#include "app/weights/fetch.h"
#include "loopback_server.h"

/// Bytes that differ everywhere, so that a gap or an overlap shows; `seed` makes another file.
inline QByteArray madeUpWeights(qsizetype size, quint32 seed = 1) {
  QByteArray bytes(size, Qt::Uninitialized);
  quint32 state = seed * 2654435761U + 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = char(state >> 24);
  }
  return bytes;
}

inline QByteArray sha256Of(const QByteArray& bytes) {
  return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

/// An entry whose file is these bytes.
inline fathom::WeightsEntry entryOf(const QString& address, const QByteArray& bytes) {
  fathom::WeightsEntry entry;
  entry.name = "made_up";
  entry.title = "Made up";
  entry.file = "published.pth";
  entry.address = address.toStdString();
  entry.page = "https://example.org/made-up";
  entry.size = bytes.size();
  entry.sha256 = sha256Of(bytes).toStdString();
  entry.licence = {"MIT", "https://opensource.org/license/mit", false, ""};
  return entry;
}
