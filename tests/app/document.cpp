#include "app/window/document.h"

#include <QSignalSpy>
#include <QtTest>

using namespace fathom;

namespace {

ExperimentState withSigma(ExperimentState state, double sigma) {
  state.degradation.sigmaAdditive = sigma;
  return state;
}

}  // namespace

class DocumentTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aChangeCanBeUndoneAndRedone() {
    Document document{{}};
    QSignalSpy changed(&document, &Document::changed);
    document.change("Protocol", [&] {
      ExperimentState next = document.state();
      next.protocol = "plain";
      return next;
    }());
    QCOMPARE(document.state().protocol, std::string("plain"));
    QCOMPARE(document.undoStack().undoText(), QString("Protocol"));
    document.undoStack().undo();
    QCOMPARE(document.state().protocol, std::string("clip-20"));
    document.undoStack().redo();
    QCOMPARE(document.state().protocol, std::string("plain"));
    QCOMPARE(changed.count(), 3);
  }

  void nothingChangesNothing() {
    Document document{{}};
    QSignalSpy changed(&document, &Document::changed);
    document.change("Protocol", document.state());
    QCOMPARE(changed.count(), 0);
    QVERIFY(!document.undoStack().canUndo());
  }

  void aDragIsOneStep() {
    Document document{{}};
    const ExperimentState before = document.state();
    for (const double sigma : {0.1, 0.2, 0.3}) {
      document.change("Degradation", withSigma(document.state(), sigma), true);
    }
    document.change("Degradation", withSigma(document.state(), 0.4), false);
    QCOMPARE(document.undoStack().count(), 1);
    document.undoStack().undo();
    QVERIFY(document.state() == before);
    document.undoStack().redo();
    QCOMPARE(document.state().degradation.sigmaAdditive, 0.4);
  }

  void twoDragsAreTwoSteps() {
    Document document{{}};
    for (const double sigma : {0.1, 0.2}) {
      document.change("Degradation", withSigma(document.state(), sigma), true);
      document.change("Degradation", withSigma(document.state(), sigma + 0.05), false);
    }
    QCOMPARE(document.undoStack().count(), 2);
  }

  void twoClicksAreTwoSteps() {
    Document document{{}};
    document.change("Degradation", withSigma(document.state(), 0.1));
    document.change("Degradation", withSigma(document.state(), 0.2));
    QCOMPARE(document.undoStack().count(), 2);
  }

  void saysWhetherMoreWillFollow() {
    Document document{{}};
    QSignalSpy changed(&document, &Document::changed);
    document.change("Degradation", withSigma(document.state(), 0.1), true);
    QCOMPARE(changed.takeFirst().at(0).toBool(), true);
    document.change("Degradation", withSigma(document.state(), 0.2), false);
    QCOMPARE(changed.takeFirst().at(0).toBool(), false);
    document.undoStack().undo();
    QCOMPARE(changed.takeFirst().at(0).toBool(), false);
    document.undoStack().redo();
    QCOMPARE(changed.takeFirst().at(0).toBool(), false);
  }

  void releaseWithoutAMoveStillStartsHeavyWork() {
    Document document{{}};
    document.change("Degradation", withSigma(document.state(), 0.1), true);
    QSignalSpy changed(&document, &Document::changed);
    document.change("Degradation", document.state(), false);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toBool(), false);
    QCOMPARE(document.undoStack().count(), 1);
  }
};

QTEST_GUILESS_MAIN(DocumentTest)
#include "document.moc"
