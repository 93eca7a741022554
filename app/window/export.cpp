#include "app/window/export.h"

#include <QBuffer>
#include <QImageWriter>

#include "core/atomic_file.h"
#include "core/error.h"

namespace fathom {

void exportPng(const QString& path, const QImage& image, const Provenance& provenance) {
  QImage stamped = image;
  stamped.setText("Software",
                  QString::fromStdString(provenance.program + " " + provenance.version));
  stamped.setText("Description", QString::fromStdString(oneLine(provenance)));
  QBuffer bytes;
  bytes.open(QIODevice::WriteOnly);
  QImageWriter writer(&bytes, "png");
  if (image.isNull() || !writer.write(stamped)) {
    throw FileError("the picture cannot be written as PNG", path.toStdString());
  }
  writeFile(path.toStdString(),
            {bytes.data().constData(), static_cast<std::size_t>(bytes.data().size())});
}

void exportCsv(const QString& path, const std::vector<ScoreRow>& rows) {
  writeFile(path.toStdString(), scoresCsv(rows));
}

}  // namespace fathom
