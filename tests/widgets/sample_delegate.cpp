#include "widgets/lists/sample_delegate.h"

#include <QListView>
#include <QPainter>
#include <QtTest>

#include "tests/widgets/image_probe.h"
#include "widgets/lists/sample_model.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

constexpr int kWidth = 264;

}  // namespace

class SampleDelegateTest : public QObject {
  Q_OBJECT

  SampleModel model_;
  SampleDelegate delegate_;

  QImage painted(int row, QStyle::State state, double scale = 1) {
    QStyleOptionViewItem option;
    option.rect =
        QRect(QPoint(0, 0), QSize(kWidth, delegate_.sizeHint({}, model_.index(row)).height()));
    option.state = state | QStyle::State_Enabled;
    QImage image(option.rect.size() * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    image.fill(tokens().panel);
    QPainter painter(&image);
    delegate_.paint(&painter, option, model_.index(row));
    return image;
  }

 private Q_SLOTS:
  void initTestCase() {
    applyTheme(*qApp, Theme::kDark);
    model_.setSections({{"Challenge", "", {{"train-0000", "truth · real LR"}}},
                        {"Embedded",
                         "20 scenes",
                         {{"a-very-long-id-that-cannot-fit-into-the-row",
                           "and facts that are much too long for it too"}}}});
  }

  void heightsTellHeadsFromSamples() {
    QCOMPARE(delegate_.sizeHint({}, model_.index(1)).height(), SampleDelegate::kRowHeight);
    const int head = delegate_.sizeHint({}, model_.index(0)).height();
    const int noted = delegate_.sizeHint({}, model_.index(2)).height();
    QVERIFY(head < noted);
    QVERIFY(noted < SampleDelegate::kRowHeight);
  }

  void selectionAndPlainRows() {
    QVERIFY(holds(painted(1, QStyle::State_Selected), tokens().accentSoft));
    QVERIFY(!holds(painted(1, QStyle::State_None), tokens().accentSoft));
    QVERIFY(!holds(painted(0, QStyle::State_Selected), tokens().accentSoft));
  }

  void nothingReachesTheEdge() {
    const QImage image = painted(3, QStyle::State_None);
    for (int x = kWidth - 10; x < kWidth; ++x) {
      for (int y = 0; y < image.height(); ++y) QCOMPARE(image.pixelColor(x, y), tokens().panel);
    }
    const QImage head = painted(2, QStyle::State_None);
    QVERIFY(head != QImage(head.size(), head.format()));
  }

  void aMissingPictureKeepsItsPlace() {
    QVERIFY(holds(painted(1, QStyle::State_None), tokens().pane));
  }

  void picturesAreSharpAtScaleTwo() {
    // A checkerboard of single device pixels survives only if nothing is scaled on the way.
    const QSize size = SampleDelegate::kThumbnail * 2;
    QImage board(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y) {
      for (int x = 0; x < size.width(); ++x) {
        board.setPixelColor(x, y, (x + y) % 2 ? Qt::white : Qt::black);
      }
    }
    QPixmap picture = QPixmap::fromImage(board);
    picture.setDevicePixelRatio(2);
    model_.setThumbnail(0, picture);
    const QImage image = painted(1, QStyle::State_None, 2);
    const QPoint middle(2 * (12 + 32), image.height() / 2);
    const QColor a = image.pixelColor(middle), b = image.pixelColor(middle + QPoint(1, 0));
    QVERIFY((a == Qt::white && b == Qt::black) || (a == Qt::black && b == Qt::white));
  }
};

QTEST_MAIN(SampleDelegateTest)
#include "sample_delegate.moc"
