#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <vector>

/// A float32 matrix as NumPy's format has it, read and written without the code under test.
struct PlainNpy {
  int rows = 0, columns = 0;
  std::vector<float> values;
  float at(int row, int column) const { return values[std::size_t(row) * columns + column]; }
};

inline PlainNpy readPlainNpy(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray bytes = file.readAll();
  const int header =
      static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
  const QByteArray text = bytes.mid(10, header);
  if (!text.contains("'<f4'") || !text.contains("'fortran_order': False")) return {};
  const int open = text.indexOf('('), comma = text.indexOf(',', open), close = text.indexOf(')');
  PlainNpy npy;
  npy.rows = text.mid(open + 1, comma - open - 1).trimmed().toInt();
  npy.columns = text.mid(comma + 1, close - comma - 1).trimmed().toInt();
  npy.values.resize(std::size_t(npy.rows) * npy.columns);
  if (bytes.size() - 10 - header != qsizetype(npy.values.size() * 4)) return {};
  std::memcpy(npy.values.data(), bytes.constData() + 10 + header, npy.values.size() * 4);
  return npy;
}

inline bool writePlainNpy(const QString& path, const PlainNpy& npy) {
  QByteArray header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                      QByteArray::number(npy.rows) + ", " + QByteArray::number(npy.columns) +
                      "), }";
  header = header.leftJustified(117, ' ') + '\n';
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return false;
  file.write(QByteArray("\x93NUMPY\x01\x00", 8));
  file.putChar(char(header.size() & 255));
  file.putChar(char(header.size() >> 8));
  file.write(header);
  file.write(reinterpret_cast<const char*>(npy.values.data()), qint64(npy.values.size() * 4));
  return file.error() == QFile::NoError;
}
