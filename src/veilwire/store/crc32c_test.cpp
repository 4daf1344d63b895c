#include "veilwire/store/crc32c.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string_view>

namespace veilwire::store {
namespace {

// A bit at a time, as the polynomial says.
std::uint32_t naive(ByteView bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f6'3b78 : 0);
  }
  return ~crc;
}

Bytes counted(std::size_t count) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(Crc32c, IsThatOfRfc3720) {
  EXPECT_EQ(crc32c(Bytes(32, 0x00)), 0x8a91'36aaU);
  EXPECT_EQ(crc32c(Bytes(32, 0xff)), 0x62a8'ab43U);
  EXPECT_EQ(crc32c(counted(32)), 0x46dd'794eU);
  constexpr std::string_view kDigits = "123456789";
  EXPECT_EQ(crc32c(Bytes(kDigits.begin(), kDigits.end())), 0xe306'9283U);
}

TEST(Crc32c, IsTheSameAtEveryLengthAndInTwoParts) {
  const Bytes bytes = counted(300);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const ByteView front = ByteView(bytes).first(size);
    ASSERT_EQ(crc32c(front), naive(front)) << size;
    ASSERT_EQ(crc32c(ByteView(bytes).subspan(size), crc32c(front)), naive(bytes)) << size;
  }
}

}  // namespace
}  // namespace veilwire::store
