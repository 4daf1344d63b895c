#include "veilwire/chain/header_nodes.h"

#include <gtest/gtest.h>

#include "veilwire/chain/testing/dice.h"
#include "veilwire/chain/testing/made_headers.h"

namespace veilwire::chain {
namespace {

using protocol::Height;
using testing::Dice;
using testing::made_up_hash;
using testing::regtest;

constexpr std::uint64_t kSalt = 0x1234'5678'9abc'def1;

// Each on a parent that `choose(how many there are)` names.
template <typename Choose>
void grow(HeaderNodes& nodes, std::uint32_t count, Choose choose) {
  while (nodes.size() < count) {
    const NodeIndex parent = NodeIndex::of(choose(nodes.size()));
    const HashedHeader header{testing::draft(nodes[parent].hash, regtest().genesis.time),
                              made_up_hash(nodes.size())};
    nodes.append(header, parent);
  }
}

NodeIndex naive_ancestor(const HeaderNodes& nodes, NodeIndex index, Height height) {
  while (nodes[index].height > height) index = nodes[index].parent;
  return index;
}

NodeIndex naive_fork(const HeaderNodes& nodes, NodeIndex a, NodeIndex b) {
  while (a != b) {
    NodeIndex& higher = nodes[a].height > nodes[b].height ? a : b;
    higher = nodes[higher].parent;
  }
  return a;
}

TEST(HeaderNodes, RebuildsAHeaderFromItsNode) {
  HeaderNodes nodes(regtest(), kSalt);
  EXPECT_EQ(nodes.header(kGenesisIndex).hash(), regtest().genesis.hash);
  wire::BlockHeader header =
      testing::draft(regtest().genesis.hash, from_unix_seconds(4'294'967'295));
  header.version = -5;
  header.nonce = 0xfedc'ba98;
  header.merkle_root[31] = 7;
  const NodeIndex index = nodes.append({header, header.hash()}, kGenesisIndex);
  EXPECT_EQ(nodes.header(index), header);
  EXPECT_EQ(nodes.header(index).hash(), nodes[index].hash);
}

TEST(HeaderNodes, FindsWhatItHasAndNothingElse) {
  HeaderNodes nodes(regtest(), kSalt);
  grow(nodes, 20'000, [](std::uint32_t size) { return size - 1; });
  EXPECT_EQ(nodes.find(regtest().genesis.hash), kGenesisIndex);
  for (std::uint32_t i = 1; i < nodes.size(); ++i) {
    ASSERT_EQ(nodes.find(made_up_hash(i)), NodeIndex::of(i));
    ASSERT_EQ(nodes.find(made_up_hash(i + 20'000)), std::nullopt);
  }
}

// The worst that an attacker can do who knows neither the salt nor a way to change the low bytes.
TEST(HeaderNodes, TellsHashesApartThatShareTheirLowEightBytes) {
  HeaderNodes nodes(regtest(), kSalt);
  for (std::uint8_t i = 1; i < 200; ++i) {
    Hash256 hash{};
    hash[31] = i;
    nodes.append({testing::draft(nodes[kGenesisIndex].hash, {}), hash}, kGenesisIndex);
  }
  Hash256 hash{};
  for (std::uint8_t i = 1; i < 200; ++i) {
    hash[31] = i;
    ASSERT_EQ(nodes.find(hash), NodeIndex::of(i));
  }
  hash[31] = 200;
  EXPECT_EQ(nodes.find(hash), std::nullopt);
}

TEST(HeaderNodes, SumsTheWorkOfItsChain) {
  HeaderNodes nodes(regtest(), kSalt);
  grow(nodes, 100, [](std::uint32_t size) { return size - 1; });
  const ChainWork each(consensus::work_of(regtest().genesis.bits));
  EXPECT_EQ(nodes[NodeIndex::of(99)].work, each * 100);
}

struct Shape {
  const char* name;
  std::uint32_t (*parent)(std::uint32_t size, Dice& dice);
};

class TreeShapes : public ::testing::TestWithParam<Shape> {};

TEST_P(TreeShapes, HaveAncestorsAndForksAsWalkingFindsThem) {
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    Dice dice(seed);
    HeaderNodes nodes(regtest(), kSalt);
    grow(nodes, 1000, [&](std::uint32_t size) { return GetParam().parent(size, dice); });
    for (int i = 0; i < 1000; ++i) {
      const NodeIndex a = NodeIndex::of(dice.below(nodes.size()));
      const NodeIndex b = NodeIndex::of(dice.below(nodes.size()));
      const Height height = Height::of(dice.below(nodes[a].height.value() + 1));
      ASSERT_EQ(nodes.ancestor(a, height), naive_ancestor(nodes, a, height)) << seed;
      const NodeIndex fork = naive_fork(nodes, a, b);
      ASSERT_EQ(nodes.fork(a, b), fork) << seed;
      ASSERT_EQ(nodes.is_ancestor(a, b), fork == a) << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, TreeShapes,
    ::testing::Values(
        Shape{"chain", [](std::uint32_t size, Dice&) { return size - 1; }},
        Shape{"two_in_turns", [](std::uint32_t size, Dice&) { return size < 2 ? 0 : size - 2; }},
        Shape{"bush", [](std::uint32_t size, Dice& dice) { return dice.below(size); }},
        Shape{"chain_with_forks",
              [](std::uint32_t size, Dice& dice) {
                const std::uint32_t back = dice.below(8) == 0 ? 1 + dice.below(20) : 1;
                return size - std::min(size, back);
              }}),
    [](const auto& each) { return each.param.name; });

// What an attacker would wish to make slow: three chains that take turns, so that nothing is
// in a row.
TEST(HeaderNodes, ReachesAnyAncestorInLogarithmicTime) {
  HeaderNodes nodes(regtest(), kSalt);
  grow(nodes, 300'000, [](std::uint32_t size) { return size < 3 ? 0 : size - 3; });
  const NodeIndex last = NodeIndex::of(nodes.size() - 1);
  const std::uint32_t height = nodes[last].height.value();
  std::uint32_t most = 0;
  for (std::uint32_t target = 1; target < height; target += 97) {
    std::uint32_t steps = 0;
    for (NodeIndex at = last; nodes[at].height.value() > target; ++steps) {
      const HeaderNode& node = nodes[at];
      at = nodes[node.jump].height.value() >= target ? node.jump : node.parent;
    }
    most = std::max(most, steps);
  }
  EXPECT_LE(most, 3 * 17u);  // 2^17 > 100 000
}

}  // namespace
}  // namespace veilwire::chain
