#pragma once

#include <QString>

#include "app/weights/fetch.h"
#include "loopback_server.h"
#include "made_up_weights.h"

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
