#include "veilwire/addr/rolling_filter.h"

#include <gtest/gtest.h>

#include <array>

#include "veilwire/addr/discouraged.h"
#include "veilwire/addr/testing/addresses.h"
#include "veilwire/base/endian.h"

namespace veilwire::addr {
namespace {

std::array<std::uint8_t, 8> element(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes;
  store_le(bytes.data(), number);
  return bytes;
}

TEST(RollingFilter, KnowsTheLatestForCertain) {
  constexpr std::uint32_t kElements = 1000;
  RollingFilter filter(kElements, {1, 2});
  for (std::uint64_t i = 0; i < 5000; ++i) {
    filter.insert(element(i));
    if (i % 100 != 0) continue;
    for (std::uint64_t back = 0; back < kElements && back <= i; ++back) {
      ASSERT_TRUE(filter.contains(element(i - back))) << i << " " << back;
    }
  }
}

TEST(RollingFilter, ForgetsWhatIsOlderThanHalfAsManyMore) {
  RollingFilter filter(1000, {1, 2});
  for (std::uint64_t i = 0; i < 5000; ++i) filter.insert(element(i));
  for (std::uint64_t i = 0; i < 5000 - 1500; ++i) EXPECT_FALSE(filter.contains(element(i))) << i;
}

TEST(RollingFilter, TakesOneInAMillionForKnown) {
  RollingFilter filter(50'000, {1, 2});
  std::uint64_t next = 0;
  while (next < 75'000) filter.insert(element(next++));  // three full generations
  int wrong = 0;
  for (int i = 0; i < 2'000'000; ++i) wrong += filter.contains(element(next++)) ? 1 : 0;
  EXPECT_LE(wrong, 6);  // 1.5 expected
}

TEST(RollingFilter, IsNotPushedOutByOneElementRepeated) {
  RollingFilter filter(100, {1, 2});
  for (std::uint64_t i = 0; i < 50; ++i) filter.insert(element(i));
  for (int i = 0; i < 1000; ++i) filter.insert(element(49));
  for (std::uint64_t i = 0; i < 50; ++i) EXPECT_TRUE(filter.contains(element(i)));
}

TEST(RollingFilter, IsEmptyAtFirstAndWhenCleared) {
  RollingFilter filter(100, {1, 2});
  EXPECT_FALSE(filter.contains(element(1)));
  EXPECT_EQ(filter.bytes(), 0u);
  for (std::uint64_t i = 0; i < 150; ++i) filter.insert(element(i));
  filter.clear();
  for (std::uint64_t i = 0; i < 150; ++i) EXPECT_FALSE(filter.contains(element(i)));
}

TEST(RollingFilter, TakesElementsOfAnyLength) {
  RollingFilter filter(100, {1, 2});
  filter.insert({});
  filter.insert(Bytes(1000, 1));
  EXPECT_TRUE(filter.contains({}));
  EXPECT_TRUE(filter.contains(Bytes(1000, 1)));
  EXPECT_FALSE(filter.contains(Bytes(999, 1)));
}

TEST(Discouraged, TakesAtMost300kB) {
  Discouraged discouraged({1, 2});
  EXPECT_EQ(discouraged.bytes(), 0u);
  crypto::Dice dice = crypto::Dice::of_seed(1);
  for (int i = 0; i < 200'000; ++i) {
    discouraged.insert(testing::random_address(wire::NetworkId::kIpv6, dice));
  }
  EXPECT_LE(discouraged.bytes(), 300'100u);
}

TEST(Discouraged, AreAddressesOfEveryNetwork) {
  Discouraged discouraged({1, 2});
  crypto::Dice dice = crypto::Dice::of_seed(1);
  for (const wire::NetworkId network : kNetworks) {
    const wire::NetAddress address = testing::random_address(network, dice);
    EXPECT_FALSE(discouraged.contains(address));
    discouraged.insert(address);
    EXPECT_TRUE(discouraged.contains(address));
  }
  const wire::NetAddress onion = testing::random_address(wire::NetworkId::kTorV3, dice);
  discouraged.insert(onion);
  EXPECT_FALSE(discouraged.contains(
      wire::NetAddress::from_bytes(wire::NetworkId::kI2p, onion.bytes()).value()));
}

}  // namespace
}  // namespace veilwire::addr
