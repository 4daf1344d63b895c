#include "veilwire/app/speed/interleaved.h"

#include <gtest/gtest.h>

#include <string>

namespace veilwire::app {
namespace {

// Writes a letter into a shared record: small when it prepares, large when it works.
class Recorder final : public Contestant {
 public:
  Recorder(char letter, std::string& record) : letter_(letter), record_(record) {}
  void prepare() override { record_ += letter_; }
  void work() override { record_ += static_cast<char>(letter_ - 'a' + 'A'); }
  std::size_t operations() const override { return 10; }

 private:
  char letter_;
  std::string& record_;
};

TEST(Interleaved, TakesTurnsAndAlternatesWhoIsFirst) {
  std::string record;
  Recorder ours('a', record);
  Recorder reference('b', record);
  const Rounds rounds = run_in_turn(ours, reference, Duration::zero());
  EXPECT_EQ(rounds.ours.size(), kFewestRounds);
  EXPECT_EQ(rounds.reference.size(), kFewestRounds);
  EXPECT_EQ(record,
            "aAbB"
            "aAbB"
            "bBaA"
            "aAbB"
            "bBaA"
            "aAbB");
}

TEST(Interleaved, EachOfThreeIsFirstInItsTurn) {
  std::string record;
  Recorder a('a', record);
  Recorder b('b', record);
  Recorder c('c', record);
  Contestant* const all[] = {&a, &b, &c};
  const auto times = run_in_turn(all, Duration::zero());
  ASSERT_EQ(times.size(), 3u);
  for (const auto& each : times) EXPECT_EQ(each.size(), kFewestRounds);
  EXPECT_EQ(record,
            "aAbBcC"
            "aAbBcC"
            "bBcCaA"
            "cCaAbB"
            "aAbBcC"
            "bBcCaA");
}

TEST(Interleaved, ComparesByMedians) {
  // One disturbed round on each side changes nothing.
  const Comparison result = compare({{10, 900, 10, 11, 10}, {40, 40, 42, 40, 800}});
  EXPECT_EQ(result.ns, 10);
  EXPECT_EQ(result.reference_ns, 40);
  EXPECT_EQ(result.ratio, 4);
}

TEST(Interleaved, RatioIsTakenRoundByRound) {
  // The machine was twice as slow for three of five pairs.
  const Comparison result = compare({{10, 10, 20, 20, 20}, {30, 30, 60, 60, 60}});
  EXPECT_EQ(result.ratio, 3);
}

}  // namespace
}  // namespace veilwire::app
