#include "veilwire/coins/statistics.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/coins/change_table.h"
#include "veilwire/coins/memory_table.h"
#include "veilwire/coins/testing/scripts.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::coins {
namespace {

using consensus::Amount;
using consensus::Coin;
using consensus::CoinOrigin;
using consensus::Height;

const Bytes kScript = testing::p2wpkh();
const wire::Outpoint kFirst{.txid = {1}, .index = 2};
const wire::Outpoint kSecond{.txid = {1}, .index = 300};
const wire::Outpoint kThird{.txid = {2}, .index = 0};
const Coin kCoin(Amount::figure(5'000'000'000), kScript, Height(10), CoinOrigin::kCoinbase);

TEST(CoinStatistics, HashACoinAsItsOutpointHeightAmountAndScript) {
  Bytes bytes;
  append_hashed_coin(bytes, kFirst, kCoin);
  EXPECT_EQ(to_hex(bytes), "01" + std::string(62, '0') +
                               "02000000"
                               "15000000"
                               "00f2052a01000000"
                               "16" +
                               to_hex(kScript));
}

TEST(CoinStatistics, SumUpATable) {
  ChangeTable changes({1, 2});
  const NewCoin of_first[] = {{kFirst.index, kCoin}, {kSecond.index, kCoin}};
  const NewCoin of_third[] = {{kThird.index, kCoin}};
  changes.add(kFirst.txid, of_first, Below::kHasNothing);
  changes.add(kThird.txid, of_third, Below::kHasNothing);
  MemoryTable table(Hash256{});
  ASSERT_TRUE(table.apply(changes, {}));

  const SetSummary serialized = summarize(table, SetHash::kSerialized).value();
  EXPECT_EQ(serialized.counts, (CoinCounts{3, 15'000'000'000, 3 * 72}));
  EXPECT_EQ(serialized.transactions, 2u);
  Bytes all;
  crypto::MuHash muhash;
  for (const wire::Outpoint& outpoint : {kFirst, kSecond, kThird}) {
    Bytes one;
    append_hashed_coin(one, outpoint, kCoin);
    muhash.add(one);
    all.insert(all.end(), one.begin(), one.end());
  }
  EXPECT_EQ(serialized.hash, crypto::sha256d(all));
  EXPECT_EQ(summarize(table, SetHash::kMuHash)->hash, muhash.hash());
  EXPECT_EQ(summarize(table, SetHash::kNone)->counts, serialized.counts);
}

TEST(CoinStatistics, OfAnEmptySetAreNothing) {
  const MemoryTable table(Hash256{});
  const SetSummary summary = summarize(table, SetHash::kMuHash).value();
  EXPECT_EQ(summary.counts, CoinCounts{});
  EXPECT_EQ(summary.transactions, 0u);
  EXPECT_EQ(summary.hash, crypto::MuHash().hash());
}

TEST(CoinStatistics, ForgetACoinThatIsRemoved) {
  RunningStatistics statistics;
  statistics.add(kFirst, kCoin);
  statistics.add(kThird, kCoin);
  statistics.remove(kThird, kCoin);
  RunningStatistics other;
  other.add(kFirst, kCoin);
  EXPECT_EQ(statistics.counts(), other.counts());
  EXPECT_EQ(statistics.hash().hash(), other.hash().hash());
}

}  // namespace
}  // namespace veilwire::coins
