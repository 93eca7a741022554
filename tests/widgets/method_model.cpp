#include "widgets/lists/method_model.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace fathom;

namespace {

std::vector<MethodEntry> methods() {
  const auto method = [](const char* id, const char* title, const char* group, const char* words) {
    MethodEntry made{id, title, Qt::red, "restores depth"};
    made.group = group;
    made.words = words;
    return made;
  };
  return {method("bicubic", "Bicubic ×16", "Interpolation", "Keys 1981"),
          method("sgnet", "SGNet", "Trained", "Wang et al., AAAI 2024"),
          method("nearest", "Nearest", "Interpolation", ""),
          method("umit", "UM-IT", "Trained", "AIM 2024 report"), method("own", "My own", "", "")};
}

QStringList texts(const MethodModel& model) {
  QStringList all;
  for (int row = 0; row < model.rowCount(); ++row) {
    const QModelIndex index = model.index(row);
    const bool head = index.data(MethodModel::kIsHead).toBool();
    all << (head ? "# " : "") + index.data().toString();
  }
  return all;
}

}  // namespace

class MethodModelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void holdsQtsPromises() {
    MethodModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setMethods(methods());
    model.setShown("sgnet", true);
    model.setState("sgnet", "ready", false);
    model.setNote("sgnet", "40 M");
    model.setFilter("2024");
    model.setData(model.index(1), Qt::Unchecked, Qt::CheckStateRole);
    model.setFolded("Trained", true);
    model.setFilter("");
    model.setFolded("Trained", false);
    model.setMethods({});
    QCOMPARE(model.rowCount(), 0);
  }

  void groupsStandInTheOrderOfTheirFirstMethod() {
    MethodModel model;
    model.setMethods(methods());
    QCOMPARE(texts(model), QStringList({"# Interpolation", "Bicubic ×16", "Nearest", "# Trained",
                                        "SGNet", "UM-IT", "My own"}));
    QCOMPARE(model.rowOf("umit"), 5);
    QCOMPARE(model.rowOf("nobody"), -1);
    QVERIFY(!model.methodAt(model.index(0)));
    QCOMPARE(model.methodAt(model.index(4))->id, std::string("sgnet"));
    QVERIFY(!(model.flags(model.index(0)) & Qt::ItemIsSelectable));
    QVERIFY(!model.setData(model.index(0), Qt::Checked, Qt::CheckStateRole));
  }

  void searchesTitleIdHelpAndPaper_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("found");
    QTest::newRow("title") << "bicu" << QStringList({"# Interpolation", "Bicubic ×16"});
    QTest::newRow("id, any case") << "SGN" << QStringList({"# Trained", "SGNet"});
    QTest::newRow("paper") << "aaai" << QStringList({"# Trained", "SGNet"});
    QTest::newRow("every word") << "  report   2024 " << QStringList({"# Trained", "UM-IT"});
    QTest::newRow("help") << "restores own" << QStringList({"My own"});
    QTest::newRow("nothing") << "bicubic 2024" << QStringList();
    QTest::newRow("no pattern") << ".*" << QStringList();
  }
  void searchesTitleIdHelpAndPaper() {
    QFETCH(QString, text);
    QFETCH(QStringList, found);
    MethodModel model;
    model.setMethods(methods());
    model.setFilter(text);
    QCOMPARE(texts(model), found);
    model.setFilter({});
    QCOMPARE(model.rowCount(), 7);
  }

  void foldedGroupsKeepTheirHead() {
    MethodModel model;
    model.setMethods(methods());
    model.setFolded("Trained", true);
    model.setFolded("No such group", true);
    QVERIFY(!model.isFolded("No such group"));
    QCOMPARE(model.shownMethods(), 3);
    const QModelIndex head = model.index(3);
    QCOMPARE(head.data(MethodModel::kFolded).toBool(), true);
    QCOMPARE(head.data(MethodModel::kCount).toInt(), 2);
    model.setFilter("umit");
    QCOMPARE(texts(model), QStringList({"# Trained", "UM-IT"}));
    QCOMPARE(model.index(0).data(MethodModel::kFolded).toBool(), false);
  }

  void whatIsHiddenStillChanges() {
    MethodModel model;
    model.setMethods(methods());
    QSignalSpy told(&model, &MethodModel::dataChanged);
    QSignalSpy shown(&model, &MethodModel::shownChanged);
    model.setFilter("nearest");
    model.setShown("sgnet", true);
    model.setNote("sgnet", "40 M");
    model.setState("sgnet", "weights missing", true);
    QCOMPARE(told.count(), 0);
    model.setNote("nearest", "0");
    model.setNote("nearest", "0");
    QCOMPARE(told.count(), 1);
    model.setFilter("");
    const QModelIndex index = model.index(model.rowOf("sgnet"));
    QCOMPARE(index.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    QCOMPARE(index.data(MethodModel::kNote).toString(), "40 M");
    QCOMPARE(index.data(MethodModel::kWarning).toBool(), true);
    QCOMPARE(shown.count(), 0);
    QVERIFY(model.setData(index, Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(shown.count(), 1);
  }
};

QTEST_GUILESS_MAIN(MethodModelTest)
#include "method_model.moc"
