#include "veilwire/coins/change_table.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "veilwire/coins/testing/scripts.h"
#include "veilwire/consensus/parsed_block.h"
#include "veilwire/wire/testing/real_data.h"

namespace veilwire::coins {
namespace {

using consensus::Amount;
using consensus::Coin;
using consensus::CoinOrigin;
using consensus::Height;
using Knowledge = ChangeTable::Knowledge;

constexpr crypto::SipKey kSalt{1, 2};

Coin coin(std::int64_t units, ByteView script = {}, std::uint32_t height = 5) {
  return Coin(Amount::of(units).value(), script, Height::of(height), CoinOrigin::kTransaction);
}

Hash256 txid(std::uint8_t first) { return Hash256{first}; }

void add(ChangeTable& table, const wire::Outpoint& outpoint, const Coin& what,
         Below below = Below::kHasNothing) {
  const NewCoin added{outpoint.index, what};
  table.add(outpoint.txid, {&added, 1}, below);
}

std::optional<std::int64_t> units_at(const ChangeTable& table, const wire::Outpoint& outpoint) {
  const auto answer = table.find(outpoint);
  if (answer.knowledge != Knowledge::kCoin) return std::nullopt;
  wire::Reader reader(answer.coin);
  ScriptRoom room;
  return read_coin(reader, room).value().units();
}

// "0:5 3:gone", of one transaction.
std::string changes_of(const ChangeTable& table) {
  std::string text;
  table.for_each([&](const wire::Outpoint& outpoint, const std::optional<Coin>& what) {
    if (!text.empty()) text += ' ';
    text += std::to_string(outpoint.index) + ':';
    text += what ? std::to_string(what->value().units()) : "gone";
    return Walk::kOn;
  });
  return text;
}

TEST(ChangeTable, KnowsWhatWasAdded) {
  ChangeTable table(kSalt);
  const Bytes script = testing::p2tr();
  add(table, {txid(1), 3}, coin(7, script, 800'000));
  const auto answer = table.find({txid(1), 3});
  ASSERT_EQ(answer.knowledge, Knowledge::kCoin);
  wire::Reader reader(answer.coin);
  ScriptRoom room;
  const Coin found = read_coin(reader, room);
  EXPECT_EQ(found.value(), Amount::figure(7));
  EXPECT_EQ(found.height(), Height(800'000));
  EXPECT_TRUE(std::ranges::equal(found.script(), script));
  for (const wire::Outpoint& other :
       {wire::Outpoint{txid(1), 2}, wire::Outpoint{txid(1), 11}, wire::Outpoint{txid(2), 3}}) {
    EXPECT_EQ(table.find(other).knowledge, Knowledge::kNone);
  }
}

TEST(ChangeTable, ForgetsACoinThatCameAndWent) {
  ChangeTable table(kSalt);
  add(table, {txid(1), 0}, coin(7));
  table.remove({txid(1), 0});
  EXPECT_EQ(table.find({txid(1), 0}).knowledge, Knowledge::kNone);
  EXPECT_EQ(changes_of(table), "");
  EXPECT_EQ(table.coin_count() + table.gone_count(), 0u);
}

TEST(ChangeTable, RemembersThatACoinOfTheStateBelowIsGone) {
  ChangeTable table(kSalt);
  table.remove({txid(1), 4});
  EXPECT_EQ(table.find({txid(1), 4}).knowledge, Knowledge::kGone);
  EXPECT_EQ(table.gone_count(), 1u);
  EXPECT_EQ(changes_of(table), "4:gone");
}

TEST(ChangeTable, KeepsACoinThatIsBackUntilItIsGoneBelowToo) {
  ChangeTable table(kSalt);
  table.remove({txid(1), 4});
  add(table, {txid(1), 4}, coin(9));
  EXPECT_EQ(changes_of(table), "4:9");
  table.remove({txid(1), 4});
  EXPECT_EQ(changes_of(table), "4:gone");
  add(table, {txid(2), 0}, coin(3), Below::kMayHave);
  table.remove({txid(2), 0});
  EXPECT_EQ(changes_of(table), "4:gone 0:gone");
}

TEST(ChangeTable, ReplacesACoin) {
  ChangeTable table(kSalt);
  add(table, {txid(1), 0}, coin(1));
  add(table, {txid(1), 0}, coin(2, testing::p2wsh()), Below::kMayHave);
  EXPECT_EQ(units_at(table, {txid(1), 0}), 2);
  EXPECT_EQ(table.coin_count(), 1u);
  table.remove({txid(1), 0});
  EXPECT_EQ(changes_of(table), "");  // the state below never had it
}

TEST(ChangeTable, TakesAllOutputsOfATransactionAtOnce) {
  ChangeTable table(kSalt);
  std::vector<NewCoin> coins;
  std::vector<Bytes> scripts = testing::scripts_of_all_kinds();
  for (std::uint32_t i = 0; i < 100; ++i) {
    coins.push_back({3 * i, coin(i + 1, scripts[i % scripts.size()])});
  }
  table.add(txid(1), coins, Below::kHasNothing);
  EXPECT_EQ(table.coin_count(), 100u);
  for (std::uint32_t i = 0; i < 300; ++i) {
    const auto units = units_at(table, {txid(1), i});
    EXPECT_EQ(units.has_value(), i % 3 == 0);
    if (units) {
      EXPECT_EQ(*units, i / 3 + 1);
    }
  }
}

TEST(ChangeTable, IsWalkedInOrderOfOutpoints) {
  ChangeTable table(kSalt);
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    Hash256 id{};
    id[0] = static_cast<std::uint8_t>(random() % 4);
    id[31] = static_cast<std::uint8_t>(random() % 4);
    table.remove({id, static_cast<std::uint32_t>(random() % 3000)});
  }
  std::optional<wire::Outpoint> last;
  std::size_t walked = 0;
  table.for_each([&](const wire::Outpoint& outpoint, const std::optional<Coin>&) {
    if (last) {
      EXPECT_LT(*last, outpoint);
    }
    last = outpoint;
    ++walked;
    return walked == 400 ? Walk::kEnd : Walk::kOn;
  });
  EXPECT_EQ(walked, 400u);
}

TEST(ChangeTable, KnowsNothingOfOutputsThatNoBlockHasRoomFor) {
  ChangeTable table(kSalt);
  add(table, {txid(1), ChangeTable::kMaxOutput}, coin(1));
  EXPECT_EQ(units_at(table, {txid(1), ChangeTable::kMaxOutput}), 1);
  EXPECT_EQ(table.find({txid(1), ChangeTable::kMaxOutput + 1}).knowledge, Knowledge::kNone);
  EXPECT_EQ(table.find({txid(1), UINT32_MAX}).knowledge, Knowledge::kNone);
}

TEST(ChangeTable, UsesMemoryAgain) {
  ChangeTable table(kSalt);
  const auto fill_and_empty = [&table] {
    for (std::uint32_t i = 0; i < 5000; ++i) {
      Hash256 id{};
      store_le(id.data(), i);
      add(table, {id, 0}, coin(i, testing::p2wpkh()));
    }
    for (std::uint32_t i = 0; i < 5000; ++i) {
      Hash256 id{};
      store_le(id.data(), i);
      table.remove({id, 0});
    }
  };
  fill_and_empty();
  const std::size_t once = table.bytes();
  for (int i = 0; i < 5; ++i) fill_and_empty();
  EXPECT_LE(table.bytes(), once + 4096);
}

// What somebody who reads the log wants to see.
double report_bytes(const char* what, const ChangeTable& table) {
  const double bytes = static_cast<double>(table.bytes()) / static_cast<double>(table.coin_count());
  std::printf("%s: %.1f bytes a coin\n", what, bytes);
  return bytes;
}

// Scripts by thirds P2WPKH, P2TR and P2PKH, amounts of any digits.
double bytes_a_coin(const char* what, std::uint32_t outputs) {
  ChangeTable table(kSalt);
  std::mt19937_64 random(outputs);
  const Bytes scripts[] = {testing::p2wpkh(), testing::p2tr(), testing::p2pkh()};
  for (int i = 0; i < 100'000; ++i) {
    Hash256 id{};
    for (std::size_t at = 0; at < id.size(); at += 8) store_le(id.data() + at, random());
    std::vector<NewCoin> coins;
    for (std::uint32_t output = 0; output < outputs; ++output) {
      const auto units = static_cast<std::int64_t>(random() % 300'000'000);
      coins.push_back({output, coin(units, scripts[random() % 3], 850'000)});
    }
    table.add(id, coins, Below::kHasNothing);
  }
  return report_bytes(what, table);
}

TEST(ChangeTable, TakesAtMost64BytesACoinOfATransactionWithTwo) {
  EXPECT_LE(bytes_a_coin("two outputs a transaction", 2), 64);
  EXPECT_LE(bytes_a_coin("one output a transaction", 1), 88);
}

TEST(ChangeTable, TakesAtMost64BytesACoinOfARealBlock) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_block_866342.bin");
  const auto block = consensus::ParsedBlock::parse(bytes).value();
  ChangeTable table(kSalt);
  // As often as it takes for the last chunk not to matter.
  for (std::uint8_t copy = 0; copy < 20; ++copy) {
    for (std::size_t i = 0; i < block->ids().size(); ++i) {
      const std::uint32_t first = block->sources().first_output[i];
      std::vector<NewCoin> coins;
      for (std::uint32_t at = first; at < block->sources().first_output[i + 1]; ++at) {
        const wire::Output& output = block->sources().outputs[at];
        if (block->sources().is_spent_inside[at] != 0) continue;
        if (!consensus::is_spendable(output.script)) continue;
        coins.push_back({at - first, coin(output.value, output.script, 866'342)});
      }
      Hash256 id = block->ids()[i].txid;
      id[31] ^= copy;
      table.add(id, coins, Below::kHasNothing);
    }
  }
  EXPECT_LE(report_bytes("what block 866342 makes", table), 64);
}

}  // namespace
}  // namespace veilwire::coins
