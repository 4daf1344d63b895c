#include "veilwire/base/endian.h"

#include <gtest/gtest.h>

#include <array>

namespace veilwire {
namespace {

TEST(Endian, StoresTheLowestByteFirst) {
  std::array<std::uint8_t, 8> memory{};
  store_le<std::uint64_t>(memory.data(), 0x0807060504030201);
  EXPECT_EQ(memory, (std::array<std::uint8_t, 8>{1, 2, 3, 4, 5, 6, 7, 8}));
  store_le<std::uint16_t>(memory.data(), 0xbbaa);
  EXPECT_EQ(memory, (std::array<std::uint8_t, 8>{0xaa, 0xbb, 3, 4, 5, 6, 7, 8}));
}

TEST(Endian, StoresTheHighestByteFirstWhereAsked) {
  std::array<std::uint8_t, 4> memory{};
  store_be<std::uint32_t>(memory.data(), 0x01020304);
  EXPECT_EQ(memory, (std::array<std::uint8_t, 4>{1, 2, 3, 4}));
}

TEST(Endian, LoadsAtAnyAlignment) {
  const std::array<std::uint8_t, 8> memory{0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(load_le<std::uint32_t>(memory.data()), 0x03020100u);
  EXPECT_EQ(load_le<std::uint32_t>(memory.data() + 1), 0x04030201u);
  EXPECT_EQ(load_le<std::uint32_t>(memory.data() + 2), 0x05040302u);
  EXPECT_EQ(load_le<std::uint32_t>(memory.data() + 3), 0x06050403u);
  EXPECT_EQ(load_le<std::uint16_t>(memory.data() + 5), 0x0605u);
}

}  // namespace
}  // namespace veilwire
