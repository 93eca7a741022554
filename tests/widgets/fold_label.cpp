#include "widgets/forms/fold_label.h"

#include <QTextDocument>
#include <QVBoxLayout>
#include <QtTest>

#include "widgets/theme/theme.h"

using namespace fathom;

namespace {

const QString kLong =
    "Every layer, its order and its names are published; the schedule of the learning rate, the "
    "crop of the training pictures and the weights of the three losses are inferred from the "
    "paper's text & its <figures>, and are settings here.";

QString seen(const QLabel& label) {
  QTextDocument document;
  document.setHtml(label.text());
  return document.toPlainText();
}

}  // namespace

class FoldLabelTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QWidget> window_;
  FoldLabel* label_ = nullptr;

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    window_ = std::make_unique<QWidget>();
    auto* layout = new QVBoxLayout(window_.get());
    layout->setContentsMargins(0, 0, 0, 0);
    label_ = new FoldLabel(2);
    label_->setFont(themeFont(kTextSecondary));
    layout->addWidget(label_);
    layout->addStretch();
    window_->resize(220, 400);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
  }

  void shortTextStandsAsItIs() {
    label_->setPlainText("A & B <published>");
    QCOMPARE(seen(*label_), "A & B <published>");
    QVERIFY(!label_->isLong());
  }

  void longTextIsCutAtAWordAndUnfolds() {
    label_->setPlainText(kLong);
    QVERIFY(label_->isLong());
    const QString cut = seen(*label_);
    QVERIFY2(cut.endsWith("… more"), qPrintable(cut));
    const QString begin = cut.chopped(6);
    QVERIFY(kLong.startsWith(begin));
    QVERIFY(kLong.mid(begin.size()).startsWith(' '));  // not within a word
    QTRY_VERIFY(label_->height() < 3 * label_->fontMetrics().lineSpacing());
    Q_EMIT label_->linkActivated("fold");
    QCOMPARE(seen(*label_), kLong + " less");
    QTRY_VERIFY(label_->height() >= 5 * label_->fontMetrics().lineSpacing());
    Q_EMIT label_->linkActivated("fold");
    QCOMPARE(seen(*label_), cut);
  }

  void nothingIsCutOffAtAnyWidth() {
    label_->setPlainText(kLong);
    for (const bool folded : {true, false}) {
      label_->setFolded(folded);
      for (int width = 90; width < 700; width += 37) {
        window_->resize(width, 600);
        QTRY_COMPARE(label_->width(), width);
        QTextDocument document;
        document.setDefaultFont(label_->font());
        document.setDocumentMargin(0);
        document.setHtml(label_->text());
        document.setTextWidth(label_->width());
        QVERIFY2(document.size().height() <= label_->heightForWidth(label_->width()) + 1,
                 qPrintable(QString("%1 px, folded %2").arg(width).arg(folded)));
      }
    }
  }

  void aWideLabelNeedsNoFold() {
    label_->setPlainText(kLong);
    window_->resize(2000, 400);
    QTRY_COMPARE(seen(*label_), kLong);
    QVERIFY(!label_->isLong());
  }

  void anotherTextIsFoldedAgainAndTheSameIsNot() {
    label_->setPlainText(kLong);
    label_->setFolded(false);
    label_->setPlainText(kLong);
    QVERIFY(!label_->isFolded());
    label_->setPlainText(kLong + kLong);
    QVERIFY(label_->isFolded());
    label_->setPlainText({});
    QCOMPARE(label_->heightForWidth(200), 0);
  }
};

QTEST_MAIN(FoldLabelTest)
#include "fold_label.moc"
