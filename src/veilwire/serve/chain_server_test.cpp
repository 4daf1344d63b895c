#include "veilwire/serve/chain_server.h"

#include <gtest/gtest.h>

#include <utility>

#include "veilwire/chain/walks.h"
#include "veilwire/serve/testing/kept_chain.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/codec.h"

namespace veilwire::serve {
namespace {

using namespace std::chrono_literals;
using chain::kGenesisIndex;
using chain::NodeIndex;
using peer::PeerId;
using protocol::MessageKind;
using wire::InventoryEntry;
using wire::InventoryType;

constexpr PeerId kAnna = PeerId::of(1);
constexpr PeerId kBert = PeerId::of(2);

class ChainServerTest : public ::testing::Test {
 protected:
  void start(NodeIndex tip, const ServeSettings& settings = {}) {
    server_.emplace(kept_.tree, kept_.store, settings);
    server_->add_peer(kAnna);
    server_->add_peer(kBert);
    set_tip(tip);
  }
  void set_tip(NodeIndex tip) {
    tip_ = tip;
    server_->on_tip(tip);
  }
  template <typename M>
  void ask(PeerId id, const M& message) {
    server_->on_message(now_, id, M::kKind, wire::serialize(message));
  }
  void getheaders(std::vector<Hash256> known, const Hash256& stop = {}) {
    ask(kAnna, wire::GetHeaders{{.version = 70016, .hashes = std::move(known), .stop = stop}});
  }
  void getblocks(std::vector<Hash256> known, const Hash256& stop = {}) {
    ask(kAnna, wire::GetBlocks{{.version = 70016, .hashes = std::move(known), .stop = stop}});
  }
  void getdata(PeerId id, std::span<const InventoryEntry> entries) {
    const Bytes packed = wire::pack(entries);
    ask(id, wire::GetData{wire::InventoryList(packed)});
  }
  void getdata(PeerId id, std::initializer_list<InventoryEntry> entries) {
    getdata(id, std::span(entries.begin(), entries.size()));
  }
  InventoryEntry block(NodeIndex index, InventoryType type = InventoryType::kWitnessBlock) const {
    return {type, kept_.hash(index)};
  }
  // Blocks of the active chain.
  std::vector<InventoryEntry> blocks(std::uint32_t first, std::uint32_t last) const {
    std::vector<InventoryEntry> entries;
    for (; first <= last; ++first) entries.push_back(block(kept_.at(tip_, first)));
    return entries;
  }

  // -- What came of it ---------------------------------------------------------------------------

  std::vector<ServeAction> actions() {
    std::vector<ServeAction> actions;
    while (auto action = server_->poll_action()) actions.push_back(std::move(*action));
    return actions;
  }
  // The only one, which is a message.
  protocol::OwnedMessage answer() {
    auto all = actions();
    if (all.size() != 1 || !std::holds_alternative<Send>(all[0])) {
      ADD_FAILURE() << all.size() << " actions";
      return {MessageKind::kUnknown};
    }
    return std::move(std::get<Send>(all[0]).message);
  }
  void room(PeerId id = kAnna) { server_->on_room(now_, id); }
  std::vector<Hash256> headers() {
    const auto message = answer();
    EXPECT_EQ(message.kind(), MessageKind::kHeaders);
    std::vector<Hash256> hashes;
    const auto headers = wire::parse<wire::Headers>(message.payload).value();
    for (const auto& each : headers.items()) {
      hashes.push_back(each.header.hash());
    }
    return hashes;
  }
  std::vector<InventoryEntry> listed(MessageKind kind) {
    const auto message = answer();
    EXPECT_EQ(message.kind(), kind);
    const auto entries = wire::parse<wire::Inv>(message.payload).value().entries;
    return {entries.begin(), entries.end()};
  }
  std::string_view rule_of_close() {
    const auto all = actions();
    if (all.empty() || !std::holds_alternative<Close>(all.back())) return "no close";
    return std::get<Close>(all.back()).rule;
  }
  std::vector<Hash256> hashes(std::uint32_t first, std::uint32_t last) const {
    std::vector<Hash256> hashes;
    for (; first <= last; ++first) hashes.push_back(kept_.hash(kept_.at(tip_, first)));
    return hashes;
  }

  testing::KeptChain kept_;
  std::optional<ChainServer> server_;
  NodeIndex tip_{};
  TimePoint now_{1000h};
};

// -- getheaders -------------------------------------------------------------------------------------

TEST_F(ChainServerTest, GivesHeadersFromTheForkOn) {
  const NodeIndex trunk = kept_.grow_headers(5, kGenesisIndex);
  const NodeIndex theirs = kept_.grow_headers(3, trunk, 2);
  start(kept_.grow_headers(4, trunk));
  getheaders(chain::locator(kept_.tree.nodes(), theirs));
  EXPECT_EQ(headers(), hashes(6, 9));
}

TEST_F(ChainServerTest, GivesTwoThousandHeadersAtATime) {
  start(kept_.grow_headers(2100, kGenesisIndex));
  getheaders({kept_.hash(kGenesisIndex)});
  EXPECT_EQ(headers(), hashes(1, 2000));
  room();
  getheaders({kept_.hash(kept_.at(tip_, 2000))});
  EXPECT_EQ(headers(), hashes(2001, 2100));
}

TEST_F(ChainServerTest, EndsHeadersWithTheOneToStopAt) {
  start(kept_.grow_headers(20, kGenesisIndex));
  getheaders({kept_.hash(kGenesisIndex)}, kept_.hash(kept_.at(tip_, 7)));
  EXPECT_EQ(headers(), hashes(1, 7));
}

TEST_F(ChainServerTest, AnswersWithNoHeadersWherePeerHasAll) {
  start(kept_.grow_headers(20, kGenesisIndex));
  getheaders({kept_.hash(tip_)});
  EXPECT_TRUE(headers().empty());
  // Also where it has more than the active chain.
  const NodeIndex more = kept_.grow_headers(3, tip_);
  room();
  getheaders({kept_.hash(more), kept_.hash(kGenesisIndex)});
  EXPECT_TRUE(headers().empty());
}

TEST_F(ChainServerTest, GivesTheOneHeaderToStopAtWhereThereIsNoLocator) {
  const NodeIndex trunk = kept_.grow_headers(5, kGenesisIndex);
  const NodeIndex stale = kept_.grow_headers(1, trunk, 2);
  start(kept_.grow_headers(4, trunk));
  getheaders({}, kept_.hash(kept_.at(tip_, 3)));
  EXPECT_EQ(headers(), hashes(3, 3));
  room();
  getheaders({}, kept_.hash(stale));
  EXPECT_EQ(headers(), std::vector{kept_.hash(stale)});
}

TEST_F(ChainServerTest, SaysNothingOfAHeaderThatItDoesNotShow) {
  start(kept_.grow_headers(5, kGenesisIndex));
  const auto unconnected =
      chain::testing::mined(kept_.hash(kGenesisIndex), from_unix_seconds(2'000'000'000));
  ASSERT_TRUE(kept_.tree.add(unconnected, unconnected.header.time));
  getheaders({}, unconnected.hash);
  getheaders({}, Hash256{7});
  EXPECT_TRUE(actions().empty());
}

TEST_F(ChainServerTest, GivesNoHeadersWhileItsOwnChainHasTooLittleWork) {
  const NodeIndex tip = kept_.grow_headers(5, kGenesisIndex);
  start(tip,
        {.minimum_work = kept_.tree.nodes()[tip].work + kept_.tree.nodes()[kGenesisIndex].work});
  server_->add_peer(kBert, {.may_have_all = true});
  getheaders({kept_.hash(kGenesisIndex)});
  EXPECT_TRUE(headers().empty());
  ask(kBert, wire::GetHeaders{{.hashes = {kept_.hash(kGenesisIndex)}}});
  EXPECT_EQ(headers(), hashes(1, 5));
  set_tip(kept_.grow_headers(1, tip));
  room();
  getheaders({kept_.hash(kGenesisIndex)});
  EXPECT_EQ(headers(), hashes(1, 6));
}

TEST_F(ChainServerTest, AnswersALocatorOf101HashesAndEndsWithOneOf102) {
  start(kept_.grow_headers(5, kGenesisIndex));
  for (const bool is_getheaders : {true, false}) {
    std::vector<Hash256> locator(101, Hash256{9});
    locator.back() = kept_.hash(kept_.at(tip_, 2));
    is_getheaders ? getheaders(locator) : getblocks(locator);
    EXPECT_EQ(answer().kind(), is_getheaders ? MessageKind::kHeaders : MessageKind::kInv);
    room();
    locator.push_back(Hash256{});
    is_getheaders ? getheaders(locator) : getblocks(locator);
    EXPECT_EQ(rule_of_close(), "too_many");
    server_->remove_peer(kAnna);
    server_->add_peer(kAnna);
  }
}

// -- getblocks --------------------------------------------------------------------------------------

TEST_F(ChainServerTest, ListsFiveHundredBlocksAndSaysTheNewestWhenTheLastIsFetched) {
  NodeIndex tip = kept_.grow_headers(499, kGenesisIndex);
  tip = kept_.grow(1, tip);
  start(kept_.grow_headers(100, tip));
  getblocks({kept_.hash(kGenesisIndex)});
  const auto first = listed(MessageKind::kInv);
  ASSERT_EQ(first.size(), 500u);
  EXPECT_EQ(first.front(), block(kept_.at(tip_, 1), InventoryType::kBlock));
  EXPECT_EQ(first.back(), block(tip, InventoryType::kBlock));
  room();
  for (const std::size_t actions_expected : {2u, 1u}) {
    getdata(kAnna, {first.back()});
    const auto sent = actions();
    ASSERT_EQ(sent.size(), actions_expected);
    EXPECT_EQ(std::get<Send>(sent[0]).message.kind(), MessageKind::kBlock);
    if (sent.size() == 2) {
      const auto& inv = std::get<Send>(sent[1]).message;
      const auto entries = wire::parse<wire::Inv>(inv.payload).value().entries;
      ASSERT_EQ(entries.size(), 1u);
      EXPECT_EQ(entries[0], block(tip_, InventoryType::kBlock));
    }
    room();
  }
  getblocks({kept_.hash(tip)});
  EXPECT_EQ(listed(MessageKind::kInv).size(), 100u);
}

TEST_F(ChainServerTest, ListsBlocksUpToTheOneToStopAt) {
  start(kept_.grow_headers(20, kGenesisIndex));
  getblocks({kept_.hash(kGenesisIndex)}, kept_.hash(kept_.at(tip_, 7)));
  EXPECT_EQ(listed(MessageKind::kInv).size(), 6u);
  room();
  getblocks({kept_.hash(tip_)});
  EXPECT_TRUE(actions().empty());
}

TEST_F(ChainServerTest, ListsOfAPrunedChainOnlyWhatStays) {
  start(kept_.grow_headers(400, kGenesisIndex), {.keeping = Keeping::kLatest});
  getblocks({kept_.hash(kGenesisIndex)});
  EXPECT_TRUE(actions().empty());
  getblocks({kept_.hash(kept_.at(tip_, 399))});
  EXPECT_EQ(listed(MessageKind::kInv).size(), 1u);
}

// -- getdata ----------------------------------------------------------------------------------------

TEST_F(ChainServerTest, GivesABlockWithItsWitnessOrWithout) {
  start(kept_.grow(3, kGenesisIndex));
  const Bytes whole = kept_.store.block(tip_);
  getdata(kAnna, {block(tip_)});
  const auto message = answer();
  EXPECT_EQ(message.kind(), MessageKind::kBlock);
  EXPECT_EQ(message.payload, whole);
  room();
  getdata(kAnna, {block(tip_, InventoryType::kBlock)});
  const auto stripped = answer().payload;
  const auto parsed = wire::parse<wire::Block>(stripped).value();
  EXPECT_EQ(parsed.header.hash(), kept_.hash(tip_));
  EXPECT_FALSE(parsed.transactions[0].has_witness());
  EXPECT_EQ(parsed.transactions[0].txid(),
            wire::parse<wire::Block>(whole).value().transactions[0].txid());
  EXPECT_LT(stripped.size(), whole.size());
}

TEST_F(ChainServerTest, GivesTheLastBlocksCompactAndOlderOnesWhole) {
  start(kept_.grow(7, kGenesisIndex), {.salt = 5});
  getdata(kAnna, {block(kept_.at(tip_, 2), InventoryType::kCompactBlock)});
  const auto compact = answer();
  ASSERT_EQ(compact.kind(), MessageKind::kCompactBlock);
  const auto parsed = wire::parse<wire::CompactBlock>(compact.payload).value();
  EXPECT_EQ(parsed.header.hash(), kept_.hash(kept_.at(tip_, 2)));
  EXPECT_EQ(parsed.transaction_count(), 1u);
  EXPECT_NE(parsed.nonce, 0u);
  room();
  getdata(kAnna, {block(kept_.at(tip_, 1), InventoryType::kCompactBlock)});
  EXPECT_EQ(answer().payload, kept_.store.block(kept_.at(tip_, 1)));
}

// -- getblocktxn ------------------------------------------------------------------------------------

TEST_F(ChainServerTest, GivesTransactionsOfTheLastBlocksAndOfOlderOnesTheWholeBlock) {
  start(kept_.grow(12, kGenesisIndex));
  ask(kAnna, wire::GetBlockTxn{.block = kept_.hash(kept_.at(tip_, 2)), .indexes = {0}});
  const auto message = answer();
  ASSERT_EQ(message.kind(), MessageKind::kBlockTxn);
  const auto parsed = wire::parse<wire::BlockTxn>(message.payload).value();
  EXPECT_EQ(parsed.block, kept_.hash(kept_.at(tip_, 2)));
  ASSERT_EQ(parsed.transactions.size(), 1u);
  EXPECT_TRUE(parsed.transactions[0].has_witness());
  room();
  ask(kAnna, wire::GetBlockTxn{.block = kept_.hash(kept_.at(tip_, 1)), .indexes = {0}});
  EXPECT_EQ(answer().payload, kept_.store.block(kept_.at(tip_, 1)));
}

TEST_F(ChainServerTest, SaysNothingOfTransactionsOfABlockThatItDoesNotHaveOrShow) {
  const NodeIndex fork = kept_.grow(1, kGenesisIndex);
  const NodeIndex stale = kept_.grow(1, fork, 7);
  start(kept_.grow(2, fork, 0, 16 * 24h));
  ask(kAnna, wire::GetBlockTxn{.block = Hash256{7}, .indexes = {0}});
  ask(kAnna, wire::GetBlockTxn{.block = kept_.hash(stale), .indexes = {0}});
  kept_.tree.drop_data(tip_);
  ask(kAnna, wire::GetBlockTxn{.block = kept_.hash(tip_), .indexes = {0}});
  EXPECT_TRUE(actions().empty());
}

TEST_F(ChainServerTest, EndsWithAPeerThatWantsATransactionTheBlockDoesNotHave) {
  start(kept_.grow(2, kGenesisIndex));
  ask(kAnna, wire::GetBlockTxn{.block = kept_.hash(tip_), .indexes = {0, 1}});
  EXPECT_EQ(rule_of_close(), "block_index_out_of_range");
}

// -- Of many ----------------------------------------------------------------------------------------

TEST_F(ChainServerTest, GivesOneBlockWheneverThereIsRoom) {
  start(kept_.grow(10, kGenesisIndex));
  getdata(kAnna, blocks(1, 10));
  for (std::uint32_t height = 1; height <= 10; ++height) {
    EXPECT_EQ(server_->waiting(kAnna), 10 - height);
    EXPECT_EQ(kept_.store.reads, height);
    EXPECT_EQ(answer().payload, kept_.store.block(kept_.at(tip_, height)));
    room();
  }
  EXPECT_TRUE(actions().empty());
}

TEST_F(ChainServerTest, MakesNothingForWhoDoesNotRead) {
  start(kept_.grow(10, kGenesisIndex));
  for (int i = 0; i < 1000; ++i) {
    getdata(kAnna, blocks(1, 10));
    getheaders({kept_.hash(kGenesisIndex)});
    getblocks({kept_.hash(kGenesisIndex)});
  }
  EXPECT_EQ(actions().size(), 1u);
  EXPECT_EQ(kept_.store.reads, 1u);
  // Others have their own room.
  getdata(kBert, blocks(3, 3));
  EXPECT_EQ(answer().payload, kept_.store.block(kept_.at(tip_, 3)));
  // And of each kind of question the last one is answered when there is room.
  room();
  EXPECT_EQ(headers(), hashes(1, 10));
  room();
  EXPECT_EQ(listed(MessageKind::kInv).size(), 10u);
  room();
  EXPECT_EQ(answer().kind(), MessageKind::kBlock);
}

TEST_F(ChainServerTest, EndsWithAPeerThatAsksForMoreThanMayWait) {
  start(kept_.grow(2, kGenesisIndex));
  const std::vector<InventoryEntry> most(wire::kMaxInventory, block(tip_));
  getdata(kAnna, most);
  getdata(kAnna, {block(tip_)});  // the first one has been answered
  EXPECT_EQ(server_->waiting(kAnna), wire::kMaxInventory);
  EXPECT_EQ(actions().size(), 1u);
  getdata(kAnna, {block(tip_)});
  EXPECT_EQ(rule_of_close(), "too_many_requests_waiting");
  EXPECT_EQ(server_->waiting(kAnna), 0u);
  room();
  getdata(kAnna, {block(tip_)});
  EXPECT_TRUE(actions().empty());
}

TEST_F(ChainServerTest, SaysWhatIsNotThere) {
  start(kept_.grow(5, kGenesisIndex));
  const NodeIndex lost = kept_.at(tip_, 3);
  kept_.tree.drop_data(lost);
  const InventoryEntry unknown{InventoryType::kWitnessBlock, Hash256{7}};
  const InventoryEntry tx{InventoryType::kWitnessTx, Hash256{8}};
  const InventoryEntry wtx{InventoryType::kWtx, Hash256{9}};
  getdata(kAnna, {unknown, tx, block(lost), wtx, block(tip_), tx});
  EXPECT_EQ(listed(MessageKind::kNotFound), (std::vector{unknown, tx, block(lost), wtx}));
  room();
  EXPECT_EQ(answer().payload, kept_.store.block(tip_));
  room();
  EXPECT_EQ(listed(MessageKind::kNotFound), std::vector{tx});
}

TEST_F(ChainServerTest, SaysThatABlockIsNotThereWhichCannotBeRead) {
  start(kept_.grow(5, kGenesisIndex));
  kept_.store.lose(kept_.at(tip_, 3));
  kept_.store.block(kept_.at(tip_, 4)).resize(90);
  getdata(kAnna, {block(kept_.at(tip_, 3)), block(kept_.at(tip_, 4), InventoryType::kBlock)});
  EXPECT_EQ(listed(MessageKind::kNotFound).size(), 1u);
  EXPECT_EQ(kept_.store.reads, 1u);
  room();
  EXPECT_EQ(listed(MessageKind::kNotFound).size(), 1u);
}

TEST_F(ChainServerTest, LooksUpNoMoreThanAThousandForOneAnswer) {
  start(kept_.grow(1, kGenesisIndex));
  getdata(kAnna, std::vector<InventoryEntry>(50'000, {InventoryType::kBlock, Hash256{7}}));
  std::size_t answers = 0;
  for (; server_->waiting(kAnna) > 0; ++answers) {
    EXPECT_EQ(server_->counts().look_ups, 1000 * (answers + 1));
    EXPECT_EQ(listed(MessageKind::kNotFound).size(), 1000u);
    room();
  }
  EXPECT_EQ(answers, 49u);
}

// A getdata of 50 000 entries that nobody knows: they are read once, and nothing else is done.
TEST_F(ChainServerTest, ReadsOverEntriesOfUnknownTypes) {
  start(kept_.grow(1, kGenesisIndex));
  for (const std::uint32_t type : {0u, 3u, 9u, 0x4000'0003u, ~0u}) {
    getdata(kAnna, std::vector<InventoryEntry>(
                       50'000, {static_cast<InventoryType>(type), kept_.hash(tip_)}));
  }
  EXPECT_TRUE(actions().empty());
  EXPECT_EQ(server_->waiting(kAnna), 0u);
  EXPECT_EQ(server_->counts().entries, 5 * 50'000u);
  EXPECT_EQ(server_->counts().look_ups, 0u);
  EXPECT_EQ(server_->counts().blocks_read, 0u);
}

TEST_F(ChainServerTest, ShowsAStaleBlockOnlyForAMonth) {
  const NodeIndex fork = kept_.grow(1, kGenesisIndex);
  const NodeIndex stale = kept_.grow(1, fork, 7);
  start(kept_.grow(2, fork));
  getdata(kAnna, {block(stale)});
  EXPECT_EQ(answer().payload, kept_.store.block(stale));
  room();
  set_tip(kept_.grow(1, tip_, 0, 31 * 24h));
  getdata(kAnna, {block(stale)});
  EXPECT_EQ(listed(MessageKind::kNotFound), std::vector{block(stale)});
}

TEST_F(ChainServerTest, EndsWithAPeerThatAsksAPrunedNodeForAnOldBlock) {
  const NodeIndex first = kept_.grow(2, kGenesisIndex);
  start(kept_.grow_headers(289, first), {.keeping = Keeping::kLatest});
  server_->add_peer(kBert, {.may_have_all = true});
  getdata(kAnna, blocks(1, 1));  // 290 below the tip
  EXPECT_EQ(answer().payload, kept_.store.block(kept_.at(tip_, 1)));
  room();
  set_tip(kept_.grow_headers(1, tip_));
  getdata(kBert, blocks(1, 1));
  EXPECT_EQ(answer().payload, kept_.store.block(kept_.at(tip_, 1)));
  getdata(kAnna, blocks(1, 1));
  EXPECT_EQ(rule_of_close(), "block_below_limited_range");
}

TEST_F(ChainServerTest, EndsWithAPeerThatWantsHistoryWhenTheBudgetIsUsedUp) {
  const NodeIndex old = kept_.grow(2, kGenesisIndex);
  const std::size_t bytes = kept_.store.block(old).size();
  start(kept_.grow(1, old, 0, 8 * 24h), {.history_bytes_a_day = bytes + 1});
  server_->add_peer(PeerId::of(3), {.may_have_all = true});
  getdata(kAnna, blocks(1, 3));
  EXPECT_EQ(answer().kind(), MessageKind::kBlock);
  room();
  EXPECT_EQ(answer().kind(), MessageKind::kBlock);
  room();  // new blocks pass
  EXPECT_EQ(answer().payload, kept_.store.block(tip_));
  room();
  getdata(kAnna, blocks(1, 1));
  EXPECT_EQ(rule_of_close(), "history_budget_used_up");
  getdata(PeerId::of(3), blocks(1, 1));
  EXPECT_EQ(answer().kind(), MessageKind::kBlock);
  EXPECT_EQ(server_->budget().bytes(Traffic::kNew), kept_.store.block(tip_).size());
  now_ += 72h;
  getdata(kBert, blocks(1, 1));
  EXPECT_EQ(answer().kind(), MessageKind::kBlock);
}

TEST_F(ChainServerTest, EndsWithAPeerWhosePayloadIsNoMessage) {
  start(kept_.grow(1, kGenesisIndex));
  server_->on_message(now_, kAnna, MessageKind::kGetData, Bytes{1, 2, 3});
  EXPECT_EQ(rule_of_close(), "truncated");
}

TEST_F(ChainServerTest, IgnoresOtherMessagesAndPeersThatItDoesNotKnow) {
  start(kept_.grow(1, kGenesisIndex));
  server_->on_message(now_, kAnna, MessageKind::kPing, Bytes(8));
  getdata(PeerId::of(9), blocks(1, 1));
  room(PeerId::of(9));
  server_->remove_peer(kBert);
  getdata(kBert, blocks(1, 1));
  EXPECT_TRUE(actions().empty());
}

}  // namespace
}  // namespace veilwire::serve
