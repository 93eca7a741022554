#pragma once

#include <QImage>
#include <QString>
#include <vector>

#include "core/provenance.h"
#include "core/score_table.h"

namespace fathom {

/// Writes a picture as PNG, whole or not at all, with the provenance in its text ("Software" and
/// "Description"). Throws FileError.
void exportPng(const QString& path, const QImage& image, const Provenance& provenance);

/// Writes rows as scores.csv does. Throws FileError.
void exportCsv(const QString& path, const std::vector<ScoreRow>& rows);

}  // namespace fathom
