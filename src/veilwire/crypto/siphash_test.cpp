#include "veilwire/crypto/siphash.h"

#include <gtest/gtest.h>

namespace veilwire::crypto {
namespace {

// From the authors' vectors: the key 00 01 .. 0f over the bytes 00 01 02 .. of each length.
TEST(SipHash, GivesTheAuthorsVectors) {
  const SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  Bytes data;
  const auto next = [&] {
    const std::uint64_t hash = siphash24(key, data);
    data.push_back(static_cast<std::uint8_t>(data.size()));
    return hash;
  };
  EXPECT_EQ(next(), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(next(), 0x74f839c593dc67fdu);
  EXPECT_EQ(next(), 0x0d6c8009d9a94f5au);
  EXPECT_EQ(next(), 0x85676696d7fb7e2du);
  EXPECT_EQ(next(), 0xcf2794e0277187b7u);
  EXPECT_EQ(next(), 0x18765564cd99a68du);
  EXPECT_EQ(next(), 0xcbc9466e58fee3ceu);
  EXPECT_EQ(next(), 0xab0200f58b01d137u);
  EXPECT_EQ(next(), 0x93f5f5799a932462u);
  while (data.size() < 15) next();
  EXPECT_EQ(next(), 0xa129ca6149be45e5u);
}

}  // namespace
}  // namespace veilwire::crypto
