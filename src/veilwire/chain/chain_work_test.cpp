#include "veilwire/chain/chain_work.h"

#include <gtest/gtest.h>

namespace veilwire::chain {
namespace {

ChainWork work(std::string_view hex) {
  return ChainWork(hash_from_display(std::string(64 - hex.size(), '0') + std::string(hex)).value());
}

TEST(ChainWork, IsTheNumberThatItWasMadeOf) {
  EXPECT_EQ(work("123456789abcdef0fedcba9876543210").number()[0], 0x10);
  EXPECT_EQ(work("123456789abcdef0fedcba9876543210").number()[15], 0x12);
  EXPECT_EQ(ChainWork(consensus::work_of(0x1d00ffff)), work("100010001"));
}

TEST(ChainWork, CarriesFromItsLowerHalf) {
  EXPECT_EQ(work("ffffffffffffffff") + work("1"), work("10000000000000000"));
  EXPECT_EQ(work("10000000000000000") - work("1"), work("ffffffffffffffff"));
  EXPECT_EQ(work("8000000000000001") * 6, work("30000000000000006"));
}

TEST(ChainWork, IsOrderedByItsUpperHalfFirst) {
  EXPECT_LT(work("ffffffffffffffff"), work("10000000000000000"));
  EXPECT_GT(work("20000000000000000"), work("1ffffffffffffffff"));
}

TEST(ChainWork, StaysWithinItsBounds) {
  const ChainWork most = work("ffffffffffffffffffffffffffffffff");
  EXPECT_EQ(work("100000000000000000000000000000000"), most);
  EXPECT_EQ(most + work("1"), most);
  EXPECT_EQ(most + most, most);
  EXPECT_EQ(work("ffffffffffffffff0000000000000000") + work("ffffffffffffffff0000000000000000"),
            most);
  EXPECT_EQ(work("80000000000000000000000000000000") * 3, most);
  EXPECT_EQ(work("1") - work("2"), ChainWork());
  EXPECT_EQ(ChainWork() * 7, ChainWork());
}

}  // namespace
}  // namespace veilwire::chain
