#include "veilwire/coins/undo.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/base/hex.h"
#include "veilwire/coins/testing/made_chain.h"
#include "veilwire/coins/testing/scripts.h"

namespace veilwire::coins {
namespace {

using consensus::Amount;
using consensus::Coin;
using consensus::CoinOrigin;
using consensus::Height;
using testing::drafts::spend;
using wire::PayloadRule;

std::string repeated(std::string_view hex, int times) {
  std::string text;
  for (; times > 0; --times) text += hex;
  return text;
}

// Of height 10, a bitcoin for P2PKH; of height 11 and a coinbase's, fifty for an empty script; of
// height 1102, a hundredth for P2TR.
const std::string kFirstCoin = "14000900" + repeated("11", 20);
const std::string kSecondCoin = "17003206";
const std::string kThirdCoin = "901c0007285120" + repeated("55", 32);
// Two transactions, of which the second spends what the first made.
const std::string kKnown = "0202" + kFirstCoin + kSecondCoin + "01" + kThirdCoin;

std::optional<PayloadRule> refusal_of(ByteView bytes) {
  const auto undo = parse_undo(bytes);
  if (undo) return std::nullopt;
  return undo.error();
}
std::optional<PayloadRule> refusal_of(const std::string& hex) {
  return refusal_of(ByteView(from_hex(hex).value()));
}

TEST(Undo, IsReadFromTheBytesOfARevFile) {
  const auto undo = parse_undo(from_hex(kKnown).value());
  ASSERT_TRUE(undo);
  EXPECT_EQ(undo->first_spent, (std::vector<std::uint32_t>{0, 2, 3}));
  const Coin first = undo->spent.at(0).value();
  EXPECT_EQ(first.value(), Amount::figure(100'000'000));
  EXPECT_EQ(first.height(), Height(10));
  EXPECT_EQ(first.origin(), CoinOrigin::kTransaction);
  EXPECT_TRUE(std::ranges::equal(first.script(), testing::p2pkh()));
  const Coin second = undo->spent.at(1).value();
  EXPECT_EQ(second.value(), Amount::figure(5'000'000'000));
  EXPECT_EQ(second.origin(), CoinOrigin::kCoinbase);
  EXPECT_EQ(second.height(), Height(11));
  EXPECT_TRUE(second.script().empty());
  const Coin third = undo->spent.at(2).value();
  EXPECT_EQ(third.height(), Height(1102));
  EXPECT_TRUE(std::ranges::equal(third.script(), testing::p2tr()));
}

TEST(Undo, IsWrittenAsItWasRead) {
  testing::MadeChain chain;
  const wire::Outpoint outside[] = {{.txid = {1}, .index = 0}, {.txid = {2}, .index = 7}};
  auto first = spend({outside[0], outside[1]}, 1'000'000);
  first.outputs[0].script = testing::p2tr();
  const auto second = spend({first.outpoint(0)}, 1'000'000);
  const auto coins = std::make_shared<consensus::OutsideCoins>();
  const Bytes script = testing::p2pkh();
  coins->add(Coin(Amount::figure(100'000'000), script, Height(10), CoinOrigin::kTransaction));
  coins->add(Coin(Amount::figure(5'000'000'000), {}, Height(11), CoinOrigin::kCoinbase));
  // At a height from which the coinbase's may be spent.
  chain.ancestors = testing::drafts::ListedAncestors::regular(
      1102, chain.network.genesis.bits, chain.network.genesis.time, chain.network.spacing);
  const auto connected = chain.connect(chain.next({first, second}), coins);
  EXPECT_EQ(to_hex(undo_bytes(*connected)), kKnown);
}

TEST(Undo, CutShortAnywhereIsTruncated) {
  const Bytes whole = from_hex(kKnown).value();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(refusal_of(ByteView(whole).first(size)), PayloadRule::kTruncated) << size;
  }
}

TEST(Undo, HasNothingAfterIt) {
  EXPECT_EQ(refusal_of(kKnown + "00"), PayloadRule::kTrailingBytes);
  EXPECT_FALSE(refusal_of("00"));
}

TEST(Undo, CountsWhatItHasBytesFor) {
  EXPECT_EQ(refusal_of("0200"), PayloadRule::kTruncated);
  EXPECT_EQ(refusal_of("feffffff00"), PayloadRule::kTooMany);
  EXPECT_EQ(refusal_of("01feffffff00"), PayloadRule::kTooMany);
  EXPECT_EQ(refusal_of("0102000006"), PayloadRule::kTruncated);
}

TEST(Undo, WithAnImpossibleCoinIsRefused) {
  const std::string one_coin = "0101";
  EXPECT_EQ(refusal_of(one_coin + "8efefeff00000006"), PayloadRule::kBadValue);  // a height of 2^31
  EXPECT_EQ(refusal_of(one_coin + "008980dd4a06"), PayloadRule::kBadValue);      // over all money
  EXPECT_EQ(refusal_of(one_coin + "0000cd17"), PayloadRule::kTooLong);           // 10 001 bytes
  EXPECT_EQ(refusal_of(one_coin + "000004" + repeated("00", 32)), PayloadRule::kBadValue);
}

TEST(Undo, DoesNotLookAtTheOldVersion) {
  EXPECT_FALSE(refusal_of("010102ff7f0006"));
  EXPECT_FALSE(refusal_of("0101010006"));  // a height of 0 has none
}

}  // namespace
}  // namespace veilwire::coins
