#include "veilwire/engine/progress.h"

#include <gtest/gtest.h>

#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/protocol/network.h"

namespace veilwire::engine {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kBegin{};

class ProgressTest : public ::testing::Test {
 protected:
  // A chain of headers, a minute from each to the next.
  void add_headers(std::size_t count) {
    const auto headers =
        chain::testing::mined_chain(network_.genesis.hash, network_.genesis.time, count);
    last_ = tree_.add(headers, headers.back().header.time).last.value();
  }

  const protocol::Network& network_ = *protocol::network_from_name("regtest");
  chain::HeaderTree tree_{network_, 1};
  chain::NodeIndex last_{};
};

TEST_F(ProgressTest, SaysHeightDateRatesBoundAndTimeLeft) {
  add_headers(200);
  Progress progress(kBegin, {});
  const Done done{.blocks = 50,
                  .transactions = 4000,
                  .inputs = 8100,
                  .inputs_run = 8100,
                  .reading = 1s,
                  .checking = 8s,
                  .writing = 500ms};
  const auto tip = tree_.nodes().ancestor(last_, protocol::Height::of(50));
  EXPECT_EQ(progress.line(kBegin + 10s, done, tree_, tip),
            "height 50 of 200 (2011-02-03), 5.0 blocks/s, 810 inputs/s, bound by signatures, "
            "30 s left");
}

TEST_F(ProgressTest, SpeaksOfWhatHappenedSinceTheLineBefore) {
  add_headers(200);
  Progress progress(kBegin, {});
  Done done{.blocks = 50, .inputs = 50, .checking = 9s};
  progress.line(kBegin + 10s, done, tree_, last_);
  done.blocks += 100;
  done.inputs += 200;
  done.reading += 4s;
  const auto tip = tree_.nodes().ancestor(last_, protocol::Height::of(150));
  EXPECT_EQ(
      progress.line(kBegin + 15s, done, tree_, tip),
      "height 150 of 200 (2011-02-03), 20 blocks/s, 40 inputs/s, bound by the disk, 2 s left");
}

TEST_F(ProgressTest, SaysWhatItWaitsFor) {
  add_headers(3);
  Progress progress(kBegin, {});
  EXPECT_EQ(progress.line(kBegin + 10s, {}, tree_, {}),
            "height 0 of 3 (2011-02-02), waiting for the network");
  EXPECT_EQ(progress.line(kBegin + 20s, {}, tree_, last_), "height 3 of 3 (2011-02-02)");
}

TEST(Bound, IsWhatTookMostOfTheTime) {
  const auto bound = [](Duration reading, Duration checking, Duration writing,
                        std::uint64_t inputs_run = 0) {
    const Done done{.blocks = 1,
                    .inputs = 10,
                    .inputs_run = inputs_run,
                    .reading = reading,
                    .checking = checking,
                    .writing = writing};
    return bound_between({}, done, 10s);
  };
  EXPECT_EQ(bound(1s, 1s, 1s), Bound::kNetwork);
  EXPECT_EQ(bound(3s, 4s, 2s), Bound::kDisk);
  EXPECT_EQ(bound(1s, 8s, 0s), Bound::kProcessor);
  EXPECT_EQ(bound(1s, 8s, 0s, 10), Bound::kSignatures);
}

}  // namespace
}  // namespace veilwire::engine
