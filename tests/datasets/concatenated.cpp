#include "datasets/concatenated.h"

#include <ATen/ops/full.h>

#include <QtTest>
#include <set>

#include "core/error.h"

using namespace fathom;

namespace {

/// Samples that exist in memory only; the first pixel tells which one was loaded.
class Listed : public SampleSource {
 public:
  Listed(std::string title, std::vector<std::string> ids, int first = 0)
      : title_(std::move(title)), ids_(std::move(ids)), first_(first) {}
  std::string title() const override { return title_; }
  std::size_t size() const override { return ids_.size(); }
  std::string id(std::size_t index) const override { return ids_.at(index); }
  SampleFacts facts(std::size_t index) const override { return {value(index) % 2 == 0, false}; }
  Sample load(std::size_t index, const Progress& progress) const override {
    progress.checkpoint();
    Sample sample;
    sample.id = id(index);
    sample.rgb = at::full({3, 1, 1 + value(index)}, value(index), at::kByte);
    return sample;
  }
  std::vector<std::size_t> framesAround(std::size_t index, FramesWanted wanted) const override {
    return framesOfSpan(index, 0, size(), wanted);
  }
  Thumbnail thumbnail(std::size_t index) const override {
    return {1, 1, std::vector<std::uint8_t>(3, static_cast<std::uint8_t>(value(index)))};
  }

 private:
  int value(std::size_t index) const { return first_ + static_cast<int>(index); }
  std::string title_;
  std::vector<std::string> ids_;
  int first_;
};

SampleSourcePtr source(std::string title, std::vector<std::string> ids, int first = 0) {
  return std::make_shared<Listed>(std::move(title), std::move(ids), first);
}

std::vector<std::string> idsOf(const SampleSource& all) {
  std::vector<std::string> ids;
  for (std::size_t index = 0; index < all.size(); ++index) {
    ids.push_back(all.id(index));
    if (all.load(index, {}).id != ids.back()) ids.back() += " (loaded as another)";
  }
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

class ConcatenatedTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void oneAfterTheOther() {
    const auto all = concatenate({source("one", {"a", "b"}, 0), source("none", {}),
                                  source("two", {"c", "d", "e"}, 2), source("none", {})});
    QCOMPARE(all->size(), std::size_t{5});
    QVERIFY((idsOf(*all) == Ids{"a", "b", "c", "d", "e"}));
    QCOMPARE(all->title(), std::string("one, none, two and 1 more"));
  }

  void everyMemberReachesTheRightSample() {
    const auto all = concatenate({source("one", {"a", "b"}, 0), source("two", {"c", "d", "e"}, 2)});
    for (int index = 0; index < 5; ++index) {
      QCOMPARE(all->load(index, {}).rgb[0][0][0].item<int>(), index);
      QCOMPARE(int{all->thumbnail(index).rgb[0]}, index);
      QCOMPARE(all->facts(index).hasTruth, index % 2 == 0);
      QVERIFY((all->pictureSize(index, {}) == Size{1, 1 + index}));
    }
  }

  void framesStayInTheirSource() {
    const auto all = concatenate({source("one", {"a", "b"}), source("two", {"c", "d", "e"})});
    using Frames = std::vector<std::size_t>;
    QVERIFY((all->framesAround(1, {2, 1}) == Frames{0}));
    QVERIFY((all->framesAround(2, {2, 1}) == Frames{3, 4}));
    QVERIFY((all->framesAround(3, {1, 1}) == Frames{2, 4}));
    QVERIFY(all->framesAround(3, {0, 1}).empty());
  }

  void aSingleSourceStaysItself() {
    const auto one = source("one", {"a"});
    QCOMPARE(concatenate({one}), one);
  }

  void clashingIdsGetTheTitleInFront() {
    const auto all = concatenate(
        {source("my set", {"a", "b"}), source("two", {"b", "c"}), source("three", {"x"})});
    QVERIFY((idsOf(*all) == Ids{"my_set-a", "my_set-b", "two-b", "two-c", "x"}));
  }

  void equalTitlesGetNumbers() {
    const auto all = concatenate({source("s", {"a"}), source("s", {"a"}), source("s", {"a"})});
    QVERIFY((idsOf(*all) == Ids{"s-a", "s-2-a", "s-3-a"}));
  }

  void idsStayUniqueWhateverTheyAre() {
    // The prefixed id of the first two is the id of the third.
    const auto all = concatenate({source("s", {"a"}), source("t", {"a"}), source("u", {"s-a"})});
    const Ids ids = idsOf(*all);
    QCOMPARE(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
    const auto more = concatenate({source("s", {"2-a", "a"}), source("s", {"a", "2-a"})});
    const Ids others = idsOf(*more);
    QCOMPARE(std::set<std::string>(others.begin(), others.end()).size(), others.size());
  }

  void nothingToConcatenateIsAnError() {
    QVERIFY_EXCEPTION_THROWN(concatenate({}), BadInput);
    QVERIFY_EXCEPTION_THROWN(concatenate({nullptr}), BadInput);
    QVERIFY_EXCEPTION_THROWN(concatenate({source("one", {"a"}), nullptr}), BadInput);
  }

  void anIndexPastTheEndIsAnError() {
    const auto all = concatenate({source("one", {"a"}), source("two", {"b"})});
    QVERIFY_EXCEPTION_THROWN(all->id(2), BadInput);
    QVERIFY_EXCEPTION_THROWN(all->load(2, {}), BadInput);
  }

  void cancelReachesTheSource() {
    const auto all = concatenate({source("one", {"a"}), source("two", {"b"})});
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(all->load(1, {stop.get_token(), {}}), Cancelled);
  }
};

QTEST_GUILESS_MAIN(ConcatenatedTest)
#include "concatenated.moc"
