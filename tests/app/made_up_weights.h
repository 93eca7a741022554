#pragma once

#include <QByteArray>
#include <QCryptographicHash>

/// A safetensors file: its header, padded, and what follows.
inline QByteArray safetensorsFile(const QByteArray& header, const QByteArray& data) {
  QByteArray bytes(8, '\0');
  const qsizetype size = header.size() + 64 - header.size() % 64;
  bytes[0] = char(size);
  bytes[1] = char(size >> 8);
  return bytes + header.leftJustified(size) + data;
}

/// A safetensors file of this size whose bytes differ everywhere, so that a gap or an overlap
/// shows; `seed` makes another file.
inline QByteArray madeUpWeights(qsizetype size, quint32 seed = 1) {
  QByteArray bytes(size, Qt::Uninitialized);
  quint32 state = seed * 2654435761U + 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = char(state >> 24);
  }
  const QByteArray count = QByteArray::number(size - 136);
  return safetensorsFile("{\"weight\": {\"dtype\": \"U8\", \"shape\": [" + count +
                             "], \"data_offsets\": [0, " + count + "]}}",
                         bytes.mid(136));
}

inline QByteArray sha256Of(const QByteArray& bytes) {
  return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}
