#include "veilwire/transport/signet.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::transport {
namespace {

TEST(SignetMagic, OfTheDefaultChallengeIsTheDefaultSignets) {
  const auto challenge = from_hex(
      "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d"
      "6f8e05b2463c9540ce96883fe3b278760f048f5189f2e6c452ae");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(signet_magic(*challenge), protocol::kSignetMagic);
}

// The challenge's length as a CompactSize, at each of its widths.
TEST(SignetMagic, CountsLongChallengesAsCompactSizesDo) {
  const std::pair<std::size_t, Bytes> lengths[] = {
      {0, {0}},
      {252, {252}},
      {253, {0xfd, 253, 0}},
      {0xffff, {0xfd, 0xff, 0xff}},
      {0x10000, {0xfe, 0, 0, 1, 0}},
  };
  for (const auto& [size, prefix] : lengths) {
    Bytes hashed = prefix;
    hashed.resize(prefix.size() + size, 0x51);
    const Hash256 hash = crypto::sha256d(hashed);
    EXPECT_TRUE(std::ranges::equal(signet_magic(Bytes(size, 0x51)), std::span(hash).first<4>()))
        << size;
  }
}

}  // namespace
}  // namespace veilwire::transport
