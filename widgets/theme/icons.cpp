#include "widgets/theme/icons.h"

#include <QDir>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "widgets/theme/theme.h"

// Outside of any namespace, as Qt's macro wants it: a static library's resources are linked in
// only when somebody asks for them.
static void initialiseIcons() {
  Q_INIT_RESOURCE(icons);
}

namespace fathom {
namespace {

QString pathOf(const QString& name) {
  static const bool kReady = (initialiseIcons(), true);
  Q_UNUSED(kReady);
  return QStringLiteral(":/fathom/icons/%1.svg").arg(name);
}

class ThemedIconEngine : public QIconEngine {
 public:
  ThemedIconEngine(QString name, QByteArray svg, QColor colour)
      : name_(std::move(name)), svg_(std::move(svg)), colour_(std::move(colour)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const qreal ratio = painter->device()->devicePixelRatioF();
    QPixmap pixmap = drawn((QSizeF(rect.size()) * ratio).toSize(), mode);
    pixmap.setDevicePixelRatio(ratio);
    painter->drawPixmap(rect, pixmap);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override {
    return drawn(size, mode);
  }

  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State,
                       [[maybe_unused]] qreal ratio) override {
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    return drawn((QSizeF(size) * ratio).toSize(), mode);  // now asked for in window coordinates
#else
    return drawn(size, mode);
#endif
  }

  /// @param size  in device pixels
  QPixmap drawn(const QSize& size, QIcon::Mode mode) {
    const QColor colour = colourFor(mode);
    const QString key = QStringLiteral("fathom-icon/%1/%2x%3/%4")
                            .arg(name_)
                            .arg(size.width())
                            .arg(size.height())
                            .arg(colour.name());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    pixmap = QPixmap(size);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(QByteArray(svg_).replace("currentColor", colour.name().toLatin1()));
    QPainter painter(&pixmap);
    const int side = qMin(size.width(), size.height());
    renderer.render(&painter,
                    QRectF((size.width() - side) / 2.0, (size.height() - side) / 2.0, side, side));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
  }

  QList<QSize> availableSizes(QIcon::Mode, QIcon::State) override {
    return {QSize(16, 16), QSize(20, 20)};
  }
  QString iconName() override { return name_; }
  QString key() const override { return QStringLiteral("fathom-themed"); }
  QIconEngine* clone() const override { return new ThemedIconEngine(*this); }

 private:
  QColor colourFor(QIcon::Mode mode) const {
    if (mode == QIcon::Disabled) return tokens().faint;
    return colour_.isValid() ? colour_ : tokens().text;
  }

  QString name_;
  QByteArray svg_;
  QColor colour_;
};

}  // namespace

QIcon themedIcon(const QString& name, const QColor& colour) {
  QFile file(pathOf(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QIcon(new ThemedIconEngine(name, file.readAll(), colour));
}

QStringList iconNames() {
  const QFileInfo anyIcon(pathOf(QStringLiteral("open")));
  QStringList names;
  for (const QFileInfo& file : anyIcon.dir().entryInfoList({QStringLiteral("*.svg")})) {
    names += file.completeBaseName();
  }
  return names;
}

}  // namespace fathom
