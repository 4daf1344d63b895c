#include "veilwire/crypto/public_key.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/base/hex.h"

namespace veilwire::crypto {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> key_of(std::string_view hex) {
  const Bytes bytes = from_hex(hex).value();
  std::array<std::uint8_t, N> key;
  std::ranges::copy(bytes, key.begin());
  return key;
}

// The key of the genesis block's coinbase.
const auto kGenesis = key_of<65>(
    "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
    "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f");

TEST(PublicKey, IsTheSameAfterBothWays) {
  const auto compressed = compress_key(kGenesis);
  ASSERT_TRUE(compressed);
  EXPECT_EQ((*compressed)[0], 3);  // y is odd
  EXPECT_TRUE(std::equal(compressed->begin() + 1, compressed->end(), kGenesis.begin() + 1));
  EXPECT_EQ(decompress_key(*compressed), kGenesis);
}

TEST(PublicKey, WithTheOtherParityIsAnotherKey) {
  auto compressed = compress_key(kGenesis).value();
  compressed[0] = 2;
  const auto other = decompress_key(compressed);
  ASSERT_TRUE(other);
  EXPECT_NE(*other, kGenesis);
  EXPECT_EQ(compress_key(*other), compressed);
}

TEST(PublicKey, OffTheCurveIsNone) {
  auto off = kGenesis;
  off[64] ^= 1;
  EXPECT_FALSE(compress_key(off));
  auto hybrid = kGenesis;
  hybrid[0] = 7;
  EXPECT_FALSE(compress_key(hybrid));
  CompressedKey none{2};  // x = 0
  EXPECT_FALSE(decompress_key(none));
  none.fill(0xff);  // x beyond the field
  none[0] = 2;
  EXPECT_FALSE(decompress_key(none));
}

}  // namespace
}  // namespace veilwire::crypto
