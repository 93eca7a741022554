#include "loopback_server.h"

#include <QTcpServer>
#include <QTcpSocket>

qint64 HttpRequest::rangeFrom() const {
  const QByteArray range = headers.value("range");
  if (!range.startsWith("bytes=") || !range.endsWith('-')) return -1;
  return range.mid(6).chopped(1).toLongLong();
}

HttpAnswer serveFile(const HttpRequest& request, const QByteArray& file, const QByteArray& tag) {
  HttpAnswer answer;
  if (!tag.isEmpty()) answer.headers << "ETag: " + tag;
  const qint64 from = request.rangeFrom();
  const QByteArray condition = request.headers.value("if-range");
  if (from < 0 || (!condition.isEmpty() && condition != tag)) {
    answer.body = file;
    return answer;
  }
  if (from >= file.size()) {
    answer.status = 416;
    answer.headers << "Content-Range: bytes */" + QByteArray::number(file.size());
    return answer;
  }
  answer.status = 206;
  answer.headers << "Content-Range: bytes " + QByteArray::number(from) + "-" +
                        QByteArray::number(file.size() - 1) + "/" + QByteArray::number(file.size());
  answer.body = file.mid(from);
  return answer;
}

LoopbackServer::LoopbackServer(Handler handler)
    : handler_(std::move(handler)), server_(new QTcpServer(this)) {
  connect(server_, &QTcpServer::newConnection, this, &LoopbackServer::greet);
  if (!server_->listen(QHostAddress::LocalHost)) qFatal("cannot listen on this machine");
}

QString LoopbackServer::address(const QString& path) const {
  return QString("http://127.0.0.1:%1/%2").arg(port()).arg(path);
}

quint16 LoopbackServer::port() const {
  return server_->serverPort();
}

void LoopbackServer::greet() {
  while (QTcpSocket* socket = server_->nextPendingConnection()) {
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
    connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
      heard_.remove(socket);
      socket->deleteLater();
    });
  }
}

void LoopbackServer::read(QTcpSocket* socket) {
  QByteArray& heard = heard_[socket];
  heard += socket->readAll();
  const qsizetype end = heard.indexOf("\r\n\r\n");
  if (end < 0) {
    // Something that is no HTTP, such as the beginning of TLS: gone.
    if (!heard.isEmpty() && !isalpha(uchar(heard[0]))) socket->disconnectFromHost();
    return;
  }
  const QList<QByteArray> lines = heard.left(end).split('\n');
  heard.clear();
  HttpRequest request;
  const QList<QByteArray> words = lines[0].trimmed().split(' ');
  request.method = words.value(0);
  request.target = words.value(1);
  for (qsizetype i = 1; i < lines.size(); ++i) {
    const qsizetype colon = lines[i].indexOf(':');
    request.headers[lines[i].left(colon).toLower()] = lines[i].mid(colon + 1).trimmed();
  }
  requests_ << request;
  answer(socket, handler_(request));
}

void LoopbackServer::answer(QTcpSocket* socket, const HttpAnswer& answer) {
  if (!answer.raw.isEmpty()) {
    socket->write(answer.raw);
    socket->disconnectFromHost();
    return;
  }
  QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + " Answer\r\n";
  for (const QByteArray& header : answer.headers) head += header + "\r\n";
  const qint64 size = answer.body.size();
  if (answer.length == HttpAnswer::Length::kChunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (answer.length == HttpAnswer::Length::kTrue) {
    const qint64 declared = answer.declared >= 0 ? answer.declared : size;
    head += "Content-Length: " + QByteArray::number(declared) + "\r\n";
  }
  socket->write(head + "Connection: close\r\n\r\n");
  const qint64 sent = answer.cutAfter >= 0     ? answer.cutAfter
                      : answer.stallAfter >= 0 ? answer.stallAfter
                                               : size;
  if (answer.length == HttpAnswer::Length::kChunked) {
    if (sent > 0) {
      socket->write(QByteArray::number(sent, 16) + "\r\n" + answer.body.left(sent) + "\r\n");
    }
    if (sent == size) socket->write("0\r\n\r\n");
  } else {
    socket->write(answer.body.left(sent));
  }
  if (answer.stallAfter < 0) socket->disconnectFromHost();
}
