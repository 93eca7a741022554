#include "widgets/lists/sample_list.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QtTest>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

std::vector<SampleSection> sections() {
  return {{"Challenge",
           "",
           {{"train-0000", "truth · real LR · MAE 5.62"},
            {"train-0001", "truth · real LR"},
            {"valid-0000", "real LR, no truth"}}},
          {"Embedded scenes",
           "20 scenes · 4 kinds",
           {{"scene-0001-000", "truth"}, {"scene-0002-000", "truth"}}}};
}

std::vector<SampleSection> many(int count) {
  SampleSection section{"Many", "", {}};
  for (int i = 0; i < count; ++i) section.samples.push_back({QString("frame-%1").arg(i), "truth"});
  return {section};
}

QImage picture(const QColor& colour) {
  QImage image(128, 96, QImage::Format_RGB32);
  image.fill(colour);
  return image;
}

int numberOf(const QSignalSpy& spy, int call) {
  return spy.at(call).at(0).toInt();
}

}  // namespace

class SampleListTest : public QObject {
  Q_OBJECT

  std::unique_ptr<SampleList> list_;

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    list_ = std::make_unique<SampleList>();
    list_->resize(kLeftWidth, 500);
    list_->show();
    QVERIFY(QTest::qWaitForWindowExposed(list_.get()));
  }

  void modelHoldsItsPromises() {
    SampleModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSections(sections());
    QCOMPARE(model.rowCount(), 7);
    model.setFilter("train");
    QCOMPARE(model.rowCount(), 3);
    model.setFacts(0, "truth");
    model.setThumbnail(1, QPixmap::fromImage(picture(Qt::red)));
    model.setFilter("");
    model.setSections({});
    QCOMPARE(model.rowCount(), 0);
  }

  void headsCannotBeChosen() {
    list_->setSections(sections());
    const QAbstractItemModel* model = list_->view()->model();
    QCOMPARE(model->index(0, 0).data().toString(), "Challenge");
    QVERIFY(!(model->flags(model->index(0, 0)) & Qt::ItemIsSelectable));
    QVERIFY(model->flags(model->index(1, 0)) & Qt::ItemIsSelectable);
    QCOMPARE(model->index(4, 0).data(SampleModel::kFacts).toString(), "20 scenes · 4 kinds");
  }

  void keysStepOverHeads() {
    list_->setSections(sections());
    list_->setCurrent(2);
    list_->view()->setFocus();
    QSignalSpy spy(list_.get(), &SampleList::currentChanged);
    QTest::keyClick(list_->view(), Qt::Key_Down);
    QCOMPARE(list_->current(), 3);
    QTest::keyClick(list_->view(), Qt::Key_Up);
    QCOMPARE(list_->current(), 2);
    QTest::keyClick(list_->view(), Qt::Key_End);
    QCOMPARE(list_->current(), 4);
    QTest::keyClick(list_->view(), Qt::Key_PageUp);
    QCOMPARE(list_->current(), 0);
    QTest::keyClick(list_->view(), Qt::Key_PageDown);
    QCOMPARE(list_->current(), 4);
    QCOMPARE(spy.count(), 5);
  }

  void clickMakesCurrent() {
    list_->setSections(sections());
    QSignalSpy spy(list_.get(), &SampleList::currentChanged);
    const QRect row = list_->view()->visualRect(list_->view()->model()->index(2, 0));
    QTest::mouseClick(list_->view()->viewport(), Qt::LeftButton, {}, row.center());
    QCOMPARE(spy.count(), 1);
    QCOMPARE(numberOf(spy, 0), 1);
    const QRect head = list_->view()->visualRect(list_->view()->model()->index(4, 0));
    QTest::mouseClick(list_->view()->viewport(), Qt::LeftButton, {}, head.center());
    QCOMPARE(list_->current(), 1);
    QCOMPARE(spy.count(), 1);
  }

  void setCurrentHasNoEcho() {
    list_->setSections(sections());
    QSignalSpy spy(list_.get(), &SampleList::currentChanged);
    list_->setCurrent(4);
    QCOMPARE(spy.count(), 0);
    QCOMPARE(list_->view()->currentIndex().data().toString(), "scene-0002-000");
    list_->setCurrent(99);
    QCOMPARE(list_->current(), 4);
    list_->setCurrent(-1);
    QVERIFY(!list_->view()->currentIndex().isValid());
  }

  void stepStopsAtTheEnds() {
    list_->setSections(sections());
    QSignalSpy spy(list_.get(), &SampleList::currentChanged);
    list_->step(1);
    QCOMPARE(list_->current(), 0);
    list_->step(-1);
    QCOMPARE(list_->current(), 0);
    list_->step(3);
    QCOMPARE(list_->current(), 3);
    list_->step(100);
    QCOMPARE(list_->current(), 4);
    QCOMPARE(spy.count(), 3);
  }

  void filterFindsWordsInIdAndFacts() {
    list_->setSections(sections());
    list_->filterField()->setText("TRUTH train");
    QCOMPARE(list_->view()->model()->rowCount(), 3);
    list_->filterField()->setText("scene");
    QCOMPARE(list_->view()->model()->index(0, 0).data().toString(), "Embedded scenes");
    QCOMPARE(list_->view()->model()->rowCount(), 3);
  }

  void filterKeepsTheCurrentSample() {
    list_->setSections(sections());
    list_->setCurrent(3);
    QSignalSpy spy(list_.get(), &SampleList::currentChanged);
    list_->filterField()->setText("scene");
    QCOMPARE(list_->view()->currentIndex().data().toString(), "scene-0001-000");
    list_->filterField()->setText("train");
    QCOMPARE(list_->current(), 3);
    QVERIFY(!list_->view()->currentIndex().isValid());
    list_->filterField()->clear();
    QCOMPARE(list_->view()->currentIndex().data().toString(), "scene-0001-000");
    QCOMPARE(spy.count(), 0);
  }

  void ctrlFAndKeysInTheField() {
    list_->setSections(sections());
    list_->view()->setFocus();
    QTest::keyClick(list_->view(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(list_->filterField()->hasFocus());
    QTest::keyClicks(list_->filterField(), "valid");
    QTest::keyClick(list_->filterField(), Qt::Key_Down);
    QCOMPARE(list_->current(), 2);
    QTest::keyClick(list_->filterField(), Qt::Key_Return);
    QVERIFY(list_->view()->hasFocus());
    list_->focusFilter();
    QTest::keyClick(list_->filterField(), Qt::Key_Escape);
    QVERIFY(list_->filterField()->text().isEmpty());
    QTest::keyClick(list_->filterField(), Qt::Key_Escape);
    QVERIFY(list_->view()->hasFocus());
  }

  void emptyListSaysWhatToDo() {
    auto* label = list_->view()->viewport()->findChild<QLabel*>();
    QVERIFY(label->isVisible());
    QVERIFY(label->text().contains("Ctrl+O"));
    list_->setSections(sections());
    QVERIFY(!label->isVisible());
    list_->filterField()->setText("nothing like it");
    QVERIFY(label->isVisible());
    QVERIFY(label->text().contains("nothing like it"));
  }

  void asksOnlyForThumbnailsInView() {
    QSignalSpy wanted(list_.get(), &SampleList::thumbnailWanted);
    list_->setSections(many(5000));
    QTRY_VERIFY(wanted.count() > 0);
    list_->view()->grab();
    QCoreApplication::processEvents();
    QVERIFY(wanted.count() < 20);
    QSet<int> asked;
    for (int i = 0; i < wanted.count(); ++i) asked << numberOf(wanted, i);
    QCOMPARE(asked.size(), wanted.count());  // each once
    wanted.clear();
    list_->setCurrent(4000);
    list_->view()->grab();
    QTRY_VERIFY(wanted.count() > 0);
    QVERIFY(numberOf(wanted, 0) > 3900);
  }

  void showsThumbnailsThatArrive() {
    list_->setSections(sections());
    list_->setThumbnail(0, picture(QColor(200, 30, 40)));
    const QRect row = list_->view()->visualRect(list_->view()->model()->index(1, 0));
    const QImage shot = list_->view()->grab().toImage();
    const double scale = shot.devicePixelRatio();
    const QPoint inside = (QPointF(row.left() + 40, row.center().y()) * scale).toPoint();
    QCOMPARE(shot.pixelColor(inside), QColor(200, 30, 40));
  }

  void thumbnailThatIsNotThereIsAskedOnce() {
    QSignalSpy wanted(list_.get(), &SampleList::thumbnailWanted);
    list_->setSections(sections());
    QTRY_COMPARE(wanted.count(), 5);
    list_->setThumbnail(0, {});
    list_->setThumbnail(77, {});
    list_->view()->grab();
    QCoreApplication::processEvents();
    QCOMPARE(wanted.count(), 5);
  }

  void droppedThumbnailsAreAskedForAgain() {
    SampleModel model;
    model.setSections(many(2500));
    QSignalSpy wanted(&model, &SampleModel::thumbnailWanted);
    const QPixmap tile = QPixmap::fromImage(picture(Qt::blue));
    for (int i = 0; i < 2500; ++i) model.setThumbnail(i, tile);
    QVERIFY(!model.thumbnail(2499).isNull());
    QVERIFY(model.thumbnail(0).isNull());
    QTRY_COMPARE(wanted.count(), 1);
    QCOMPARE(numberOf(wanted, 0), 0);
  }

  void factsChangeInPlace() {
    list_->setSections(sections());
    QSignalSpy changed(list_->view()->model(), &QAbstractItemModel::dataChanged);
    list_->setFacts(1, "truth · MAE 6.94");
    QCOMPARE(changed.count(), 1);
    QCOMPARE(list_->view()->model()->index(2, 0).data(SampleModel::kFacts).toString(),
             "truth · MAE 6.94");
    list_->setFacts(-1, "x");
    QCOMPARE(changed.count(), 1);
  }

  void returnActivates() {
    list_->setSections(sections());
    list_->setCurrent(1);
    list_->view()->setFocus();
    QSignalSpy spy(list_.get(), &SampleList::activated);
    QTest::keyClick(list_->view(), Qt::Key_Return);
    QCOMPARE(spy.count(), 1);
    QCOMPARE(numberOf(spy, 0), 1);
  }
};

QTEST_MAIN(SampleListTest)
#include "sample_list.moc"
