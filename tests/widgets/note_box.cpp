#include "widgets/forms/note_box.h"

#include <QLabel>
#include <QVBoxLayout>
#include <QtTest>

#include "widgets/theme/tokens.h"

using namespace fathom;

class NoteBoxTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { applyTheme(*qApp, Theme::kDark); }

  void isThereOnlyWithANote() {
    QWidget panel;
    auto* layout = new QVBoxLayout(&panel);
    auto* note = new NoteBox;
    note->setNote("set before it has a parent");
    QVERIFY(!note->isVisible());
    layout->addWidget(note);
    panel.show();
    QVERIFY(note->isVisible());
    note->setNote({});
    QVERIFY(!note->isVisible());
    note->setNote("again");
    QVERIFY(note->isVisible());
  }

  void signAndColourTellTheKind() {
    QWidget panel;
    NoteBox note(&panel);
    note.setNote("One level spans <b>16.0 m</b>", NoteBox::Kind::kWarning);
    const QString text = note.findChild<QLabel*>()->text();
    QVERIFY(text.startsWith("<b style"));
    QVERIFY(text.contains("⚠"));
    QVERIFY(text.contains(tokens().warn.name()));
    note.setNote("fine", NoteBox::Kind::kGood);
    QVERIFY(note.findChild<QLabel*>()->text().contains("✓"));
    note.setNote("bad", NoteBox::Kind::kBad);
    QVERIFY(note.findChild<QLabel*>()->text().contains(tokens().bad.name()));
    note.setNote("plain");
    QCOMPARE(note.findChild<QLabel*>()->text(), "plain");
  }

  void followsTheTheme() {
    QWidget panel;
    NoteBox note(&panel);
    note.setNote("<b>x</b>", NoteBox::Kind::kWarning);
    applyTheme(*qApp, Theme::kLight);
    QVERIFY(note.findChild<QLabel*>()->text().contains(tokens(Theme::kLight).warn.name()));
  }

  void linksAreTold() {
    QWidget panel;
    NoteBox note(&panel);
    note.setNote("<a href=\"fit\">Fit</a>");
    QSignalSpy spy(&note, &NoteBox::linkActivated);
    Q_EMIT note.findChild<QLabel*>()->linkActivated("fit");
    QCOMPARE(spy.count(), 1);
  }

  void growsWithItsText() {
    NoteBox note;
    note.setNote("short");
    const int before = note.heightForWidth(280);
    note.setNote(QString("a long note ").repeated(30));
    QVERIFY(note.heightForWidth(280) > 3 * before);
  }
};

QTEST_MAIN(NoteBoxTest)
#include "note_box.moc"
