// Whole chains: another main chain from the genesis block, and what a real node said of blocks that
// were made to be wrong.
#include <gtest/gtest.h>

#include "veilwire/consensus/testing/full_blocks.h"
#include "veilwire/consensus/testing/real_blocks.h"
#include "veilwire/consensus/testing/test_chain.h"

namespace veilwire::consensus {
namespace {

using testing::TestChain;

constexpr UnixTime kFarAway = from_unix_seconds(4'000'000'000);

TEST(AlternativeMainChain, IsConnectedFromTheGenesisBlock) {
  VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
  const std::vector<Bytes> blocks = testing::split_blocks(testing::unpacked_xz(packed));
  testing::InlineExecutor executor;
  TestChain chain(*protocol::network_from_name("main"), executor);
  std::size_t connected = 0;
  for (const Bytes& block : blocks) {
    const std::string refusal = chain.submit(block, kFarAway);
    ASSERT_EQ(refusal, "") << "block " << connected + 1;
    ++connected;
  }
  testing::report_count("alternative blocks", connected, 2016);
  EXPECT_EQ(chain.height(), Height(2016));
  EXPECT_EQ(chain.coins().size(), 2016u);
}

// -- full_blocks_regtest ----------------------------------------------------------------------------

TEST(FullBlocksRegtest, HasTheVerdictAndTheTipOfARealNodeAfterEachStep) {
  VEILWIRE_READ_JSON_OR_SKIP(file, "vectors/core/full_blocks_regtest.json.xz");
  const protocol::Network network = testing::full_blocks_network();
  testing::InlineExecutor executor;
  TestChain chain(network, executor);
  std::size_t right = 0;
  for (const testing::FullBlocksStep& step : testing::full_blocks_steps(file)) {
    const std::string said = testing::without_place(chain.submit(step.block, step.now));
    const bool is_right = said == step.verdict && to_display(chain.tip()) == step.tip;
    EXPECT_TRUE(is_right) << "step " << step.number << ": " << said << ", and not " << step.verdict
                          << "; the tip is " << to_display(chain.tip()) << " of " << step.tip;
    right += is_right ? 1 : 0;
    if (step.number == testing::kTipIsCalledInvalidAfter) chain.invalidate(chain.tip());
  }
  testing::report_count("full_blocks_regtest", right, 228);
}

}  // namespace
}  // namespace veilwire::consensus
