// Questions in any order, of several peers that read when they like: each wanted entry is answered once
// and in its order, and nobody gets an answer before he has room for it.
#include <gtest/gtest.h>

#include <deque>

#include "veilwire/chain/testing/dice.h"
#include "veilwire/chain/walks.h"
#include "veilwire/serve/chain_server.h"
#include "veilwire/serve/testing/kept_chain.h"
#include "veilwire/wire/block.h"

namespace veilwire::serve {
namespace {

using chain::NodeIndex;
using peer::PeerId;
using protocol::MessageKind;
using wire::InventoryEntry;
using wire::InventoryType;

constexpr std::uint32_t kPeers = 3;

class ChainServerModel {
 public:
  explicit ChainServerModel(std::uint32_t seed) : dice_(seed) {
    const NodeIndex trunk = kept_.grow(5, chain::kGenesisIndex);
    tips_ = {kept_.grow(4, trunk, 1), kept_.grow(6, trunk, 2)};
    for (std::uint32_t i = 1; i < kept_.tree.nodes().size(); ++i) {
      if (dice_.below(5) == 0) kept_.tree.drop_data(NodeIndex::of(i));
      if (dice_.below(8) == 0) kept_.store.lose(NodeIndex::of(i));
    }
    for (std::uint32_t id = 0; id < kPeers; ++id) server_.add_peer(PeerId::of(id));
    server_.on_tip(tips_[0]);
  }

  void step() {
    const std::uint32_t id = dice_.below(kPeers);
    switch (dice_.below(6)) {
      case 0:
        return ask(id, wire::GetHeaders{locator()});
      case 1:
        return ask(id, wire::GetBlocks{locator()});
      case 2:
        return server_.on_tip(tips_[dice_.below(2)]);
      case 3:
        return ask_for_data(id);
      default:
        return give_room(id);
    }
  }
  void finish() {
    for (std::uint32_t id = 0; id < kPeers; ++id) {
      for (int i = 0; i < 10'000 && !peers_[id].wanted.empty(); ++i) give_room(id);
      EXPECT_TRUE(peers_[id].wanted.empty());
      EXPECT_EQ(server_.waiting(PeerId::of(id)), 0u);
    }
  }

 private:
  struct Peer {
    std::deque<InventoryEntry> wanted;
    bool has_room = true;
  };

  template <typename M>
  void ask(std::uint32_t id, const M& message) {
    server_.on_message(TimePoint{}, PeerId::of(id), M::kKind, wire::serialize(message));
    check_answers(id);
  }
  void give_room(std::uint32_t id) {
    peers_[id].has_room = true;
    server_.on_room(TimePoint{}, PeerId::of(id));
    check_answers(id);
  }
  void ask_for_data(std::uint32_t id) {
    constexpr std::array kTypes{InventoryType::kBlock,         InventoryType::kWitnessBlock,
                                InventoryType::kCompactBlock,  InventoryType::kWtx,
                                InventoryType::kFilteredBlock, static_cast<InventoryType>(77)};
    std::vector<InventoryEntry> entries(dice_.below(6));
    for (InventoryEntry& entry : entries) {
      const std::size_t type = dice_.below(kTypes.size());
      entry = {kTypes[type], kept_.hash(any_block())};
      if (dice_.below(6) == 0) entry.hash[3] ^= 1;
      if (type < 4) peers_[id].wanted.push_back(entry);
    }
    const Bytes packed = wire::pack(std::span<const InventoryEntry>(entries));
    ask(id, wire::GetData{wire::InventoryList(packed)});
  }
  NodeIndex any_block() { return NodeIndex::of(dice_.below(kept_.tree.nodes().size())); }
  wire::Locator locator() {
    return {.hashes = chain::locator(kept_.tree.nodes(), any_block()),
            .stop = kept_.hash(any_block())};
  }

  void check_answers(std::uint32_t id) {
    std::size_t answers = 0;
    while (const auto action = server_.poll_action()) {
      ASSERT_TRUE(std::holds_alternative<Send>(*action));
      const Send& send = std::get<Send>(*action);
      ASSERT_EQ(send.peer, PeerId::of(id));
      ++answers;
      const MessageKind kind = send.message.kind();
      if (kind == MessageKind::kBlock || kind == MessageKind::kCompactBlock) {
        check_block(peers_[id], kind, send.message.payload);
      } else if (kind == MessageKind::kNotFound) {
        check_not_found(peers_[id], send.message.payload);
      }
    }
    ASSERT_LE(answers, peers_[id].has_room ? 1u : 0u);
    if (answers > 0) peers_[id].has_room = false;
    ASSERT_TRUE(!peers_[id].has_room || peers_[id].wanted.empty());
  }
  bool is_there(const InventoryEntry& entry) {
    const auto index = kept_.tree.nodes().find(entry.hash);
    return entry.type != InventoryType::kWtx && index && kept_.tree.has_data(*index) &&
           kept_.store.read_block(*index).has_value();
  }
  void check_block(Peer& peer, MessageKind kind, ByteView payload) {
    ASSERT_FALSE(peer.wanted.empty());
    const InventoryEntry entry = peer.wanted.front();
    peer.wanted.pop_front();
    EXPECT_EQ(wire::parse<wire::BlockHeader>(payload).value().hash(), entry.hash);
    if (kind == MessageKind::kBlock) {
      const auto block = wire::parse<wire::Block>(payload).value();
      EXPECT_EQ(block.transactions[0].has_witness(), entry.type != InventoryType::kBlock);
    } else {
      EXPECT_EQ(entry.type, InventoryType::kCompactBlock);
    }
    EXPECT_TRUE(is_there(entry));
  }
  void check_not_found(Peer& peer, ByteView payload) {
    const auto message = wire::parse<wire::NotFound>(payload).value();
    for (const InventoryEntry entry : message.entries) {
      ASSERT_FALSE(peer.wanted.empty());
      EXPECT_EQ(entry, peer.wanted.front());
      EXPECT_FALSE(is_there(entry));
      peer.wanted.pop_front();
    }
  }

  chain::testing::Dice dice_;
  testing::KeptChain kept_;
  std::array<NodeIndex, 2> tips_{};
  ChainServer server_{kept_.tree, kept_.store};
  std::array<Peer, kPeers> peers_{};
};

TEST(ChainServerModel, AnswersEachEntryOnceInOrderWhenThereIsRoom) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    ChainServerModel model(seed);
    for (int i = 0; i < 500; ++i) {
      model.step();
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << ", step " << i;
    }
    model.finish();
  }
}

}  // namespace
}  // namespace veilwire::serve
