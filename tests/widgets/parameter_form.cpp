#include "widgets/forms/parameter_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QtTest>
#include <limits>

#include "core/error.h"
#include "widgets/forms/number_field.h"
#include "widgets/forms/setting_row.h"
#include "widgets/forms/value_slider.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

std::vector<Setting> settings() {
  return {
      {"bits", "Bits", "", "Bits of a level", Integer{1, 16, 12}},
      {"metres_per_level", "Metres per level", "m", "How far one level spans",
       Real{0.001, 100, 16.0037, true}},
      {"sigma_a", "σ additive", "levels", "Noise that every cell gets", Real{0, 1, 0.05}},
      {"seed", "Seed", "", "Of the noise", Integer{0, std::numeric_limits<std::int64_t>::max(), 1}},
      {"clip", "Clip below zero", "", "No negative levels", Flag{true}},
      {"kernel", "Kernel", "", "How cells are read",
       Choice{{"nearest_exact", "area", "bicubic"}, "nearest_exact"}},
      {"weights", "Weights", "", "Trained weights", File{"Weights (*.safetensors)"}}};
}

template <class Widget>
Widget* in(const ParameterForm& form, const char* name) {
  return form.row(name)->findChild<Widget*>();
}

void type(NumberField* field, const char* text) {
  field->setFocus();
  field->selectAll();
  QTest::keyClicks(field, text);
  QTest::keyClick(field, Qt::Key_Return);
}

QPoint onSlider(const QSlider* slider, double part) {
  return {static_cast<int>(8 + part * (slider->width() - 16)), slider->height() / 2};
}

}  // namespace

class ParameterFormTest : public QObject {
  Q_OBJECT

  std::unique_ptr<ParameterForm> form_;
  std::unique_ptr<QSignalSpy> spy_;

  bool dragging(int call) const { return spy_->at(call).at(1).toBool(); }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void init() {
    form_ = std::make_unique<ParameterForm>();
    form_->setSettings(settings(), {{"Quantisation", {"bits", "metres_per_level"}},
                                    {"Noise", {"sigma_a", "seed", "clip"}}});
    form_->resize(kRightWidth, 600);
    form_->show();
    QVERIFY(QTest::qWaitForWindowExposed(form_.get()));
    spy_ = std::make_unique<QSignalSpy>(form_.get(), &ParameterForm::changed);
  }

  void startsWithTheInitialValues() {
    QVERIFY(form_->values() == initialValues(settings()));
    QCOMPARE(in<NumberField>(*form_, "bits")->text(), "12");
    QVERIFY(in<QCheckBox>(*form_, "clip")->isChecked());
    QCOMPARE(in<QComboBox>(*form_, "kernel")->currentText(), "nearest exact");
    QVERIFY(!in<ValueSlider>(*form_, "seed"));
    QCOMPARE(spy_->count(), 0);
  }

  void unknownNameInASectionIsRefused() {
    QVERIFY_EXCEPTION_THROWN(form_->setSettings(settings(), {{"X", {"bitz"}}}), BadInput);
    QVERIFY(form_->row("bits"));
  }

  void typedNumberCounts() {
    type(in<NumberField>(*form_, "metres_per_level"), "2,5");
    QCOMPARE(spy_->count(), 1);
    QVERIFY(!dragging(0));
    QCOMPARE(real(form_->values(), "metres_per_level"), 2.5);
    QCOMPARE(real(spy_->at(0).at(0).value<Values>(), "metres_per_level"), 2.5);
    QCOMPARE(in<NumberField>(*form_, "metres_per_level")->text(),
             QString("2.5") + QChar(0xa0) + "m");
  }

  void refusedNumberSaysWhyAndKeepsTheOldOne() {
    type(in<NumberField>(*form_, "bits"), "99");
    QCOMPARE(spy_->count(), 0);
    QVERIFY(form_->row("bits")->error().contains("1 to 16"));
    QCOMPARE(integer(form_->values(), "bits"), std::int64_t{12});
    QCOMPARE(in<NumberField>(*form_, "bits")->text(), "12");
    type(in<NumberField>(*form_, "bits"), "8");
    QVERIFY(form_->row("bits")->error().isEmpty());
  }

  void escapeTakesTypingBack() {
    auto* field = in<NumberField>(*form_, "bits");
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, "7");
    QTest::keyClick(field, Qt::Key_Escape);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(spy_->count(), 0);
    QCOMPARE(field->text(), "12");
  }

  void arrowKeysStepTheField() {
    auto* field = in<NumberField>(*form_, "bits");
    field->setFocus();
    QTest::keyClick(field, Qt::Key_Up);
    QCOMPARE(integer(form_->values(), "bits"), std::int64_t{13});
    QTest::keyClick(field, Qt::Key_PageDown);
    QCOMPARE(integer(form_->values(), "bits"), std::int64_t{3});
    auto* seed = in<NumberField>(*form_, "seed");
    QTest::keyClick(seed, Qt::Key_Down);
    QTest::keyClick(seed, Qt::Key_Down);
    QCOMPARE(integer(form_->values(), "seed"), std::int64_t{0});
    type(seed, "9223372036854775807");
    QTest::keyClick(seed, Qt::Key_Up);
    QCOMPARE(integer(form_->values(), "seed"), std::numeric_limits<std::int64_t>::max());
  }

  void dragTellsItIsADragThenEnds() {
    auto* slider = in<ValueSlider>(*form_, "sigma_a");
    QTest::mousePress(slider, Qt::LeftButton, {}, onSlider(slider, 0.3));
    QCOMPARE(spy_->count(), 1);
    QVERIFY(dragging(0));
    QVERIFY(std::abs(real(form_->values(), "sigma_a") - 0.3) < 0.02);
    QTest::mouseMove(slider, onSlider(slider, 0.6));
    QTest::mouseMove(slider, onSlider(slider, 0.8));
    const auto during = spy_->count();
    QVERIFY(during >= 2);
    for (int i = 0; i < during; ++i) QVERIFY(dragging(i));
    QTest::mouseRelease(slider, Qt::LeftButton, {}, onSlider(slider, 0.8));
    QCOMPARE(spy_->count(), during + 1);
    QVERIFY(!dragging(static_cast<int>(during)));
    QVERIFY(std::abs(real(form_->values(), "sigma_a") - 0.8) < 0.02);
  }

  void pressWithoutAMoveIsNoChange() {
    auto* slider = in<ValueSlider>(*form_, "bits");
    QTest::mousePress(slider, Qt::LeftButton, {}, onSlider(slider, 11.0 / 15));
    QTest::mouseRelease(slider, Qt::LeftButton, {}, onSlider(slider, 11.0 / 15));
    QCOMPARE(spy_->count(), 0);
  }

  void keysOnTheSliderAreNoDrag() {
    auto* slider = in<ValueSlider>(*form_, "bits");
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(integer(form_->values(), "bits"), std::int64_t{13});
    QCOMPARE(spy_->count(), 1);
    QVERIFY(!dragging(0));
  }

  void doubleClickOnTheSliderResets() {
    type(in<NumberField>(*form_, "bits"), "4");
    auto* slider = in<ValueSlider>(*form_, "bits");
    QTest::mouseDClick(slider, Qt::LeftButton, {}, onSlider(slider, 3.0 / 15));
    QCOMPARE(integer(form_->values(), "bits"), std::int64_t{12});
  }

  void wheelScrollsThePanelNotTheValue() {
    auto* slider = in<ValueSlider>(*form_, "bits");
    auto* field = in<NumberField>(*form_, "bits");
    for (QWidget* target : {static_cast<QWidget*>(slider), static_cast<QWidget*>(field),
                            static_cast<QWidget*>(in<QComboBox>(*form_, "kernel"))}) {
      target->clearFocus();
      QWheelEvent event({5, 5}, target->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton,
                        Qt::NoModifier, Qt::NoScrollPhase, false);
      QCoreApplication::sendEvent(target, &event);
    }
    QCOMPARE(spy_->count(), 0);
  }

  void setValuesHasNoEcho() {
    form_->setValues({{"bits", std::int64_t{3}},
                      {"clip", false},
                      {"kernel", std::string("area")},
                      {"weights", std::string("/tmp/w.safetensors")}});
    QCOMPARE(spy_->count(), 0);
    QCOMPARE(integer(form_->values(), "bits"), std::int64_t{3});
    QCOMPARE(real(form_->values(), "sigma_a"), 0.05);
    QCOMPARE(in<NumberField>(*form_, "bits")->text(), "3");
    QCOMPARE(in<ValueSlider>(*form_, "bits")->value(), 2);
    QVERIFY(!in<QCheckBox>(*form_, "clip")->isChecked());
    QCOMPARE(in<QComboBox>(*form_, "kernel")->currentText(), "area");
    QCOMPARE(in<QLineEdit>(*form_, "weights")->text(), "/tmp/w.safetensors");
  }

  void badValuesAreRefusedWhole() {
    const Values before = form_->values();
    QVERIFY_EXCEPTION_THROWN(form_->setValues({{"bits", std::int64_t{40}}}), BadInput);
    QVERIFY_EXCEPTION_THROWN(form_->setValues({{"clip", false}, {"nope", true}}), BadInput);
    QVERIFY_EXCEPTION_THROWN(form_->setValues({{"kernel", std::string("opencv")}}), BadInput);
    QVERIFY(form_->values() == before);
    QVERIFY(in<QCheckBox>(*form_, "clip")->isChecked());
  }

  void echoDuringADragDoesNotPullTheSlider() {
    auto* slider = in<ValueSlider>(*form_, "sigma_a");
    QTest::mousePress(slider, Qt::LeftButton, {}, onSlider(slider, 0.7));
    const double held = real(form_->values(), "sigma_a");
    form_->setValues({{"sigma_a", 0.1}});
    QCOMPARE(real(form_->values(), "sigma_a"), held);
    QTest::mouseRelease(slider, Qt::LeftButton, {}, onSlider(slider, 0.7));
    form_->setValues({{"sigma_a", 0.1}});
    QCOMPARE(real(form_->values(), "sigma_a"), 0.1);
  }

  void flagChoiceAndPathChange() {
    auto* box = in<QCheckBox>(*form_, "clip");
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Space);
    QVERIFY(!flag(form_->values(), "clip"));
    auto* choice = in<QComboBox>(*form_, "kernel");
    choice->setFocus();
    QTest::keyClick(choice, Qt::Key_Down);
    QCOMPARE(text(form_->values(), "kernel"), std::string("area"));
    auto* path = in<QLineEdit>(*form_, "weights");
    path->setFocus();
    QTest::keyClicks(path, "/data/a.safetensors");
    QTest::keyClick(path, Qt::Key_Return);
    QCOMPARE(text(form_->values(), "weights"), std::string("/data/a.safetensors"));
    QCOMPARE(spy_->count(), 3);
  }

  void resetButtonShowsOnlyWhereItHelps() {
    auto* reset = in<QToolButton>(*form_, "bits");
    QVERIFY(!reset->isVisible());
    type(in<NumberField>(*form_, "bits"), "8");
    QVERIFY(reset->isVisible());
    QTest::mouseClick(reset, Qt::LeftButton);
    QCOMPARE(integer(form_->values(), "bits"), std::int64_t{12});
    QVERIFY(!reset->isVisible());
  }

  void resetAllTellsOnce() {
    form_->setValues({{"bits", std::int64_t{3}}, {"clip", false}});
    form_->resetAll();
    QCOMPARE(spy_->count(), 1);
    QVERIFY(form_->values() == initialValues(settings()));
    form_->resetAll();
    QCOMPARE(spy_->count(), 1);
  }

  void errorsStandUnderTheirRow() {
    form_->setError("weights", "the file is cut off");
    form_->setError("nobody", "ignored");
    QCOMPARE(form_->row("weights")->error(), "the file is cut off");
    QVERIFY(in<QLineEdit>(*form_, "weights")->property("invalid").toBool());
    form_->clearErrors();
    QVERIFY(form_->row("weights")->error().isEmpty());
    QVERIFY(!in<QLineEdit>(*form_, "weights")->property("invalid").toBool());
  }

  void tabReachesEveryEditor() {
    QSet<QWidget*> reached;
    form_->row("bits")->editor()->setFocus();
    for (int i = 0; i < 30; ++i) {
      reached << QApplication::focusWidget();
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const Setting& setting : settings()) {
      QVERIFY2(reached.contains(form_->row(setting.name)->editor()), setting.name.c_str());
    }
  }

  void nothingIsCutAtThePanelsWidth() {
    form_->setError("bits", "a long sentence that says what is wrong and what to do about it now");
    QTest::qWait(0);
    for (const Setting& setting : settings()) {
      SettingRow* row = form_->row(setting.name);
      for (QWidget* part : row->findChildren<QWidget*>()) {
        if (!part->isVisible() || part->parentWidget() != row) continue;
        QVERIFY(row->rect().contains(part->geometry()));
        QVERIFY(part->width() >= part->minimumSizeHint().width());
      }
      QVERIFY(form_->rect().contains(QRect(row->mapTo(form_.get(), QPoint()), row->size())));
    }
  }

  void rowsCanBeHiddenAndDisabled() {
    form_->setRowShown("seed", false);
    QVERIFY(!form_->row("seed")->isVisible());
    form_->setRowEnabled("bits", false);
    QVERIFY(!in<ValueSlider>(*form_, "bits")->isEnabled());
    QVERIFY(form_->row("bits")->toolTip().contains("1 to 16"));
  }
};

QTEST_MAIN(ParameterFormTest)
#include "parameter_form.moc"
