// Whole chains: another main chain from the genesis block, and what a real node said of blocks that
// were made to be wrong.
#include <gtest/gtest.h>

#include "veilwire/consensus/testing/real_blocks.h"
#include "veilwire/consensus/testing/test_chain.h"

namespace veilwire::consensus {
namespace {

using testing::TestChain;
namespace json = boost::json;

constexpr UnixTime kFarAway = from_unix_seconds(4'000'000'000);

std::vector<Bytes> split_blocks(ByteView all) {
  std::vector<Bytes> blocks;
  for (wire::Reader reader(all); reader.left() > 0;) {
    const std::uint8_t* const begin = reader.position();
    (void)wire::Block::read(reader);
    if (!reader.ok()) throw std::runtime_error("a block that cannot be read");
    blocks.emplace_back(begin, reader.position());
  }
  return blocks;
}

TEST(AlternativeMainChain, IsConnectedFromTheGenesisBlock) {
  VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
  const std::vector<Bytes> blocks = split_blocks(testing::unpacked_xz(packed));
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

// In which words the node tells of a script's failure.
ScriptError error_of_sentence(std::string_view sentence) {
  const std::map<std::string_view, ScriptError> kSentences{
      {"Witness provided for non-witness script", ScriptError::kWitnessUnexpected},
      {"Invalid OP_IF construction", ScriptError::kUnbalancedConditional},
      {"OP_RETURN was encountered", ScriptError::kOpReturn},
      {"Attempted to use a disabled opcode", ScriptError::kDisabledOpcode},
  };
  return kSentences.at(sentence);
}

// What our chain says where the node says this.
std::string our_words(const json::value& node_says) {
  if (node_says.is_null()) return {};
  const std::string said = testing::text_of(node_says);
  if (said.starts_with("rpc error: Block decode failed")) return "decode";
  if (said.starts_with("bad-version(")) return "bad-version";
  constexpr std::string_view kScript = "mandatory-script-verify-flag-failed (";
  if (!said.starts_with(kScript)) return said;
  const std::string sentence = said.substr(kScript.size(), said.size() - kScript.size() - 1);
  return "block-script-verify-flag-failed (" +
         std::string(script_error_name(error_of_sentence(sentence))) + ")";
}

// Without the place in the block, which the node does not tell.
std::string without_place(const std::string& failure) {
  return failure.substr(0, failure.find(", transaction"));
}

// After this step the scenario had the node call its tip invalid (`invalidateblock`), which is no
// step of the file but shows in the next one's tip.
constexpr std::size_t kTipIsCalledInvalidAfter = 186;

TEST(FullBlocksRegtest, HasTheVerdictAndTheTipOfARealNodeAfterEachStep) {
  VEILWIRE_READ_JSON_OR_SKIP(file, "vectors/core/full_blocks_regtest.json.xz");
  protocol::Network network = *protocol::network_from_name("regtest");
  network.heights.bip34 = Height(2);
  testing::InlineExecutor executor;
  TestChain chain(network, executor);
  const json::array& steps = file.at("steps").as_array();
  std::size_t right = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const json::object& step = steps[i].as_object();
    const auto now = from_unix_seconds(step.at("unix_time").to_number<std::int64_t>());
    const std::string said = without_place(chain.submit(testing::unhex(step.at("block")), now));
    const bool is_right = said == our_words(step.at("node_says")) &&
                          to_display(chain.tip()) == testing::text_of(step.at("tip"));
    EXPECT_TRUE(is_right) << "step " << i << ": " << said << ", and not "
                          << our_words(step.at("node_says")) << "; the tip is "
                          << to_display(chain.tip()) << " of " << step.at("tip");
    right += is_right ? 1 : 0;
    if (i == kTipIsCalledInvalidAfter) chain.invalidate(chain.tip());
  }
  testing::report_count("full_blocks_regtest", right, 228);
}

}  // namespace
}  // namespace veilwire::consensus
