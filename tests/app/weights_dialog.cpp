// The weights manager as a user meets it, over a server on this machine.
#include "app/window/weights_dialog.h"

#include <QCheckBox>
#include <QDesktopServices>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include "app/window/weights_delegate.h"
#include "app/window/weights_details.h"
#include "app/window/weights_model.h"
#include "tests/app/weights_bench.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

/// Takes what would go to the browser or the file manager.
class Desktop : public QObject {
  Q_OBJECT
 public:
  QList<QUrl> opened;
  Desktop() {
    for (const char* scheme : {"https", "http", "file"}) {
      QDesktopServices::setUrlHandler(scheme, this, "open");
    }
  }
  ~Desktop() override {
    for (const char* scheme : {"https", "http", "file"}) QDesktopServices::unsetUrlHandler(scheme);
  }
 public Q_SLOTS:
  void open(const QUrl& url) { opened << url; }
};

QPushButton* buttonOf(QWidget& parent, const QString& text) {
  for (QPushButton* button : parent.findChildren<QPushButton*>()) {
    if (button->text() == text && button->isVisible()) return button;
  }
  return nullptr;
}

QString textsOf(QWidget& parent) {
  QStringList all;
  for (QLabel* label : parent.findChildren<QLabel*>()) {
    if (label->isVisible()) all << label->text();
  }
  return all.join('\n');
}

}  // namespace

class WeightsDialogTest : public QObject {
  Q_OBJECT

  std::unique_ptr<WeightsBench> bench_;
  std::unique_ptr<WeightsDialog> dialog_;
  Desktop desktop_;

  WeightsDetails& details() { return dialog_->details(); }
  WeightsStore& store() { return *bench_->store; }
  QString place(const char* name) {
    return QString::fromStdString(textOf(store().find(name)->state.place));
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    desktop_.opened.clear();
    bench_ = std::make_unique<WeightsBench>();
    bench_->start();
    dialog_ = std::make_unique<WeightsDialog>(store());
    dialog_->select({});
    dialog_->show();
    QVERIFY(QTest::qWaitForWindowExposed(dialog_.get()));
  }
  void cleanup() {
    dialog_.reset();
    bench_.reset();
  }

  void beginsWithWhatIsWantedAndMissing() {
    QCOMPARE(dialog_->selected(), std::string("made_up"));
    const QString said = textsOf(details());
    QVERIFY(said.contains("Made up"));
    QVERIFY(said.contains("1.0 MB"));
    QVERIFY(said.contains("MIT-like"));
    QVERIFY(said.contains("not for commercial use"));
    QVERIFY(said.contains("first, second"));
    QVERIFY(said.contains("missing"));
    QCOMPARE(bench_->server.requests().size(), 0);
  }

  void getsOnlyAfterTheLicenceIsAccepted() {
    QVERIFY(!details().getButton()->isEnabled());
    QTest::mouseClick(details().getButton(), Qt::LeftButton);
    QVERIFY(store().jobs().empty());
    QTest::mouseClick(details().acceptBox(), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(details().acceptBox()->isChecked());
    QVERIFY(details().getButton()->isEnabled());
    QTest::mouseClick(details().getButton(), Qt::LeftButton);
    QCOMPARE(details().getButton()->text(), "Cancel");
    QVERIFY(details().bar()->isVisible());
    bench_->wait();
    QCOMPARE(place("made_up"), "here");
    QVERIFY(details().stateText().contains("made_up.&#8203;pth") ||
            details().stateText().contains("made_up.pth"));
    QVERIFY(!details().getButton()->isVisible());
    QVERIFY(!details().acceptBox()->isVisible());
    QVERIFY(!details().bar()->isVisible());
    QVERIFY(details().verifyButton()->isVisible() && details().removeButton()->isVisible());
    QVERIFY(textsOf(details()).contains("as published"));
  }

  void accepanceIsNotCarriedToAnotherFile() {
    details().acceptBox()->setChecked(true);
    dialog_->select("unknown");
    dialog_->select("made_up");
    QVERIFY(!details().acceptBox()->isChecked());
  }

  void showsProgressCancelsAndResumes() {
    bench_->stallAfter(430'000);
    details().acceptBox()->setChecked(true);
    QTest::mouseClick(details().getButton(), Qt::LeftButton);
    QTRY_VERIFY(details().bar()->value() > 0);
    QVERIFY(textsOf(details()).contains(" of 1.0 MB"));
    const QModelIndex row = dialog_->list().currentIndex();
    QVERIFY(row.data(WeightsModel::kState).toString().startsWith("getting"));
    QTRY_VERIFY(std::filesystem::file_size(bench_->path("made_up.part")) >= 430'000);
    QTest::mouseClick(details().getButton(), Qt::LeftButton);  // Cancel
    bench_->wait();
    QCOMPARE(details().getButton()->text(), "Resume");
    QVERIFY(details().getButton()->isEnabled());  // the licence was accepted
    QVERIFY(details().stateText().contains("43 %"));
    QVERIFY(textsOf(details()).contains("kept"));
    bench_->stallAfter(-1);
    QTest::mouseClick(details().getButton(), Qt::LeftButton);
    bench_->wait();
    QCOMPARE(place("made_up"), "here");
    QCOMPARE(bench_->server.requests().last().rangeFrom(), 430'000);
  }

  void closingTheDialogStopsNothing() {
    bench_->stallAfter(430'000);
    store().fetch("made_up", true);
    QTRY_VERIFY(store().job("made_up")->part > 0);
    dialog_->close();
    dialog_.reset();
    QVERIFY(store().job("made_up"));
    store().cancel("made_up");
    bench_->wait();
    QCOMPARE(place("made_up"), "partly downloaded");
  }

  void anErrorStandsWhereTheWorkIs() {
    bench_->server.setHandler([](const HttpRequest&) { return notFound(); });
    store().fetch("made_up", true);
    bench_->wait();
    QVERIFY(textsOf(details()).contains("404"));
    QVERIFY(dialog_->list().currentIndex().data(WeightsModel::kWarning).toBool());
  }

  void whatIsInNoCatalogueCanBeChosen() {
    dialog_->select("unknown");
    QVERIFY(!details().getButton()->isVisible());
    QVERIFY(textsOf(details()).contains("Not in the catalogue"));
    bench_->writeCheckpoint(bench_->file("own.safetensors"));
    QTest::mouseClick(details().chooseButton(), Qt::LeftButton);
    auto* files = dialog_->findChild<QFileDialog*>();
    QVERIFY(files);
    Q_EMIT files->fileSelected(QString::fromStdString(bench_->file("own.safetensors").string()));
    files->close();
    bench_->wait();
    QCOMPARE(place("unknown"), "here");
    QVERIFY(!details().chooseButton()->isVisible());
    QTest::mouseClick(details().verifyButton(), Qt::LeftButton);
    bench_->wait();
    QVERIFY(textsOf(details()).contains("1 tensor"));
    QTest::mouseClick(details().removeButton(), Qt::LeftButton);
    bench_->wait();
    QCOMPARE(place("unknown"), "by hand");
  }

  void byHandOpensThePageAndSaysHow() {
    const auto byHand = std::ranges::find_if(store().items(), [](const WeightsItem& item) {
      return item.inCatalogue && item.entry.byHand();
    });
    QVERIFY(byHand != store().items().end());
    dialog_->select(byHand->entry.name);
    QVERIFY(!details().getButton()->isVisible());
    QVERIFY(textsOf(details()).contains("By hand"));
    QTest::mouseClick(details().pageButton(), Qt::LeftButton);
    QCOMPARE(desktop_.opened, QList<QUrl>{QUrl(QString::fromStdString(byHand->entry.page))});
  }

  void showsTheFolder() {
    QTest::mouseClick(buttonOf(*dialog_, "Show folder"), Qt::LeftButton);
    QCOMPARE(desktop_.opened,
             QList<QUrl>{QUrl::fromLocalFile(QString::fromStdString(store().folder().string()))});
  }

  void searchKeepsTheSelection() {
    const int all = dialog_->list().model()->rowCount();
    QTest::keyClicks(&dialog_->search(), "made up");
    QCOMPARE(dialog_->list().model()->rowCount(), 2);  // with its head
    QCOMPARE(dialog_->selected(), std::string("made_up"));
    dialog_->search().setText("dinov2");
    QVERIFY(dialog_->list().model()->rowCount() > 1);
    dialog_->search().clear();
    QCOMPARE(dialog_->list().model()->rowCount(), all);
  }

  void rowsSayWhereFilesStand() {
    const QAbstractItemModel& model = *dialog_->list().model();
    QVERIFY(model.index(0, 0).data(WeightsModel::kIsHead).toBool());
    QVERIFY(!(model.flags(model.index(0, 0)) & Qt::ItemIsSelectable));
    const QModelIndex made = model.index(1, 0);
    QCOMPARE(made.data().toString(), "Made up");
    QCOMPARE(made.data(WeightsModel::kState).toString(), "missing");
    QVERIFY(made.data(WeightsModel::kFacts).toString().contains("1.0 MB · MIT-like"));
    QVERIFY(made.data(Qt::AccessibleTextRole).toString().contains("missing"));
    const int last = model.rowCount() - 1;
    QVERIFY(!model.index(last, 0).data(WeightsModel::kWarning).toBool());  // nobody wants it
  }

  void nothingIsCutInItsUsualSize() {
    for (const char* name : {"made_up", "unknown", "depth_anything_v2_metric_hypersim_vitl"}) {
      dialog_->select(name);
      QCoreApplication::processEvents();
      for (QLabel* label : details().findChildren<QLabel*>()) {
        if (!label->isVisible()) continue;
        const int wanted =
            label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
        QVERIFY2(wanted <= label->height(), qPrintable(label->text()));
        QVERIFY2(label->wordWrap() || label->sizeHint().width() <= label->width(),
                 qPrintable(label->text()));
      }
    }
  }
};

QTEST_MAIN(WeightsDialogTest)
#include "weights_dialog.moc"
