#pragma once

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QObject>
#include <QString>
#include <functional>

class QTcpServer;
class QTcpSocket;

/// What a client asked for.
struct HttpRequest {
  QByteArray method, target;
  QMap<QByteArray, QByteArray> headers;  ///< names in lower case

  /// The first byte of "Range: bytes=N-"; −1 where there is no range.
  qint64 rangeFrom() const;
};

/// What the server answers, and how it misbehaves.
struct HttpAnswer {
  enum class Length { kTrue, kNone, kChunked };

  int status = 200;
  QList<QByteArray> headers;  ///< "ETag: \"1\""
  QByteArray body;
  Length length = Length::kTrue;
  qint64 declared = -1;    ///< a Content-Length that is not that of the body
  qint64 cutAfter = -1;    ///< bytes of the body after which the connection is closed
  qint64 stallAfter = -1;  ///< bytes of the body after which nothing more comes
  QByteArray raw;          ///< sent instead of all of this
};

/// The whole of a file or the asked part of it, as a good server does.
HttpAnswer serveFile(const HttpRequest& request, const QByteArray& file, const QByteArray& tag);

/// An HTTP server on this machine that answers as a function says. Lives in the event loop of the
/// thread that makes it.
class LoopbackServer : public QObject {
  Q_OBJECT
 public:
  using Handler = std::function<HttpAnswer(const HttpRequest&)>;
  explicit LoopbackServer(Handler handler);

  void setHandler(Handler handler) { handler_ = std::move(handler); }
  /// "http://127.0.0.1:PORT/PATH".
  QString address(const QString& path = "file.pth") const;
  quint16 port() const;
  const QList<HttpRequest>& requests() const { return requests_; }

 private:
  void greet();
  void read(QTcpSocket* socket);
  static void answer(QTcpSocket* socket, const HttpAnswer& answer);

  Handler handler_;
  QTcpServer* server_;
  QMap<QTcpSocket*, QByteArray> heard_;
  QList<HttpRequest> requests_;
};
