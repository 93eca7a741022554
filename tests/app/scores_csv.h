#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

#include "child.h"

/// scores.csv as it is: a header and rows of cells.
struct ScoresCsv {
  QStringList header;
  QList<QStringList> rows;

  explicit ScoresCsv(const QString& path) {
    const QStringList lines = QString::fromUtf8(readAll(path)).split('\n', Qt::SkipEmptyParts);
    if (lines.isEmpty()) return;
    header = lines.first().split(',');
    for (const QString& line : lines.mid(1)) rows << line.split(',');
  }

  double value(const QStringList& row, const QString& column) const {
    return row[header.indexOf(column)].toDouble();
  }
  QStringList column(int index) const {
    QStringList values;
    for (const QStringList& row : rows) values << row[index];
    return values;
  }
};
